// SPDX-License-Identifier: MIT
// A set of questions put to a model: every answer, its score, and how near it was to another.
#ifndef QAD_DECIDE_EVALUATE_HPP
#define QAD_DECIDE_EVALUATE_HPP

#include <qad/core/progress.hpp>        // progress
#include <qad/decide/continuations.hpp> // continue_with, follow
#include <qad/decide/graded.hpp>        // graded
#include <qad/decide/jsonl.hpp>         // example
#include <qad/decide/rouge.hpp>         // score_rouge_l
#include <qad/decide/score.hpp>         // exact_match
#include <qad/model/generate.hpp>       // generate, prefill

#include <functional> // function

namespace qad {

struct evaluate_options {
    /// What the model gets before its answer: the question itself when empty. A few-shot
    /// prefix, a retrieved context or a beginning of a document goes here.
    std::function<std::string(example const&)> prompt = {};
    index_t max_tokens = 32; ///< an answer is cut there
    std::string stop = "\n"; ///< ends an answer, as an end token does; empty: only the token
    std::string bucket = "bucket";  ///< the member that items are grouped by
    std::string task = "questions"; ///< what the progress bar says
    progress_style style = progress_style::automatic;
};

struct evaluation {
    std::vector<graded> items;
    index_t prompt_tokens = 0, answer_tokens = 0; ///< run, and generated or compared
    double seconds = 0;

