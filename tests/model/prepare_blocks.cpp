// SPDX-License-Identifier: MIT
#include <qad/model/prepare_blocks.hpp>

#include <doctest/doctest.h>

#include <qad/simd/multiply.hpp>

#include "support/random_blocks.hpp"
#include "support/random_matrix.hpp"
#include "support/same_codes.hpp"

using namespace qad;

TEST_CASE("panels of every block type stand for exactly the weights of the blocks") {
    for (ggml_type type : test::block_types) {
        CAPTURE(facts(type).name);
        auto const blocks = test::random_blocks(type, 19, 512, 0.1, 31);
        auto const fast = prepare(simd, blocks);
        REQUIRE(fast.quantized() != nullptr);
        matrix<float> got(19, 512);
        for (index_t i = 0; i < 19; ++i) { decode_row<float>(fast, i, got.row(i)); }
        CHECK(test::same_bits(got, dequantize(blocks)));
        // In memory: 4 or 8 bits for a code, and for scales what the file takes, up to cache lines.
        double const expected = with_layout(type, []<class E>() -> double {
            if constexpr (ggml_block_format<E>) {
                double const scale = stepped<E> ? 8.0 / E::group + 16.0 / E::size : 16.0 / E::group;
                return (E::highest - E::lowest < 16 ? 4 : 8) + scale * (lowered<E> ? 2 : 1);
            }
            return 0;
        });
        double const bits = 8.0 * static_cast<double>(fast.bytes()) / (32 * 512);
        if (dot_ops<isa::native>::has_fp16) { CHECK(bits <= expected + 0.25); }
    }
}

TEST_CASE("products of every block type stay within the rounding of the activations") {
    // The contract of multiply(simd): s_x/2 · Σ|ŵ| for each block of activations, and a float sum of
    // two terms for each, whose magnitudes are at most max|x| · Σ(|ŵ| + 2·|low|), |low| ≤ 0.1.
    for (ggml_type type : test::block_types) {
        CAPTURE(facts(type).name);
        index_t const rows = 35, cols = 768, tokens = 11;
        auto const blocks = test::random_blocks(type, rows, cols, 0.1, 32);
        auto const fast = prepare(simd, blocks);
        auto const w = dequantize(blocks);
        auto const x = test::random_matrix<float>(tokens, cols, 33);
        matrix<float> y(tokens, rows);
        multiply(simd, y, fast, x);
        index_t const block = fast.quantized()->codes.block();
        bool fits = true;
        for (index_t t = 0; t < tokens; ++t) {
            for (index_t i = 0; i < rows; ++i) {
                double want = 0, bound = 0, magnitude = 0;
                for (index_t b = 0; b < cols; b += block) {
                    double largest = 0, sum = 0;
                    for (index_t j = b; j < b + block; ++j) {
                        want += static_cast<double>(w(i, j)) * static_cast<double>(x(t, j));
                        largest = std::max(largest, std::abs(static_cast<double>(x(t, j))));
                        sum += std::abs(static_cast<double>(w(i, j)));
                    }
                    bound += largest / 127 * (0.5 + 0x1p-15) * sum;
                    magnitude += largest * (sum + 0.2 * static_cast<double>(block));
                }
                bound += static_cast<double>(2 * cols / block + 3) * 0x1p-24 * magnitude;
                fits = fits && std::abs(static_cast<double>(y(t, i)) - want) <= bound;
            }
        }
        CHECK(fits);
    }
}
