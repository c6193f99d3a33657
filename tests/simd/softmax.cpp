// SPDX-License-Identifier: MIT
#include <qad/simd/softmax.hpp>

#include <doctest/doctest.h>

#include <cmath>  // exp, fabs
#include <vector> // vector

using namespace qad;

TEST_CASE(
    "the largest score is found at every place of every length, and the exponentials add up") {
    for (index_t count = 1; count <= 3 * batch_size + 1; ++count) {
        for (index_t at = 0; at < count; ++at) {
            std::vector<float> x(static_cast<std::size_t>(count), -3.0f);
            x[static_cast<std::size_t>(at)] = 2.0f;
            CHECK(largest_of(x.data(), count) == 2.0f);
            float const total = exponentials(x.data(), count, 2.0f);
            double const want = 1 + static_cast<double>(count - 1) * std::exp(-5.0);
            // Each term within 2⁻²² (fast_exp), the float sum within count · 2⁻²⁴.
            CHECK(std::fabs(total - want) <=
                  want * (0x1p-22 + static_cast<double>(count) * 0x1p-24));
        }
    }
}
