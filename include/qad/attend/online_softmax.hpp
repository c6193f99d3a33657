// SPDX-License-Identifier: MIT
// Chapter 4.1, "Why weights are only half the story" — chapters/4-attend/README.md#s4-1
#ifndef QAD_ATTEND_ONLINE_SOFTMAX_HPP
#define QAD_ATTEND_ONLINE_SOFTMAX_HPP

#include <qad/attend/kv_row.hpp> // kv_row

#include <limits> // numeric_limits

namespace qad {

/// Σ_j softmax(s)[j] · v[j] in one pass over the pairs (s[j], v[j]), which come one by one and
/// are never stored. With m the largest score so far, it keeps
///
///   total = Σ_j e^(s[j]−m)         sum = Σ_j e^(s[j]−m) · v[j]
///
/// and when a larger score m' arrives, both shrink by e^(m−m'): as if m' had been known at
/// first. Milakov and Gimelshein 2018, "Online normalizer calculation for softmax", algorithm
/// 3.
template <std::floating_point T> class online_softmax {
  public:
    /// Collects in `sum`, which becomes zero now and the result at `finish`.
    explicit online_softmax(std::span<T> sum) : sum_(sum) {
        for (T& x : sum_) { x = 0; }
    }

    template <kv_element E> void add(T score, kv_row<E> v) {
        if (score > largest_) {
            T const shrink = std::exp(largest_ - score); // 0 at the first score
            total_ *= shrink;
            for (T& x : sum_) { x *= shrink; }
            largest_ = score;
        }
        T const weight = std::exp(score - largest_);
        total_ += weight;
        T const scaled = weight * static_cast<T>(v.scale);
        for (std::size_t j = 0; j < sum_.size(); ++j) {
            sum_[j] += scaled * decode<T>(v.values[j]);
        }
    }

    void finish() {
        for (T& x : sum_) { x /= total_; }
    }

  private:
    std::span<T> sum_;
    T largest_ = -std::numeric_limits<T>::infinity(), total_ = 0;
};

} // namespace qad

#endif
