// SPDX-License-Identifier: MIT
// A row-major matrix: the view that every interface takes, and the aligned owner behind it.
#ifndef QAD_CORE_MATRIX_HPP
#define QAD_CORE_MATRIX_HPP

#include <qad/core/size.hpp> // index_t, checked_mul

#include <cstddef>     // size_t
#include <memory>      // unique_ptr
#include <new>         // align_val_t
#include <span>        // span
#include <type_traits> // type_identity_t
#include <utility>     // exchange

namespace qad {

/// Looks at rows × cols elements, row-major, row i beginning at data + i·stride. Never owns.
template <class T> class matrix_view {
  public:
    using value_type = std::remove_const_t<T>;

    constexpr matrix_view() = default;
    constexpr matrix_view(T* data, index_t rows, index_t cols)
        : matrix_view(data, rows, cols, cols) {}
    constexpr matrix_view(T* data, index_t rows, index_t cols, index_t stride)
        : data_(data), rows_(rows), cols_(cols), stride_(stride) {}

    /// One vector seen as a matrix of one row.
    constexpr explicit matrix_view(std::span<T> row)
        : matrix_view(row.data(), 1, static_cast<index_t>(row.size())) {}

    /// A view of T is also a view of T const.
    constexpr operator matrix_view<T const>() const { return {data_, rows_, cols_, stride_}; }

    constexpr T* data() const { return data_; }
    constexpr index_t rows() const { return rows_; }
    constexpr index_t cols() const { return cols_; }
    constexpr index_t stride() const { return stride_; }
    constexpr index_t size() const { return rows_ * cols_; }

    constexpr T& operator()(index_t i, index_t j) const { return data_[i * stride_ + j]; }
    constexpr std::span<T> row(index_t i) const {
        return {data_ + i * stride_, static_cast<std::size_t>(cols_)};
    }
    /// Rows [first, first + count).
    constexpr matrix_view rows(index_t first, index_t count) const {
        return {data_ + first * stride_, count, cols_, stride_};
    }
    /// Columns [first, first + count) of every row.
    constexpr matrix_view cols(index_t first, index_t count) const {
        return {data_ + first, rows_, count, stride_};
    }

  private:
    T* data_ = nullptr;
    index_t rows_ = 0, cols_ = 0, stride_ = 0;
};

/// Owns rows × cols elements, 64-byte aligned, zero at first. Converts to a view by itself.
template <class T> class matrix {
  public:
    using value_type = T;

    matrix() = default;
    matrix(index_t rows, index_t cols)
        : rows_(rows), cols_(cols), data_(allocate(checked_mul(rows, cols))) {}
    explicit matrix(matrix_view<T const> from) : matrix(from.rows(), from.cols()) {
        for (index_t i = 0; i < rows_; ++i) {
            for (index_t j = 0; j < cols_; ++j) { (*this)(i, j) = from(i, j); }
        }
    }
    matrix(matrix const& other) : matrix(other.view()) {}
    matrix(matrix&& other) noexcept
        : rows_(std::exchange(other.rows_, 0)), cols_(std::exchange(other.cols_, 0)),
          data_(std::move(other.data_)) {}
    matrix& operator=(matrix other) noexcept {
        std::swap(rows_, other.rows_);
        std::swap(cols_, other.cols_);
        std::swap(data_, other.data_);
        return *this;
    }
    ~matrix() = default;

    index_t rows() const { return rows_; }
    index_t cols() const { return cols_; }
    index_t size() const { return rows_ * cols_; }
    T* data() { return data_.get(); }
    T const* data() const { return data_.get(); }

    T& operator()(index_t i, index_t j) { return data_[offset(i, j)]; }
    T const& operator()(index_t i, index_t j) const { return data_[offset(i, j)]; }
    std::span<T> row(index_t i) { return view().row(i); }
    std::span<T const> row(index_t i) const { return view().row(i); }
    matrix_view<T> rows(index_t first, index_t count) { return view().rows(first, count); }
    matrix_view<T const> rows(index_t first, index_t count) const {
        return view().rows(first, count);
    }

    matrix_view<T> view() { return {data_.get(), rows_, cols_}; }
    matrix_view<T const> view() const { return {data_.get(), rows_, cols_}; }
    operator matrix_view<T>() { return view(); }
    operator matrix_view<T const>() const { return view(); }

  private:
    static constexpr std::align_val_t alignment{64}; // one cache line, one AVX-512 register
    struct release {
        void operator()(T* data) const { ::operator delete[](data, alignment); }
    };
    static std::unique_ptr<T[], release> allocate(index_t count) {
        static_assert(std::is_trivially_destructible_v<T>);
        auto const bytes = static_cast<std::size_t>(checked_mul(count, sizeof(T)));
        T* data = static_cast<T*>(::operator new[](bytes, alignment));
        for (index_t i = 0; i < count; ++i) { new (data + i) T(); }
        return std::unique_ptr<T[], release>(data);
    }
    std::size_t offset(index_t i, index_t j) const {
        return static_cast<std::size_t>(i * cols_ + j);
    }

    index_t rows_ = 0, cols_ = 0;
    std::unique_ptr<T[], release> data_;
};

} // namespace qad

#endif
