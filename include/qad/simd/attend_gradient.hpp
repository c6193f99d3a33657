// SPDX-License-Identifier: MIT
// The gradient of causal attention as products of blocks.
#ifndef QAD_SIMD_ATTEND_GRADIENT_HPP
#define QAD_SIMD_ATTEND_GRADIENT_HPP

#include <qad/attend/attend_gradient.hpp> // attend_options
#include <qad/core/eigen.hpp>             // as_eigen
#include <qad/core/team.hpp>              // threads
#include <qad/simd/softmax.hpp>           // largest_of, exponentials

#include <algorithm> // min
#include <cmath>     // sqrt
#include <vector>    // vector

namespace qad {

namespace detail {

/// All query heads of one key-value head over one sequence, 64 queries at a time:
///
///   S = Q·Kᵀ/√d    P = softmax(S)    dP = dO·Vᵀ    dS = P ∘ (dP − rowsum(P ∘ dP)) / √d
///   dV += Pᵀ·dO    dQ += dS·K        dK += dSᵀ·Q
class attend_gradient_task {
  public:
    static constexpr index_t block = 64;

    attend_gradient_task(head_layout const& heads, attend_options options, index_t longest)
        : heads_(heads), options_(options), shares_(block, longest), wanted_(block, longest) {}

    /// The views are those of the sequence; kv: which key-value head.
    void run(matrix_view<float> dq, matrix_view<float> dk, matrix_view<float> dv,
             matrix_view<float const> dout, matrix_view<float const> q,
             matrix_view<float const> k, matrix_view<float const> v, index_t kv) {
        index_t const d = heads_.head_dim;
        auto const keys = k.cols(kv * d, d), values = v.cols(kv * d, d);
        auto const dkeys = dk.cols(kv * d, d), dvalues = dv.cols(kv * d, d);
        for (index_t h = kv * heads_.group(); h < (kv + 1) * heads_.group(); ++h) {
            for (index_t first = 0; first < q.rows(); first += block) {
                index_t const count = std::min(block, q.rows() - first), past = first + count;
                index_t const from = first_seen(first, options_), seen = past - from;
                auto const queries = as_eigen(q.cols(h * d, d).rows(first, count));
                auto const up = as_eigen(dout.cols(h * d, d).rows(first, count));
                auto const p = shares_.rows(0, count).cols(0, seen);
                auto const dp = wanted_.rows(0, count).cols(0, seen);
                as_eigen(p).noalias() = queries * as_eigen(keys.rows(from, seen)).transpose();
                as_eigen(dp).noalias() = up * as_eigen(values.rows(from, seen)).transpose();
                for (index_t r = 0; r < count; ++r) {
                    score_gradient(p.row(r), dp.row(r), first + r - from,
                                   first_seen(first + r, options_) - from);
                }
                as_eigen(dvalues.rows(from, seen)).noalias() += as_eigen(p).transpose() * up;
                as_eigen(dq.cols(h * d, d).rows(first, count)).noalias() +=
                    as_eigen(dp) * as_eigen(keys.rows(from, seen));
                as_eigen(dkeys.rows(from, seen)).noalias() +=
                    as_eigen(dp).transpose() * queries;
            }
        }
    }

  private:
    /// A row of scores becomes shares, a row of dP becomes dS; [begin, last] is what it sees.
    void score_gradient(std::span<float> p, std::span<float> dp, index_t last,
                        index_t begin) const {
        float const scale = 1 / std::sqrt(static_cast<float>(heads_.head_dim));
        index_t const count = last + 1 - begin;
        float *const shares = p.data() + begin, *const wanted = dp.data() + begin;
        for (index_t j = 0; j < count; ++j) { shares[j] *= scale; }
        float const total = exponentials(shares, count, largest_of(shares, count));
        batch sums(0.0f);
        float mean = 0;
        index_t j = 0;
        for (; j + batch_size <= count; j += batch_size) {
            sums = multiply_add(load(shares + j), load(wanted + j), sums);
        }
        for (; j < count; ++j) { mean += shares[j] * wanted[j]; }
        mean = (mean + sum(sums)) / total;
        for (j = 0; j < count; ++j) {
            shares[j] /= total;
            wanted[j] = shares[j] * (wanted[j] - mean) * scale;
        }
        // What it does not see has no part in the products.
        std::fill(p.begin(), p.begin() + begin, 0.0f);
        std::fill(dp.begin(), dp.begin() + begin, 0.0f);
        std::fill(p.begin() + last + 1, p.end(), 0.0f);
        std::fill(dp.begin() + last + 1, dp.end(), 0.0f);
    }

    head_layout heads_;
    attend_options options_;
    matrix<float> shares_, wanted_; // block × longest sequence
};

} // namespace detail

/// The gradients of attention over sequences that follow each other in the rows, as the
/// readable loop (attend/attend_gradient.hpp). Sequences and key-value heads are dealt out to
/// the threads, which therefore never write to the same place.
template <std::same_as<float> T>
void attend_gradient(simd_t, matrix_view<T> dq, matrix_view<T> dk, matrix_view<T> dv,
                     matrix_view<T const> dout, matrix_view<T const> q, matrix_view<T const> k,
                     matrix_view<T const> v, std::span<index_t const> lengths,
                     head_layout const& heads, attend_options options = {}) {
    std::vector<index_t> first{0};
    index_t longest = 0;
    for (index_t n : lengths) {
        first.push_back(first.back() + n);
        longest = std::max(longest, n);
    }
    detail::check_attend(dq.rows(), dq.cols(), q.rows(), q.cols(), k.rows(), heads, options);
    detail::check_attend(dout.rows(), dout.cols(), q.rows(), q.cols(), dk.rows(), heads,
                         options);
    kv_matrices<T> const past(k, v, heads), dpast(dk, dv, heads); // checks their shapes
    if (first.back() != q.rows() || k.rows() != q.rows() || dk.rows() != q.rows()) {
        fail<shape_error>("attend_gradient: sequences of ", first.back(), " rows together for ",
                          q.rows(), " queries, ", k.rows(), " keys and a gradient of ",
                          dk.rows());
    }
    auto const tasks = static_cast<index_t>(lengths.size()) * heads.kv_heads;
    threads().run([&](int share, int shares) {
        detail::attend_gradient_task task(heads, options, longest);
        for (index_t i = share; i < tasks; i += shares) {
            auto const s = static_cast<std::size_t>(i / heads.kv_heads);
            index_t const at = first[s], n = lengths[s];
            task.run(dq.rows(at, n), dk.rows(at, n), dv.rows(at, n), dout.rows(at, n),
                     q.rows(at, n), k.rows(at, n), v.rows(at, n), i % heads.kv_heads);
        }
    });
}

} // namespace qad

#endif
