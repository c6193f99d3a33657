// SPDX-License-Identifier: MIT
// A past that is all in this batch: keys and values where the forward has just put them.
#ifndef QAD_TRAIN_WHOLE_SEQUENCE_HPP
#define QAD_TRAIN_WHOLE_SEQUENCE_HPP

#include <qad/attend/kv_store.hpp> // kv_store

namespace qad {

/// The cache of a sequence that training runs from its first token to its last: it looks at the
/// rows of this layer, copies nothing and has forgotten them when the next layer comes.
template <std::floating_point T> class whole_sequence {
  public:
    using element = T;

    explicit whole_sequence(head_layout const& heads) : head_dim_(heads.head_dim) {}

    void append(index_t /*layer*/, matrix_view<T const> keys, matrix_view<T const> values) {
        keys_ = keys;
        values_ = values;
    }
    index_t length(index_t /*layer*/) const { return keys_.rows(); }
    index_t length() const { return 0; } // every batch begins anew
    kv_row<T> key(index_t, index_t kv_head, index_t position) const {
        return {keys_.cols(kv_head * head_dim_, head_dim_).row(position)};
    }
    kv_row<T> value(index_t, index_t kv_head, index_t position) const {
        return {values_.cols(kv_head * head_dim_, head_dim_).row(position)};
    }
    kv_run<T> key_run(index_t, index_t kv_head, index_t position) const {
        return run(keys_, kv_head, position);
    }
    kv_run<T> value_run(index_t, index_t kv_head, index_t position) const {
        return run(values_, kv_head, position);
    }

  private:
    kv_run<T> run(matrix_view<T const> from, index_t kv_head, index_t position) const {
        return {&from(position, kv_head * head_dim_), nullptr, from.rows() - position,
                from.stride()};
    }

    index_t head_dim_;
    matrix_view<T const> keys_, values_;
};

static_assert(kv_store<whole_sequence<float>>);

} // namespace qad

#endif
