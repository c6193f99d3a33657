// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_TRAIN_STEP_MEMORY_HPP
#define QAD_TRAIN_STEP_MEMORY_HPP

#include <qad/fit/ledger.hpp>     // ledger
#include <qad/fit/shape.hpp>      // model_shape
#include <qad/fit/storage.hpp>    // packed_bytes
#include <qad/train/gradient.hpp> // keep

namespace qad {

/// What a step of the trainer holds besides weights, gradients and moments, line by line, in
/// fp32: `tokens` go through the model at a time, of `asked` of them the logits exist at once.
/// With h hidden, q and k the widths of query and key, f feed-forward, v vocabulary:
///
///   kept for the backward pass   layers · tokens · (2h + 2q + 2k + 2f)
///     with keep::inputs          tokens · (layers · h + 2h + 2q + 2k + 2f)
///     q + k more a kept block where heads have a norm (Qwen3): what it was given
///   forward                      tokens · (2h + 2q + 2k + 2f)
///   backward                     tokens · (3h + 2q + 2k + 4f)
///   head                         asked · (4h + v)
constexpr ledger step_memory(model_shape const& s, index_t tokens, index_t asked,
                             keep what = keep::what_is_dear) {
    index_t const query = s.heads * s.head_dim, key = s.kv_heads * s.head_dim;
    index_t const block = 2 * (s.hidden + query + key + s.feed_forward);
    bool const all = what == keep::what_is_dear;
    index_t const normed = block + (s.qk_norm ? query + key : 0);
    index_t const kept = all ? s.layers * normed : s.layers * s.hidden + normed;
    ledger sum;
    auto const add = [&](char const* line, index_t numbers) {
        sum.add(line, numbers, packed_bytes(numbers, 32));
    };
    add("kept for the backward pass", checked_mul(tokens, kept));
    add("room of the forward pass", checked_mul(tokens, block));
    add("room of the backward pass",
        checked_mul(tokens, block + s.hidden + 2 * s.feed_forward));
    add("logits and what is beside them",
        checked_mul(rows_of_logits(s.vocabulary, asked), 4 * s.hidden + s.vocabulary));
    return sum;
}

} // namespace qad

#endif
