// SPDX-License-Identifier: MIT
// The gated feed-forward's only non-linearity, and its gradient.
#ifndef QAD_LAYERS_SWIGLU_HPP
#define QAD_LAYERS_SWIGLU_HPP

#include <qad/core/backend.hpp> // ref
#include <qad/core/matrix.hpp>  // matrix_view

#include <cmath>    // exp
#include <concepts> // floating_point

namespace qad {

/// 1 / (1 + e⁻ˣ). For very negative x the exponential is infinite and the result exactly 0.
template <std::floating_point T> T sigmoid(T x) { return 1 / (1 + std::exp(-x)); }

/// x · sigmoid(x), as a quotient.
template <std::floating_point T> T silu(T x) { return x / (1 + std::exp(-x)); }

namespace detail {
template <class T>
void check_same_shape(char const* who, matrix_view<T const> a, matrix_view<T const> b) {
    if (a.rows() != b.rows() || a.cols() != b.cols()) {
        fail<shape_error>(who, ": ", a.rows(), " x ", a.cols(), " beside ", b.rows(), " x ",
                          b.cols(), "; both need the same shape");
    }
}
} // namespace detail

/// out = silu(gate) ∘ up, all three tokens × width. `out` may be gate or up.
/// Shazeer 2020, "GLU Variants Improve Transformer", equation 6 (without the products).
template <std::floating_point T>
void swiglu(matrix_view<T> out, matrix_view<T const> gate, matrix_view<T const> up) {
    detail::check_same_shape<T>("swiglu", out, gate);
    detail::check_same_shape<T>("swiglu", gate, up);
    for (index_t t = 0; t < out.rows(); ++t) {
        for (index_t j = 0; j < out.cols(); ++j) { out(t, j) = silu(gate(t, j)) * up(t, j); }
    }
}
template <std::floating_point T>
void swiglu(ref_t, matrix_view<T> out, matrix_view<T const> gate, matrix_view<T const> up) {
    swiglu<T>(out, gate, up);
}

/// Adds to dgate and dup what dout = ∂L/∂out says about them, with σ = sigmoid(gate):
///
///   dgate += dout · up · σ · (1 + gate · (1 − σ))         dup += dout · silu(gate)
template <std::floating_point T>
void swiglu_gradient(matrix_view<T> dgate, matrix_view<T> dup, matrix_view<T const> dout,
                     matrix_view<T const> gate, matrix_view<T const> up) {
    detail::check_same_shape<T>("swiglu_gradient", dgate, gate);
    detail::check_same_shape<T>("swiglu_gradient", dup, up);
    detail::check_same_shape<T>("swiglu_gradient", dout, gate);
    detail::check_same_shape<T>("swiglu_gradient", gate, up);
    for (index_t t = 0; t < gate.rows(); ++t) {
        for (index_t j = 0; j < gate.cols(); ++j) {
            T const g = gate(t, j), s = sigmoid(g);
            dgate(t, j) += dout(t, j) * up(t, j) * s * (1 + g * (1 - s));
            dup(t, j) += dout(t, j) * silu(g);
        }
    }
}

template <std::floating_point T>
void swiglu_gradient(ref_t, matrix_view<T> dgate, matrix_view<T> dup, matrix_view<T const> dout,
                     matrix_view<T const> gate, matrix_view<T const> up) {
    swiglu_gradient<T>(dgate, dup, dout, gate, up);
}

} // namespace qad

#endif
