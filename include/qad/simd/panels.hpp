// SPDX-License-Identifier: MIT
// A quantized weight in the order in which a vector unit wants to read it.
#ifndef QAD_SIMD_PANELS_HPP
#define QAD_SIMD_PANELS_HPP

#include <qad/core/team.hpp>          // parallel
#include <qad/simd/panel_scales.hpp>  // panel_scales
#include <qad/simd/weight_memory.hpp> // packed_memory

#include <algorithm> // min
#include <cstring>   // memcpy
#include <vector>    // vector

namespace qad {

/// What panels are cut from: integer codes of at most `bits` bits, 4 or 8, in groups g of
/// columns, which are already in order.
///
///   ŵ[i][j] = scale(i, g) · (code(i, j) − zero(i, g)) − low(i, g)
struct panel_shape {
    index_t rows = 0, cols = 0, group = 0; // group: a multiple of 16, or all columns
    int bits = 8;
    bool has_zeros = false; // zero points that differ; without them all are
    int zero = 0;           // this
    bool has_lows = false;
    index_t span = 1; // groups that share a factor of their stepped scales (and lows)

    /// Columns that share one scale of the activations: 64 where the groups allow it.
    index_t block() const {
        return group % 64 == 0 || group == cols ? 64 : group % 32 == 0 ? 32 : 16;
    }
};

/// All of a weight: panels one after the other, each in one piece, so that a product reads
/// memory from the first byte to the last:
///
///   scales, lows            see panel_scales; lows are absent where there are none
///   offsets [group][row]    16 bits: bias + zero point; absent where zero points do not differ
///   codes                   see dot_ops
///
/// Each part begins at a cache line. Rows and columns are filled up with codes of value 0.
template <class Isa> class panels {
    using ops = dot_ops<Isa>;

  public:
    static constexpr index_t panel_rows = ops::rows;

    panels() = default;
    /// `code`, `scale`, `zero` and `low` are called with a row and a column or a group. Scales
    /// and lows are floats, or stepped_scales where a span of groups has one factor.
    template <class CodeOf, class ScaleOf, class ZeroOf, class LowOf>
    panels(panel_shape shape, CodeOf code, ScaleOf scale, ZeroOf zero, LowOf low)
        : shape_(shape), blocks_(ceil_div(shape.cols, shape.block())),
          groups_(shape.cols == 0 ? 0 : shape.cols / shape.group) {
        scales_ = {0, groups_, shape.span, all_half(scale)};
        lows_ = {scales_.end(), shape.has_lows ? groups_ : 0, shape.span, all_half(low)};
        offsets_at_ = lows_.end();
        codes_at_ = offsets_at_ + lines(shape.has_zeros ? groups_ * panel_rows * 2 : 0);
        panel_bytes_ = codes_at_ + lines(panel_rows * blocks_ * shape.block() * shape.bits / 8);
        bytes_ = packed_memory(checked_mul(count(), panel_bytes_));
        parallel(count(), 1, [&](index_t begin, index_t end) {
            for (index_t p = begin; p < end; ++p) { fill(p, code, scale, zero, low); }
        });
    }
    /// Without lows.
    template <class CodeOf, class ScaleOf, class ZeroOf>
    panels(panel_shape shape, CodeOf code, ScaleOf scale, ZeroOf zero)
        : panels(shape, code, scale, zero, [](index_t, index_t) { return 0.0f; }) {}

    index_t rows() const { return shape_.rows; }
    index_t cols() const { return shape_.cols; }
    int bits() const { return shape_.bits; }
    index_t block() const { return shape_.block(); }
    index_t blocks() const { return blocks_; }
    index_t groups() const { return groups_; }
    index_t count() const { return ceil_div(shape_.rows, panel_rows); }
    index_t bytes() const { return bytes_.size(); }
    /// Rows of panel p that exist.
    index_t rows_of(index_t p) const { return std::min(panel_rows, rows() - p * panel_rows); }

    /// scale[row] and low[row] of a group, in a register.
    auto scales(index_t p, index_t group) const { return scales_.load(panel(p), group); }
    auto lows(index_t p, index_t group) const { return lows_.load(panel(p), group); }
    bool has_lows() const { return shape_.has_lows; }
    bool has_offsets() const { return shape_.has_zeros; }
    std::int16_t const* offsets(index_t p, index_t group) const {
        return reinterpret_cast<std::int16_t const*>(panel(p) + offsets_at_) +
               group * panel_rows;
    }
    /// Without offsets: how far every code is above its value.
    int offset() const { return bias() + shape_.zero; }
    std::uint8_t const* codes(index_t p) const { return panel(p) + codes_at_; }

    /// One weight: for those who want a few of them back, slowly.
    float decode(index_t i, index_t j) const {
        index_t const p = i / panel_rows, r = i % panel_rows, group = j / shape_.group;
        alignas(64) float scale[panel_rows], low[panel_rows] = {};
        ops::store(scale, scales(p, group), panel_rows);
        if (has_lows()) { ops::store(low, lows(p, group), panel_rows); }
        std::uint8_t const byte = codes(p)[byte_of(r, j)];
        int const code = bits() == 8 ? (bias() == 0 ? static_cast<std::int8_t>(byte) : byte)
                                     : (j % 8 < 4 ? byte & 15 : byte >> 4);
        int const above = has_offsets() ? offsets(p, group)[r] : offset();
        return scale[r] * static_cast<float>(code - above) - low[r];
    }
    /// What was added to each code.
    int bias() const { return bits() == 4 ? ops::template bias<4> : ops::template bias<8>; }

  private:
    static index_t lines(index_t bytes) { return panel_scales<Isa>::lines(bytes); }
    /// Whether 16 bits say all factors, and this processor reads them fast.
    template <class ScaleOf> bool all_half(ScaleOf& scale) const {
        for (index_t i = 0; i < shape_.rows && ops::has_fp16; ++i) {
            for (index_t g = 0; g < groups_; g += shape_.span) {
                float const s = factor_of(scale(i, g));
                if (static_cast<float>(fp16::nearest(s)) != s) { return false; }
            }
        }
        return ops::has_fp16;
    }
    std::uint8_t const* panel(index_t p) const { return bytes_.data() + p * panel_bytes_; }
    index_t byte_of(index_t r, index_t j) const {
        index_t const step = bits() == 4 ? 8 : 4;
        return j / step * 4 * panel_rows + 4 * r + j % 4;
    }

    template <class CodeOf, class ScaleOf, class ZeroOf, class LowOf>
    void fill(index_t p, CodeOf& code, ScaleOf& scale, ZeroOf& zero, LowOf& low) {
        std::uint8_t* const at = bytes_.data() + p * panel_bytes_;
        std::uint8_t* const codes = at + codes_at_;
        int const shift = bias();
        // Fill up with codes of value 0, then write what exists.
        int const none = bits() == 4 ? 0x88 : shift;
        std::fill(at, codes, std::uint8_t{0});
        std::fill(codes, at + panel_bytes_, static_cast<std::uint8_t>(none));
        for (index_t r = 0; r < rows_of(p); ++r) {
            index_t const i = p * panel_rows + r;
            for (index_t g = 0; g < groups_; ++g) {
                scales_.store(at, r, g, scale(i, g));
                if (has_lows()) { lows_.store(at, r, g, low(i, g)); }
                if (has_offsets()) {
                    auto const offset = static_cast<std::int16_t>(shift + zero(i, g));
                    std::memcpy(at + offsets_at_ + 2 * (g * panel_rows + r), &offset, 2);
                }
            }
            for (index_t j = 0; j < cols(); ++j) {
                int const stored = code(i, j) + shift;
                std::uint8_t& byte = codes[byte_of(r, j)];
                if (bits() == 8) {
                    byte = static_cast<std::uint8_t>(stored);
                } else if (j % 8 < 4) {
                    byte = static_cast<std::uint8_t>((byte & 0xf0) | stored);
                } else {
                    byte = static_cast<std::uint8_t>((byte & 0x0f) | (stored << 4));
                }
            }
        }
    }

    panel_shape shape_;
    index_t blocks_ = 0, groups_ = 0, panel_bytes_ = 0, offsets_at_ = 0, codes_at_ = 0;
    panel_scales<Isa> scales_, lows_;
    packed_memory bytes_;
};

} // namespace qad

#endif
