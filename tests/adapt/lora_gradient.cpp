// SPDX-License-Identifier: MIT
#include <qad/adapt/adapted.hpp>
#include <qad/adapt/lora_gradient.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <qad/formats/fp16.hpp>
#include <qad/formats/integer.hpp>
#include <qad/quantize/round.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
basic_lora<double> trained(index_t outputs, index_t inputs) {
    generator random(1);
    auto delta = make_lora<double>(outputs, inputs, {.rank = 3, .alpha = 7}, random);
    delta.up = random_matrix<double>(outputs, 3, 2);
    return delta;
}
} // namespace

TEST_CASE("the gradients of LoRA are those of central differences") {
    auto delta = trained(5, 6);
    auto x = random_matrix<double>(4, 6, 3);
    auto const c = random_matrix<double>(4, 5, 4);
    auto const loss = [&] {
        matrix<double> y(4, 5);
        add_lora<double>(y, delta, x);
        return weighted_sum(c, y);
    };
    auto dx = filled(4, 6, start), ddown = filled(3, 6, start), dup = filled(5, 3, start);
    lora_gradient<double>(dx, ddown, dup, c, x, delta);
    CHECK(gradient_error(x, dx, loss) <= gradient_bound);
    CHECK(gradient_error(delta.down, ddown, loss) <= gradient_bound);
    CHECK(gradient_error(delta.up, dup, loss) <= gradient_bound);
}

TEST_CASE("QLoRA's gradients are those of central differences through the decoded base") {
    // 70 rows: more than one panel of decoded rows, and the last one not full.
    auto const q = quantize<int4>(random_matrix<float>(70, 8, 5), per_group(4));
    auto const base = dequantize(q);
    auto delta = trained(70, 8);
    auto x = random_matrix<double>(2, 8, 6);
    auto const c = random_matrix<double>(2, 70, 7);
    auto const loss = [&] {
        matrix<double> y(2, 70);
        adapted layer(q, delta);
        layer(y, x);
        return weighted_sum(c, y);
    };
    auto dx = filled(2, 8, start), ddown = filled(3, 8, start), dup = filled(70, 3, start);
    linear_input_gradient<double>(dx, c, q);
    lora_gradient<double>(dx, ddown, dup, c, x, delta);
    CHECK(gradient_error(x, dx, loss) <= gradient_bound);
    CHECK(gradient_error(delta.down, ddown, loss) <= gradient_bound);
    CHECK(gradient_error(delta.up, dup, loss) <= gradient_bound);
    CHECK(same_bits(dequantize(q), base)); // read, never written
}

TEST_CASE("a frozen 16-bit weight passes gradients on like the floats it stands for") {
    matrix<fp16> half(3, 4);
    matrix<double> w(3, 4);
    auto const from = random_matrix<float>(3, 4, 8);
    for (index_t i = 0; i < w.size(); ++i) {
        half.data()[i] = fp16::nearest(from.data()[i]);
        w.data()[i] = static_cast<float>(half.data()[i]);
    }
    auto const dy = random_matrix<double>(2, 3, 9);
    matrix<double> through_half(2, 4), through_double(2, 4);
    linear_input_gradient<double>(through_half, dy, half);
    linear_input_gradient<double>(through_double, dy, w.view());
    for (index_t i = 0; i < 8; ++i) {
        // Three products of size 10 at most, in whatever order: 3·10·2u.
        CHECK(std::abs(through_half.data()[i] - through_double.data()[i]) <= 60 * 0x1p-53);
    }
}

TEST_CASE("at the start only B moves; with A zero as well nothing ever would") {
    generator random(10);
    auto delta = make_lora<double>(5, 6, {.rank = 3}, random);
    auto const x = random_matrix<double>(4, 6, 11), dy = random_matrix<double>(4, 5, 12);
    matrix<double> dx(4, 6), ddown(3, 6), dup(5, 3);
    lora_gradient<double>(dx, ddown, dup, dy, x, delta);
    for (index_t i = 0; i < ddown.size(); ++i) { CHECK(ddown.data()[i] == 0); }
    for (index_t i = 0; i < dx.size(); ++i) { CHECK(dx.data()[i] == 0); }
    for (index_t i = 0; i < dup.size(); ++i) { CHECK(dup.data()[i] != 0); }

    delta.down = matrix<double>(3, 6);
    matrix<double> none(5, 3);
    lora_gradient<double>(dx, ddown, none, dy, x, delta);
    for (index_t i = 0; i < none.size(); ++i) { CHECK(none.data()[i] == 0); }
    for (index_t i = 0; i < ddown.size(); ++i) { CHECK(ddown.data()[i] == 0); }
}

TEST_CASE("shapes that do not fit are refused") {
    auto const delta = trained(5, 6);
    auto const q = quantize<int4>(random_matrix<float>(5, 6, 13), per_channel());
    matrix<double> x(4, 6), dy(4, 5), down(3, 6), up(5, 3), wrong(2, 2);
    CHECK_THROWS_AS(lora_gradient<double>(wrong, down, up, dy, x, delta), shape_error);
    CHECK_THROWS_AS(lora_gradient<double>(x, wrong, up, dy, x, delta), shape_error);
    CHECK_THROWS_AS(lora_gradient<double>(x, down, wrong, dy, x, delta), shape_error);
    CHECK_THROWS_AS(lora_gradient<double>(x, down, up, wrong, x, delta), shape_error);
    CHECK_THROWS_AS(linear_input_gradient<double>(wrong, dy, q), shape_error);
}
