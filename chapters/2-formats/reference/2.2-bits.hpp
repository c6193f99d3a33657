// SPDX-License-Identifier: MIT
// The answer to exercise 2.2: the library's own formats.
#pragma once
#include <qad/formats/bf16.hpp> // bf16
#include <qad/formats/fp16.hpp> // fp16

namespace reference {

inline float from_bf16(std::uint16_t code) { return static_cast<float>(qad::bf16(code)); }
inline std::uint16_t to_bf16(float x) { return qad::bf16::nearest(x).code; }
inline float from_fp16(std::uint16_t code) { return static_cast<float>(qad::fp16(code)); }

} // namespace reference
