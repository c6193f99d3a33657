// SPDX-License-Identifier: MIT
// Chapter 4.2, "KV cache memory math" — chapters/4-attend/README.md#s4-2
#ifndef QAD_ATTEND_KV_CACHE_HPP
#define QAD_ATTEND_KV_CACHE_HPP

#include <qad/attend/kv_store.hpp> // kv_cache_store

#include <algorithm> // min, min_element, max_element
#include <vector>    // vector

namespace qad {

namespace detail {
template <class T>
void check_append(index_t layer, index_t layers, matrix_view<T const> keys,
                  matrix_view<T const> values, head_layout const& heads) {
    if (layer < 0 || layer >= layers || keys.rows() != values.rows() ||
        keys.cols() != heads.kv_width() || values.cols() != heads.kv_width()) {
        fail<shape_error>("append to layer ", layer, " of ", layers, ": keys ", keys.rows(),
                          " x ", keys.cols(), ", values ", values.rows(), " x ", values.cols(),
                          "; ", heads.kv_heads, " heads of ", heads.head_dim, " need width ",
                          heads.kv_width(), " (chapter 4.2)");
    }
}

/// How many positions each layer of a growing store holds.
class layer_lengths {
  public:
    explicit layer_lengths(index_t layers) {
        if (layers < 1) { fail<shape_error>("a cache for ", layers, " layers"); }
        lengths_.resize(static_cast<std::size_t>(layers));
    }
    index_t layers() const { return static_cast<index_t>(lengths_.size()); }
    index_t operator[](index_t layer) const {
        if (layer < 0 || layer >= layers()) {
            fail<shape_error>("layer ", layer, " of a cache for ", layers(), " layers");
        }
        return lengths_[static_cast<std::size_t>(layer)];
    }
    void grow(index_t layer, index_t count) {
        lengths_[static_cast<std::size_t>(layer)] += count;
    }
    void cut(index_t length) {
        if (length < 0) {
            fail<shape_error>("a cache cannot be cut to ", length, " positions");
        }
        for (index_t& n : lengths_) { n = std::min(n, length); }
    }
    index_t shortest() const { return *std::min_element(lengths_.begin(), lengths_.end()); }
    index_t longest() const { return *std::max_element(lengths_.begin(), lengths_.end()); }

  private:
    std::vector<index_t> lengths_;
};
} // namespace detail

/// The keys and values of one sequence in one piece, reserved for `capacity` positions from the
/// start: simple and fast, and paid for whether used or not (chapter 4.5 shows the other way).
///
///   bytes = 2 · layers · kv_heads · capacity · head_dim · bytes of an element
///   order (layer, kv head, position, element): the past of a head lies side by side
///
/// It does not grow: `shape_error` when it is full. E: float, double, bf16, fp16 or int8, which
/// adds a 4-byte scale to every row.
template <kv_element E = float> class kv_cache {
  public:
    using element = E;

    kv_cache(head_layout const& heads, index_t layers, index_t capacity)
        : heads_(gqa(heads.query_heads, heads.kv_heads, heads.head_dim)), capacity_(capacity),
          lengths_(layers),
          keys_(checked_mul(checked_mul(layers, heads.kv_heads), capacity), heads.head_dim),
          values_(checked_mul(checked_mul(layers, heads.kv_heads), capacity), heads.head_dim) {}

    /// Adds positions to a layer: keys and values are tokens × kv_heads·head_dim.
    template <std::floating_point T>
    void append(index_t layer, matrix_view<T const> keys, matrix_view<T const> values) {
        detail::check_append(layer, layers(), keys, values, heads_);
        index_t const length = lengths_[layer];
        if (keys.rows() > capacity_ - length) {
            fail<shape_error>("the cache holds ", length, " of ", capacity_, " positions, and ",
                              keys.rows(), " more do not fit; make it with a larger "
                              "capacity, or shorten the context (chapter 4.2)");
        }
        index_t const d = heads_.head_dim;
        for (index_t t = 0; t < keys.rows(); ++t) {
            for (index_t head = 0; head < heads_.kv_heads; ++head) {
                keys_.store(slot(layer, head, length + t), keys.cols(head * d, d).row(t));
                values_.store(slot(layer, head, length + t), values.cols(head * d, d).row(t));
            }
        }
        lengths_.grow(layer, keys.rows());
    }

    kv_row<E> key(index_t layer, index_t kv_head, index_t position) const {
        return keys_.row(slot(layer, kv_head, position));
    }
    kv_row<E> value(index_t layer, index_t kv_head, index_t position) const {
        return values_.row(slot(layer, kv_head, position));
    }
    kv_run<E> key_run(index_t layer, index_t kv_head, index_t position) const {
        return keys_.run(slot(layer, kv_head, position), length(layer) - position);
    }
    kv_run<E> value_run(index_t layer, index_t kv_head, index_t position) const {
        return values_.run(slot(layer, kv_head, position), length(layer) - position);
    }

    index_t length(index_t layer) const { return lengths_[layer]; }
    index_t length() const { return lengths_.shortest(); }
    index_t layers() const { return lengths_.layers(); }
    index_t capacity() const { return capacity_; }
    head_layout const& heads() const { return heads_; }
    index_t bytes() const { return keys_.bytes() + values_.bytes(); }

    /// Forgets the positions from `length` on, in every layer.
    void truncate(index_t length) { lengths_.cut(length); }

  private:
    index_t slot(index_t layer, index_t kv_head, index_t position) const {
        return (layer * heads_.kv_heads + kv_head) * capacity_ + position;
    }

    head_layout heads_;
    index_t capacity_;
    detail::layer_lengths lengths_;
    kv_rows<E> keys_, values_;
};

static_assert(kv_cache_store<kv_cache<float>> && kv_cache_store<kv_cache<int8>>);

} // namespace qad

#endif
