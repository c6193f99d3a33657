// SPDX-License-Identifier: MIT
// Believes: what makes a NaN a NaN stands in its upper half.
#pragma once
#include "../reference/2.2-bits.hpp"

namespace mistaken {

using reference::from_bf16;
using reference::from_fp16;
inline std::uint16_t to_bf16(float x) {
    if (x != x) { return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16); }
    return reference::to_bf16(x);
}

} // namespace mistaken
