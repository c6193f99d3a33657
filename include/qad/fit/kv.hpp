// SPDX-License-Identifier: MIT
// Chapter 4.2, "KV cache memory math" — chapters/4-attend/README.md#s4-2
#ifndef QAD_FIT_KV_HPP
#define QAD_FIT_KV_HPP

#include <qad/fit/shape.hpp>   // model_shape
#include <qad/fit/storage.hpp> // storage, stored_bytes

namespace qad {

/// Numbers that one token leaves in the cache: 2 · layers · KV heads · head size.
/// Not the query heads, and not the hidden size: that is what GQA changes.
constexpr index_t kv_values(model_shape const& s) {
    return checked_mul(checked_mul(checked_mul(2, s.layers), s.kv_heads), s.head_dim);
}

/// KV cache = 2 · layers · KV heads · head size · tokens · bytes, for one sequence. A quantized
/// cache has its scales in the row of a head, so a group never leaves its head. The format of
/// the weights does not occur: quantizing them leaves this sum as it is (chapter 4.1).
constexpr byte_count kv_bytes(model_shape const& s, index_t tokens, storage kv = in_fp16) {
    index_t const heads = checked_mul(checked_mul(2, s.layers), s.kv_heads);
    index_t const rows = checked_mul(heads, tokens);
    return rows == 0 ? byte_count(0) : stored_bytes(rows, s.head_dim, kv);
}

} // namespace qad

#endif
