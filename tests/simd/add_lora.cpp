// SPDX-License-Identifier: MIT
#include <qad/simd/add_lora.hpp>

#include <support/close.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

#include <array> // array
#include <cmath> // fabs

using namespace qad;
using namespace qad::test;

namespace {

lora random_lora(index_t outputs, index_t inputs, index_t rank, std::uint64_t seed) {
    return {random_matrix<float>(rank, inputs, seed),
            random_matrix<float>(outputs, rank, seed + 1), 2.0f * static_cast<float>(rank)};
}

/// Checks y = before + detour against the sum in double, within the bound of the contract.
void check(matrix_view<float const> y, matrix_view<float const> before, lora const& delta,
           matrix_view<float const> x) {
    double const scale = delta.scale();
    double worst = 0; // of the allowed
    for (index_t t = 0; t < x.rows(); ++t) {
        for (index_t i = 0; i < y.cols(); ++i) {
            double exact = 0, magnitude = 0;
            for (index_t k = 0; k < delta.rank(); ++k) {
                double thin = 0, size = 0;
                for (index_t j = 0; j < x.cols(); ++j) {
                    thin += double{delta.down(k, j)} * x(t, j);
                    size += std::fabs(double{delta.down(k, j)} * x(t, j));
                }
                exact += scale * delta.up(i, k) * thin;
                magnitude += scale * std::fabs(delta.up(i, k)) * size;
            }
            exact += before(t, i);
            double const terms = static_cast<double>(x.cols() + delta.rank() + 4);
            double const bound = 0x1p-24 * (terms * magnitude + std::fabs(exact));
            worst = std::max(worst, std::fabs(y(t, i) - exact) / bound);
        }
    }
    CHECK(worst <= 1);
}

} // namespace

TEST_CASE("the detour is the exact one within a float sum's error, for all shapes and counts") {
    // Ranks around the width of a register, outputs around a block, tokens on both paths.
    for (index_t rank : {1, 3, 4, 7, 8, 15, 16, 17, 33}) {
        for (index_t outputs : {1, 5, 16, 63, 64, 65, 130}) {
            lora const delta = random_lora(outputs, 37, rank, 1);
            for (index_t tokens : {1, 2, 7, 8, 9, 65}) {
                CAPTURE(rank);
                CAPTURE(outputs);
                CAPTURE(tokens);
                auto const x = random_matrix<float>(tokens, 37, 3);
                auto const before = random_matrix<float>(tokens, outputs, 4);
                matrix<float> y = before;
                add_lora<float>(simd, y.view(), delta, x.view());
                check(y, before, delta, x);
            }
        }
    }
}

TEST_CASE("several layers on one input are each alone, and a null adapter adds nothing") {
    for (index_t tokens : {1, 5, 40}) {
        auto const x = random_matrix<float>(tokens, 100, 5);
        lora const a = random_lora(70, 100, 8, 6), c = random_lora(33, 100, 20, 7);
        matrix<float> ya = random_matrix<float>(tokens, 70, 8),
                      yb = random_matrix<float>(tokens, 11, 9),
                      yc = random_matrix<float>(tokens, 33, 10);
        auto wa = ya, wb = yb, wc = yc;
        std::array const y{ya.view(), yb.view(), yc.view()};
        std::array<lora const*, 3> const delta{&a, nullptr, &c};
        add_lora<float>(simd, std::span<matrix_view<float> const>(y),
                        std::span<lora const* const>(delta), x.view());
        add_lora<float>(simd, wa.view(), a, x.view());
        add_lora<float>(simd, wc.view(), c, x.view());
        CHECK(same_bits(ya, wa));
        CHECK(same_bits(yb, wb));
        CHECK(same_bits(yc, wc));
    }
}

TEST_CASE("results depend on no number of threads, on both paths") {
    lora const delta = random_lora(3000, 4100, 24, 11);
    for (index_t tokens : {1, 4, 200}) {
        auto const x = random_matrix<float>(tokens, 4100, 12);
        matrix<float> one(tokens, 3000);
        set_threads(1);
        add_lora<float>(simd, one.view(), delta, x.view());
        for (int count : {2, 3, 5}) {
            matrix<float> more(tokens, 3000);
            set_threads(count);
            add_lora<float>(simd, more.view(), delta, x.view());
            CHECK(same_bits(one, more));
        }
    }
    set_threads(0);
}

TEST_CASE("rows of a wider matrix are read and written where they lie") {
    lora const delta = random_lora(20, 30, 4, 13);
    for (index_t tokens : {3, 20}) {
        auto const wide = random_matrix<float>(tokens, 50, 14);
        matrix<float> const x(wide.view().cols(7, 30));
        matrix<float> plain(tokens, 20), inside = filled<float>(tokens, 25, 1);
        auto const place = inside.view().cols(2, 20);
        for (index_t t = 0; t < tokens; ++t) {
            for (float& value : place.row(t)) { value = 0; }
        }
        add_lora<float>(simd, plain.view(), delta, x.view());
        add_lora<float>(simd, place, delta, wide.view().cols(7, 30));
        CHECK(same_bits<float>(plain.view(), place));
        for (index_t t = 0; t < tokens; ++t) {
            for (index_t j : {0, 1, 22, 23, 24}) { CHECK(inside(t, j) == 1); }
        }
    }
}

TEST_CASE("what does not fit is refused, before anything is written") {
    lora const delta = random_lora(3, 5, 2, 15);
    matrix<float> x(4, 5), y(4, 3), narrow(4, 4);
    CHECK_THROWS_AS(add_lora<float>(simd, y.view(), delta, narrow.view()), shape_error);
    CHECK_THROWS_AS(add_lora<float>(simd, narrow.view(), delta, x.view()), shape_error);
    std::array const two{y.view(), y.view()};
    std::array<lora const*, 1> const one{&delta};
    CHECK_THROWS_AS(add_lora<float>(simd, std::span<matrix_view<float> const>(two),
                                    std::span<lora const* const>(one), x.view()),
                    shape_error);
}
