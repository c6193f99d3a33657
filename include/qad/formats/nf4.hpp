// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_FORMATS_NF4_HPP
#define QAD_FORMATS_NF4_HPP

#include <qad/formats/format.hpp> // code_format

#include <array>    // array
#include <concepts> // integral
#include <cstddef>  // size_t
#include <cstdint>  // uint8_t

namespace qad {

/// NormalFloat4: 16 levels that normal numbers, divided by the largest of them, fill evenly.
///
///   bits 4 · levels −1 … 1, 0 is one of them · 7 below zero, 8 above
///   finest step 0.0796 beside 0, coarsest 0.3038 at −1
///   reason to exist: the frozen base of QLoRA; weights look normal, so steps go where they are
///
/// Levels are quantiles of the normal distribution, 8 of its lower half and 9 of its upper,
/// the zero in common (Dettmers et al. 2023, "QLoRA", §3 and appendix E). The rounding is that
/// of bitsandbytes, whose files keep the codes: a value on the midpoint of two levels takes the
/// lower one. Beyond ±1 the end level stands; NaN gives 0: whoever quantizes looks for NaN
/// first, because no level can stand for it.
struct nf4 {
    static constexpr int bits = 4;
    static constexpr float largest = 1;

    static constexpr std::array<float, 16> levels = {
        -1.0f,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0.0f,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1.0f,
    };

    /// Where one level's share ends and the next one's begins: the float nearest to the middle.
    static constexpr std::array<float, 15> midpoints = [] {
        std::array<float, 15> middle{};
        for (std::size_t i = 0; i < 15; ++i) { middle[i] = (levels[i] + levels[i + 1]) / 2; }
        return middle;
    }();

    static constexpr std::uint8_t zero_index = 7;
    std::uint8_t index = zero_index;

    constexpr nf4() = default;
    /// From the index of a level. A float goes through `nearest`.
    explicit constexpr nf4(std::integral auto level)
        : index(static_cast<std::uint8_t>(level)) {}

    /// The nearest level; a midpoint belongs to the level below it.
    static constexpr nf4 nearest(float x) {
        if (x != x) { return {}; }
        unsigned passed = 0;
        for (float midpoint : midpoints) { passed += x > midpoint; }
        return from_code(passed);
    }
    explicit constexpr operator float() const { return levels[index]; }

    constexpr unsigned code() const { return index; }
    static constexpr nf4 from_code(unsigned code) {
        return nf4(code & 15);
    }
    constexpr bool operator==(nf4 const&) const = default;
};

static_assert(code_format<nf4> && sizeof(nf4) == 1);
static_assert(nf4::levels[nf4::zero_index] == 0);

} // namespace qad

#endif
