// SPDX-License-Identifier: MIT
// What the base model is trained on: an endless numbered list of documents.
#ifndef QAD_LAB_WORLD_CORPUS_HPP
#define QAD_LAB_WORLD_CORPUS_HPP

#include "echo.hpp"       // echo
#include "reading.hpp"    // read
#include "statements.hpp" // tell, ask, talk, list
#include "stories.hpp"    // story
#include "styles.hpp"     // follow_style
#include "summaries.hpp"  // sum_up
#include "tickets.hpp"    // desk_mail

namespace qad::lab {

/// How much of all tokens documents of one kind are to make up, and how many tokens such a
/// document has on average, with the <|end|> before it (measured; a test measures again).
struct portion {
    double share, length;
};
using mixture = std::array<portion, kind_names.size()>; // in the order of `kind`

// Facts are told in four ways: statements, questions, dialogues and sheets have 35, 35, 15 and
// 15 in 100 of their tokens.
// clang-format off
inline constexpr mixture at_first = {{
    {.070,  25.6}, {.070,  42.0}, {.030,  79.2}, {.030,  20.2}, // facts
    {.400,  53.8}, {.290,  45.1}, {.050,  46.8},                // reading, echo, ticket
    {.030, 122.4}, {.020,  88.0}, {.010,  57.7}}};              // style, story, summary
inline constexpr mixture later = {{
    {.098,  25.6}, {.098,  42.0}, {.042,  79.2}, {.042,  20.2},
    {.360,  71.2}, {.060,  45.1}, {.080,  46.8},
    {.160, 122.4}, {.030,  88.0}, {.030,  57.7}}};
// The tokenizer and the texts that models are asked about have shares of their own: training may
// change its shares, and the questions stay what they are.
inline constexpr mixture for_questions = {{
    {.098,  25.6}, {.098,  42.0}, {.042,  79.2}, {.042,  20.2},
    {.420,  71.2}, {.080,  45.1}, {.080,  46.8},
    {.080, 122.4}, {.030,  88.0}, {.030,  57.7}}};
// clang-format on

/// How often a document is of a kind or one before it: kinds occur as share / length.
constexpr std::array<double, kind_names.size()> cumulative(mixture const& mix) {
    std::array<double, kind_names.size()> sums{};
    double total = 0;
    for (std::size_t k = 0; k < mix.size(); ++k) {
        sums[k] = total += mix[k].share / mix[k].length;
    }
    for (double& sum : sums) { sum /= total; }
    return sums;
}

/// Half a million tokens practise copying and short reading: what all else is built on. Their
/// shares add up to 1, so they are this many documents.
inline constexpr auto early_documents = [] {
    double per_token = 0;
    for (portion const& p : at_first) { per_token += p.share / p.length; }
    return static_cast<std::uint64_t>(500'000 * per_token);
}();

/// The documents of a world. Number i depends on the seed and i alone, so that training can go
/// on from a number. Texts hold no <|end|>: the tokenizer puts it before each.
class corpus {
  public:
    /// The corpus keeps a reference to the world.
    explicit corpus(world const& w, std::uint64_t seed = 0, mixture const& shares = later)
        : world_(w), seed_(seed), shares_(cumulative(shares)) {}

    document at(std::uint64_t index) const {
        bool const early = index < early_documents;
        static constexpr auto first = cumulative(at_first);
        generator random = numbers_of(seed_, 3, index);
        double const place = random.uniform();
        std::size_t which = 0;
        while (which + 1 < first.size() && place >= (early ? first : shares_)[which]) {
            ++which;
        }
        return make(static_cast<kind>(which), random, early);
    }

    document make(kind what, generator& random, bool early = false) const {
        switch (what) {
        case kind::statement:
            return tell(world_, random);
        case kind::question:
            return ask(world_, random);
        case kind::dialogue:
            return talk(world_, random);
        case kind::sheet:
            return list(world_, random);
        case kind::reading:
            return read(world_, random, early);
        case kind::echo:
            return echo(world_, random);
        case kind::ticket:
            return desk_mail(world_, random);
        case kind::style:
            return follow_style(world_, random);
        case kind::story:
            return story(random);
        default:
            return sum_up(world_, random);
        }
    }

  private:
    world const& world_;
    std::uint64_t seed_;
    std::array<double, kind_names.size()> shares_;
};

} // namespace qad::lab

#endif
