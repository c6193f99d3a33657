// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_QUANTIZED_MATRIX_HPP
#define QAD_QUANTIZE_QUANTIZED_MATRIX_HPP

#include <qad/core/matrix.hpp>          // matrix
#include <qad/formats/packed.hpp>       // packed_codes
#include <qad/quantize/granularity.hpp> // granularity
#include <qad/quantize/scale_array.hpp> // scale_array

#include <span>   // span
#include <vector> // vector

namespace qad {

/// All about one quantized matrix in one value: codes, scales, zero points, how it is cut.
///
///   ŵ[i][j] = scale[i][g] · (code[i][j] − zero[i][g])      g = group of column j
///
/// Codes are packed (see packed_codes). A symmetric matrix has no zero points. A row of scales
/// belongs to each row of codes, or one row to all of them (per tensor). `group_of_column` is
/// empty when column j belongs to group j / size; after GPTQ's activation order it is not.
template <code_format Code> class quantized_matrix {
  public:
    using code_type = Code;

    quantized_matrix() = default;
    quantized_matrix(index_t rows, index_t cols, granularity cut, scale_array scales,
                     std::vector<Code> zeros = {},
                     std::vector<std::int32_t> group_of_column = {})
        : rows_(rows), cols_(cols), cut_(cut), groups_(cut.groups(cols)),
          size_(cut.group(cols)), codes_(rows, cols), scales_(std::move(scales)),
          zeros_(std::move(zeros)), group_of_column_(std::move(group_of_column)) {
        auto const wanted =
            static_cast<std::size_t>(checked_mul(cut.scale_rows(rows), groups_));
        if (scales_.size() != wanted || (!zeros_.empty() && zeros_.size() != wanted)) {
            fail<shape_error>("a ", rows, " x ", cols, " matrix cut ", cut.name(), " needs ",
                              wanted, " scales, not ", scales_.size(), " (chapter 3.3)");
        }
        if (!group_of_column_.empty() &&
            group_of_column_.size() != static_cast<std::size_t>(cols)) {
            fail<shape_error>("group_of_column needs one entry for each of ", cols, " columns");
        }
        for (std::int32_t group : group_of_column_) {
            if (group < 0 || group >= groups_) {
                fail<shape_error>("group_of_column names group ", group, " of ", groups_);
            }
        }
    }

    index_t rows() const { return rows_; }
    index_t cols() const { return cols_; }
    granularity cut() const { return cut_; }
    index_t groups() const { return groups_; }   // in a row
    index_t group_size() const { return size_; } // columns

    Code code(index_t i, index_t j) const { return codes_.get(i, j); }
    void set_code(index_t i, index_t j, Code code) { codes_.set(i, j, code); }
    index_t group_of(index_t j) const {
        return group_of_column_.empty() ? j / size_
                                        : group_of_column_[static_cast<std::size_t>(j)];
    }
    float scale(index_t i, index_t group) const { return scales_[slot(i, group)]; }
    Code zero(index_t i, index_t group) const {
        return zeros_.empty() ? Code{} : zeros_[static_cast<std::size_t>(slot(i, group))];
    }
    bool symmetric() const { return zeros_.empty(); }

    /// ŵ[i][j].
    float operator()(index_t i, index_t j) const {
        index_t const group = group_of(j);
        float const offset = zeros_.empty() ? 0.0f : static_cast<float>(zero(i, group));
        return scale(i, group) * (static_cast<float>(code(i, j)) - offset);
    }
    /// ŵ[i][0 … cols), as float or double.
    template <class T> void decode_row(index_t i, std::span<T> out) const {
        if (!group_of_column_.empty()) {
            for (index_t j = 0; j < cols_; ++j) {
                out[static_cast<std::size_t>(j)] = (*this)(i, j);
            }
            return;
        }
        for (index_t group = 0; group < groups_; ++group) {
            float const s = scale(i, group),
                        z = zeros_.empty() ? 0.0f : static_cast<float>(zero(i, group));
            for (index_t j = group * size_; j < (group + 1) * size_; ++j) {
                out[static_cast<std::size_t>(j)] = s * (static_cast<float>(code(i, j)) - z);
            }
        }
    }

    /// What it occupies: codes, scales, zero points (at Code's bits) and column groups.
    index_t bytes() const {
        return static_cast<index_t>(codes_.bytes().size()) + scales_.bytes() +
               ceil_div(static_cast<index_t>(zeros_.size()) * Code::bits, 8) +
               static_cast<index_t>(group_of_column_.size() * sizeof(std::int32_t));
    }
    double bits_per_weight() const {
        return 8.0 * static_cast<double>(bytes()) / static_cast<double>(rows_ * cols_);
    }

    packed_codes<Code> const& codes() const { return codes_; }
    packed_codes<Code>& codes() { return codes_; }
    scale_array const& scales() const { return scales_; }
    std::span<Code const> zeros() const { return zeros_; }
    std::span<std::int32_t const> group_of_column() const { return group_of_column_; }

  private:
    index_t slot(index_t i, index_t group) const {
        return (cut_.is_per_tensor() ? 0 : i * groups_) + group;
    }
    index_t rows_ = 0, cols_ = 0;
    granularity cut_ = per_channel();
    index_t groups_ = 0, size_ = 0;
    packed_codes<Code> codes_;
    scale_array scales_;
    std::vector<Code> zeros_;
    std::vector<std::int32_t> group_of_column_;
};

/// The float matrix that the codes stand for.
template <code_format Code> matrix<float> dequantize(quantized_matrix<Code> const& q) {
    matrix<float> w(q.rows(), q.cols());
    for (index_t i = 0; i < q.rows(); ++i) { q.decode_row(i, w.row(i)); }
    return w;
}

} // namespace qad

#endif
