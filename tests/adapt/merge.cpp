// SPDX-License-Identifier: MIT
#include <qad/adapt/adapted.hpp>
#include <qad/adapt/merge.hpp>

#include <support/random_matrix.hpp>

#include <qad/formats/integer.hpp>
#include <qad/quantize/quantized_matrix.hpp>
#include <qad/quantize/round.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
lora trained_lora(index_t outputs, index_t inputs, std::uint64_t seed) {
    generator random(seed);
    lora delta = make_lora(outputs, inputs, {.rank = 4, .alpha = 8}, random);
    delta.up = random_matrix<float>(outputs, 4, seed + 1);
    return delta;
}
} // namespace

TEST_CASE("the merge by hand: [[1,2],[3,4]] becomes [[2,1],[3,4]]") {
    matrix<float> w(2, 2);
    for (index_t i = 0; i < 4; ++i) { w.data()[i] = static_cast<float>(i + 1); }
    lora delta{matrix<float>(1, 2), matrix<float>(2, 1), 2};
    delta.down(0, 0) = 1;
    delta.down(0, 1) = -1;
    delta.up(0, 0) = 0.5f;
    auto const merged = merge(w, delta);
    CHECK(merged(0, 0) == 2);
    CHECK(merged(0, 1) == 1);
    CHECK(merged(1, 0) == 3);
    CHECK(merged(1, 1) == 4);
    CHECK(w(0, 0) == 1); // pure: the base is as before
}

TEST_CASE("merged is adapted, within the rounding of either") {
    // Higham 2002, §3.1: a sum of n products errs by at most n·u·Σ|products|. Both ways add up
    // inputs + rank products behind a scale, and the sum of absolute values below bounds both:
    // 2·(inputs + rank + 3)·u of it.
    index_t const inputs = 64, outputs = 10;
    auto const w = random_matrix<float>(outputs, inputs, 1),
               x = random_matrix<float>(5, inputs, 2);
    lora const delta = trained_lora(outputs, inputs, 3);
    auto const merged = merge(w, delta);
    matrix<float> y(5, outputs), z(5, outputs);
    adapted layer(w, delta);
    layer(y, x);
    multiply(ref, z.view(), merged, x.view());
    for (index_t t = 0; t < 5; ++t) {
        for (index_t o = 0; o < outputs; ++o) {
            double size = 0;
            for (index_t i = 0; i < inputs; ++i) {
                double weight = std::abs(w(o, i));
                for (index_t k = 0; k < 4; ++k) {
                    weight += delta.scale() * std::abs(delta.up(o, k) * delta.down(k, i));
                }
                size += weight * std::abs(x(t, i));
            }
            CHECK(std::abs(y(t, o) - z(t, o)) <= 2 * (inputs + 4 + 3) * 0x1p-24 * size);
            CHECK(y(t, o) != 0);
        }
    }
}

TEST_CASE("a quantized base merges into what its codes stand for") {
    auto const q = quantize<int4>(random_matrix<float>(6, 8, 4), per_group(4));
    lora const delta = trained_lora(6, 8, 5);
    CHECK(same_bits(merge(q, delta), merge(dequantize(q), delta)));
}

TEST_CASE("merging into a grid and rounding again can lose the whole update") {
    // Grid 0.1, w = 0.40, change 0.03: below half a step, so that rounding takes it back.
    quantized_matrix<int8> q(1, 1, per_channel(), scale_array(std::vector<float>{0.1f}));
    q.set_code(0, 0, int8(4));
    lora delta{filled(1, 1, 0.03f), filled(1, 1, 1.0f), 1};
    float const merged = merge(q, delta)(0, 0);
    CHECK(std::abs(merged - 0.43f) <= 2 * 0x1p-24f); // two roundings at a size below 0.5
    CHECK(int8::nearest(merged / 0.1f) == int8(4));
}

TEST_CASE("unmerge gives the very bits back, and merging twice counts once") {
    auto const w = random_matrix<float>(6, 8, 6);
    lora const a = trained_lora(6, 8, 7), b = trained_lora(6, 8, 9);
    mergeable<float> weight(w);
    CHECK_FALSE(weight.merged());
    weight.merge(a);
    CHECK(weight.merged());
    weight.merge(a);
    CHECK(same_bits<float>(weight.weights(), merge(w, a)));
    weight.merge(b); // another adapter replaces the first
    CHECK(same_bits<float>(weight.weights(), merge(w, b)));
    weight.unmerge();
    CHECK(same_bits<float>(weight.weights(), w));
    CHECK(same_bits<float>(weight.base(), w));
}

TEST_CASE("an adapter of another shape is refused") {
    matrix<float> const w(6, 8);
    CHECK_THROWS_AS((void)merge(w, trained_lora(6, 9, 10)), shape_error);
    CHECK_THROWS_AS((void)merge(w, trained_lora(8, 6, 10)), shape_error);
}
