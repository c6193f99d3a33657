// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_FIT_LEDGER_HPP
#define QAD_FIT_LEDGER_HPP

#include <qad/fit/units.hpp> // byte_count

#include <array>       // array
#include <string_view> // string_view

namespace qad {

/// One line of a sum of memory: what it is for, how many numbers, and what they occupy. The
/// bits of one number stand on each line: adding up unlike lines is how ledgers go wrong.
struct ledger_line {
    std::string_view what;
    index_t numbers = 0; ///< 0: not a count of numbers, as for a workspace
    byte_count size;

    constexpr double bits() const {
        if (numbers == 0) { return 0; }
        return 8 * static_cast<double>(size.count) / static_cast<double>(numbers);
    }
};

/// A sum of memory, line by line. Lines of zero bytes are left out.
class ledger {
  public:
    constexpr void add(std::string_view what, index_t numbers, byte_count size) {
        if (size == byte_count(0)) { return; }
        if (used_ == lines_.size()) { fail("a ledger has at most ", lines_.size(), " lines"); }
        lines_[used_++] = {what, numbers, size};
    }

    constexpr ledger_line const* begin() const { return lines_.data(); }
    constexpr ledger_line const* end() const { return lines_.data() + used_; }

    /// The line of that name; no bytes when there is none.
    constexpr byte_count operator[](std::string_view what) const {
        for (ledger_line const& line : *this) {
            if (line.what == what) { return line.size; }
        }
        return byte_count(0);
    }
    constexpr byte_count total() const {
        byte_count sum;
        for (ledger_line const& line : *this) { sum += line.size; }
        return sum;
    }

  private:
    std::array<ledger_line, 16> lines_{};
    std::size_t used_ = 0;
};

} // namespace qad

#endif
