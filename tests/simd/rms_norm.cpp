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

TEST_CASE("the gradient of the norm is the readable loop's, frozen weights or not") {
    generator g(6);
    for (index_t cols : {1, 15, 16, 70, 576}) {
        matrix<float> x(9, cols), dy(9, cols), dx(9, cols), silent(9, cols);
        matrix<double> x64(9, cols), dy64(9, cols), exact(9, cols);
        std::vector<float> weight(static_cast<std::size_t>(cols)), dw(weight.size(), 1.0f);
        std::vector<double> weight64(weight.size()), dw64(weight.size(), 1.0);
        for (std::size_t j = 0; j < weight.size(); ++j) {
            weight64[j] = weight[j] = static_cast<float>(1 + 0.3 * g.normal());
        }
        for (index_t i = 0; i < x.size(); ++i) {
            x64.data()[i] = x.data()[i] = static_cast<float>(g.normal());
            dy64.data()[i] = dy.data()[i] = static_cast<float>(g.normal());
            exact.data()[i] = dx.data()[i] = silent.data()[i] = 1; // added to
        }
        rms_norm_gradient<double>(ref, exact, dw64, dy64.view(), x64.view(), weight64, 1e-5);
        rms_norm_gradient<float>(simd, dx, dw, dy.view(), x.view(), weight, 1e-5f);
        rms_norm_gradient<float>(simd, silent, {}, dy.view(), x.view(), weight, 1e-5f);
        // Sums of cols terms of a few units in 16 parts or fewer; r is about 1, and at most
        // 1/√mean(x²) where a row is short: 30 for these numbers.
        double const bound = 30 * 30 * 30 * (static_cast<double>(cols) / 16 + 24) * 0x1p-24;
        for (index_t i = 0; i < x.size(); ++i) {
            CHECK(std::abs(dx.data()[i] - exact.data()[i]) <= (cols == 1 ? bound : bound / 100));
            CHECK(dx.data()[i] == silent.data()[i]);
        }
        for (std::size_t j = 0; j < weight.size(); ++j) {
            CHECK(std::abs(dw[j] - dw64[j]) <= 9 * 16 * 30 * 0x1p-24);
        }
    }
}
