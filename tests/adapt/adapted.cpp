// SPDX-License-Identifier: MIT
#include <qad/adapt/adapted.hpp>

#include <support/random_matrix.hpp>

#include <qad/formats/bf16.hpp>
#include <qad/formats/integer.hpp>
#include <qad/quantize/round.hpp>

#include <doctest/doctest.h>

#include <type_traits> // is_constructible_v

using namespace qad;
using namespace qad::test;

namespace {
lora trained(index_t outputs, index_t inputs, std::uint64_t seed) {
    generator random(seed);
    lora delta = make_lora(outputs, inputs, {.rank = 4, .alpha = 8}, random);
    delta.up = random_matrix<float>(outputs, 4, seed + 1);
    return delta;
}
template <class Base>
matrix<float> output(Base const& base, lora const& delta, matrix<float> const& x) {
    matrix<float> y(x.rows(), base.rows());
    adapted layer(base, delta);
    layer(y, x);
    return y;
}
template <class Base> matrix<float> output(Base const& base, matrix<float> const& x) {
    matrix<float> y(x.rows(), base.rows());
    multiply(ref, y.view(), base, x.view());
    return y;
}
// A layer keeps references, so a temporary base or adapter is refused.
using layer_of_floats = adapted<matrix<float>, float>;
static_assert(std::is_constructible_v<layer_of_floats, matrix<float>&, lora&>);
static_assert(!std::is_constructible_v<layer_of_floats, matrix<float>, lora&>);
static_assert(!std::is_constructible_v<layer_of_floats, matrix<float>&, lora>);
static_assert(!std::is_constructible_v<layer_of_floats, matrix<float>, lora>);
} // namespace

TEST_CASE("at step 0 the layer is its base, bit for bit, whatever the base is made of") {
    auto const w = random_matrix<float>(6, 32, 1), x = random_matrix<float>(3, 32, 2);
    auto const q = quantize<int4>(w, per_group(16));
    generator random(3);
    lora const fresh = make_lora(6, 32, {}, random);
    CHECK(same_bits(output(w, fresh, x), output(w, x)));
    CHECK(same_bits(output(q, fresh, x), output(q, x)));
}

TEST_CASE("QLoRA is LoRA on the decoded base, bit for bit") {
    // The 4-bit base is read, never written: the layer sees what its codes stand for.
    auto const x = random_matrix<float>(3, 32, 4);
    auto const q = quantize<int4>(random_matrix<float>(6, 32, 5), per_group(16));
    lora const delta = trained(6, 32, 6);
    CHECK(same_bits(output(q, delta, x), output(dequantize(q), delta, x)));
}

TEST_CASE("two adapters share one base, which stays as it is") {
    auto const w = random_matrix<float>(6, 8, 7), x = random_matrix<float>(2, 8, 8);
    matrix<float> const before = w;
    lora const a = trained(6, 8, 9), b = trained(6, 8, 11);
    auto const with_a = output(w, a, x);
    CHECK_FALSE(same_bits(output(w, b, x), with_a));
    CHECK(same_bits(output(w, a, x), with_a));
    CHECK(same_bits(w, before));
}

TEST_CASE("one token is a batch of one; views and 16-bit weights are bases too") {
    auto const w = random_matrix<float>(6, 8, 12), x = random_matrix<float>(3, 8, 13);
    lora const delta = trained(6, 8, 14);
    auto const y = output(w, delta, x);
    matrix_view<float const> const view = w;
    CHECK(same_bits(output(view, delta, x), y));
    adapted layer(w, delta);
    std::vector<float> token(6);
    layer(token, x.row(1));
    CHECK(same_bits<float>(token, y.row(1)));
    matrix<bf16> half(6, 8);
    matrix<float> rounded(6, 8);
    for (index_t i = 0; i < w.size(); ++i) {
        half.data()[i] = bf16::nearest(w.data()[i]);
        rounded.data()[i] = static_cast<float>(half.data()[i]);
    }
    CHECK(same_bits(output(half, delta, x), output(rounded, delta, x)));
}

TEST_CASE("an adapter of another shape is refused") {
    matrix<float> const w(6, 8);
    lora const wrong = trained(6, 9, 15), turned = trained(8, 6, 16);
    CHECK_THROWS_AS(adapted(w, wrong), shape_error);
    CHECK_THROWS_AS(adapted(w, turned), shape_error);
}
