// SPDX-License-Identifier: MIT
#include <qad/quantize/output_error.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <cmath>

using namespace qad;
using namespace qad::testing;

// Each y is a sum of n products in float: n·2⁻²⁴·Σ|x·e| off at most (Higham §3.1).
TEST_CASE("it is the sum of squared outputs, over several strips") {
    index_t const n = 24, outputs = 150, tokens = 30;
    auto const e = random_matrix(outputs, n, 111), x = random_matrix(tokens, n, 112);
    double sum = 0, slack = 0;
    for (index_t t = 0; t < tokens; ++t) {
        for (index_t o = 0; o < outputs; ++o) {
            double y = 0, size = 0;
            for (index_t j = 0; j < n; ++j) {
                y += double(x(t, j)) * double(e(o, j));
                size += std::fabs(double(x(t, j)) * double(e(o, j)));
            }
            double const off = n * 0x1p-24 * size;
            sum += y * y;
            slack += 2 * std::fabs(y) * off + off * off;
        }
    }
    CHECK(std::fabs(squared_output(e, x) - sum) <= slack);
    CHECK_THROWS_AS((void)squared_output(e, x.view().cols(0, 5)), shape_error);
}
