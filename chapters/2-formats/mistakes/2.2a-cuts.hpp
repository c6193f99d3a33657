// SPDX-License-Identifier: MIT
// Believes: to make a bf16, cut the lower half away.
#pragma once
#include "../reference/2.2-bits.hpp"

namespace mistaken {

using reference::from_bf16;
using reference::from_fp16;
inline std::uint16_t to_bf16(float x) {
    return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(x) >> 16);
}

} // namespace mistaken
