// SPDX-License-Identifier: MIT
// Chapter 4.1, "Why weights are only half the story" — chapters/4-attend/README.md#s4-1
#ifndef QAD_ATTEND_ONLINE_SOFTMAX_HPP
#define QAD_ATTEND_ONLINE_SOFTMAX_HPP

#include <qad/attend/kv_row.hpp> // kv_row

#include <cmath>    // exp
#include <concepts> // floating_point
#include <limits>   // numeric_limits
#include <vector>   // vector

namespace qad {

/// Σ_j softmax(s)[j] · v[j] in one pass over the pairs (s[j], v[j]), which come one by one and
/// are never stored. With m the largest score so far, it keeps
///
///   total = Σ_j e^(s[j]−m)         sum = Σ_j e^(s[j]−m) · v[j]
///
/// and when a larger score m' arrives, both shrink by e^(m−m'): as if m' had been known before.
/// Milakov and Gimelshein 2018, "Online normalizer calculation for softmax", §3.
///
/// The sums run in double, in which a product of two floats is exact: whether a compiler fuses
/// product and sum into one instruction changes no bit then.
template <std::floating_point T> class online_softmax {
  public:
    /// A mean over values of this width.
    explicit online_softmax(index_t width) : sum_(static_cast<std::size_t>(width)) {}

    template <kv_element E> void add(T score, kv_row<E> v) {
        if (score > largest_) { raise(score); }
        T const weight = std::exp(score - largest_);
        T const scaled = weight * static_cast<T>(v.scale);
        total_ += weight;
        for (std::size_t j = 0; j < sum_.size(); ++j) {
            sum_[j] += double{scaled} * decode<double>(v.values[j]);
        }
    }

    /// Writes the mean to `out` and begins anew.
    void finish(std::span<T> out) {
        for (std::size_t j = 0; j < sum_.size(); ++j) {
            out[j] = static_cast<T>(sum_[j] / total_);
            sum_[j] = 0;
        }
        total_ = 0;
        largest_ = -std::numeric_limits<T>::infinity();
    }

  private:
    /// What came before weighs less, now that a larger score is there (nothing, at the first).
    /// Never inlined, so that these products are not fused with the sums that follow.
    [[gnu::noinline]] void raise(T score) {
        double const shrink = std::exp(largest_ - score);
        total_ *= shrink;
        for (double& x : sum_) { x *= shrink; }
        largest_ = score;
    }

    std::vector<double> sum_;
    double total_ = 0;
    T largest_ = -std::numeric_limits<T>::infinity();
};

} // namespace qad

#endif
