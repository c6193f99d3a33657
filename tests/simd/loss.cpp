// SPDX-License-Identifier: MIT
#include <qad/simd/loss.hpp>

#include <support/random_matrix.hpp>

#include <qad/layers/loss.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("loss and gradient of a row are the readable loop's") {
    for (index_t count : {1, 2, 15, 16, 17, 300, 4099}) {
        auto row = random_vector<float>(count, 5);
        for (float& x : row) { x *= 4; }
        auto const target = static_cast<std::int32_t>(count / 2);
        std::vector<double> exact(row.begin(), row.end());
        double const want = cross_entropy_row<double>(ref, exact, target, 0.5);
        double const got = cross_entropy_row<float>(simd, row, target, 0.5);
        // The sum of count positive floats in 16 parts or fewer, each term within 2⁻²².
        double const bound = (static_cast<double>(count) / 4 + 8) * 0x1p-24 + 0x1p-21;
        CHECK(std::abs(got - want) <= bound);
        for (index_t j = 0; j < count; ++j) {
            auto const at = static_cast<std::size_t>(j);
            CHECK(std::abs(row[at] - exact[at]) <= bound);
        }
    }
}

TEST_CASE("in place is what cross_entropy_gradient adds") {
    auto const logits = random_matrix<double>(1, 40, 6);
    std::int32_t const target[] = {7};
    matrix<double> added(1, 40), row = logits;
    cross_entropy_gradient<double>(added, logits, target, 3);
    double const loss = cross_entropy_row<double>(ref, row.row(0), 7, 3);
    CHECK(loss == cross_entropy<double>(logits, target));
    for (index_t j = 0; j < 40; ++j) {
        CHECK(std::abs(added(0, j) - row(0, j)) <= 4 * 3 * 0x1p-53);
    }
}

TEST_CASE("logits far apart overflow nothing") {
    std::vector<float> row = {-3000, 0, 3000};
    CHECK(cross_entropy_row<float>(simd, row, 2, 1) == 0);
    CHECK(row[2] == 0);
    row = {-3000, 0, 3000};
    CHECK(cross_entropy_row<float>(simd, row, 0, 1) == 6000);
    CHECK(row[0] == -1);
}
