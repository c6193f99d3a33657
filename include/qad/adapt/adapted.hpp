// SPDX-License-Identifier: MIT
// Chapter 5.4, "QLoRA" — chapters/5-adapt/README.md#s5-4
#ifndef QAD_ADAPT_ADAPTED_HPP
#define QAD_ADAPT_ADAPTED_HPP

#include <qad/adapt/lora.hpp> // basic_lora, add_lora

namespace qad {

/// A frozen weight with an adapter: one linear layer, y = x·Wᵀ + s·(x·Aᵀ)·Bᵀ.
///
///   adapted layer(w, delta);        // w is a float matrix: this is LoRA
///   adapted layer(q, delta);        // q is 4-bit: this is QLoRA, and nothing else changes
///   layer(y, x);
///
/// Base: whatever `multiply` multiplies with. Neither it nor the adapter is copied: both must
/// outlive the layer, and a temporary is refused by the compiler. Swapping adapters is building
/// another `adapted` over the same base.
template <class Base, std::floating_point T> class adapted {
  public:
    adapted(Base const& frozen, basic_lora<T> const& delta) : frozen_(&frozen), delta_(&delta) {
        if (frozen.rows() != delta.outputs() || frozen.cols() != delta.inputs()) {
            fail<shape_error>("an adapter for ", delta.outputs(), " x ", delta.inputs(),
                              " weights on ", frozen.rows(), " x ", frozen.cols(),
                              " ones (chapter 5.2)");
        }
    }
    adapted(Base const&&, basic_lora<T> const&) = delete;
    adapted(Base const&, basic_lora<T> const&&) = delete;
    adapted(Base const&&, basic_lora<T> const&&) = delete;

    /// y: tokens × outputs, x: tokens × inputs; on a backend of choice, or `ref`.
    template <class Backend>
    void operator()(Backend backend, matrix_view<T> y, matrix_view<T const> x) const {
        multiply(backend, y, *frozen_, x);
        add_lora<T>(y, *delta_, x);
    }
    void operator()(matrix_view<T> y, matrix_view<T const> x) const { (*this)(ref, y, x); }
    /// One token.
    void operator()(std::span<T> y, std::span<T const> x) const {
        (*this)(matrix_view<T>(y), matrix_view<T const>(x));
    }

  private:
    Base const* frozen_;
    basic_lora<T> const* delta_;
};

} // namespace qad

#endif
