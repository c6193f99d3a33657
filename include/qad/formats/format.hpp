// SPDX-License-Identifier: MIT
// Chapter 2.2, "fp32, fp16, bf16, int8, int4" — chapters/2-formats/README.md#s2-2
#ifndef QAD_FORMATS_FORMAT_HPP
#define QAD_FORMATS_FORMAT_HPP

#include <concepts> // same_as, convertible_to
#include <cstdint>  // uint16_t

namespace qad {

/// A number format: a few bits and what they mean. Rounding is in the name (`nearest`: to the
/// nearest value, ties to the even code), and nothing converts by itself, in either direction.
template <class T>
concept number_format = requires(T x, float f) {
    { T::bits } -> std::convertible_to<int>;
    { T::nearest(f) } -> std::same_as<T>;
    { static_cast<float>(x) } -> std::same_as<float>;
} && !std::convertible_to<float, T> && !std::convertible_to<T, float>;

/// A number format small enough to stand behind a shared scale: ŵ = scale · float(code).
/// `largest` is the end of the symmetric grid (7 for int4, 1 for nf4): scale = max|w|/largest.
/// `code()` and `from_code()` give and take the bare bits, right-aligned.
template <class T>
concept code_format = number_format<T> && requires(T x, unsigned code) {
    { T::largest } -> std::convertible_to<float>;
    { x.code() } -> std::same_as<unsigned>;
    { T::from_code(code) } -> std::same_as<T>;
};

} // namespace qad

#endif
