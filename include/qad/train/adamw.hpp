// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_TRAIN_ADAMW_HPP
#define QAD_TRAIN_ADAMW_HPP

#include <qad/core/error.hpp> // shape_error

#include <cmath>    // sqrt, pow
#include <concepts> // floating_point
#include <span>     // span

namespace qad {

struct adamw_options {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double decay = 0.01; ///< of matrices; norms and biases never decay
};

/// One step of Adam with decoupled weight decay, t = 1, 2, …, at the learning rate η:
///
///   m ← β₁·m + (1−β₁)·g        v ← β₂·v + (1−β₂)·g²
///   w ← w − η·decay·w − η · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε)
///
/// m and v are zero before the first step: two more numbers for everything that is learned,
/// which is what full fine-tuning pays and LoRA mostly does not.
/// Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2.
template <std::floating_point T> void adamw_step(std::span<T> w, std::span<T const> g,
                                                 std::span<T> m, std::span<T> v, double rate,
                                                 double t, adamw_options const& options) {
    if (g.size() != w.size() || m.size() != w.size() || v.size() != w.size()) {
        fail<shape_error>("AdamW: ", w.size(), " weights, ", g.size(), " gradients, ", m.size(),
                          " and ", v.size(), " moments");
    }
    auto const b1 = static_cast<T>(options.beta1), b2 = static_cast<T>(options.beta2);
    auto const epsilon = static_cast<T>(options.epsilon);
    auto const shrink = static_cast<T>(1 - rate * options.decay);
    auto const step = static_cast<T>(rate / (1 - std::pow(options.beta1, t)));
    auto const root = static_cast<T>(1 / std::sqrt(1 - std::pow(options.beta2, t)));
    for (std::size_t i = 0; i < w.size(); ++i) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
        w[i] = w[i] * shrink - step * m[i] / (std::sqrt(v[i]) * root + epsilon);
    }
}

} // namespace qad

#endif
