// SPDX-License-Identifier: MIT
// A hash table from numbers to small values, for the loops that look up most.
#ifndef QAD_IO_NUMBER_MAP_HPP
#define QAD_IO_NUMBER_MAP_HPP

#include <cstddef> // size_t
#include <cstdint> // uint64_t
#include <utility> // swap
#include <vector>  // vector

namespace qad {

/// Keys are any numbers but the largest. Open addressing in one array, at most half full: a
/// look-up touches one or two neighbouring places, where std::unordered_map follows pointers.
template <class Value> class number_map {
  public:
    /// The value of `key`, or null.
    Value const* find(std::uint64_t key) const {
        for (std::size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
            if (slots_[at].key == key) { return &slots_[at].value; }
            if (slots_[at].key == none) { return nullptr; }
        }
    }
    /// Keeps the value that is there, if there is one; the value that counts.
    Value& insert(std::uint64_t key, Value const& value) {
        if (2 * (size_ + 1) > slots_.size()) { grow(); }
        std::size_t at = place(key);
        while (slots_[at].key != key && slots_[at].key != none) {
            at = (at + 1) & (slots_.size() - 1);
        }
        if (slots_[at].key == none) {
            slots_[at] = {key, value};
            ++size_;
        }
        return slots_[at].value;
    }
    std::size_t size() const { return size_; }

  private:
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    struct slot {
        std::uint64_t key = none;
        Value value{};
    };
    std::size_t place(std::uint64_t key) const {
        std::uint64_t const mixed = (key ^ key >> 32) * 0x9e3779b97f4a7c15u;
        return static_cast<std::size_t>(mixed >> 32) & (slots_.size() - 1);
    }
    void grow() {
        std::vector<slot> old(2 * slots_.size());
        std::swap(old, slots_);
        size_ = 0;
        for (slot const& one : old) {
            if (one.key != none) { insert(one.key, one.value); }
        }
    }

    std::vector<slot> slots_ = std::vector<slot>(16); // a power of two
    std::size_t size_ = 0;
};

} // namespace qad

#endif
