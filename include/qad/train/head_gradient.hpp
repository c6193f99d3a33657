// SPDX-License-Identifier: MIT
// The loss and its gradient at the top of the model, where the logits are.
#ifndef QAD_TRAIN_HEAD_GRADIENT_HPP
#define QAD_TRAIN_HEAD_GRADIENT_HPP

#include <qad/core/team.hpp>      // parallel
#include <qad/layers/loss.hpp>    // cross_entropy_row, no_target
#include <qad/train/backward.hpp> // trained_model, linear_gradient

#include <algorithm> // clamp

namespace qad {

/// How many rows of logits exist at a time: some 12 million numbers, and of `asked` no more.
constexpr index_t rows_of_logits(index_t vocabulary, index_t asked) {
    index_t const most = std::clamp<index_t>((12 << 20) / vocabulary, 32, 1024);
    return std::min(most, std::max<index_t>(asked, 1));
}

/// Σ −ln softmax(norm(hidden[t])·W_headᵀ)[target[t]] over the rows with a target, in nats. Adds
/// `share` times its gradient to dhidden (tokens × hidden) and to `gradient`; with a null
/// `gradient` the sum is all it computes.
///
/// Rows without a target cost nothing, and of the others the logits of a few hundred exist at a
/// time: tokens × vocabulary would be the largest matrix of all training (1.05 GB for 2,048
/// tokens of Llama 3).
template <class Backend, std::floating_point T>
double head_gradient(Backend backend, trained_model<T> const& model, trained_model<T>* gradient,
                     matrix_view<T> dhidden, matrix_view<T const> hidden,
                     std::span<std::int32_t const> targets, double share) {
    auto const eps = static_cast<T>(model.config.rms_eps);
    index_t const vocab = model.config.vocab, width = model.config.hidden;
    std::vector<index_t> rows;
    for (index_t t = 0; t < hidden.rows(); ++t) {
        std::int32_t const target = targets[static_cast<std::size_t>(t)];
        if (target < no_target || target >= vocab) {
            fail<shape_error>("target ", target, " of a vocabulary of ", vocab);
        }
        if (target != no_target) { rows.push_back(t); }
    }

    auto const count = static_cast<index_t>(rows.size());
    index_t const together = rows_of_logits(vocab, count);
    matrix<T> picked(together, width), normed(together, width), logits(together, vocab);
    matrix<T> dnormed(together, width), dpicked(together, width);
    std::vector<double> losses(static_cast<std::size_t>(together));
    trained_weight<T> frozen;
    double sum = 0;
    for (index_t first = 0; first < count; first += together) {
        index_t const n = std::min(together, count - first);
        auto const row = [&](index_t i) { return rows[static_cast<std::size_t>(first + i)]; };
        for (index_t i = 0; i < n; ++i) {
            auto const from = hidden.row(row(i));
            std::copy(from.begin(), from.end(), picked.row(i).begin());
        }
        auto const x = normed.rows(0, n), y = logits.rows(0, n);
        rms_norm<T>(backend, x, picked.rows(0, n), model.final_norm, eps);
        multiply(backend, y, model.head(), x);
        parallel(n, 1, [&](index_t begin, index_t end) {
            for (index_t i = begin; i < end; ++i) {
                losses[static_cast<std::size_t>(i)] = cross_entropy_row<T>(
                    backend, y.row(i), targets[static_cast<std::size_t>(row(i))], share);
            }
        });
        for (index_t i = 0; i < n; ++i) { sum += losses[static_cast<std::size_t>(i)]; }
        if (gradient == nullptr) { continue; }

        auto& head = gradient->untied_head ? *gradient->untied_head : gradient->embedding;
        auto const dx = detail::zeroed(dnormed, n), dhere = detail::zeroed(dpicked, n);
        linear_gradient<T>(dx, head, y, model.head(), x);
        rms_norm_gradient<T>(backend, dhere, gradient->final_norm, dx, picked.rows(0, n),
                             model.final_norm, eps);
        for (index_t i = 0; i < n; ++i) {
            for (index_t j = 0; j < width; ++j) { dhidden(row(i), j) += dhere(i, j); }
        }
    }
    return sum;
}

} // namespace qad

#endif
