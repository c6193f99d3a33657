// SPDX-License-Identifier: MIT
// Exercise 2.2, "fp32, fp16, bf16, int8, int4": read chapters/2-formats/README.md#s2-2, then
// write these three. Judge it with  ./qad check 2.2   stuck?  ./qad hint 2.2
#pragma once
#include <bit>     // bit_cast
#include <cmath>   // ldexp
#include <cstdint> // uint16_t, uint32_t
#include "todo.hpp"

namespace learner {

/// The number that the 16 bits of a bf16 stand for. They are the upper half of a float.
inline float from_bf16(std::uint16_t code) {
    todo(code);
}

/// The bits of the bf16 nearest to x; where two are equally near, the one whose last bit is 0.
/// Past the largest it becomes infinity. A NaN stays a NaN (any of them).
inline std::uint16_t to_bf16(float x) {
    todo(x);
}

/// The number that the 16 bits of an fp16 stand for: sign s (1 bit), exponent e (5), mantissa m
/// (10). Exponent 1 to 30: ±(1 + m/1024) · 2^(e-15). Exponent 0: ±m/1024 · 2^-14. Exponent 31:
/// ±infinity where m is 0, else a NaN.
inline float from_fp16(std::uint16_t code) {
    todo(code);
}

} // namespace learner
