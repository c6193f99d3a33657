// SPDX-License-Identifier: MIT
#include <qad/quantize/double_quantized.hpp>

#include <qad/formats/nf4.hpp>
#include <qad/quantize/round.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace qad;
using namespace qad::testing;

static float widest_gap() {
    float widest = 0;
    for (std::size_t k = 1; k < 256; ++k) {
        widest = std::max(widest, dynamic8::levels[k] - dynamic8::levels[k - 1]);
    }
    return widest;
}

// Nearest level, so half a gap at most, in units of the block's largest distance from the mean;
// below −0.993 there is no −1: the end costs 0.0071, less than half of the widest gap (0.0144).
// The subtraction, the division and the sum add 2⁻²⁴ each of what they round.
TEST_CASE("no scale moves more than half of the widest gap") {
    generator random(71);
    std::vector<float> scales;
    for (int k = 0; k < 1000; ++k) {
        scales.push_back(static_cast<float>(std::exp(0.3 * random.normal()) * 0.02));
    }
    double_quantized const twice(scales);
    CHECK(twice.block_scales().size() == 4);
    double const half = widest_gap() / 2.0;
    CHECK(half <= 0.0072);
    for (std::size_t i = 0; i < scales.size(); ++i) {
        double const largest = twice.block_scales()[i / 256];
        CHECK(std::fabs(double(twice[i]) - scales[i]) <=
              half * largest + 4 * 0x1p-24 * (largest + double(scales[i])));
    }
}

// Equal scales have no distance from their mean: nothing to quantize, nothing to lose.
TEST_CASE("equal scales come back as they are") {
    double_quantized const twice(std::vector<float>(300, 0.25f));
    for (std::size_t i = 0; i < 300; ++i) { CHECK(twice[i] == 0.25f); }
    CHECK(double_quantized(std::vector<float>{}).size() == 0);
}

// Chapter 5.4: 4 + 8/64 + 32/(64·256) = 4.127, and 32 bits for the offset of the whole matrix.
TEST_CASE("nf4 with doubly quantized scales stores 4.127 bits per weight") {
    auto const w = random_matrix(256, 512, 72, 0.02f);
    auto const once = quantize<nf4>(w, per_group(64));
    auto const twice =
        quantize<nf4>(w, per_group(64), {.scales = scale_format::double_quantized});
    CHECK(once.bits_per_weight() == 4.5);
    CHECK(twice.bits_per_weight() == 4 + 8.0 / 64 + 32.0 / (64 * 256) + 32.0 / (256 * 512));
    CHECK(std::round(1000 * twice.bits_per_weight()) == 4127);
}

// ŵ = s·level: nearest level for the stored s inside ±s, the end level outside of it.
TEST_CASE("codes are chosen for the scale that is stored") {
    auto const w = random_matrix(8, 256, 73, 0.02f);
    auto const q = quantize<nf4>(w, per_group(64), {.scales = scale_format::double_quantized});
    for (index_t i = 0; i < 8; ++i) {
        for (index_t j = 0; j < 256; ++j) {
            float const s = q.scale(i, j / 64), distance = std::fabs(w(i, j) - q(i, j));
            // Not farther than any level; the quotient's rounding decides between equals:
            // 2⁻²³·|w|.
            for (float level : nf4::levels) {
                CHECK(distance <=
                      std::fabs(w(i, j) - s * level) + 2 * std::fabs(w(i, j)) * 0x1p-23f);
            }
        }
    }
}

// Blocks of padding are common. Their scale stays 0 among the others, so that their neighbours
// keep theirs.
TEST_CASE("all-zero groups stay zero and do not coarsen the others") {
    auto w = random_matrix(4, 256, 74, 0.02f);
    auto const before =
        quantize<nf4>(w, per_group(64), {.scales = scale_format::double_quantized});
    for (index_t j = 64; j < 128; ++j) { w(2, j) = 0; }
    auto const q = quantize<nf4>(w, per_group(64), {.scales = scale_format::double_quantized});
    for (index_t j = 64; j < 128; ++j) { CHECK(q(2, j) == 0); }
    for (index_t g = 0; g < 4; ++g) {
        CHECK(std::fabs(q.scale(0, g) - before.scale(0, g)) < 0.1f * before.scale(0, g));
    }
}

// A file's parts must fit together.
TEST_CASE("parts from a file are checked") {
    CHECK_NOTHROW(double_quantized(std::vector<dynamic8>(257), {1.0f, 2.0f}, 0.5f));
    CHECK_THROWS_AS(double_quantized(std::vector<dynamic8>(257), {1.0f}, 0.5f), shape_error);
    double_quantized const twice({dynamic8::nearest(1.0f)}, {2.0f}, 0.5f);
    CHECK(twice[0] == 2.5f);
}
