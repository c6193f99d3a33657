// SPDX-License-Identifier: MIT
// Chapter 3.3, "Per-tensor vs per-channel" — chapters/3-quantize/README.md#s3-3
#ifndef QAD_QUANTIZE_GRANULARITY_HPP
#define QAD_QUANTIZE_GRANULARITY_HPP

#include <qad/core/size.hpp> // index_t

#include <string> // string

namespace qad {

/// How many weights share one scale. Write it as the chapter says it: `per_group(64)`.
class granularity {
  public:
    friend constexpr granularity per_tensor();
    friend constexpr granularity per_channel();
    friend constexpr granularity per_group(index_t);

    constexpr bool is_per_tensor() const { return group_ == whole_tensor; }
    constexpr bool is_per_channel() const { return group_ == whole_row; }

    /// Columns that share a scale in a matrix of `cols` columns. A group that does not divide
    /// the columns is an error: a ragged last group is another format, which nobody loads.
    constexpr index_t group(index_t cols) const {
        if (group_ <= 0) { return cols; }
        if (cols % group_ != 0) {
            fail<shape_error>("group ", group_, " does not divide ", cols,
                              " columns; choose a divisor or per_channel() (chapter 3.3)");
        }
        return group_;
    }
    constexpr index_t groups(index_t cols) const { return cols == 0 ? 0 : cols / group(cols); }
    /// Rows of the table of scales: one for each row, or one for the whole tensor.
    constexpr index_t scale_rows(index_t rows) const { return is_per_tensor() ? 1 : rows; }

    std::string name() const {
        if (is_per_tensor()) { return "per tensor"; }
        return is_per_channel() ? "per channel" : text("per group of ", group_);
    }
    constexpr bool operator==(granularity const&) const = default;

  private:
    static constexpr index_t whole_row = 0, whole_tensor = -1;
    constexpr explicit granularity(index_t group) : group_(group) {}
    index_t group_;
};

/// One scale for the whole matrix.
constexpr granularity per_tensor() { return granularity(granularity::whole_tensor); }
/// One scale for each row (output channel).
constexpr granularity per_channel() { return granularity(granularity::whole_row); }
/// One scale for each run of `size` columns in a row.
constexpr granularity per_group(index_t size) {
    if (size <= 0) { fail<shape_error>("a group needs at least one column, not ", size); }
    return granularity(size);
}

} // namespace qad

#endif
