// SPDX-License-Identifier: MIT
// Believes: a NaN is rounded like any other number.
#pragma once
#include "../reference/2.2-bits.hpp"

namespace mistaken {

using reference::from_bf16;
using reference::from_fp16;
inline std::uint16_t to_bf16(float x) {
    auto const u = std::bit_cast<std::uint32_t>(x);
    return static_cast<std::uint16_t>((u + 0x7fff + ((u >> 16) & 1)) >> 16);
}

} // namespace mistaken
