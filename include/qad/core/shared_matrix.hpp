// SPDX-License-Identifier: MIT
// A read-only matrix whose memory has several owners: a mapped file, or a matrix moved in.
#ifndef QAD_CORE_SHARED_MATRIX_HPP
#define QAD_CORE_SHARED_MATRIX_HPP

#include <qad/core/matrix.hpp> // matrix, matrix_view

#include <memory>  // shared_ptr
#include <utility> // move

namespace qad {

/// Looks at memory that `owner` keeps alive. Copies are cheap and see the same elements, so a
/// model of mapped weights costs no memory beyond the pages that it touches.
template <class T> class shared_matrix {
  public:
    using value_type = T;

    shared_matrix() = default;
    shared_matrix(matrix_view<T const> view, std::shared_ptr<void const> owner)
        : view_(view), owner_(std::move(owner)) {}
    explicit shared_matrix(matrix<T> from) {
        auto owner = std::make_shared<matrix<T> const>(std::move(from));
        view_ = owner->view();
        owner_ = std::move(owner);
    }

    index_t rows() const { return view_.rows(); }
    index_t cols() const { return view_.cols(); }
    std::span<T const> row(index_t i) const { return view_.row(i); }
    matrix_view<T const> view() const { return view_; }
    operator matrix_view<T const>() const { return view_; }

    /// Bytes of the elements, whoever owns them.
    index_t bytes() const { return view_.size() * static_cast<index_t>(sizeof(T)); }

  private:
    matrix_view<T const> view_;
    std::shared_ptr<void const> owner_;
};

} // namespace qad

#endif
