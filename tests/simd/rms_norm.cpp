// SPDX-License-Identifier: MIT
#include <qad/simd/rms_norm.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

#include <vector> // vector

using namespace qad;

TEST_CASE("the norm is the readable loop's within a float sum's error, for every width") {
    generator g(3);
    for (index_t cols = 1; cols <= 2 * batch_size + 3; ++cols) {
        for (index_t rows : {1, 2, 70}) {
            matrix<float> x(rows, cols + 1), fast(rows, cols);
            matrix<double> exact(rows, cols), x64(rows, cols);
            std::vector<float> weight(static_cast<std::size_t>(cols));
            std::vector<double> weight64(weight.size());
            for (index_t t = 0; t < rows; ++t) {
                for (index_t j = 0; j < cols; ++j) {
                    x(t, j) = static_cast<float>(g.normal());
                    x64(t, j) = x(t, j);
                }
            }
            for (std::size_t j = 0; j < weight.size(); ++j) {
                weight[j] = static_cast<float>(g.uniform(0.5, 2));
                weight64[j] = weight[j];
            }
            rms_norm<float>(simd, fast, x.view().cols(0, cols), std::span<float const>(weight),
                            1e-5f);
            rms_norm<double>(ref, exact, x64.view(), std::span<double const>(weight64),
                             double{1e-5f});
            for (index_t t = 0; t < rows; ++t) {
                for (index_t j = 0; j < cols; ++j) {
                    // The sum of squares errs by (cols + 1)·2⁻²⁴ of itself, its root by half of
                    // that; then division, root and two products round once each.
                    double const bound =
                        (static_cast<double>(cols) / 2 + 6) * 0x1p-24 * std::fabs(exact(t, j));
                    CHECK(std::fabs(fast(t, j) - exact(t, j)) <= bound);
                }
            }
        }
    }
}
