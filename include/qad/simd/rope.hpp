// SPDX-License-Identifier: MIT
// Rotary position embedding with the angles of a batch computed once.
#ifndef QAD_SIMD_ROPE_HPP
#define QAD_SIMD_ROPE_HPP

#include <qad/core/backend.hpp> // simd_t
#include <qad/core/team.hpp>    // parallel
#include <qad/layers/rope.hpp>  // rope
#include <qad/simd/isa.hpp>     // isa::native

#include <algorithm> // equal
#include <vector>    // vector

namespace qad {

namespace detail {

/// Cosines and sines of the rows that were rotated last: a model rotates queries and keys of
/// every layer by the same angles, and a cosine costs more than everything else here.
template <class Isa> class rope_angles {
  public:
    /// positions × frequencies; `cosine(t)` and `sine(t)` are the rows.
    void prepare(std::span<index_t const> positions, rope const& how) {
        if (positions.size() == positions_.size() && how.frequency == frequency_ &&
            how.attention_factor == factor_ &&
            std::equal(positions.begin(), positions.end(), positions_.begin())) {
            return;
        }
        positions_.assign(positions.begin(), positions.end());
        frequency_ = how.frequency;
        factor_ = how.attention_factor;
        cosines_.resize(positions.size() * frequency_.size());
        sines_.resize(cosines_.size());
        parallel(static_cast<index_t>(positions.size()), 8, [&](index_t begin, index_t end) {
            for (auto t = static_cast<std::size_t>(begin); t < static_cast<std::size_t>(end);
                 ++t) {
                for (std::size_t i = 0; i < frequency_.size(); ++i) {
                    // In double, as the readable loop: the same numbers.
                    double const angle = static_cast<double>(positions_[t]) * frequency_[i];
                    cosines_[t * frequency_.size() + i] =
                        static_cast<float>(std::cos(angle) * factor_);
                    sines_[t * frequency_.size() + i] =
                        static_cast<float>(std::sin(angle) * factor_);
                }
            }
        });
    }
    float const* cosine(index_t t) const { return cosines_.data() + at(t); }
    float const* sine(index_t t) const { return sines_.data() + at(t); }

  private:
    std::size_t at(index_t t) const { return static_cast<std::size_t>(t) * frequency_.size(); }

    std::vector<index_t> positions_;
    std::vector<double> frequency_;
    double factor_ = 0;
    std::vector<float> cosines_, sines_;
};

/// The pairs (a[i], b[i]) turned by their angles, in a loop that compilers turn into vector
/// code.
template <class Isa> void rotate_head(float* __restrict a, float* __restrict b,
                                      float const* __restrict cosine,
                                      float const* __restrict sine, index_t half) {
    for (index_t i = 0; i < half; ++i) {
        float const x = a[i], y = b[i];
        a[i] = x * cosine[i] - y * sine[i];
        b[i] = y * cosine[i] + x * sine[i];
    }
}

} // namespace detail

namespace detail {
/// The rows of x turned by their angles; Back: against them.
template <bool Back> void turn_rows(matrix_view<float> x, index_t head_dim,
                                    std::span<index_t const> positions, rope const& how) {
    auto const half = static_cast<index_t>(how.frequency.size());
    if (head_dim < 1 || x.cols() % head_dim != 0 || 2 * half > head_dim ||
        positions.size() != static_cast<std::size_t>(x.rows())) {
        rotate<float>(x, head_dim, positions, how); // says what is wrong
        return;
    }
    thread_local detail::rope_angles<isa::native> angles;
    angles.prepare(positions, how);
    auto const* const table = &angles; // workers read the caller's
    parallel(x.rows(), 32, [&](index_t begin, index_t end) {
        for (index_t t = begin; t < end; ++t) {
            for (index_t head = 0; head < x.cols(); head += head_dim) {
                // Exchanging the two turns the other way.
                float *a = &x(t, head), *b = &x(t, head + half);
                rotate_head<isa::native>(Back ? b : a, Back ? a : b, table->cosine(t),
                                         table->sine(t), half);
            }
        }
    });
}
} // namespace detail

/// Turns queries or keys in place, as the readable loop does (layers/rope.hpp).
template <std::same_as<float> T> void rotate(simd_t, matrix_view<T> x, index_t head_dim,
                                             std::span<index_t const> positions,
                                             rope const& how) {
    detail::turn_rows<false>(x, head_dim, positions, how);
}
template <std::same_as<float> T>
void rotate_gradient(simd_t, matrix_view<T> dx, index_t head_dim,
                     std::span<index_t const> positions, rope const& how) {
    detail::turn_rows<true>(dx, head_dim, positions, how);
}

} // namespace qad

#endif
