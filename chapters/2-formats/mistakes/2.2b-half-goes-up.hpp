// SPDX-License-Identifier: MIT
// Believes: half a step is rounded up, as at school.
#pragma once
#include "../reference/2.2-bits.hpp"

namespace mistaken {

using reference::from_bf16;
using reference::from_fp16;
inline std::uint16_t to_bf16(float x) {
    if (x != x) { return 0x7fc0; }
    return static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(x) + 0x8000) >> 16);
}

} // namespace mistaken
