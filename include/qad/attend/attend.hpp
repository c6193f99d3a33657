// SPDX-License-Identifier: MIT
// Chapter 4.1, "Why weights are only half the story" — chapters/4-attend/README.md#s4-1
#ifndef QAD_ATTEND_ATTEND_HPP
#define QAD_ATTEND_ATTEND_HPP

#include <qad/attend/kv_store.hpp>       // kv_store, head_layout
#include <qad/attend/online_softmax.hpp> // online_softmax
#include <qad/core/backend.hpp>          // ref

#include <cmath> // sqrt

namespace qad {

/// What a token sees. Without a window: all that came before it, and itself.
struct attend_options {
    index_t window = 0; ///< position t sees t−window+1 … t; 0: everything up to t
};

/// Scaled dot product of a query and a key, q·k / √d; the sum in double (see online_softmax).
template <std::floating_point T, kv_element E>
T score(std::span<T const> query, kv_row<E> key) {
    double sum = 0;
    for (std::size_t j = 0; j < query.size(); ++j) {
        sum += double{query[j]} * decode<double>(key.values[j]);
    }
    return static_cast<T>(sum * key.scale / std::sqrt(static_cast<double>(query.size())));
}

namespace detail {
inline void check_attend(index_t out_rows, index_t out_cols, index_t rows, index_t cols,
                         index_t length, head_layout const& heads, attend_options options) {
    gqa(heads.query_heads, heads.kv_heads, heads.head_dim);
    if (out_rows != rows || out_cols != cols || cols != heads.query_width() ||
        options.window < 0) {
        fail<shape_error>("attend: queries ", rows, " x ", cols, ", output ", out_rows, " x ",
                          out_cols, ", window ", options.window, "; ", heads.query_heads,
                          " heads of ", heads.head_dim, " need width ", heads.query_width(),
                          " (chapter 4.4)");
    }
    if (rows > length) {
        fail<shape_error>("attend: ", rows, " queries, but the layer holds ", length,
                          " positions; append their keys and values first (chapter 4.2)");
    }
}
/// The first position that position t sees.
constexpr index_t first_seen(index_t t, attend_options options) {
    return options.window > 0 && t >= options.window ? t - options.window + 1 : 0;
}
} // namespace detail

/// Causal attention of the newest tokens of a sequence over its past, for each query head h:
///
///   out[r][h] = Σ_j softmax_j(q[r][h]·k[j] / √d) · v[j],   j ≤ t,   t = length − rows + r
///
/// out, query: tokens × query_heads·head_dim, apart from each other; k, v: of key-value head
/// kv_head_of(h) in `past`, which already holds those of these tokens too.
/// Vaswani et al. 2017, "Attention Is All You Need", §3.2. Nothing of size tokens² exists.
template <std::floating_point T, kv_store Store>
void attend(matrix_view<T> out, matrix_view<T const> query, Store const& past, index_t layer,
            head_layout const& heads, attend_options options = {}) {
    index_t const d = heads.head_dim, before = past.length(layer) - query.rows();
    detail::check_attend(out.rows(), out.cols(), query.rows(), query.cols(), past.length(layer),
                         heads, options);
    online_softmax<T> mean(d);
    for (index_t r = 0; r < query.rows(); ++r) {
        index_t const t = before + r;
        for (index_t h = 0; h < heads.query_heads; ++h) {
            index_t const kv = heads.kv_head_of(h);
            auto const q = query.cols(h * d, d).row(r);
            for (index_t j = detail::first_seen(t, options); j <= t; ++j) {
                mean.add(score<T>(q, past.key(layer, kv, j)), past.value(layer, kv, j));
            }
            mean.finish(out.cols(h * d, d).row(r));
        }
    }
}
template <std::floating_point T, kv_store Store>
void attend(ref_t, matrix_view<T> out, matrix_view<T const> query, Store const& past,
            index_t layer, head_layout const& heads, attend_options options = {}) {
    attend<T>(out, query, past, layer, heads, options);
}

/// The same over keys and values in plain matrices, tokens × kv_heads·head_dim.
template <std::floating_point T>
void attend(matrix_view<T> out, matrix_view<T const> query, matrix_view<T const> keys,
            matrix_view<T const> values, head_layout const& heads,
            attend_options options = {}) {
    attend<T>(out, query, kv_matrices<T>(keys, values, heads), 0, heads, options);
}

} // namespace qad

#endif
