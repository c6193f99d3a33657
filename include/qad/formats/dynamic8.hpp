// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_FORMATS_DYNAMIC8_HPP
#define QAD_FORMATS_DYNAMIC8_HPP

#include <qad/formats/format.hpp> // code_format

#include <algorithm> // lower_bound
#include <array>     // array
#include <concepts>  // integral
#include <cstddef>   // size_t
#include <cstdint>   // uint8_t

namespace qad {

/// The signed dynamic 8-bit map: each decade below 1 has half the levels of the one above it.
///
///   bits 8 · 256 levels from −0.993 to 1: seven decades of ± values, 0, and 1
///   smallest 5.5·10⁻⁷; relative step 0.7 % at 1, 180 % at 10⁻⁶
///   reason to exist: the scales of nf4, quantized again; also optimizer states
///
/// Dettmers 2015, "8-Bit Approximations for Parallelism in Deep Learning", as bitsandbytes
/// builds it: decade i = 0 … 6 cuts [0.1, 1] into 2ⁱ equal parts and takes their middles times
/// 10ⁱ⁻⁶. There is no −1. A value on the midpoint of two levels takes the lower one; beyond the
/// ends the end level stands; NaN gives 0: whoever quantizes looks for NaN first.
struct dynamic8 {
    static constexpr int bits = 8;
    static constexpr float largest = 1;

    /// Ascending. Rounded as bitsandbytes rounds, so that its stored map has the same bits.
    static constexpr std::array<float, 256> levels = [] {
        std::array<float, 256> level{}; // [127] stays 0
        std::size_t above = 128;
        constexpr float powers[] = {1e-6f, 1e-5f, 1e-4f, 1e-3f, 1e-2f, 1e-1f, 1.0f};
        for (int decade = 0; decade < 7; ++decade) {
            float const power = powers[decade];
            int const parts = 1 << decade;
            // Edge k of [0.1, 1] in `parts` parts, counted from the nearer end, rounded once.
            float const width = (1.0f - 0.1f) / static_cast<float>(parts);
            auto const edge = [&](int k) {
                bool const low = k < (parts + 1) / 2;
                return static_cast<float>(low ? 0.1f + double{width} * k
                                              : 1 - double{width} * (parts - k));
            };
            for (int k = 0; k < parts; ++k, ++above) {
                level[above] = (edge(k) + edge(k + 1)) / 2 * power;
                level[254 - above] = -level[above];
            }
        }
        level[255] = 1;
        return level;
    }();

    /// Where one level's share ends and the next one's begins.
    static constexpr std::array<float, 255> midpoints = [] {
        std::array<float, 255> middle{};
        for (std::size_t i = 0; i < 255; ++i) { middle[i] = (levels[i] + levels[i + 1]) / 2; }
        return middle;
    }();

    static constexpr std::uint8_t zero_index = 127;
    std::uint8_t index = zero_index;

    constexpr dynamic8() = default;
    /// From the index of a level. A float goes through `nearest`.
    explicit constexpr dynamic8(std::integral auto level)
        : index(static_cast<std::uint8_t>(level)) {}

    /// The nearest level; a midpoint belongs to the level below it.
    static constexpr dynamic8 nearest(float x) {
        if (x != x) { return {}; }
        auto const first = std::lower_bound(midpoints.begin(), midpoints.end(), x);
        return from_code(static_cast<unsigned>(first - midpoints.begin()));
    }
    explicit constexpr operator float() const { return levels[index]; }

    constexpr unsigned code() const { return index; }
    static constexpr dynamic8 from_code(unsigned code) {
        return dynamic8(code & 255);
    }
    constexpr bool operator==(dynamic8 const&) const = default;
};

static_assert(code_format<dynamic8> && sizeof(dynamic8) == 1);
static_assert(dynamic8::levels[dynamic8::zero_index] == 0);

} // namespace qad

#endif
