// SPDX-License-Identifier: MIT
// Memory for packed weights: many of them side by side on pages of 2 MiB.
#ifndef QAD_SIMD_WEIGHT_MEMORY_HPP
#define QAD_SIMD_WEIGHT_MEMORY_HPP

#include <qad/core/size.hpp> // index_t, checked_add

#include <algorithm> // max
#include <cstdint>   // uint8_t
#include <memory>    // shared_ptr
#include <mutex>     // mutex
#include <new>       // align_val_t

#if defined(__linux__)
#include <sys/mman.h> // madvise
#endif

namespace qad {

/// Every weight is read from its first byte to its last for every token. On pages of 4 KiB the
/// processor looks up an address every 4 KiB and stops reading ahead there; on pages of 2 MiB,
/// which need large neighbouring areas, it does neither. So weights share areas of up to 32
/// MiB, each at most a sixteenth of all before it: what lies unused stays small beside what is
/// used. An area lives as long as one of its weights. (Where the system has no large pages,
/// this is memory as any other.)
class packed_memory {
  public:
    packed_memory() = default;
    /// `size` bytes, from a cache line on; not initialized.
    explicit packed_memory(index_t size) : size_(size) {
        index_t const wanted = checked_add(size, line - 1) / line * line;
        static std::mutex mutex;
        static std::shared_ptr<std::uint8_t> area;
        static index_t used = 0, capacity = 0, all = 0;
        std::lock_guard const lock(mutex);
        if (wanted > capacity - used) {
            capacity = std::max(std::min(area_bytes, all / 16 / line * line), wanted);
            if (capacity >= page) { capacity = ceil_div(capacity, page) * page; }
            area = make_area(capacity);
            used = 0;
        }
        bytes_ = std::shared_ptr<std::uint8_t>(area, area.get() + used);
        used += wanted;
        all += wanted;
    }

    index_t size() const { return size_; }
    std::uint8_t* data() { return bytes_.get(); }
    std::uint8_t const* data() const { return bytes_.get(); }

  private:
    static constexpr index_t line = 64, page = 2 << 20, area_bytes = 32 << 20;

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
