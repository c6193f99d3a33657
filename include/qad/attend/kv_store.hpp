// SPDX-License-Identifier: MIT
// Chapter 4.2, "KV cache memory math" — chapters/4-attend/README.md#s4-2
#ifndef QAD_ATTEND_KV_STORE_HPP
#define QAD_ATTEND_KV_STORE_HPP

#include <qad/attend/heads.hpp>  // head_layout
#include <qad/attend/kv_row.hpp> // kv_row, kv_run

#include <concepts> // same_as

namespace qad {

/// The past of one sequence, as attention sees it: keys and values by (layer, kv head,
/// position). How it lies in memory is the store's own affair: contiguous, paged, in 32, 16 or
/// 8 bits. `length(layer)` counts the positions whose keys and values that layer holds.
template <class Store>
concept kv_store = requires(Store const& past, index_t i) {
    typename Store::element;
    { past.length(i) } -> std::same_as<index_t>;
    { past.key(i, i, i) } -> std::same_as<kv_row<typename Store::element>>;
    { past.value(i, i, i) } -> std::same_as<kv_row<typename Store::element>>;
};

/// A store that grows as the model runs: every layer appends the keys and values of the same
/// new positions (tokens × kv_heads·head_dim), the first layer first. `length()` counts the
/// positions that all layers hold; `truncate` takes back what lies beyond a length; `key_run`
/// and `value_run` return neighbouring positions from one on, as many as lie side by side and
/// the layer holds.
template <class Store>
concept kv_cache_store = kv_store<Store> && requires(Store& past, index_t i,
                                                     matrix_view<float const> rows) {
    past.append(i, rows, rows);
    past.truncate(i);
    { past.length() } -> std::same_as<index_t>;
    { past.key_run(i, i, i) } -> std::same_as<kv_run<typename Store::element>>;
    { past.value_run(i, i, i) } -> std::same_as<kv_run<typename Store::element>>;
};

/// Keys and values as plain matrices (tokens × kv_heads·head_dim) of one layer: a whole
/// sequence, not cached, as training has it.
template <std::floating_point T> class kv_matrices {
  public:
    using element = T;

    kv_matrices(matrix_view<T const> keys, matrix_view<T const> values,
                head_layout const& heads)
        : keys_(keys), values_(values), head_dim_(heads.head_dim) {
        if (keys.rows() != values.rows() || keys.cols() != heads.kv_width() ||
            values.cols() != heads.kv_width()) {
            fail<shape_error>("keys ", keys.rows(), " x ", keys.cols(), " and values ",
                              values.rows(), " x ", values.cols(), " for ", heads.kv_heads,
                              " heads of ", heads.head_dim, " (chapter 4.2)");
        }
    }
    index_t length(index_t /*layer*/) const { return keys_.rows(); }
    kv_row<T> key(index_t /*layer*/, index_t kv_head, index_t position) const {
        return {keys_.cols(kv_head * head_dim_, head_dim_).row(position)};
    }
    kv_row<T> value(index_t /*layer*/, index_t kv_head, index_t position) const {
        return {values_.cols(kv_head * head_dim_, head_dim_).row(position)};
    }

  private:
    matrix_view<T const> keys_, values_;
    index_t head_dim_;
};

static_assert(kv_store<kv_matrices<float>>);

} // namespace qad

#endif
