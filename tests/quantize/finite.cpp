// SPDX-License-Identifier: MIT
#include <qad/quantize/finite.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <limits>

using namespace qad;
using namespace qad::testing;

// Which weight it is decides where one has to look: the message must say row and column.
TEST_CASE("NaN and infinities are refused by row and column") {
    for (float bad :
         {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
          std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
        auto w = random_matrix(5, 9, 1);
        w(3, 7) = bad;
        w(4, 0) = bad;
        auto const message = message_of<shape_error>([&] { check_finite(w); });
        CHECK(message.find("row 3, column 7") != std::string::npos);
    }
}

// The largest numbers are still numbers; so are -0 and the subnormal ones.
TEST_CASE("every finite float passes") {
    using limits = std::numeric_limits<float>;
    auto const w = rows_of(
        {{limits::max(), limits::lowest(), limits::denorm_min(), -0.0f, limits::min()}});
    CHECK_NOTHROW(check_finite(w));
}

// A view has gaps between its rows; what lies in a gap is none of its business.
TEST_CASE("only the elements of the view are looked at") {
    auto w = random_matrix(4, 8, 2);
    w(2, 7) = std::numeric_limits<float>::quiet_NaN();
    CHECK_NOTHROW(check_finite(w.view().cols(0, 7)));
    CHECK_THROWS_AS(check_finite(w), shape_error);
}
