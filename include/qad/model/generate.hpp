// SPDX-License-Identifier: MIT
// Text from a model: prefill once, then one token after the other.
#ifndef QAD_MODEL_GENERATE_HPP
#define QAD_MODEL_GENERATE_HPP

#include <qad/model/sample.hpp>  // sample
#include <qad/model/session.hpp> // session

#include <algorithm> // find, min

namespace qad {

/// When to stop, and how to choose.
struct generation {
    index_t max_tokens = 64;
    sampling how{.temperature = 0};
    std::uint64_t seed = 0;
    bool stop_at_end = true; ///< stop after an end token of the model's config
};

/// Runs a prompt of any length, a few hundred tokens at a time, so that the room that
/// activations take does not grow with it; leaves the logits of the last token in `out`
/// (vocabulary).
inline void prefill(session& s, std::span<std::int32_t const> prompt, std::span<float> out) {
    constexpr std::size_t together = 512;
    s.expect(s.length() + static_cast<index_t>(prompt.size()));
    for (std::size_t done = 0; done < prompt.size() || prompt.empty();) {
        std::size_t const count = std::min(prompt.size() - done, together);
        s.run(prompt.subspan(done, count));
        done += count;
        if (done == prompt.size()) {
            s.logits(static_cast<index_t>(count) - 1, matrix_view<float>(out));
        }
    }
}

/// Continues the session by `prompt` and then by what the model makes of it; calls each(token)
/// for every new token as soon as it is known, and stops when that returns false.
template <class Each> void generate(session& s, std::span<std::int32_t const> prompt,
                                    generation const& options, Each&& each) {
    generator random(options.seed);
    std::vector<float> next(static_cast<std::size_t>(s.config().vocab));
    prefill(s, prompt, next);
    for (index_t made = 1; made <= options.max_tokens; ++made) {
        std::int32_t const token = sample(next, options.how, random);
        auto const& ends = s.config().eos;
        bool const ended = std::find(ends.begin(), ends.end(), token) != ends.end();
        if (!each(token) || (ended && options.stop_at_end) || made == options.max_tokens) {
            return;
        }
        s.run(std::span(&token, 1));
        s.logits(0, matrix_view<float>(std::span(next)));
    }
}

} // namespace qad

#endif
