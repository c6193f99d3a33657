// SPDX-License-Identifier: MIT
// Believes: the head is always the embedding once more, and costs nothing.
#pragma once
#include <cstdint> // int64_t
#include <span>    // span

namespace mistaken {

using shape_of = std::span<std::int64_t const>;

inline std::int64_t block_params(shape_of s, bool qkv_bias) {
    auto const hidden = s[0], query = s[2] * s[4], kv = s[3] * s[4];
    auto const attention = 2 * hidden * query + 2 * hidden * kv;
    auto const feed_forward = 3 * hidden * s[5];
    auto const biases = qkv_bias ? query + 2 * kv : 0;
    return attention + feed_forward + biases + 2 * hidden;
}
inline std::int64_t param_count(shape_of s, bool, bool qkv_bias) {
    auto const embedding = s[6] * s[0];
    return s[1] * block_params(s, qkv_bias) + embedding + s[0];
}
inline double effective_bits(int bits, int group) { return bits + 16.0 / group; }

} // namespace mistaken
