// SPDX-License-Identifier: MIT
// Chapter 4.5, "PagedAttention" — chapters/4-attend/README.md#s4-5
#ifndef QAD_ATTEND_KV_PAGES_HPP
#define QAD_ATTEND_KV_PAGES_HPP

#include <qad/attend/heads.hpp>     // head_layout
#include <qad/attend/kv_row.hpp>    // kv_rows
#include <qad/attend/page_pool.hpp> // page_pool

namespace qad {

template <kv_element E = float> class paged_cache; // a sequence, in paged.hpp

/// Memory for the keys and values of many sequences, cut into pages. A page holds
/// `page_positions` neighbouring positions of one sequence, for all layers and key-value heads:
///
///   order inside (layer, kv head, position, element): 16 positions of a head lie side by side
///
/// Sequences (`paged_cache`) refer to it, so it stays where it is and outlives them.
template <kv_element E = float> class kv_pages {
  public:
    kv_pages(head_layout const& heads, index_t layers, index_t pages,
             index_t page_positions = 16)
        : heads_(gqa(heads.query_heads, heads.kv_heads, heads.head_dim)), layers_(layers),
          positions_(page_positions),
          page_rows_(checked_mul(checked_mul(layers, heads.kv_heads), page_positions)),
          keys_(checked_mul(pages, page_rows_), heads.head_dim),
          values_(checked_mul(pages, page_rows_), heads.head_dim), pages_(pages) {
        if (layers < 1 || page_positions < 1) {
            fail<shape_error>("pages of ", page_positions, " positions for ", layers,
                              " layers; both must be at least 1 (chapter 4.5)");
        }
    }
    kv_pages(kv_pages const&) = delete;
    kv_pages& operator=(kv_pages const&) = delete;

    /// Who owns which page, and how many are free.
    page_pool const& pages() const { return pages_; }
    head_layout const& heads() const { return heads_; }
    index_t layers() const { return layers_; }
    index_t page_positions() const { return positions_; }
    index_t bytes() const { return keys_.bytes() + values_.bytes(); }

  private:
    friend class paged_cache<E>;
    index_t slot(index_t page, index_t layer, index_t kv_head, index_t offset) const {
        return page * page_rows_ + (layer * heads_.kv_heads + kv_head) * positions_ + offset;
    }
    void copy_page(index_t from, index_t to) {
        keys_.copy(from * page_rows_, to * page_rows_, page_rows_);
        values_.copy(from * page_rows_, to * page_rows_, page_rows_);
    }

    head_layout heads_;
    index_t layers_, positions_, page_rows_;
    kv_rows<E> keys_, values_;
    page_pool pages_;
};

} // namespace qad

#endif
