// SPDX-License-Identifier: MIT
// Texts that a model predicts: perplexity by text, and the distance from a base.
#ifndef QAD_DECIDE_EVALUATE_TEXTS_HPP
#define QAD_DECIDE_EVALUATE_TEXTS_HPP

#include <qad/decide/bootstrap.hpp> // bootstrap
#include <qad/decide/evaluate.hpp>  // evaluation
#include <qad/model/perplexity.hpp> // likelihood, divergence

namespace qad {

namespace detail {
/// A text as a set has it, with the prompt in front. At least two tokens, or nothing can be
/// predicted.
inline std::vector<std::int32_t> text_tokens(tokenizer const& words, example const& e,
                                             evaluate_options const& o) {
    auto tokens = words.encode(prompt_of(e, o) + e.completion);
    if (tokens.size() < 2) {
        fail<shape_error>("line ", e.line, " (id ", e.id, ") is a text of ", tokens.size(),
                          " tokens; at least 2 are needed to predict one");
    }
    return tokens;
}
inline void grade_text(likelihood const& fit, graded& item, evaluation& sum) {
    item.score = fit.mean_nll();
    item.log_likelihood = -fit.mean_nll();
    item.tokens = fit.predicted;
    sum.prompt_tokens += fit.predicted;
}
} // namespace detail

/// How well the model predicts each text, from an empty past, in windows of `length` tokens.
/// score: nats per predicted token (smaller is better); tokens: those predicted; there is no
/// answer and no margin.
inline evaluation evaluate_texts(session& s, tokenizer const& words,
                                 std::span<example const> set, index_t length,
                                 evaluate_options const& o = {}) {
    return detail::each_example(set, o, [&](example const& e, graded& item, evaluation& sum) {
        likelihood fit;
        for_each_prediction(std::array{&s}, detail::text_tokens(words, e, o), length,
                            [&](auto const& logits, std::int32_t next) {
                                observe(fit, log_softmax(logits[0]), next);
                            });
        detail::grade_text(fit, item, sum);
    });
}

/// e^(Σ nats / Σ tokens) over the texts: long texts weigh more, as if they were one.
inline double perplexity_of(std::span<graded const> row, std::span<std::uint32_t const> drawn) {
    double nats = 0, tokens = 0;
    for (std::uint32_t i : drawn) {
        nats += row[i].score * static_cast<double>(row[i].tokens);
        tokens += static_cast<double>(row[i].tokens);
    }
    return tokens > 0 ? std::exp(nats / tokens) : 1;
}

/// With its interval; whole texts are drawn, because the tokens of one are not independent.
inline interval perplexity_of(std::span<graded const> row, bootstrap_options const& o = {}) {
    return bootstrap(
        static_cast<index_t>(row.size()),
        [&](std::span<std::uint32_t const> drawn) { return perplexity_of(row, drawn); }, o);
}

/// Two models on the same texts.
struct text_comparison {
    divergence distance;         ///< KL(base ‖ model) at every position of every text
    std::vector<graded> by_text; ///< its mean over each text, as the score
    evaluation model;            ///< what evaluate_texts says of the model
};

/// Every text runs once through each model: how well `model` predicts it, and how far from
/// `base` that is.
inline text_comparison compare_on(session& base, session& model, tokenizer const& words,
                                  std::span<example const> set, index_t length,
                                  evaluate_options const& o = {}) {
    if (base.config().vocab != model.config().vocab) {
        fail<shape_error>("a base with ", base.config().vocab, " tokens and a model with ",
                          model.config().vocab,
                          "; only models with the same tokens can be compared");
    }
    text_comparison sum;
    sum.model =
        detail::each_example(set, o, [&](example const& e, graded& item, evaluation& all) {
            divergence here;
            likelihood fit;
            for_each_prediction(std::array{&base, &model}, detail::text_tokens(words, e, o),
                                length, [&](auto const& logits, std::int32_t next) {
                                    auto const p = log_softmax(logits[0]),
                                               q = log_softmax(logits[1]);
                                    observe(sum.distance, p, q);
                                    observe(here, p, q);
                                    observe(fit, q, next);
                                });
            sum.by_text.push_back({.id = e.id,
                                   .expected = e.completion,
                                   .score = here.mean(),
                                   .tokens = fit.predicted,
                                   .bucket = e.tag(o.bucket)});
            detail::grade_text(fit, item, all);
        });
    return sum;
}

} // namespace qad

#endif
