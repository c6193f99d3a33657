// SPDX-License-Identifier: MIT
// SwiGLU on the vector unit.
#ifndef QAD_SIMD_SWIGLU_HPP
#define QAD_SIMD_SWIGLU_HPP

#include <qad/core/backend.hpp>  // simd_t
#include <qad/core/team.hpp>     // parallel
#include <qad/layers/swiglu.hpp> // check_same_shape
#include <qad/simd/exp.hpp>      // fast_exp

namespace qad {

namespace detail {
/// out = gate / (1 + e^(−gate)) · up for one row, in a loop that compilers turn into vector
/// code.
template <class Isa>
void swiglu_row(float* out, float const* gate, float const* up, index_t count) {
    for (index_t j = 0; j < count; ++j) {
        float const g = gate[j];
        out[j] = g / (1 + fast_exp<Isa>(-g)) * up[j];
    }
}
template <class Isa> void swiglu_gradient_row(float* __restrict dgate, float* __restrict dup,
                                              float const* __restrict dout,
                                              float const* __restrict gate,
                                              float const* __restrict up, index_t count) {
    for (index_t j = 0; j < count; ++j) {
        float const g = gate[j], s = 1 / (1 + fast_exp<Isa>(-g));
        dgate[j] += dout[j] * up[j] * s * (1 + g * (1 - s));
        dup[j] += dout[j] * g * s;
    }
}
} // namespace detail

/// out = silu(gate) ∘ up, as the readable loop, with a relative error below 2⁻²¹ where |gate| ≤
/// 87 (see fast_exp). `out` may be gate or up.
template <std::same_as<float> T>
void swiglu(simd_t, matrix_view<T> out, matrix_view<T const> gate, matrix_view<T const> up) {
    detail::check_same_shape<T>("swiglu", out, gate);
    detail::check_same_shape<T>("swiglu", gate, up);
    // One fork is worth some 4,000 exponentials.
    index_t const grain = out.cols() == 0 ? 1 : ceil_div(4096, out.cols());
    parallel(out.rows(), grain, [&](index_t begin, index_t end) {
        for (index_t t = begin; t < end; ++t) {
            detail::swiglu_row<isa::native>(out.row(t).data(), gate.row(t).data(),
                                            up.row(t).data(), out.cols());
        }
    });
}

/// Its gradient, as the readable loop; every term within a relative error of 2⁻²⁰.
template <std::same_as<float> T>
void swiglu_gradient(simd_t, matrix_view<T> dgate, matrix_view<T> dup,
                     matrix_view<T const> dout, matrix_view<T const> gate,
                     matrix_view<T const> up) {
    detail::check_same_shape<T>("swiglu_gradient", dgate, gate);
    detail::check_same_shape<T>("swiglu_gradient", dup, up);
    detail::check_same_shape<T>("swiglu_gradient", dout, gate);
    detail::check_same_shape<T>("swiglu_gradient", gate, up);
    index_t const grain = up.cols() == 0 ? 1 : ceil_div(4096, up.cols());
    parallel(up.rows(), grain, [&](index_t begin, index_t end) {
        for (index_t t = begin; t < end; ++t) {
            detail::swiglu_gradient_row<isa::native>(dgate.row(t).data(), dup.row(t).data(),
                                                     dout.row(t).data(), gate.row(t).data(),
                                                     up.row(t).data(), up.cols());
        }
    });
}

} // namespace qad

#endif
