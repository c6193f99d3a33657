// SPDX-License-Identifier: MIT
#include <qad/adapt/low_rank.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
/// ‖M − up·down‖, added up number by number.
template <class T> double measured(matrix<T> const& m, low_rank<T> const& best) {
    double squares = 0;
    for (index_t i = 0; i < m.rows(); ++i) {
        for (index_t j = 0; j < m.cols(); ++j) {
            double sum = 0;
            for (index_t k = 0; k < best.rank(); ++k) {
                sum +=
                    static_cast<double>(best.up(i, k)) * static_cast<double>(best.down(k, j));
            }
            double const difference = static_cast<double>(m(i, j)) - sum;
            squares += difference * difference;
        }
    }
    return std::sqrt(squares);
}
/// Of rank `rank` but for noise.
matrix<double> planted(index_t rows, index_t cols, index_t rank, double noise) {
    auto const a = random_matrix<double>(rows, rank, 1),
               b = random_matrix<double>(rank, cols, 2);
    auto m = random_matrix<double>(rows, cols, 3);
    for (index_t i = 0; i < rows; ++i) {
        for (index_t j = 0; j < cols; ++j) {
            m(i, j) *= noise;
            for (index_t k = 0; k < rank; ++k) { m(i, j) += a(i, k) * b(k, j); }
        }
    }
    return m;
}
} // namespace

TEST_CASE(
    "what remains is the root of the dropped singular values squared (Eckart and Young)") {
    auto const m = planted(24, 16, 4, 0.1);
    for (index_t r : {1, 3, 4, 5, 15}) {
        auto const best = best_rank<double>(m, r);
        CHECK(std::abs(measured(m, best) - best.residual()) <= 1e-4 * best.residual());
    }
}

TEST_CASE("full rank leaves nothing, the planted rank leaves the noise") {
    auto const m = planted(12, 9, 3, 0);
    // Rounding of the factorization: some n·u of the norm; 2^-40 is a thousand times that.
    auto const full = best_rank<double>(m, 9);
    double const norm = std::hypot(full.singular_values[0], best_rank<double>(m, 1).residual());
    CHECK(measured(m, full) <= 0x1p-40 * norm);
    CHECK(measured(m, best_rank<double>(m, 3)) <= 0x1p-40 * norm);
    CHECK(measured(m, best_rank<double>(m, 2)) > 0.01 * norm);
}

TEST_CASE("singular values come sorted, and their squares add up to the norm's") {
    auto const m = random_matrix<double>(7, 11, 4);
    auto const best = best_rank<double>(m, 2);
    REQUIRE(best.singular_values.size() == 7);
    double squares = 0, wanted = 0;
    for (std::size_t k = 0; k < 7; ++k) {
        squares += best.singular_values[k] * best.singular_values[k];
        if (k > 0) { CHECK(best.singular_values[k] <= best.singular_values[k - 1]); }
    }
    for (index_t i = 0; i < m.size(); ++i) { wanted += m.data()[i] * m.data()[i]; }
    CHECK(std::abs(squares - wanted) <= 0x1p-44 * wanted); // 77 squares, each to a few u
}

TEST_CASE("nothing of that rank is closer: no neighbour of the best one is") {
    // Eckart and Young again, from the other side: changes of the factors in 200 random
    // directions.
    auto const m = planted(10, 8, 5, 0.3);
    auto const best = best_rank<double>(m, 2);
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        low_rank<double> other = best;
        auto const up = random_matrix<double>(10, 2, 100 + seed);
        auto const down = random_matrix<double>(2, 8, 500 + seed);
        for (index_t i = 0; i < up.size(); ++i) { other.up.data()[i] += 0.01 * up.data()[i]; }
        for (index_t i = 0; i < down.size(); ++i) {
            other.down.data()[i] += 0.01 * down.data()[i];
        }
        CHECK(measured(m, other) > best.residual());
    }
}

TEST_CASE("as an adapter it adds the change itself, at factor 1") {
    auto const change = planted(6, 5, 2, 0);
    auto const delta = nearest_lora<double>(change, 2);
    CHECK(delta.scale() == 1);
    matrix<double> identity(5, 5), y(5, 6);
    for (index_t i = 0; i < 5; ++i) { identity(i, i) = 1; }
    add_lora<double>(y, delta, identity); // row i is column i of the change
    for (index_t i = 0; i < 5; ++i) {
        for (index_t o = 0; o < 6; ++o) {
            CHECK(std::abs(y(i, o) - change(o, i)) <= 0x1p-40 * 10);
        }
    }
}

TEST_CASE("float matrices keep float factors; impossible ranks are refused") {
    auto const m = random_matrix<float>(6, 4, 5);
    auto const best = best_rank<float>(m, 4);
    // Factors rounded to float: each product of 4 terms is off by some 4·2u of its size.
    CHECK(measured(m, best) <= 16 * 0x1p-24 * best.singular_values[0] * 4);
    CHECK_THROWS_AS(best_rank<float>(m, 0), shape_error);
    CHECK_THROWS_AS(best_rank<float>(m, 5), shape_error);
}
