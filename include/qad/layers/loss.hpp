// SPDX-License-Identifier: MIT
// Cross entropy: how surprised the model was by the tokens that came, and its gradient.
#ifndef QAD_LAYERS_LOSS_HPP
#define QAD_LAYERS_LOSS_HPP

#include <qad/core/backend.hpp>   // ref
#include <qad/layers/softmax.hpp> // log_sum_exp

#include <cstdint> // int32_t

namespace qad {

/// A row with this target (a prompt, padding) has no part in the loss.
inline constexpr std::int32_t no_target = -1;

namespace detail {
/// How many rows have a target; none at all is an error, because a mean over nothing is none.
template <class T>
index_t count_targets(matrix_view<T const> logits, std::span<std::int32_t const> targets) {
    if (targets.size() != static_cast<std::size_t>(logits.rows())) {
        fail<shape_error>("cross entropy: ", targets.size(), " targets for ", logits.rows(),
                          " rows");
    }
    index_t count = 0;
    for (std::int32_t target : targets) {
        if (target < no_target || target >= logits.cols()) {
            fail<shape_error>("cross entropy: target ", target, " of a vocabulary of ",
                              logits.cols());
        }
        count += target == no_target ? 0 : 1;
    }
    if (count == 0) { fail<shape_error>("cross entropy: no row has a target; all are masked"); }
    return count;
}
} // namespace detail

/// Mean over the n rows with a target of −ln softmax(logits[t])[target[t]], in nats.
/// logits: tokens × vocabulary; targets: one for each row, `no_target` to leave it out.
template <std::floating_point T>
double cross_entropy(matrix_view<T const> logits, std::span<std::int32_t const> targets) {
    index_t const count = detail::count_targets<T>(logits, targets);
    double sum = 0;
    for (index_t t = 0; t < logits.rows(); ++t) {
        std::int32_t const target = targets[static_cast<std::size_t>(t)];
        if (target == no_target) { continue; }
        sum += log_sum_exp<T>(logits.row(t)) - static_cast<double>(logits(t, target));
    }
    return sum / static_cast<double>(count);
}

/// Adds dloss · (softmax(logits[t]) − onehot(target[t])) / n to dlogits[t] where t has a
/// target.
template <std::floating_point T>
void cross_entropy_gradient(matrix_view<T> dlogits, matrix_view<T const> logits,
                            std::span<std::int32_t const> targets, double dloss = 1) {
    index_t const count = detail::count_targets<T>(logits, targets);
    if (dlogits.rows() != logits.rows() || dlogits.cols() != logits.cols()) {
        fail<shape_error>("cross entropy: a gradient of ", dlogits.rows(), " x ",
                          dlogits.cols(), " for logits of ", logits.rows(), " x ",
                          logits.cols());
    }
    double const share = dloss / static_cast<double>(count);
    for (index_t t = 0; t < logits.rows(); ++t) {
        std::int32_t const target = targets[static_cast<std::size_t>(t)];
        if (target == no_target) { continue; }
        double const log_sum = log_sum_exp<T>(logits.row(t));
        for (index_t j = 0; j < logits.cols(); ++j) {
            double const p = std::exp(static_cast<double>(logits(t, j)) - log_sum);
            dlogits(t, j) += static_cast<T>(share * (j == target ? p - 1 : p));
        }
    }
}

/// One row of logits becomes its gradient, in place: share · (softmax(row) − onehot(target));
/// returns −ln softmax(row)[target]. So that the logits of a few rows are all that training
/// holds of the largest thing a model makes.
template <std::floating_point T>
double cross_entropy_row(ref_t, std::span<T> row, std::int32_t target, double share) {
    auto const at = static_cast<std::size_t>(target);
    double const log_sum = log_sum_exp<T>(row), loss = log_sum - static_cast<double>(row[at]);
    for (T& x : row) { x = static_cast<T>(share * std::exp(static_cast<double>(x) - log_sum)); }
    row[at] -= static_cast<T>(share);
    return loss;
}

} // namespace qad

#endif
