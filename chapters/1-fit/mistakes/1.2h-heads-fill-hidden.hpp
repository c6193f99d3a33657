// SPDX-License-Identifier: MIT
// Believes: the heads of a block together are as wide as the model.
#pragma once
#include "../reference/1.2-count.hpp"

#include <array> // array

namespace mistaken {

inline std::array<std::int64_t, 7> divided(std::span<std::int64_t const> s) {
    return {s[0], s[1], s[2], s[3], s[0] / s[2], s[5], s[6]};
}
inline std::int64_t block_params(std::span<std::int64_t const> shape, bool qkv_bias) {
    return reference::block_params(divided(shape), qkv_bias);
}
inline std::int64_t param_count(std::span<std::int64_t const> shape, bool tied,
                                bool qkv_bias) {
    return reference::param_count(divided(shape), tied, qkv_bias);
}
using reference::effective_bits;

} // namespace mistaken
