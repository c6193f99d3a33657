// SPDX-License-Identifier: MIT
// Believes: every mantissa has a 1 before its point, also where the exponent is 0.
#pragma once
#include "../reference/2.2-bits.hpp"

#include <cmath> // ldexp

namespace mistaken {

using reference::from_bf16;
using reference::to_bf16;
inline float from_fp16(std::uint16_t code) {
    int const exponent = (code >> 10) & 31, mantissa = code & 1023;
    if (exponent == 31) { return reference::from_fp16(code); }
    float const x = std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
    return (code & 0x8000) != 0 ? -x : x;
}

} // namespace mistaken
