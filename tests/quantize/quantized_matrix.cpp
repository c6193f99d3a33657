// SPDX-License-Identifier: MIT
#include <qad/formats/integer.hpp>
#include <qad/quantize/quantized_matrix.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

static scale_array ones(std::size_t count) {
    return scale_array(std::vector<float>(count, 1.0f));
}

// Reading one element and reading a row are two pieces of code with one meaning.
TEST_CASE("a decoded row is its elements, with zero points and column groups") {
    generator random(3);
    std::vector<float> scales;
    std::vector<int3> zeros;
    for (int k = 0; k < 5 * 4; ++k) {
        scales.push_back(static_cast<float>(random.uniform(0.1, 2)));
        zeros.push_back(int3::from_code(random.below(8)));
    }
    for (bool shuffled : {false, true}) {
        std::vector<std::int32_t> groups;
        for (int j = 0; shuffled && j < 12; ++j) {
            groups.push_back(static_cast<std::int32_t>(random.below(4)));
        }
        quantized_matrix<int3> q(5, 12, per_group(3), scale_array(scales), zeros, groups);
        for (index_t i = 0; i < 5; ++i) {
            for (index_t j = 0; j < 12; ++j) {
                q.set_code(i, j, int3::from_code(random.below(8)));
            }
        }
        std::vector<double> row(12);
        for (index_t i = 0; i < 5; ++i) {
            q.decode_row<double>(i, row);
            for (index_t j = 0; j < 12; ++j) {
                auto const slot = static_cast<std::size_t>(i * 4 + q.group_of(j));
                CHECK(q.group_of(j) ==
                      (shuffled ? groups[static_cast<std::size_t>(j)] : j / 3));
                CHECK(q(i, j) == scales[slot] * (static_cast<float>(q.code(i, j)) -
                                                 static_cast<float>(zeros[slot])));
                CHECK(row[static_cast<std::size_t>(j)] == q(i, j));
            }
        }
    }
}

// "4-bit" is never 4 bits (chapter 2.5): the scales are part of the price.
TEST_CASE("bits per weight count scales and zero points") {
    auto const bits = [](granularity cut, scale_format format, bool zeros) {
        auto const slots = static_cast<std::size_t>(cut.scale_rows(64) * cut.groups(256));
        return quantized_matrix<int4>(64, 256, cut,
                                      scale_array(std::vector<float>(slots, 1.0f), format),
                                      std::vector<int4>(zeros ? slots : 0))
            .bits_per_weight();
    };
    CHECK(bits(per_group(128), scale_format::fp16, false) == 4.125);
    CHECK(bits(per_group(128), scale_format::fp16, true) == 4.15625);
    CHECK(bits(per_group(32), scale_format::fp16, false) == 4.5);
    CHECK(bits(per_group(64), scale_format::fp32, false) == 4.5);
    CHECK(bits(per_channel(), scale_format::fp32, false) == 4 + 32.0 / 256);
    CHECK(bits(per_tensor(), scale_format::fp32, false) == 4 + 32.0 / (64 * 256));
}

// A bundle that does not fit together must not come into being.
TEST_CASE("wrong numbers of scales, zero points or column groups are errors") {
    CHECK_THROWS_AS(quantized_matrix<int4>(4, 8, per_group(4), ones(7)), shape_error);
    CHECK_THROWS_AS(quantized_matrix<int4>(4, 8, per_group(3), ones(8)), shape_error);
    CHECK_THROWS_AS(quantized_matrix<int4>(4, 8, per_group(4), ones(8), std::vector<int4>(7)),
                    shape_error);
    CHECK_THROWS_AS(quantized_matrix<int4>(4, 8, per_group(4), ones(8), {}, {0, 1}),
                    shape_error);
    CHECK_THROWS_AS(
        quantized_matrix<int4>(4, 8, per_group(4), ones(8), {}, {0, 1, 2, 0, 0, 0, 0, 0}),
        shape_error);
    CHECK_NOTHROW(
        quantized_matrix<int4>(4, 8, per_group(4), ones(8), {}, {0, 1, 1, 0, 0, 0, 0, 0}));
}
