// SPDX-License-Identifier: MIT
// A program outside the tree: quantizes a matrix and holds the result to the law of chapter 3.1.
#include <qad/core/matrix.hpp>     // matrix
#include <qad/core/random.hpp>     // generator
#include <qad/formats/integer.hpp> // int4
#include <qad/quantize/round.hpp>  // quantize

#include <cmath>  // abs
#include <cstdio> // printf

int main() {
    qad::matrix<float> w(8, 64);
    qad::generator random(1);
    for (qad::index_t i = 0; i < w.rows(); ++i) {
        for (float& weight : w.row(i)) { weight = static_cast<float>(random.normal()); }
    }
    auto const q = qad::quantize<qad::int4>(w.view(), qad::per_group(32));

    // In range, rounding is off by half a step at most; one part in 2²³ more for float arithmetic.
    for (qad::index_t i = 0; i < w.rows(); ++i) {
        for (qad::index_t j = 0; j < w.cols(); ++j) {
            float const bound = q.scale(i, q.group_of(j)) * 0.5f * (1.0f + 0x1p-20f);
            if (!(std::abs(w(i, j) - q(i, j)) <= bound)) {
                std::printf("weight %ld %ld is off by more than half a step\n",
                            static_cast<long>(i), static_cast<long>(j));
                return 1;
            }
        }
    }
    std::printf("%.2f bits per weight\n", q.bits_per_weight());
}
