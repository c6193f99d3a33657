// SPDX-License-Identifier: MIT
#include <qad/model/save_gguf.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>

#include "support/golden.hpp"
#include "support/random_matrix.hpp"
#include "support/scratch.hpp"

using namespace qad;

namespace {

std::vector<matrix<float>> numbers(transformer<float, weight> const& model) {
    std::vector<matrix<float>> all;
    for_each_tensor(model, [&](std::string const&, auto const& tensor) {
        if constexpr (std::is_same_v<decltype(tensor), weight const&>) {
            all.push_back(to_float(tensor));
        } else {
            all.push_back(matrix<float>(matrix_view<float const>(std::span<float const>(tensor))));
        }
    });
    return all;
}

void check_round_trip(transformer<float, weight> const& model) {
    test::scratch_directory const room;
    auto const path = room.path() / "model.gguf";
    save_gguf(model, {}, path);
    auto const again = load(path);
    auto const a = numbers(model), b = numbers(again);
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) { CHECK(test::same_bits(a[i], b[i])); }
    CHECK(again.heads == model.heads);
    CHECK(again.config.eos == model.config.eos);
    for (std::size_t i = 0; i < model.rotary.usual.frequency.size(); ++i) {
        // The file holds the divisors in float32: half an ulp of them.
        CHECK(std::abs(again.rotary.usual.frequency[i] - model.rotary.usual.frequency[i]) <= 0x1p-23 * model.rotary.usual.frequency[i]);
    }
}

} // namespace

// Whatever the layout of the file, what comes back must be what went in.
TEST_CASE("every golden checkpoint survives as GGUF: rows, biases, scaling, tying") {
    for (auto const& directory : test::golden_models()) {
        CAPTURE(directory.filename().string());
        check_round_trip(load(directory));
    }
}

TEST_CASE("int4 and int8 in groups of 32 keep their codes and scales") {
    for (char const* scheme : {"int4:32", "int8:32"}) {
        check_round_trip(load(test::golden_directory() / "llama-head-dim", {[&](std::string const& name, weight w) {
            bool const whole = cols(w) % 32 == 0 && name.starts_with("model.layers.");
            return whole ? round_to(to_float(w), parse_scheme(scheme)) : std::move(w);
        }}));
    }
}

TEST_CASE("what GGUF has no type for is refused, and no file appears") {
    test::scratch_directory const room;
    auto const model = load(test::golden_directory() / "llama-gqa", {[](std::string const&, weight w) {
        return round_to(to_float(w), parse_scheme("int4:16"));
    }});
    CHECK_THROWS_AS(save_gguf(model, {}, room.path() / "no.gguf"), shape_error);
    CHECK_FALSE(std::filesystem::exists(room.path() / "no.gguf"));
}
