// SPDX-License-Identifier: MIT
// Believes: norms belong to blocks, two to each.
#pragma once
#include "../reference/1.2-count.hpp"

namespace mistaken {

using reference::block_params;
using reference::effective_bits;
inline std::int64_t param_count(std::span<std::int64_t const> shape, bool tied,
                                bool qkv_bias) {
    return reference::param_count(shape, tied, qkv_bias) - shape[0];
}

} // namespace mistaken
