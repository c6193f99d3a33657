// SPDX-License-Identifier: MIT
// Chapter 4.5, "PagedAttention" — chapters/4-attend/README.md#s4-5
#ifndef QAD_ATTEND_PAGE_POOL_HPP
#define QAD_ATTEND_PAGE_POOL_HPP

#include <qad/core/size.hpp> // index_t

#include <vector> // vector

namespace qad {

/// Who owns which page, and nothing else: pages are numbers 0 … pages−1 with a count of owners.
/// A page without owner is free; the page freed last is handed out first.
class page_pool {
  public:
    explicit page_pool(index_t pages) {
        if (pages < 0) { fail<shape_error>("a pool of ", pages, " pages (chapter 4.5)"); }
        owners_.resize(static_cast<std::size_t>(pages));
        for (index_t page = pages; page-- > 0;) { free_.push_back(page); }
    }

    /// A free page, now with one owner; `shape_error` only when none is free.
    index_t acquire() {
        if (free_.empty()) {
            fail<shape_error>("all ", pages(), " pages of the cache are in use; end a "
                              "sequence, or make a larger pool (chapter 4.5)");
        }
        index_t const page = free_.back();
        free_.pop_back();
        ++owners_[static_cast<std::size_t>(page)];
        return page;
    }
    /// One owner more: two sequences read the same page.
    void share(index_t page) { ++owners_[static_cast<std::size_t>(page)]; }
    /// One owner less; the last one frees the page.
    void release(index_t page) noexcept {
        // The list once held every page, so this push_back never allocates.
        if (--owners_[static_cast<std::size_t>(page)] == 0) { free_.push_back(page); }
    }

    index_t owners(index_t page) const { return owners_[static_cast<std::size_t>(page)]; }
    index_t pages() const { return static_cast<index_t>(owners_.size()); }
    index_t free() const { return static_cast<index_t>(free_.size()); }
    index_t in_use() const { return pages() - free(); }

  private:
    std::vector<index_t> owners_, free_;
};

} // namespace qad

#endif
