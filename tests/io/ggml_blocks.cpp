// SPDX-License-Identifier: MIT
#include <qad/io/ggml_blocks.hpp>

#include <qad/core/random.hpp> // generator

#include <doctest/doctest.h>

#include <algorithm> // max
#include <bit>       // bit_cast

using namespace qad;

namespace {
using block32 = std::array<float, 32>;

template <class Block> block32 decoded(Block const& block) {
    block32 x;
    decode_block(block, std::span<float>(x));
    return x;
}
} // namespace

TEST_CASE("the worked examples of the format's sheet come out bit for bit") {
    block32 x{};
    x[0] = 1.27f, x[1] = -0.635f, x[2] = 0.1f, x[31] = 0.014f;
    auto const eight = q8_0_block::nearest(x);
    CHECK(eight.d.code == 0x211f); // 0.01 as fp16
    CHECK(eight.q[0] == 127);
    CHECK(eight.q[1] == -64); // -63.5 rounds away from zero
    CHECK(eight.q[2] == 10);
    CHECK(eight.q[31] == 1);

    block32 y{};
    y[0] = -0.8f, y[1] = 0.4f, y[16] = 0.7f, y[17] = -0.03f;
    auto const four = q4_0_block::nearest(y);
    CHECK(four.d.code == 0x2e66); // 0.1 as fp16
    CHECK(four.q[0] == 0xf0);     // low nibble -8, high nibble +7
    CHECK(four.q[1] == 0x8c);
    for (std::size_t j = 2; j < 16; ++j) { CHECK(four.q[j] == 0x88); }
}

TEST_CASE("a block of zeros has scale 0 and stays zeros") {
    block32 const zeros{};
    for (std::size_t j = 0; j < 32; ++j) {
        CHECK(decoded(q8_0_block::nearest(zeros))[j] == 0);
        CHECK(decoded(q4_0_block::nearest(zeros))[j] == 0);
    }
}

TEST_CASE("the largest weight of a Q4_0 block is the one that -8 stands for") {
    // So the sign of the scale follows the extreme: +1 gives d = -1/8. Its mirror +8 does not
    // exist, which is why the code of -1 saturates to +7.
    block32 x{};
    x[3] = 1, x[20] = -1;
    auto const block = q4_0_block::nearest(x);
    CHECK(static_cast<float>(block.d) == -0.125f);
    CHECK(block.code(3) == -8);
    CHECK(decoded(block)[3] == 1.0f);
    CHECK(block.code(20) == 7);
    // Of two extremes the first decides.
    block32 y{};
    y[0] = -2, y[1] = 2;
    CHECK(static_cast<float>(q4_0_block::nearest(y).d) == 0.25f);
}

TEST_CASE("the error of a weight is at most half a step, and what fp16 does to the scale") {
    // Q8_0: |x - d'q| <= d/2 + |q| |d' - d|, with |d' - d| <= 2^-11 d (normal d) and |q| <= 127,
    // plus the two roundings of x·(1/d), each at most 127·2^-23 steps: together below 0.5625 d.
    // Q4_0: half a step inside the range, one step where +8 saturates to +7; |q| <= 8.
    generator random(11);
    for (int trial = 0; trial < 2000; ++trial) {
        block32 x;
        float largest = 0;
        for (float& value : x) {
            value = static_cast<float>(random.normal());
            largest = std::max(largest, std::abs(value));
        }
        auto const eight = q8_0_block::nearest(x);
        auto const four = q4_0_block::nearest(x);
        auto const x8 = decoded(eight), x4 = decoded(four);
        for (std::size_t j = 0; j < 32; ++j) {
            float const step8 = largest / 127, step4 = largest / 8;
            CHECK(std::abs(x[j] - x8[j]) <= 0.5625f * step8);
            float const bound = four.code(j) == 7 ? 1.01f : 0.505f;
            CHECK(std::abs(x[j] - x4[j]) <= bound * step4);
        }
    }
}

TEST_CASE("encoding what a block says gives the same block") {
    // d is its own extreme's eighth (or 127th), so codes and scale are a fixed point when the
    // scale is a power of two: no rounding anywhere.
    generator random(12);
    for (int trial = 0; trial < 200; ++trial) {
        q4_0_block four{fp16::nearest(0x1p-6f), {}};
        q8_0_block eight{fp16::nearest(0x1p-6f), {}};
        for (auto& pair : four.q) { pair = static_cast<std::uint8_t>(random.below(256)); }
        for (auto& q : eight.q) {
            q = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
        }
        four.q[0] = static_cast<std::uint8_t>(four.q[0] & 0xf0); // one code is -8
        eight.q[5] = 127;
        block32 const x = decoded(four), y = decoded(eight);
        CHECK(q4_0_block::nearest(x).d == four.d);
        CHECK(q4_0_block::nearest(x).q == four.q);
        CHECK(q8_0_block::nearest(y).d == eight.d);
        CHECK(q8_0_block::nearest(y).q == eight.q);
    }
}

TEST_CASE("Q4_0 rounds the product before it adds, as llama.cpp's reference does without FMA") {
    // The two differ for a few of the floats beside the edge between two codes, so those are tried.
    int differing = 0;
    generator random(13);
    for (int trial = 0; trial < 20000; ++trial) {
        block32 x{};
        x[0] = -static_cast<float>(random.uniform() + 0.5);
        float const inverse = 1.0f / (x[0] / -8.0f);
        float const edge = (static_cast<float>(random.below(14)) - 6.5f) / inverse;
        std::uint32_t const wiggle = static_cast<std::uint32_t>(random.below(3)) - 1;
        x[1] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(edge) + wiggle);
        float const volatile product = x[1] * inverse;
        float const volatile sum = product + 8.5f;
        int const expected = std::min(15, static_cast<int>(sum)) - 8;
        int const fused = std::min(15, static_cast<int>(std::fma(x[1], inverse, 8.5f))) - 8;
        differing += fused != expected;
        REQUIRE(q4_0_block::nearest(x).code(1) == expected);
    }
    CHECK(differing > 0); // the test would notice a fused one
}

TEST_CASE("a low end is subtracted after the scale, and levels replace codes") {
    q4_1_block one{fp16::nearest(0.5f), fp16::nearest(-3.0f), {}};
    one.q[2] = 0xf7;
    CHECK(decoded(one)[2] == 0.5f);   // 0.5 · 7 − 3
    CHECK(decoded(one)[18] == 4.5f);  // 0.5 · 15 − 3
    CHECK(decoded(one)[0] == -3.0f);
    q5_1_block five{fp16::nearest(0.5f), fp16::nearest(1.0f), {}, {}};
    five.high[3] = 0x80; // element 31
    CHECK(decoded(five)[31] == 9.0f); // 0.5 · 16 + 1
    q5_0_block lowest{fp16::nearest(0.25f), {}, {}};
    CHECK(decoded(lowest)[9] == -4.0f); // 0.25 · (0 − 16)
    mxfp4_block const power{127, {0x97}}; // nibbles 7 and 9
    CHECK(decoded(power)[0] == 6.0f);     // the largest number of FP4
    CHECK(decoded(power)[16] == -0.5f);
    iq4_nl_block const uneven{fp16::nearest(1.0f), {0x8f}};
    CHECK(decoded(uneven)[0] == 113.0f);
    CHECK(decoded(uneven)[16] == 1.0f);
}
