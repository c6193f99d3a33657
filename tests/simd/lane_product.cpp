// SPDX-License-Identifier: MIT
#include <qad/simd/lane_product.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("the product is exact on small integers, for every shape, straight and transposed") {
    for (index_t rows : {1, 3, 4, 5, 9}) {
        for (index_t registers : {1, 2, 6, 7, 13}) {
            for (index_t inner : {1, 2, 33}) {
                index_t const lanes = registers * batch_size;
                matrix<float> a(rows, inner), turned(inner, rows), b(inner, lanes),
                    c(rows, lanes);
                for (index_t i = 0; i < rows; ++i) {
                    for (index_t k = 0; k < inner; ++k) {
                        a(i, k) = turned(k, i) = static_cast<float>((3 * i + 5 * k) % 7 - 3);
                    }
                    for (index_t l = 0; l < lanes; ++l) { c(i, l) = 1000; }
                }
                for (index_t k = 0; k < inner; ++k) {
                    for (index_t l = 0; l < lanes; ++l) {
                        b(k, l) = static_cast<float>((k + 2 * l) % 11 - 5);
                    }
                }
                lane_product<false>(c, {a.data(), inner, 1}, b);
                lane_product<true>(c, {turned.data(), 1, rows}, b); // twice the same
                for (index_t i = 0; i < rows; ++i) {
                    for (index_t l = 0; l < lanes; ++l) {
                        float want = 0;
                        for (index_t k = 0; k < inner; ++k) { want += 2 * a(i, k) * b(k, l); }
                        REQUIRE(c(i, l) == want);
                    }
                }
            }
        }
    }
}
