// SPDX-License-Identifier: MIT
#include <qad/quantize/granularity.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

// Scales are stored as scale_rows × groups: 1 × 1, rows × 1, rows × cols / size.
TEST_CASE("the three granularities count their scales") {
    CHECK(per_tensor().scale_rows(6) * per_tensor().groups(128) == 1);
    CHECK(per_channel().scale_rows(6) * per_channel().groups(128) == 6);
    CHECK(per_group(32).scale_rows(6) * per_group(32).groups(128) == 24);
    CHECK(per_group(32).group(128) == 32);
    CHECK(per_channel().group(128) == 128);
    static_assert(per_group(64) == per_group(64) && per_group(64) != per_group(32));
}

// A ragged last group would be a format of its own, which no other program loads.
TEST_CASE("a group that does not divide the columns is an error that says what to do") {
    auto const message = message_of<shape_error>([] { (void)per_group(64).groups(1000); });
    CHECK(message.find("group 64 does not divide 1000 columns") != std::string::npos);
    CHECK(message.find("chapter 3.3") != std::string::npos);
    CHECK_THROWS_AS((void)per_group(0), shape_error);
    CHECK_THROWS_AS((void)per_group(-1), shape_error);
}

TEST_CASE("granularities have the chapter's names") {
    CHECK(per_tensor().name() == "per tensor");
    CHECK(per_channel().name() == "per channel");
    CHECK(per_group(64).name() == "per group of 64");
}
