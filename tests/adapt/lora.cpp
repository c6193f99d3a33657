// SPDX-License-Identifier: MIT
#include <qad/adapt/lora.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("a fresh adapter changes nothing, bit for bit") {
    // B is zero, so every detour is a sum of zeros; adding it gives the same number.
    generator random(1);
    lora const delta = make_lora(6, 10, {.rank = 4, .alpha = 16}, random);
    auto const x = random_matrix<float>(3, 10, 2), y = random_matrix<float>(3, 6, 3);
    matrix<float> with = y;
    add_lora<float>(with, delta, x);
    CHECK(same_bits(with, y));
}

TEST_CASE("A is uniform in ±1/√inputs, B zero") {
    // 64·256 draws: the mean of |a| is half the bound, with a standard error of 0.0023 of it;
    // five of them are allowed. The largest draw comes within 1 % of the bound but for
    // (0.99)^16384.
    generator random(2);
    lora const delta = make_lora(8, 256, {.rank = 64}, random);
    double const bound = 1.0 / 16;
    double largest = 0, sum = 0;
    for (index_t k = 0; k < 64; ++k) {
        for (float a : delta.down.row(k)) {
            largest = std::max<double>(largest, std::abs(a));
            sum += std::abs(a);
        }
    }
    CHECK(largest <= bound);
    CHECK(largest > 0.99 * bound);
    CHECK(std::abs(sum / (64 * 256) / bound - 0.5) < 5 * 0.0023);
    for (index_t i = 0; i < 8; ++i) {
        for (float b : delta.up.row(i)) { CHECK(b == 0); }
    }
}

TEST_CASE("halving the rank at fixed alpha doubles the factor; rsLoRA divides by the root") {
    generator random(3);
    CHECK(make_lora(4, 4, {.rank = 8, .alpha = 16}, random).scale() == 2);
    CHECK(make_lora(4, 4, {.rank = 4, .alpha = 16}, random).scale() == 4);
    CHECK(make_lora(4, 4, {.rank = 4, .alpha = 16, .rule = lora_rule::root_of_rank}, random)
              .scale() == 8);
}

TEST_CASE("parameters are r·(inputs + outputs)") {
    generator random(4);
    CHECK(make_lora(4096, 4096, {.rank = 8}, random).parameters() == 65'536); // of 16,777,216
    // All seven linear layers of Llama-3.1-8B at rank 16, times 32 layers: 41,943,040.
    index_t const shapes[][2] = {{4096, 4096},  {1024, 4096},  {1024, 4096}, {4096, 4096},
                                 {14336, 4096}, {14336, 4096}, {4096, 14336}};
    index_t total = 0;
    for (auto const& [out, in] : shapes) {
        total += make_lora(out, in, {.rank = 16}, random).parameters();
    }
    CHECK(32 * total == 41'943'040);
}

TEST_CASE("the detour by hand: W = [[1,2],[3,4]], A = [[1,−1]], B = [[½],[0]], alpha 2, r 1") {
    // s·B·A = 2·[[½,−½],[0,0]] = [[1,−1],[0,0]].
    lora delta{matrix<float>(1, 2), matrix<float>(2, 1), 2};
    delta.down(0, 0) = 1;
    delta.down(0, 1) = -1;
    delta.up(0, 0) = 0.5f;
    matrix<float> x(1, 2), y(1, 2);
    x(0, 0) = 3;
    x(0, 1) = 1;
    add_lora<float>(y, delta, x);
    CHECK(y(0, 0) == 2);
    CHECK(y(0, 1) == 0);
    CHECK(delta.scale() == 2);
    delta.rule = lora_rule::root_of_rank;
    CHECK(delta.scale() == 2); // √1 = 1
}

TEST_CASE("rows do not influence each other") {
    generator random(5);
    lora delta = make_lora(7, 9, {.rank = 3}, random);
    delta.up = random_matrix<float>(7, 3, 6);
    auto const x = random_matrix<float>(5, 9, 7);
    matrix<float> together(5, 7);
    add_lora<float>(together, delta, x);
    for (index_t t = 0; t < 5; ++t) {
        matrix<float> alone(1, 7);
        add_lora<float>(alone, delta, x.rows(t, 1));
        CHECK(same_bits<float>(alone.row(0), together.row(t)));
    }
}

TEST_CASE("what does not fit is refused") {
    generator random(6);
    lora const delta = make_lora(3, 5, {.rank = 2}, random);
    matrix<float> x(4, 5), y(4, 3), narrow(4, 4), few(2, 3);
    CHECK_THROWS_AS(add_lora<float>(y, delta, narrow), shape_error);
    CHECK_THROWS_AS(add_lora<float>(narrow, delta, x), shape_error);
    CHECK_THROWS_AS(add_lora<float>(few, delta, x), shape_error);
    CHECK_THROWS_AS(make_lora(3, 5, {.rank = 0}, random), shape_error);
    CHECK_THROWS_AS(make_lora(0, 5, {}, random), shape_error);
}
