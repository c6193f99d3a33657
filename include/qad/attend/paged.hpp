// SPDX-License-Identifier: MIT
// Chapter 4.5, "PagedAttention" — chapters/4-attend/README.md#s4-5
#ifndef QAD_ATTEND_PAGED_HPP
#define QAD_ATTEND_PAGED_HPP

#include <qad/attend/kv_cache.hpp> // check_append, layer_lengths, kv_cache_store
#include <qad/attend/kv_pages.hpp> // kv_pages

#include <algorithm> // min
#include <utility>   // swap, exchange, move
#include <vector>    // vector

namespace qad {

/// The keys and values of one sequence, in pages of a shared pool. Position t lies in page
/// table[t / 16] at offset t % 16, so at most the last page is partly empty. A copy shares all
/// pages with its original; whoever writes into a shared page first gets a copy of it (copy on
/// write): copying and truncating a sequence is how requests share the prompt they have in
/// common. Kwon et al. 2023, "Efficient Memory Management for Large Language Model Serving with
/// PagedAttention", §4.2 to 4.4.
template <kv_element E> class paged_cache {
  public:
    using element = E;

    explicit paged_cache(kv_pages<E>& pool) : pool_(&pool), lengths_(pool.layers()) {}
    paged_cache(paged_cache const& other)
        : pool_(other.pool_), table_(other.table_), lengths_(other.lengths_) {
        for (index_t page : table_) { pool_->pages_.share(page); }
    }
    paged_cache(paged_cache&& other) noexcept
        : pool_(other.pool_), table_(std::move(other.table_)),
          lengths_(std::move(other.lengths_)) {
        other.table_.clear();
    }
    paged_cache& operator=(paged_cache other) noexcept {
        std::swap(pool_, other.pool_);
        std::swap(table_, other.table_);
        std::swap(lengths_, other.lengths_);
        return *this;
    }
    ~paged_cache() { keep_pages(0); }

    /// Adds positions to a layer: keys and values are tokens × kv_heads·head_dim. When the pool
    /// has too few free pages, it throws `shape_error` and nothing has changed.
    template <std::floating_point T>
    void append(index_t layer, matrix_view<T const> keys, matrix_view<T const> values) {
        detail::check_append(layer, pool_->layers_, keys, values, heads());
        index_t const length = lengths_[layer];
        make_writable(length, length + keys.rows());
        index_t const d = heads().head_dim;
        for (index_t t = 0; t < keys.rows(); ++t) {
            for (index_t head = 0; head < heads().kv_heads; ++head) {
                index_t const at = slot(layer, head, length + t);
                pool_->keys_.store(at, keys.cols(head * d, d).row(t));
                pool_->values_.store(at, values.cols(head * d, d).row(t));
            }
        }
        lengths_.grow(layer, keys.rows());
    }

    kv_row<E> key(index_t layer, index_t kv_head, index_t position) const {
        return pool_->keys_.row(slot(layer, kv_head, position));
    }
    kv_row<E> value(index_t layer, index_t kv_head, index_t position) const {
        return pool_->values_.row(slot(layer, kv_head, position));
    }
    kv_run<E> key_run(index_t layer, index_t kv_head, index_t position) const {
        return pool_->keys_.run(slot(layer, kv_head, position), in_page(layer, position));
    }
    kv_run<E> value_run(index_t layer, index_t kv_head, index_t position) const {
        return pool_->values_.run(slot(layer, kv_head, position), in_page(layer, position));
    }

    index_t length(index_t layer) const { return lengths_[layer]; }
    index_t length() const { return lengths_.shortest(); }
    head_layout const& heads() const { return pool_->heads_; }
    /// The pages in the order of the positions.
    std::span<index_t const> table() const { return table_; }

    /// Forgets the positions from `length` on, in every layer, and releases the pages beyond.
    void truncate(index_t length) {
        lengths_.cut(length);
        keep_pages(ceil_div(lengths_.longest(), pool_->positions_));
    }

  private:
    index_t slot(index_t layer, index_t kv_head, index_t position) const {
        index_t const page = table_[static_cast<std::size_t>(position / pool_->positions_)];
        return pool_->slot(page, layer, kv_head, position % pool_->positions_);
    }
    /// Positions from `position` to the end of its page or of the layer.
    index_t in_page(index_t layer, index_t position) const {
        return std::min(pool_->positions_ - position % pool_->positions_,
                        length(layer) - position);
    }

    /// Owns alone every page that holds a position of [begin, end): shared pages are copied,
    /// missing ones acquired. Looks first whether there are enough.
    void make_writable(index_t begin, index_t end) {
        if (begin == end) { return; }
        auto const first = static_cast<std::size_t>(begin / pool_->positions_);
        auto const past = static_cast<std::size_t>(ceil_div(end, pool_->positions_));
        page_pool& pages = pool_->pages_;
        index_t needed = static_cast<index_t>(past > table_.size() ? past - table_.size() : 0);
        for (std::size_t i = first; i < std::min(past, table_.size()); ++i) {
            needed += pages.owners(table_[i]) > 1 ? 1 : 0;
        }
        if (needed > pages.free()) {
            fail<shape_error>("the sequence needs ", needed, " more pages of ",
                              pool_->positions_, " positions, and ", pages.free(), " of ",
                              pages.pages(), " are free; end a sequence, or make a larger "
                              "pool (chapter 4.5)");
        }
        table_.reserve(past);
        for (std::size_t i = first; i < past; ++i) {
            if (i >= table_.size()) {
                table_.push_back(pages.acquire());
            } else if (pages.owners(table_[i]) > 1) {
                index_t const own = pages.acquire();
                pool_->copy_page(table_[i], own);
                pages.release(std::exchange(table_[i], own));
            }
        }
    }
    void keep_pages(index_t count) noexcept {
        while (static_cast<index_t>(table_.size()) > count) {
            pool_->pages_.release(table_.back());
            table_.pop_back();
        }
    }

    kv_pages<E>* pool_;
    std::vector<index_t> table_;
    detail::layer_lengths lengths_;
};

static_assert(kv_cache_store<paged_cache<float>> && kv_cache_store<paged_cache<int8>>);

} // namespace qad

#endif
