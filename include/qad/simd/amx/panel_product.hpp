// SPDX-License-Identifier: MIT
// A panel of a quantized weight times 16 tokens at a time with AMX tiles.
#ifndef QAD_SIMD_AMX_PANEL_PRODUCT_HPP
#define QAD_SIMD_AMX_PANEL_PRODUCT_HPP

#include <qad/simd/activation.hpp> // activation
#include <qad/simd/panels.hpp>     // panels

#if defined(QAD_SIMD_AMX)

#include <qad/simd/amx/tiles.hpp> // tile_shapes

namespace qad {

/// Panels with their codes as signed bytes and their zero points taken off: what a tile
/// multiplies. A code of 8 bits with a zero point needs nine, and groups of 16 columns fill a
/// quarter of a tile: such weights, and those with low ends, stay with the AVX-512 kernel.
class tile_panels {
  public:
    static bool fits(panels<isa::amx> const& w) {
        bool const plain = w.offset() == w.bias() && !w.has_lows() && w.block() >= 32;
        return plain && (w.bits() == 4 || !w.has_offsets());
    }

    /// Panels [begin, end) of w.
    void unpack(panels<isa::amx> const& w, index_t begin, index_t end) {
        first_ = begin;
        panel_bytes_ = 16 * w.block() * w.blocks();
        if (bytes_.size() < panel_bytes_ * (end - begin)) {
            bytes_ = matrix<std::uint8_t>(1, panel_bytes_ * (end - begin));
        }
        for (index_t p = begin; p < end; ++p) { unpack(w, p); }
    }
    std::uint8_t const* panel(index_t p) const {
        return bytes_.data() + (p - first_) * panel_bytes_;
    }

  private:
    void unpack(panels<isa::amx> const& w, index_t p) {
        index_t const block_bytes = 16 * w.block(), per_group = w.blocks() / w.groups();
        std::uint8_t const* from = w.codes(p);
        std::uint8_t* to = bytes_.data() + (p - first_) * panel_bytes_;
        for (index_t b = 0; b < w.blocks(); ++b, to += block_bytes) {
            if (w.bits() == 8) {
                for (index_t i = 0; i < block_bytes; i += 64, from += 64) {
                    __m512i const flip = _mm512_set1_epi8(static_cast<char>(0x80)); // −128
                    _mm512_store_si512(to + i, _mm512_xor_si512(_mm512_load_si512(from), flip));
                }
                continue;
            }
            // The offset of each row in all four bytes of its place.
            __m512i offset = _mm512_set1_epi8(8);
            if (w.has_offsets()) {
                auto const* at = reinterpret_cast<__m256i const*>(w.offsets(p, b / per_group));
                __m512i const wide =
                    _mm512_maskz_cvtepi16_epi32(0xffff, _mm256_loadu_si256(at));
                offset = _mm512_mullo_epi32(wide, _mm512_set1_epi32(0x01010101));
            }
            __m512i const low = _mm512_set1_epi8(15);
            for (index_t i = 0; i < block_bytes; i += 128, from += 64) {
                __m512i const both = _mm512_load_si512(from);
                __m512i const first = _mm512_and_si512(both, low);
                __m512i const second = _mm512_and_si512(_mm512_srli_epi16(both, 4), low);
                _mm512_store_si512(to + i, _mm512_sub_epi8(first, offset));
                _mm512_store_si512(to + i + 64, _mm512_sub_epi8(second, offset));
            }
        }
    }

    index_t first_ = 0, panel_bytes_ = 0;
    matrix<std::uint8_t> bytes_;
};

/// dots = tile 4 · tile 6, by way of tile `sum` (tiles are named in the code, not by a number).
inline void multiply_and_store(std::int32_t (&dots)[16][16], index_t sum) {
    switch (sum) {
    case 0:
        _tile_zero(0);
        _tile_dpbssd(0, 4, 6);
        _tile_stored(0, dots, 64);
        break;
    case 1:
        _tile_zero(1);
        _tile_dpbssd(1, 4, 6);
        _tile_stored(1, dots, 64);
        break;
    case 2:
        _tile_zero(2);
        _tile_dpbssd(2, 4, 6);
        _tile_stored(2, dots, 64);
        break;
    default:
        _tile_zero(3);
        _tile_dpbssd(3, 4, 6);
        _tile_stored(3, dots, 64);
    }
}

/// Tokens [first, first + 16) times panel p, the same numbers as `multiply_panel`: exact
/// integer sums over a block, then one multiply-add for each block. The sums of a block leave
/// their tile through memory, which takes long, so they are looked at three blocks later.
inline void multiply_tile(matrix_view<float> y, panels<isa::amx> const& w,
                          tile_panels const& codes, index_t p, activation<isa::amx> const& x,
                          index_t first) {
    using ops = dot_ops<isa::amx>;
    constexpr index_t lag = 3;
    index_t const block = w.block(), blocks = w.blocks(), per_group = blocks / w.groups();
    alignas(64) std::int32_t dots[4][16][16];
    __m512 total[16];
    for (auto& sum : total) { sum = _mm512_setzero_ps(); }
    std::int8_t const* left = x.codes(first);
    std::uint8_t const* right = codes.panel(p);
    float const* x_scale = x.scales(first);

    auto scale = w.scales(p, 0);
    for (index_t b = 0, group = 0, members = per_group; b < blocks + lag; ++b) {
        if (b < blocks) {
            _tile_loadd(4, left + b * 16 * block, block);
            _tile_loadd(6, right + b * 16 * block, 64);
            multiply_and_store(dots[b % 4], b % 4);
        }
        if (b < lag) { continue; }
        if (members == 0) {
            members = per_group;
            scale = w.scales(p, ++group);
        }
        --members;
        auto const& dot = dots[(b - lag) % 4];
#pragma GCC unroll 16
        for (int t = 0; t < 16; ++t) {
            total[t] = ops::accumulate(total[t], scale, x_scale[t], _mm512_load_si512(dot[t]));
        }
        x_scale += 16;
    }
#pragma GCC unroll 16
    for (int t = 0; t < 16; ++t) { ops::store(&y(first + t, p * 16), total[t], w.rows_of(p)); }
}

/// Panels [begin, end) times all tokens but the last few that fill no tile; returns how many it
/// did.
inline index_t multiply_tiles(matrix_view<float> y, panels<isa::amx> const& w,
                              activation<isa::amx> const& x, index_t begin, index_t end) {
    index_t const whole = x.rows() / 16 * 16;
    if (whole == 0 || !tile_panels::fits(w) || !tiles_granted()) { return 0; }
    thread_local tile_panels codes;
    tile_shapes const shapes(static_cast<int>(w.block()));
    // As many panels as the second cache level holds; then token by token, so that outputs are
    // written along their rows: down the columns each would be on a page of its own.
    index_t const chunk = std::max<index_t>(1, 512 * 1024 / (16 * w.block() * w.blocks()));
    for (index_t first = begin; first < end; first += chunk) {
        index_t const past = std::min(first + chunk, end);
        codes.unpack(w, first, past);
        finish_writes();
        for (index_t t = 0; t < whole; t += 16) {
            for (index_t p = first; p < past; ++p) { multiply_tile(y, w, codes, p, x, t); }
        }
    }
    return whole;
}

} // namespace qad

#endif
#endif
