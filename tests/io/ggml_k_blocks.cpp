// SPDX-License-Identifier: MIT
#include <qad/io/ggml_k_blocks.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

// The whole of each format is compared with the gguf package in io/gguf_matrix; here is what can
// be seen by hand.
TEST_CASE("the twelve bytes of scales and minima are those of the format's sheet") {
    q4_k_block block{};
    block.scales = {0x41, 0x82, 0xc3, 0xc4, 0x45, 0x86, 0xc7, 0xc8, 0x21, 0x42, 0x63, 0xef};
    int const scales[] = {1, 2, 3, 4, 17, 34, 51, 63}, lows[] = {5, 6, 7, 8, 18, 36, 54, 62};
    for (std::size_t g = 0; g < 8; ++g) {
        CHECK(block.step(g) == scales[g]);
        CHECK(block.low_step(g) == lows[g]);
    }
}

/// Sets one bit of an empty block after the other: a bit of a code must move exactly one code,
/// or none (it belongs to the scales), and no two bits may mean the same.
template <class Block> void check_bits(int bits_of_a_code) {
    Block const empty{};
    std::set<std::pair<std::size_t, int>> moved;
    for (std::size_t bit = 0; bit < 8 * sizeof(Block); ++bit) {
        std::array<unsigned char, sizeof(Block)> raw{};
        raw[bit / 8] = static_cast<unsigned char>(1u << bit % 8);
        auto const block = std::bit_cast<Block>(raw);
        int changes = 0;
        for (std::size_t j = 0; j < Block::size; ++j) {
            int const step = block.code(j) - empty.code(j);
            if (step == 0) { continue; }
            ++changes;
            CHECK(moved.insert({j, step}).second);
        }
        CHECK(changes <= 1);
    }
    CHECK(moved.size() == Block::size * static_cast<std::size_t>(bits_of_a_code));
}

TEST_CASE("every bit of every code has its place") {
    check_bits<q2_k_block>(2);
    check_bits<q3_k_block>(3);
    check_bits<q4_k_block>(4);
    check_bits<q5_k_block>(5);
    check_bits<q6_k_block>(6);
    check_bits<iq4_xs_block>(4);
}
