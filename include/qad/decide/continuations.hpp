// SPDX-License-Identifier: MIT
// What may follow a prompt, as tokens, and how likely a model finds it.
#ifndef QAD_DECIDE_CONTINUATIONS_HPP
#define QAD_DECIDE_CONTINUATIONS_HPP

#include <qad/io/tokenizer.hpp>     // tokenizer
#include <qad/model/perplexity.hpp> // log_softmax

#include <algorithm> // mismatch, min
#include <iterator>  // prev
#include <span>      // span

namespace qad {

/// A prompt and the texts that may follow it, as tokens. Where a word crosses the boundary the
/// prompt's last tokens are not those of the whole; so `shared` are the tokens that all the
/// texts begin with, and ways[i] what then follows in text i: all of them of the same text.
struct continuations {
    std::vector<std::int32_t> prompt; ///< the prompt alone, for generating
    std::vector<std::int32_t> shared;
    std::vector<std::vector<std::int32_t>> ways;
};

inline continuations continue_with(tokenizer const& words, std::string const& prompt,
                                   std::span<std::string const> texts) {
    continuations c;
    c.prompt = words.encode(prompt);
    c.shared = c.prompt;
    for (std::string const& text : texts) { c.ways.push_back(words.encode(prompt + text)); }
    for (auto const& whole : c.ways) {
        auto const [a, b] = std::mismatch(c.shared.begin(), c.shared.end(), whole.begin(),
                                          whole.empty() ? whole.end() : std::prev(whole.end()));
        c.shared.erase(a, c.shared.end());
    }
    if (c.prompt.empty() || c.shared.empty()) {
        fail<shape_error>("a question without tokens before its answer (\"",
                          prompt.substr(0, 40),
                          "\"); begin the prompt with a token such as <|end|>");
    }
    for (auto& whole : c.ways) {
        whole.erase(whole.begin(), whole.begin() + std::ssize(c.shared));
    }
    return c;
}

/// How a model that just ran `shared` likes `way`: calls each(ln p of all tokens, the token) at
/// every position. `first` are the logits after `shared`. Leaves the session after `shared`.
template <class Each> void follow(session& s, std::span<float const> first,
                                  std::span<std::int32_t const> way, Each&& each) {
    index_t const begin = s.length();
    each(log_softmax(first), way[0]);
    constexpr std::size_t together = 64; // rows of logits at once
    for (std::size_t done = 1; done < way.size();) {
        std::size_t const count = std::min(together, way.size() - done);
        s.run(way.subspan(done - 1, count));
        matrix<float> rows(static_cast<index_t>(count), s.config().vocab);
        s.logits(0, rows);
        for (std::size_t k = 0; k < count; ++k) {
            each(log_softmax(std::as_const(rows).row(static_cast<index_t>(k))), way[done + k]);
        }
        done += count;
    }
    s.rewind(begin);
}

} // namespace qad

#endif
