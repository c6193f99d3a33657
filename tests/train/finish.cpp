// SPDX-License-Identifier: MIT
#include <qad/train/finish.hpp>

#include <support/golden.hpp>

#include <qad/model/load.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("what was learned is stored in bf16, within half a step of it") {
    auto const before = load(golden_directory() / "llama-gqa");
    auto const after = finish(learn_everything(load(golden_directory() / "llama-gqa")));
    CHECK(after.config.dtype == "bfloat16");
    CHECK(after.final_norm == before.final_norm);
    auto const was = to_float(before.blocks[1].up.weight),
               is = to_float(after.blocks[1].up.weight);
    CHECK(kind(after.blocks[1].up.weight) == "bf16");
    for (index_t i = 0; i < was.size(); ++i) {
        CHECK(std::abs(is.data()[i] - was.data()[i]) <= 0x1p-8f * std::abs(was.data()[i]));
    }
}

TEST_CASE("a frozen weight goes through training as it is, quantized or not") {
    auto const after = finish(freeze(load(golden_directory() / "llama-mha-tied")));
    auto const before = load(golden_directory() / "llama-mha-tied");
    CHECK(kind(after.embedding) == kind(before.embedding));
    auto const was = to_float(before.embedding), is = to_float(after.embedding);
    CHECK(std::equal(was.data(), was.data() + was.size(), is.data()));
}
