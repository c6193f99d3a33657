// SPDX-License-Identifier: MIT
#include <qad/train/resume.hpp>

#include <support/scratch.hpp>
#include <support/training.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("a run that is stopped and goes on has the losses of one that is not, bit for bit") {
    scratch_directory const here;
    auto const file = here / "state.safetensors";
    auto whole_model = adapted();
    trainer<simd_t> whole(simd, whole_model, like_pytorch());
    std::vector<double> want;
    for (index_t i = 0; i < 8; ++i) { want.push_back(whole.step(batch_of(i)).loss); }

    {
        auto model = adapted();
        trainer<simd_t> first(simd, model, like_pytorch());
        CHECK_FALSE(load_state(first, file, "a"));
        for (index_t i = 0; i < 5; ++i) {
            CHECK(first.step(batch_of(i)).loss == want[static_cast<std::size_t>(i)]);
        }
        save_state(first, file, "a");
    }
    auto model = adapted();
    trainer<simd_t> second(simd, model, like_pytorch());
    CHECK_THROWS_AS(load_state(second, file, "another run"), format_error);
    CHECK(load_state(second, file, "a"));
    CHECK(second.step() == 5);
    for (index_t i = 5; i < 8; ++i) {
        CHECK(second.step(batch_of(i)).loss == want[static_cast<std::size_t>(i)]);
    }

    // A state of another shape changes nothing.
    auto full_model = learn_everything(load(golden_directory() / "llama-gqa"));
    trainer<simd_t> full(simd, full_model, like_pytorch());
    CHECK_THROWS_AS(load_state(full, file, "a"), error);
    CHECK(full.step() == 0);
}

TEST_CASE("a truncated state is an error, and the run stays where it was") {
    scratch_directory const here;
    auto const file = here / "state.safetensors";
    auto model = adapted();
    trainer<simd_t> t(simd, model, like_pytorch());
    t.step(batch_of(0));
    save_state(t, file, "a");
    auto const size = std::filesystem::file_size(file);
    for (std::uintmax_t cut : {size - 1, size / 2, std::uintmax_t{9}, std::uintmax_t{0}}) {
        std::filesystem::resize_file(file, cut);
        CHECK_THROWS_AS(load_state(t, file, "a"), error);
        CHECK(t.step() == 1);
    }
}
