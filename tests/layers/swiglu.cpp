// SPDX-License-Identifier: MIT
#include <qad/layers/swiglu.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("silu in float is within 4u of the true value, or below 2^-120 where it vanishes") {
    // exp errs by at most 2u and weighs at most 1 in the sum; sum and quotient add u each.
    // Where e^-x overflows (x < -88) the result is 0, and the true value below 88·e^-88 <
    // 2^-120.
    for (int step = -2000; step <= 2000; ++step) {
        float const x = static_cast<float>(step) * 0.0625f;
        double const exact = x / (1 + std::exp(-static_cast<double>(x)));
        double const error = std::abs(static_cast<double>(silu(x)) - exact);
        CHECK(error <= std::max(4 * 0x1p-24 * std::abs(exact), 0x1p-120));
    }
}

TEST_CASE("silu and sigmoid at their ends") {
    CHECK(silu(0.0f) == 0);
    CHECK(sigmoid(0.0f) == 0.5f);
    CHECK(silu(1000.0f) == 1000); // e^-1000 = 0
    CHECK(silu(-1000.0f) == 0);   // e^1000 is infinite, and a number by infinity is 0
    CHECK(sigmoid(-1000.0) == 0);
    CHECK(sigmoid(1000.0) == 1);
}

TEST_CASE("silu(x) - silu(-x) = x") {
    // Because sigmoid(x) + sigmoid(-x) = 1. Both sides are within 4u of |x| each.
    for (double x : {0.001, 0.1, 1.0, 3.0, 20.0}) {
        CHECK(std::abs(silu(x) - silu(-x) - x) <= 8 * 0x1p-53 * x);
    }
}

TEST_CASE("swiglu is silu(gate) times up; the output may be the gate") {
    auto const gate = random_matrix<float>(3, 10, 1), up = random_matrix<float>(3, 10, 2);
    matrix<float> out(3, 10), in_place = gate;
    swiglu<float>(out, gate, up);
    swiglu<float>(ref, in_place, in_place, up);
    CHECK(same_bits(in_place, out));
    for (index_t t = 0; t < 3; ++t) {
        for (index_t j = 0; j < 10; ++j) { CHECK(out(t, j) == silu(gate(t, j)) * up(t, j)); }
    }
}

TEST_CASE("the gradients of swiglu are those of central differences") {
    auto gate = random_matrix<double>(4, 6, 3), up = random_matrix<double>(4, 6, 4);
    auto const c = random_matrix<double>(4, 6, 5);
    auto const loss = [&] {
        matrix<double> out(4, 6);
        swiglu<double>(out, gate, up);
        return weighted_sum(c, out);
    };
    auto dgate = filled(4, 6, start), dup = filled(4, 6, start);
    swiglu_gradient<double>(dgate, dup, c, gate, up);
    CHECK(gradient_error(gate, dgate, loss) <= gradient_bound);
    CHECK(gradient_error(up, dup, loss) <= gradient_bound);
}

TEST_CASE("the gradient stays finite where the exponential does not") {
    matrix<float> dgate(1, 2), dup(1, 2);
    matrix<float> const one = filled(1, 2, 1.0f);
    matrix<float> gate(1, 2);
    gate(0, 0) = -1000;
    gate(0, 1) = 1000;
    swiglu_gradient<float>(dgate, dup, one, gate, one);
    CHECK(dgate(0, 0) == 0);
    CHECK(dgate(0, 1) == 1);
    CHECK(dup(0, 1) == 1000);
}

TEST_CASE("shapes that do not fit are refused") {
    matrix<float> a(2, 3), b(3, 2);
    CHECK_THROWS_AS(swiglu<float>(a, a, b), shape_error);
    CHECK_THROWS_AS(swiglu<float>(b, a, a), shape_error);
    CHECK_THROWS_AS(swiglu_gradient<float>(a, a, b, a, a), shape_error);
}
