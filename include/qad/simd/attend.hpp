// SPDX-License-Identifier: MIT
// Causal attention on the vector unit.
#ifndef QAD_SIMD_ATTEND_HPP
#define QAD_SIMD_ATTEND_HPP

#include <qad/simd/attend_decode.hpp>  // attend_decode
#include <qad/simd/attend_prefill.hpp> // attend_prefill

namespace qad {

/// out[r][h] = Σ_j softmax_j(q[r][h]·k[j] / √d) · v[j], as the readable loop
/// (attend/attend.hpp), over any cache. Scores are float dot products of length d, weights come
/// from fast_exp (relative error 2⁻²²), sums over n positions are float sums: with u = 2⁻²⁴ and
/// S = max_j Σ_c |q[c]·k[j][c]| / √d,
///
///   |Δout| ≤ (2·(d + 4)·u·S + n·u + 2⁻²⁰) · 2 · max_j |v[j]|
///
/// Results depend on no number of threads. A token alone and the same token in a long batch
/// take different ways and agree within that bound.
template <std::same_as<float> T, kv_store Store>
void attend(simd_t, matrix_view<T> out, matrix_view<T const> query, Store const& past,
            index_t layer, head_layout const& heads, attend_options options = {}) {
    detail::check_attend(out.rows(), out.cols(), query.rows(), query.cols(), past.length(layer),
                         heads, options);
    if (query.rows() <= 4) {
        detail::attend_decode(out, query, past, layer, heads, options);
    } else {
        detail::attend_prefill(out, query, past, layer, heads, options);
    }
}

} // namespace qad

#endif
