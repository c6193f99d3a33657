// SPDX-License-Identifier: MIT
// Chapter 5.2, "LoRA" — chapters/5-adapt/README.md#s5-2
#ifndef QAD_ADAPT_MERGE_HPP
#define QAD_ADAPT_MERGE_HPP

#include <qad/adapt/lora.hpp>        // basic_lora
#include <qad/core/eigen.hpp>        // as_eigen
#include <qad/quantize/multiply.hpp> // decodable_rows

#include <utility> // move

namespace qad {

/// W + s·B·A as a new matrix; W stays as it is. One product at inference instead of three, and
/// the adapter can no longer be swapped. Equal to the adapted layer up to rounding.
template <std::floating_point T>
[[nodiscard]] matrix<T> merge(matrix_view<T const> w, basic_lora<T> const& delta) {
    if (w.rows() != delta.outputs() || w.cols() != delta.inputs()) {
        fail<shape_error>("an adapter for ", delta.outputs(), " x ", delta.inputs(),
                          " weights on ", w.rows(), " x ", w.cols(), " ones (chapter 5.2)");
    }
    matrix<T> merged(w);
    as_eigen(merged).noalias() += delta.scale() * (as_eigen(delta.up) * as_eigen(delta.down));
    return merged;
}
template <std::floating_point T>
[[nodiscard]] matrix<T> merge(matrix<T> const& w, basic_lora<T> const& delta) {
    return merge<T>(w.view(), delta);
}

/// Ŵ + s·B·A in floats: an adapter trained on 4-bit weights belongs to what those decode to,
/// not to the weights before. Quantizing the result again is a second step with a second error
/// (chapter 5.4).
template <decodable_rows Quantized>
[[nodiscard]] matrix<float> merge(Quantized const& w, lora const& delta) {
    matrix<float> decoded(w.rows(), w.cols());
    for (index_t i = 0; i < w.rows(); ++i) { w.decode_row(i, decoded.row(i)); }
    return merge<float>(decoded, delta);
}

/// A weight with at most one adapter merged into it. Each merge starts from the base, which is
/// kept: merging twice counts once, and `unmerge` gives the very bits back, which subtracting
/// s·B·A would not.
template <std::floating_point T> class mergeable {
  public:
    explicit mergeable(matrix<T> base) : base_(std::move(base)) {}

    void merge(basic_lora<T> const& delta) {
        merged_ = qad::merge(base_, delta);
        is_merged_ = true;
    }
    void unmerge() {
        merged_ = {};
        is_merged_ = false;
    }
    bool merged() const { return is_merged_; }
    matrix_view<T const> weights() const { return is_merged_ ? merged_.view() : base_.view(); }
    matrix_view<T const> base() const { return base_; }

  private:
    matrix<T> base_, merged_;
    bool is_merged_ = false;
};

} // namespace qad

#endif
