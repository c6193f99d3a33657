// SPDX-License-Identifier: MIT
// Activations as int8 codes, made anew for every product.
#ifndef QAD_SIMD_ACTIVATION_HPP
#define QAD_SIMD_ACTIVATION_HPP

#include <qad/core/matrix.hpp> // matrix, matrix_view
#include <qad/core/team.hpp>   // parallel
#include <qad/simd/isa.hpp>    // isa::native

#include <algorithm> // max, fill
#include <bit>       // bit_cast
#include <cstdint>   // int8_t
#include <limits>    // numeric_limits
#include <span>      // span

namespace qad {

/// Quantizes the Block columns x of one token, s = max|x| / 127, code = round(x / s): |x −
/// s·code| ≤ s/2; `sum` is the sum of the codes. NaN and infinity have no code: they make the
/// scale NaN, and with it every product. Below 10⁻³⁶, where 1/s overflows, a block is 0. Loops
/// of constant length become vector code.
template <class Isa, index_t Block>
void quantize_block(float const* x, std::int8_t* codes, float& scale, std::int32_t& sum) {
    // Magnitudes of floats compare as their bits do, and integers need no special order.
    std::int32_t bits = 0;
    for (index_t j = 0; j < Block; ++j) {
        bits = std::max(bits, std::bit_cast<std::int32_t>(x[j]) & 0x7fffffff);
    }
    float const largest = std::bit_cast<float>(bits);
    bool const finite = bits < 0x7f800000;
    sum = 0;
    if (!finite || largest < 1e-36f) {
        std::fill(codes, codes + Block, std::int8_t{0});
        scale = finite ? 0 : std::numeric_limits<float>::quiet_NaN();
        return;
    }
    scale = largest / 127;
    float const inverse = 127 / largest;
    std::int32_t rounded[Block];
    for (index_t j = 0; j < Block; ++j) {
        // Adding 1.5·2²³ rounds to nearest even, and leaves the integer in the lowest bits.
        constexpr float shift = 0x1.8p23f;
        rounded[j] = std::bit_cast<std::int32_t>(x[j] * inverse + shift) -
                     std::bit_cast<std::int32_t>(shift);
    }
    for (index_t j = 0; j < Block; ++j) { sum += rounded[j]; }
    for (index_t j = 0; j < Block; ++j) { codes[j] = static_cast<std::int8_t>(rounded[j]); }
}

/// The rows of x (tokens × columns) in int8, a scale for each block of 16, 32 or 64 columns, in
/// the order in which a product reads them: 16 tokens at a time, of them one block after the
/// other,
///
///   codes [token / 16][block][token % 16][column]
///   scales, sums [token / 16][block][token % 16]
///
/// so that kernels find everything at constant distances, and a block is a tile of AMX. What is
/// left over of the last block of columns counts as zeros.
template <class Isa> class activation {
  public:
    static constexpr index_t tile = 16; // tokens

    index_t rows() const { return rows_; }
    index_t block() const { return block_; }
    index_t blocks() const { return blocks_; } // in a row
    /// The codes of block 0 of a token; block b lies b · 16 · block() further.
    std::int8_t const* codes(index_t token) const {
        return codes_.data() + (token / tile * blocks_ * tile + token % tile) * block_;
    }
    /// Scale and sum of codes of block 0 of a token; those of block b lie 16·b further.
    float const* scales(index_t token) const { return scales_.data() + slot(token); }
    std::int32_t const* sums(index_t token) const { return sums_.data() + slot(token); }

    /// Quantizes x. With an `order`, column j of the result is column order[j] of x.
    void quantize(matrix_view<float const> x, index_t block,
                  std::span<std::int32_t const> order = {}) {
        rows_ = x.rows();
        block_ = block;
        blocks_ = ceil_div(x.cols(), block);
        index_t const slots = ceil_div(rows_, tile) * tile * blocks_;
        if (slots * block > codes_.size()) { codes_ = matrix<std::int8_t>(1, slots * block); }
        if (slots > scales_.size()) {
            scales_ = matrix<float>(1, slots);
            sums_ = matrix<std::int32_t>(1, slots);
        }
        // A fork costs as much as some 20,000 columns.
        parallel(rows_, std::max<index_t>(1, 20000 / std::max<index_t>(1, x.cols())),
                 [&](index_t begin, index_t end) {
                     for (index_t t = begin; t < end; ++t) {
                         switch (block) {
                         case 64: quantize_row<64>(x.row(t), t, order); break;
                         case 32: quantize_row<32>(x.row(t), t, order); break;
                         default: quantize_row<16>(x.row(t), t, order);
                         }
                     }
                 });
    }

  private:
    index_t slot(index_t token) const { return token / tile * blocks_ * tile + token % tile; }

    template <index_t Block> void quantize_row(std::span<float const> x, index_t t,
                                               std::span<std::int32_t const> order) {
        auto const cols = static_cast<index_t>(x.size());
        std::int8_t* to = codes_.data() + slot(t) * Block;
        float* scale = scales_.data() + slot(t);
        std::int32_t* sum = sums_.data() + slot(t);
        for (index_t b = 0; b < blocks_; ++b, to += tile * Block, scale += tile, sum += tile) {
            if (order.empty() && (b + 1) * Block <= cols) {
                quantize_block<Isa, Block>(x.data() + b * Block, to, *scale, *sum);
                continue;
            }
            float gathered[Block] = {};
            for (index_t j = 0; j < std::min(Block, cols - b * Block); ++j) {
                auto const at = static_cast<std::size_t>(b * Block + j);
                gathered[j] = x[order.empty() ? at : static_cast<std::size_t>(order[at])];
            }
            quantize_block<Isa, Block>(gathered, to, *scale, *sum);
        }
    }

    index_t rows_ = 0, block_ = 0, blocks_ = 0;
    matrix<std::int8_t> codes_;
    matrix<float> scales_;
    matrix<std::int32_t> sums_;
};

} // namespace qad

#endif
