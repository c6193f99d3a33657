// SPDX-License-Identifier: MIT
// All files of examples of a world.
#ifndef QAD_LAB_WORLD_DATA_SETS_HPP
#define QAD_LAB_WORLD_DATA_SETS_HPP

#include "answer_sets.hpp"  // add_faq, add_house
#include "corpus.hpp"       // corpus
#include "desk_sets.hpp"    // add_tickets, add_summaries
#include "news_sets.hpp"    // add_news
#include "reading_sets.hpp" // add_reading

#include <functional> // function
#include <set>        // set

namespace qad::lab {

/// How many tokens a text has, without what the tokenizer puts before it.
using token_counter = std::function<std::size_t(std::string const&)>;

/// FNV-1a: the same text has the same number, two texts almost surely have two.
inline std::uint64_t fingerprint(std::string_view text) {
    std::uint64_t number = 0xcbf29ce484222325u;
    for (char c : text) { number = (number ^ static_cast<unsigned char>(c)) * 0x100000001b3u; }
    return number;
}

/// Documents of a corpus with another seed: of the kinds of training, and none of them is
/// among the first 200,000 of training's (short ones that tell a single fact would be).
inline void add_texts(std::vector<data_set>& sets, world const& w,
                      token_counter const& tokens) {
    corpus const trained(w), others(w, w.seed + 1'000, for_questions);
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        seen.insert(fingerprint(trained.at(i).text));
    }
    data_set held_out{"perplexity", "documents as in training, none of them there", {}};
    for (std::uint64_t i = early_documents; held_out.lines.size() < 600; ++i) {
        document const d = others.at(i);
        if (!seen.insert(fingerprint(d.text)).second) { continue; }
        add(held_out,
            {{"text", d.text}, {"kind", kind_names[static_cast<std::size_t>(d.kind)]}});
    }
    sets.push_back(std::move(held_out));

    // Whole documents with <|end|> between them; the tokenizer puts the first one.
    data_set calibration{"calibration", "texts of whole documents, up to 512 tokens each", {}};
    corpus const more(w, w.seed + 2'000, for_questions);
    std::string text;
    std::size_t length = 0;
    for (std::uint64_t i = early_documents; calibration.lines.size() < 64; ++i) {
        std::string const next = more.at(i).text;
        std::size_t const added = tokens(next) + 1;
        if (length + added > 512) {
            add(calibration, {{"text", text}, {"tokens", length}});
            text.clear();
            length = 0;
        }
        text += (text.empty() ? "" : "<|end|>") + next;
        length += added;
    }
    sets.push_back(std::move(calibration));
}

inline std::vector<data_set> all_data_sets(world const& w, token_counter const& tokens) {
    std::vector<data_set> sets;
    add_faq(sets, w);
    add_house(sets, w);
    add_house_with_context(sets, w);
    add_tickets(sets, w);
    add_summaries(sets, w);
    add_reading(sets, w);
    add_news(sets, w);
    add_texts(sets, w, tokens);
    return sets;
}

} // namespace qad::lab

#endif
