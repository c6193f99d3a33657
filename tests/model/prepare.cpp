// SPDX-License-Identifier: MIT
#include <qad/model/prepare.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>
#include <qad/model/scheme.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/random_matrix.hpp"

#include <algorithm>

using namespace qad;

// Codes and scales of the integer kinds, and all bits of the float kinds, survive; nf4 is put on a grid
// of 255 levels (simd/prepare.hpp): half a step of it, scale/254, is its bound.
TEST_CASE("a prepared weight stands for the numbers of the plain one") {
    auto const w = test::random_matrix<float>(40, 64, 21);
    float largest = 0;
    for (index_t i = 0; i < w.size(); ++i) { largest = std::max(largest, std::abs(w.data()[i])); }
    auto const check = [&](weight const& plain, double bound) {
        CAPTURE(kind(plain));
        auto const fast = prepare(simd, plain);
        auto const want = to_float(plain);
        matrix<float> got(40, 64);
        for (index_t i = 0; i < 40; ++i) { decode_row<float>(fast, i, got.row(i)); }
        CHECK(test::close(got, want, bound));
    };
    for (char const* scheme : {"fp32", "bf16", "fp16", "int8:channel", "int8:32", "int4:32", "int4:tensor", "int3:64"}) {
        check(round_to(w, parse_scheme(scheme)), 0);
    }
    check(round_to(w, parse_scheme("nf4:64")), largest / 254.0 * 1.001);
    for (auto type : {ggml_type::f32, ggml_type::f16, ggml_type::bf16, ggml_type::q8_0, ggml_type::q4_0}) {
        check(encode(type, w), 0);
    }
}

TEST_CASE("preparing a model moves its weights and keeps the rest") {
    auto model = load(test::golden_directory() / "llama-bias");
    auto const bias = model.blocks[1].key.bias;
    auto const norm = model.blocks[0].mlp_norm;
    auto const fast = prepare(simd, std::move(model));
    CHECK(model.blocks.empty());
    CHECK(fast.blocks.size() == 2);
    CHECK(fast.blocks[1].key.bias == bias);
    CHECK(fast.blocks[0].mlp_norm == norm);
    CHECK(fast.untied_head.has_value());
    CHECK(fast.config.vocab == 96);
}
