// SPDX-License-Identifier: MIT
// Believes: 16 bits are 16 bits, whoever wrote them.
#pragma once
#include "../reference/2.2-bits.hpp"

namespace mistaken {

using reference::from_bf16;
using reference::to_bf16;
inline float from_fp16(std::uint16_t code) { return reference::from_bf16(code); }

} // namespace mistaken
