// SPDX-License-Identifier: MIT
// Believes: 16 / 128 is an eighth, whatever the type of 16 and 128.
#pragma once
#include "../reference/1.2-count.hpp"

namespace mistaken {

using reference::block_params;
using reference::param_count;
inline double effective_bits(int bits, int group) { return bits + 16 / group; }

} // namespace mistaken
