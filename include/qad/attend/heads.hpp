// SPDX-License-Identifier: MIT
// Chapter 4.4, "GQA" — chapters/4-attend/README.md#s4-4
#ifndef QAD_ATTEND_HEADS_HPP
#define QAD_ATTEND_HEADS_HPP

#include <qad/core/size.hpp> // index_t

namespace qad {

/// Who reads whose keys and values. One function serves all layouts; they differ in a number:
///
///   MHA   kv_heads = query_heads      every query head has its own keys and values
///   GQA   1 < kv_heads < query_heads  groups of query_heads / kv_heads neighbours share them
///   MQA   kv_heads = 1                all share one
///
/// Ainslie et al. 2023, "GQA", §2.2; Shazeer 2019, "Fast Transformer Decoding", §3.
struct head_layout {
    index_t query_heads = 0, kv_heads = 0, head_dim = 0;

    /// Query heads that share one key-value head.
    constexpr index_t group() const { return query_heads / kv_heads; }
    /// The key-value head that a query head reads: neighbours share (q / group, not a modulo).
    constexpr index_t kv_head_of(index_t query_head) const { return query_head / group(); }

    constexpr index_t query_width() const { return query_heads * head_dim; }
    constexpr index_t kv_width() const { return kv_heads * head_dim; }

    constexpr bool operator==(head_layout const&) const = default;
};

/// Grouped queries: `kv_heads` must divide `query_heads`.
constexpr head_layout gqa(index_t query_heads, index_t kv_heads, index_t head_dim) {
    if (query_heads < 1 || kv_heads < 1 || head_dim < 1 || query_heads % kv_heads != 0) {
        fail<shape_error>(query_heads, " query heads of ", head_dim, " cannot share ", kv_heads,
                          " key-value heads evenly; choose a divisor of ", query_heads,
                          " (chapter 4.4)");
    }
    return {query_heads, kv_heads, head_dim};
}
/// Every query head with its own keys and values.
constexpr head_layout mha(index_t heads, index_t head_dim) {
    return gqa(heads, heads, head_dim);
}
/// All query heads with the same keys and values. The queries stay their own.
constexpr head_layout mqa(index_t heads, index_t head_dim) { return gqa(heads, 1, head_dim); }

static_assert(gqa(9, 3, 64).kv_head_of(2) == 0 && gqa(9, 3, 64).kv_head_of(3) == 1);

} // namespace qad

#endif
