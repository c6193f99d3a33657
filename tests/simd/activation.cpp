// SPDX-License-Identifier: MIT
#include <qad/simd/activation.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

#include <cmath>  // fabs
#include <vector> // vector

using namespace qad;

TEST_CASE(
    "activations are within half a step of their codes, and sums are sums, in tile order") {
    generator g(1);
    for (index_t block : {32, 64}) {
        for (index_t cols : {1, 31, 32, 64, 65, 200}) {
            matrix<float> x(19, cols);
            for (index_t t = 0; t < 19; ++t) {
                for (float& value : x.row(t)) { value = static_cast<float>(g.normal()); }
            }
            activation<isa::native> a;
            a.quantize(x, block);
            REQUIRE(a.blocks() == ceil_div(cols, block));
            for (index_t t = 0; t < 19; ++t) {
                for (index_t b = 0; b < a.blocks(); ++b) {
                    float const scale = a.scales(t)[16 * b];
                    int sum = 0;
                    for (index_t j = 0; j < block; ++j) {
                        int const code = a.codes(t)[16 * b * block + j];
                        sum += code;
                        index_t const column = b * block + j;
                        float const value = column < cols ? x(t, column) : 0.0f;
                        // Half a step, and the rounding of x/s and of s itself (some 2⁻²² of
                        // 127 steps).
                        CHECK(std::fabs(value - scale * static_cast<float>(code)) <=
                              scale * (0.5f + 0x1p-14f));
                        CHECK(std::abs(code) <= 127);
                    }
                    CHECK(a.sums(t)[16 * b] == sum);
                }
            }
        }
    }
}

TEST_CASE("blocks of zeros, of next to nothing and of NaN are what they should be") {
    matrix<float> x(3, 32);
    x(1, 3) = 1e-40f;
    x(2, 31) = std::numeric_limits<float>::quiet_NaN();
    activation<isa::native> a;
    a.quantize(x, 32);
    CHECK(a.scales(0)[0] == 0.0f);
    CHECK(a.scales(1)[0] == 0.0f);
    CHECK(std::isnan(a.scales(2)[0]));
    for (index_t t = 0; t < 3; ++t) {
        for (index_t j = 0; j < 32; ++j) { CHECK(a.codes(t)[j] == 0); }
    }
}

TEST_CASE("an order gathers the columns") {
    matrix<float> x(1, 32);
    std::vector<std::int32_t> order;
    for (index_t j = 0; j < 32; ++j) {
        x(0, j) = static_cast<float>(j == 0 ? 127 : j);
        order.push_back(static_cast<std::int32_t>(31 - j));
    }
    activation<isa::native> a;
    a.quantize(x, 32, order);
    for (index_t j = 0; j < 32; ++j) { CHECK(a.codes(0)[j] == static_cast<int>(x(0, 31 - j))); }
}
