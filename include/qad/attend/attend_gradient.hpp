// SPDX-License-Identifier: MIT
// The gradient of causal attention over a whole sequence, for training.
#ifndef QAD_ATTEND_ATTEND_GRADIENT_HPP
#define QAD_ATTEND_ATTEND_GRADIENT_HPP

#include <qad/attend/attend.hpp> // score, attend_options

#include <algorithm> // max_element
#include <cmath>     // exp, sqrt
#include <vector>    // vector

namespace qad {

/// Adds to dq, dk and dv what dout = ∂L/∂out says about queries, keys and values. With the
/// shares p = softmax(q·k/√d) of one query and one head, which are computed again, not stored:
///
///   dv[j] += p[j]·dout        dp[j] = dout·v[j]        ds[j] = p[j]·(dp[j] − Σ_i p[i]·dp[i])
///   dq    += Σ_j ds[j]·k[j]/√d                         dk[j] += ds[j]·q/√d
///
/// dq, dout, q: tokens × query_heads·head_dim; dk, dv, k, v: tokens × kv_heads·head_dim. Heads
/// that share keys and values add up in dk and dv. Memory: one row of shares, never tokens².
template <std::floating_point T>
void attend_gradient(matrix_view<T> dq, matrix_view<T> dk, matrix_view<T> dv,
                     matrix_view<T const> dout, matrix_view<T const> q, matrix_view<T const> k,
                     matrix_view<T const> v, head_layout const& heads,
                     attend_options options = {}) {
    index_t const d = heads.head_dim, before = k.rows() - q.rows();
    kv_matrices<T> const past(k, v, heads), dpast(dk, dv, heads); // checks their shapes
    detail::check_attend(dq.rows(), dq.cols(), q.rows(), q.cols(), k.rows(), heads, options);
    detail::check_attend(dout.rows(), dout.cols(), q.rows(), q.cols(), dk.rows(), heads,
                         options);
    if (dk.rows() != k.rows()) {
        fail<shape_error>("attend_gradient: dk has ", dk.rows(), " rows for ", k.rows(),
                          " keys");
    }
    T const scale = 1 / std::sqrt(static_cast<T>(d));
    std::vector<T> p, dp; // of the positions that one query sees

    for (index_t r = 0; r < q.rows(); ++r) {
        index_t const t = before + r, first = detail::first_seen(t, options);
        for (index_t h = 0; h < heads.query_heads; ++h) {
            index_t const kv = heads.kv_head_of(h);
            auto const query = q.cols(h * d, d).row(r), up = dout.cols(h * d, d).row(r);

            // Compute the shares again: once for the largest score, once for the sum.
            p.resize(static_cast<std::size_t>(t - first + 1));
            for (index_t j = first; j <= t; ++j) {
                p[static_cast<std::size_t>(j - first)] = score<T>(query, past.key(0, kv, j));
            }
            T const largest = *std::max_element(p.begin(), p.end());
            T total = 0, mean = 0;
            for (T& x : p) { total += x = std::exp(x - largest); }

            // How much each share was wanted, and the mean of that.
            dp.assign(p.size(), 0);
            for (index_t j = first; j <= t; ++j) {
                auto const at = static_cast<std::size_t>(j - first);
                p[at] /= total;
                for (index_t i = 0; i < d; ++i) {
                    dp[at] += up[static_cast<std::size_t>(i)] * v(j, kv * d + i);
                }
                mean += p[at] * dp[at];
            }

            // Hand it on to query, keys and values.
            for (index_t j = first; j <= t; ++j) {
                auto const at = static_cast<std::size_t>(j - first);
                T const ds = p[at] * (dp[at] - mean) * scale;
                for (index_t i = 0; i < d; ++i) {
                    dq(r, h * d + i) += ds * k(j, kv * d + i);
                    dk(j, kv * d + i) += ds * query[static_cast<std::size_t>(i)];
                    dv(j, kv * d + i) += p[at] * up[static_cast<std::size_t>(i)];
                }
            }
        }
    }
}

/// The same for sequences that follow each other in the rows and do not see each other:
/// `lengths` rows each, all of them together.
template <std::floating_point T>
void attend_gradient(ref_t, matrix_view<T> dq, matrix_view<T> dk, matrix_view<T> dv,
                     matrix_view<T const> dout, matrix_view<T const> q, matrix_view<T const> k,
                     matrix_view<T const> v, std::span<index_t const> lengths,
                     head_layout const& heads, attend_options options = {}) {
    index_t first = 0;
    for (index_t n : lengths) {
        attend_gradient<T>(dq.rows(first, n), dk.rows(first, n), dv.rows(first, n),
                           dout.rows(first, n), q.rows(first, n), k.rows(first, n),
                           v.rows(first, n), heads, options);
        first += n;
    }
}

} // namespace qad

#endif