    double tokens_per_second() const {
        auto const tokens = static_cast<double>(prompt_tokens + answer_tokens);
        return seconds > 0 ? tokens / seconds : 0;
    }
};

namespace detail {

/// Decodes greedily after the tokens of `rest`; gives the text before `stop`.
inline std::string answer_of(session& s, tokenizer const& words,
                             std::span<std::int32_t const> rest, evaluate_options const& o,
                             index_t& made) {
    std::string bytes;
    generate(s, rest, {.max_tokens = o.max_tokens}, [&](std::int32_t token) {
        ++made;
        auto const from = bytes.size() > o.stop.size() ? bytes.size() - o.stop.size() : 0;
        bytes += words.decode_one(token);
        auto const at = o.stop.empty() ? bytes.npos : bytes.find(o.stop, from);
        if (at != bytes.npos) { bytes.erase(at); }
        return at == bytes.npos;
    });
    return repair_utf8(bytes);
}

inline std::string prompt_of(example const& e, evaluate_options const& o) {
    return o.prompt ? o.prompt(e) : e.prompt;
}

template <class Grade> evaluation each_example(std::span<example const> set,
                                               evaluate_options const& o, Grade&& grade) {
    if (set.empty()) { fail<shape_error>("there are no examples to evaluate"); }
    evaluation result;
    progress bar(o.task, static_cast<index_t>(set.size()), o.style);
    for (example const& e : set) {
        graded item{.id = e.id,
                    .prompt = prompt_of(e, o),
                    .expected = e.completion,
                    .bucket = e.tag(o.bucket)};
        grade(e, item, result);
        result.items.push_back(std::move(item));
        bar.step();
    }
    result.seconds = bar.seconds();
    return result;
}

/// Questions whose answer is generated; score(answer, expected) judges it.
template <class Score> evaluation generated(session& s, tokenizer const& words,
                                            std::span<example const> set,
                                            evaluate_options const& o, Score&& score) {
    return each_example(set, o, [&](example const& e, graded& item, evaluation& sum) {
        auto const c = continue_with(words, item.prompt, std::span(&e.completion, 1));
        std::vector<float> next(static_cast<std::size_t>(s.config().vocab));
        s.rewind(0);
        prefill(s, c.shared, next);

        // The expected text as it stands: how likely, and how far from another token.
        item.margin = INFINITY;
        follow(s, next, c.ways[0], [&](std::vector<double> const& log_p, std::int32_t token) {
            double const gold = log_p[static_cast<std::size_t>(token)];
            double other = -INFINITY;
            for (std::size_t v = 0; v < log_p.size(); ++v) {
                if (v != static_cast<std::size_t>(token)) { other = std::max(other, log_p[v]); }
            }
            item.margin = std::min(item.margin, gold - other);
            item.log_likelihood += gold / static_cast<double>(c.ways[0].size());
        });

        // What the model itself says. The last token of the prompt runs again for its logits.
        auto const kept = std::min(c.shared.size(), c.prompt.size() - 1);
        s.rewind(static_cast<index_t>(kept));
        item.answer = answer_of(s, words, std::span(c.prompt).subspan(kept), o, item.tokens);
        item.score = score(item.answer, e.completion);
        sum.prompt_tokens += static_cast<index_t>(c.prompt.size());
        sum.answer_tokens += item.tokens;
    });
}

} // namespace detail

/// Answers generated greedily up to `stop`, an end token or max_tokens; score 1 for
/// `exact_match`, else 0. The margin is the smallest lead, in nats, that a token of the
/// expected text has over the best other one, given all before it: above 0 for every token
/// means that greedy decoding says exactly this. Deterministic: each question starts from an
/// empty past.
inline evaluation evaluate_answers(session& s, tokenizer const& words,
                                   std::span<example const> set,
                                   evaluate_options const& o = {}) {
    for (example const& e : set) {
        if (!o.stop.empty() && stripped(e.completion).find(o.stop) != std::string_view::npos) {
            fail<format_error>("line ", e.line, " (id ", e.id,
                               "): the expected answer goes on "
                               "after what ends an answer; give it one line, or no stop");
        }
    }
    return detail::generated(s, words, set, o, [](auto const& said, auto const& expected) {
        return exact_match(said, expected) ? 1.0 : 0.0;
    });
}

/// The same for texts of any number of lines, so `stop` does not count; scored by the F of
/// ROUGE-L.
inline evaluation evaluate_summaries(session& s, tokenizer const& words,
                                     std::span<example const> set, evaluate_options o = {}) {
    o.stop.clear();
    return detail::generated(s, words, set, o, [](auto const& said, auto const& expected) {
        return score_rouge_l(said, expected).f;
    });
}

/// What the longest example takes of a session: tokens of the prompt and of what may follow it.
inline index_t longest_of(tokenizer const& words, std::span<example const> set,
                          evaluate_options const& o = {}) {
    index_t most = 0;
    for (example const& e : set) {
        std::string const prompt = detail::prompt_of(e, o);
        auto const size = [&](std::string const& text) {
            return static_cast<index_t>(words.encode(text).size());
        };
        most = std::max({most, size(prompt) + o.max_tokens, size(prompt + e.completion)});
        for (std::string const& choice : e.choices) {
            most = std::max(most, size(prompt + choice));
        }
    }
    return most;
}

/// Of the choices, the one whose tokens have the largest summed log-likelihood after the prompt
/// (a sum: no reward for length); of equals the first. The prompt runs once, then each choice
/// from there. The margin is the lead over the second, in nats, 0 or more.
inline evaluation evaluate_classes(session& s, tokenizer const& words,
                                   std::span<example const> set,
                                   evaluate_options const& o = {}) {
    return detail::each_example(set, o, [&](example const& e, graded& item, evaluation& sum) {
        if (e.choices.size() < 2) {
            fail<shape_error>("line ", e.line, " (id ", e.id,
                              ") has no choices to decide among");
        }
        auto const c = continue_with(words, item.prompt, e.choices);
        std::vector<float> next(static_cast<std::size_t>(s.config().vocab));
        s.rewind(0);
        prefill(s, c.shared, next);
        sum.prompt_tokens += static_cast<index_t>(c.shared.size());
        double best = -INFINITY, second = -INFINITY;
        for (std::size_t i = 0; i < c.ways.size(); ++i) {
            double total = 0;
            follow(s, next, c.ways[i], [&](auto const& log_p, std::int32_t token) {
                total += log_p[static_cast<std::size_t>(token)];
            });
            if (e.choices[i] == e.completion) {
                item.log_likelihood = total / static_cast<double>(c.ways[i].size());
            }
            if (i == 0 || total > best) {
                second = best;
                best = total;
                item.answer = e.choices[i];
            } else {
                second = std::max(second, total);
            }
            item.tokens += static_cast<index_t>(c.ways[i].size());
        }
        item.margin = best - second;
        item.score = item.answer == e.completion ? 1 : 0;
        sum.answer_tokens += item.tokens;
    });
}

} // namespace qad

#endif
