// SPDX-License-Identifier: MIT
// How well a model predicts a text, and how far two models are apart.
#ifndef QAD_MODEL_PERPLEXITY_HPP
#define QAD_MODEL_PERPLEXITY_HPP

#include <qad/model/session.hpp> // session

#include <algorithm> // max, nth_element
#include <array>     // array
#include <cmath>     // exp, log
#include <vector>    // vector

namespace qad {

/// ln softmax(logits) in double, by the largest logit so that nothing overflows.
inline std::vector<double> log_softmax(std::span<float const> logits) {
    double largest = -INFINITY, sum = 0;
    for (float x : logits) { largest = std::max<double>(largest, x); }
    for (float x : logits) { sum += std::exp(x - largest); }
    std::vector<double> result;
    result.reserve(logits.size());
    for (float x : logits) { result.push_back(x - largest - std::log(sum)); }
    return result;
}

/// Negative log-likelihood of a text under a model: perplexity = e^(mean nll).
struct likelihood {
    double nll = 0;        ///< Σ −ln p(token | those before it), nats
    index_t predicted = 0; ///< tokens that were predicted

    double mean_nll() const {
        return predicted == 0 ? 0 : nll / static_cast<double>(predicted);
    }
    double perplexity() const { return std::exp(mean_nll()); }
};

/// A model against a base model on the same text.
///
///   KL(base ‖ model) = Σ_v p_base(v)·(ln p_base(v) − ln p_model(v))   at each position
struct divergence {
    std::vector<double> kl; ///< nats, one for each predicted token
    index_t same_top = 0;   ///< positions where both find the same token most likely

    double mean() const;
    double quantile(double q) const;
    double same_top_share() const {
        return kl.empty() ? 0 : static_cast<double>(same_top) / static_cast<double>(kl.size());
    }
};

inline double divergence::mean() const {
    double sum = 0;
    for (double x : kl) { sum += x; }
    return kl.empty() ? 0 : sum / static_cast<double>(kl.size());
}

/// The smallest value that at least a share q of the positions do not exceed.
inline double divergence::quantile(double q) const {
    if (kl.empty()) { return 0; }
    auto sorted = kl;
    auto const rank =
        static_cast<std::ptrdiff_t>(std::ceil(q * static_cast<double>(sorted.size()))) - 1;
    auto const at = sorted.begin() + std::max<std::ptrdiff_t>(rank, 0);
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
}

/// Adds one position: how likely `model` found `next`.
inline void observe(likelihood& sum, std::span<double const> log_p, std::int32_t next) {
    sum.nll -= log_p[static_cast<std::size_t>(next)];
    ++sum.predicted;
}

/// Adds one position: how far the model's distribution is from the base's.
inline void observe(divergence& sum, std::span<double const> base,
                    std::span<double const> model) {
    double kl = 0;
    std::size_t top_base = 0, top_model = 0;
    for (std::size_t v = 0; v < base.size(); ++v) {
        kl += std::exp(base[v]) * (base[v] - model[v]);
        if (base[v] > base[top_base]) { top_base = v; }
        if (model[v] > model[top_model]) { top_model = v; }
    }
    sum.kl.push_back(std::max(kl, 0.0)); // rounding can leave a distance of −10⁻¹⁷
    sum.same_top += top_base == top_model ? 1 : 0;
}

/// Cuts `tokens` into windows of `length`, runs each through all `sessions` from an empty past,
/// and calls each(logits, next) at every position whose next token lies in the same window;
/// logits[i] is the row of session i. Figures from windows of different lengths must not be
/// compared: a longer past predicts better.
template <std::size_t N, class Each>
void for_each_prediction(std::array<session*, N> sessions, std::span<std::int32_t const> tokens,
                         index_t length, Each&& each) {
    if (length < 2) { fail<shape_error>("a window needs at least 2 tokens, not ", length); }
    if (tokens.size() < 2) { fail<shape_error>("a text to predict needs at least 2 tokens"); }
    constexpr index_t together = 64; // rows of logits at once: they are the largest thing here
    std::array<matrix<float>, N> out;
    for (std::size_t i = 0; i < N; ++i) {
        out[i] = matrix<float>(together, sessions[i]->config().vocab);
    }
    for (std::size_t first = 0; first + 1 < tokens.size();
         first += static_cast<std::size_t>(length)) {
        auto const window = tokens.subspan(
            first, std::min(static_cast<std::size_t>(length), tokens.size() - first));
        auto const predicted = static_cast<index_t>(window.size()) - 1;
        for (session* s : sessions) {
            s->rewind(0);
            s->run(window);
        }
        for (index_t r = 0; r < predicted; r += together) {
            index_t const count = std::min(together, predicted - r);
            for (std::size_t i = 0; i < N; ++i) {
                sessions[i]->logits(r, out[i].rows(0, count));
            }
            for (index_t k = 0; k < count; ++k) {
                std::array<std::span<float const>, N> rows;
                for (std::size_t i = 0; i < N; ++i) { rows[i] = std::as_const(out[i]).row(k); }
                each(rows, window[static_cast<std::size_t>(r + k + 1)]);
            }
        }
    }
}

} // namespace qad

#endif
