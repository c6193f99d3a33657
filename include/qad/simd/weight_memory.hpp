// SPDX-License-Identifier: MIT
// Memory for packed weights: many of them side by side on pages of 2 MiB.
#ifndef QAD_SIMD_WEIGHT_MEMORY_HPP
#define QAD_SIMD_WEIGHT_MEMORY_HPP

#include <qad/core/size.hpp> // index_t, checked_add

#include <algorithm> // find_if, stable_sort
#include <cstdint>   // uint8_t
#include <memory>    // shared_ptr
#include <mutex>     // mutex
#include <new>       // align_val_t
#include <vector>    // vector

#if defined(__linux__)
#include <sys/mman.h> // madvise
#endif

namespace qad {

/// Every weight is read from its first byte to its last for every token. On pages of 4 KiB the
/// processor looks up an address every 4 KiB and stops reading ahead there; on pages of 2 MiB,
/// which need large neighbouring areas, it does neither. So a weight of 2 MiB or more has an
/// area of its own, and smaller ones share areas: of a sixteenth of all before it, 32 MiB at
/// most and 2 MiB at least as soon as there are 8, and always a multiple of the weight that
/// opens it; the last four stay open for what fits. An area lives as long as one of its
/// weights. (Where the system has no large pages, this is memory as any other.)
class packed_memory {
  public:
    packed_memory() = default;
    /// `size` bytes, from a cache line on; not initialized.
    explicit packed_memory(index_t size) : size_(size) {
        index_t const wanted = std::max(checked_add(size, line - 1) / line * line, line);
        static std::mutex mutex;
        static std::vector<open_area> open; // the fullest first
        static index_t all = 0;
        std::lock_guard const lock(mutex);
        all += wanted;
        if (wanted >= page) {
            bytes_ = make_area(wanted);
            return;
        }
        std::erase_if(open, [](open_area const& one) { return one.bytes.expired(); });
        auto place = std::ranges::find_if(
            open, [&](open_area const& one) { return one.left() >= wanted; });
        std::shared_ptr<std::uint8_t> area;
        if (place != open.end()) {
            area = place->bytes.lock();
        } else {
            index_t const most = std::min(area_bytes, all / 16);
            index_t const capacity = all < 4 * page
                                         ? std::max(wanted, most / wanted * wanted)
                                         : ceil_div(std::max(most, page), wanted) * wanted;
            area = make_area(capacity);
            place = open.insert(open.end(), open_area{area, 0, capacity});
        }
        bytes_ = std::shared_ptr<std::uint8_t>(area, area.get() + place->used);
        place->used += wanted;
        std::ranges::stable_sort(open, {}, &open_area::left);
        if (open.size() > 4) { open.erase(open.begin()); }
    }

    index_t size() const { return size_; }
    std::uint8_t* data() { return bytes_.get(); }
    std::uint8_t const* data() const { return bytes_.get(); }

  private:
    static constexpr index_t line = 64, page = 2 << 20, area_bytes = 32 << 20;

    struct open_area {
        std::weak_ptr<std::uint8_t> bytes;
        index_t used = 0, capacity = 0;
        index_t left() const { return capacity - used; }
    };

    static std::shared_ptr<std::uint8_t> make_area(index_t size) {
        auto const alignment = std::align_val_t(size >= page ? page : line);
        auto* const bytes = static_cast<std::uint8_t*>(
            ::operator new(static_cast<std::size_t>(size), alignment));
#if defined(__linux__)
        if (size >= page) { // a wish: may be refused
            madvise(bytes, static_cast<std::size_t>(size), MADV_HUGEPAGE);
        }
#endif
        return {bytes, [alignment](std::uint8_t* p) { ::operator delete(p, alignment); }};
    }

    index_t size_ = 0;
    std::shared_ptr<std::uint8_t> bytes_;
};

} // namespace qad

#endif
