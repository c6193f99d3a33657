// SPDX-License-Identifier: MIT
// The answer to exercise 1.2: the library counts any decoder-only shape.
#pragma once
#include <qad/fit/shape.hpp>   // model_shape, count_parameters
#include <qad/fit/storage.hpp> // in_groups, bits_per_weight

#include <span> // span

namespace reference {

inline qad::model_shape shape_of(std::span<std::int64_t const> n) {
    return {.hidden = n[0], .layers = n[1], .heads = n[2], .kv_heads = n[3], .head_dim = n[4],
            .feed_forward = n[5], .vocabulary = n[6]};
}

inline std::int64_t param_count(std::span<std::int64_t const> shape, bool tied, bool qkv_bias) {
    auto s = shape_of(shape);
    s.tied = tied;
    s.qkv_bias = qkv_bias;
    return qad::count_parameters(s).total();
}

// What a model gains when it grows by a block.
inline std::int64_t block_params(std::span<std::int64_t const> shape, bool qkv_bias) {
    auto s = shape_of(shape);
    s.qkv_bias = qkv_bias;
    s.layers = 1;
    auto const one = qad::count_parameters(s).total();
    s.layers = 2;
    return qad::count_parameters(s).total() - one;
}

inline double effective_bits(int bits, int group) {
    return qad::bits_per_weight(qad::in_groups(bits, group));
}

} // namespace reference
