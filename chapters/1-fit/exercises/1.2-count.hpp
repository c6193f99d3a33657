// SPDX-License-Identifier: MIT
// Exercise 1.2, "The first memory math": read chapters/1-fit/README.md#s1-2, then write
// these three. Judge them with  ./qad check 1.2   stuck?  ./qad hint 1.2
#pragma once
#include <cstdint> // int64_t
#include <span>    // span
#include "todo.hpp"

namespace learner {

// A shape is seven numbers, those of a model's config.json, in this order:
//   0 hidden  1 layers  2 heads  3 kv_heads  4 head_dim  5 feed_forward  6 vocabulary
// A matrix from `in` to `out` numbers has in * out parameters, its bias (if any) has `out`.

/// The parameters of one block:
///   attention     query   hidden to heads * head_dim      (which need not be hidden)
///                 key, value, each   hidden to kv_heads * head_dim
///                 output  heads * head_dim to hidden
///   feed-forward  gate, up, each   hidden to feed_forward;   down back to hidden
///   two norms of `hidden` numbers each
/// With qkv_bias query, key and value have a bias, and no other matrix has.
inline std::int64_t block_params(std::span<std::int64_t const> shape, bool qkv_bias) {
    todo(shape, qkv_bias);
}

/// All parameters: the blocks, the embedding (vocabulary times hidden), one last norm, and a
/// head of the same size. Where they are `tied`, head and embedding are the same numbers.
inline std::int64_t param_count(std::span<std::int64_t const> shape, bool tied, bool qkv_bias) {
    todo(shape, tied, qkv_bias);
}

/// The bits that a weight really costs: `bits` of its own, and its part of the 16-bit scale
/// that each `group` weights share.
inline double effective_bits(int bits, int group) {
    todo(bits, group);
}

} // namespace learner
