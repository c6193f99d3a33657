// SPDX-License-Identifier: MIT
// From a list of merges to scores of words, as SentencePiece's models have them.
#ifndef QAD_IO_MERGE_SCORES_HPP
#define QAD_IO_MERGE_SCORES_HPP

#include <qad/io/json.hpp>             // json
#include <qad/io/utf8.hpp>             // next_utf8
#include <qad/io/vocabulary_words.hpp> // byte_of_word

#include <map>     // map
#include <set>     // set
#include <utility> // pair

namespace qad {

/// The two words of an entry of "merges": "left right", or ["left", "right"] since 2024.
inline std::pair<std::string, std::string> merge_halves(json const& merge,
                                                        std::string const& what) {
    if (merge.is_array() && merge.size() == 2) {
        return {string_of(merge[0], what), string_of(merge[1], what)};
    }
    if (!merge.is_string()) {
        fail<format_error>(what, ": a merge must be \"a b\" or [\"a\", \"b\"], not ",
                           describe(merge));
    }
    std::string const both = merge.get<std::string>();
    auto const space = std::min(both.find(' '), both.size());
    return {both.substr(0, space), both.substr(std::min(space + 1, both.size()))};
}

/// The score of each word that merges make: minus the place of the first merge that makes it,
/// so that the order of scores is the order of merges. Words that no merge makes have none.
///
/// By scores any two neighbours are joined whose texts together are a word. `format_error`
/// where the merges lack such a pair, because a reader by scores would then make other tokens.
inline std::map<std::string, float> merge_scores(json const& model, std::string const& where) {
    json const& vocab = member(model, "vocab");
    json const& merges = member(model, "merges");
    if (!vocab.is_object() || !merges.is_array()) {
        fail<format_error>(where, ": model has no vocab or no merges");
    }
    std::map<std::string, float> scores;
    std::set<std::pair<std::string, std::string>> listed;
    float place = 0;
    for (json const& merge : merges) {
        auto const [left, right] = merge_halves(merge, where);
        scores.emplace(left + right, -place);
        listed.emplace(left, right);
        place += 1;
    }
    auto const plain = [&](std::string const& word) {
        return vocab.contains(word) && byte_of_word(word) < 0 &&
               (scores.contains(word) || next_utf8(word).length == word.size());
    };
    for (auto const& [word, id] : vocab.items()) {
        if (word.empty() || !plain(word)) { continue; }
        for (std::size_t cut = next_utf8(word).length; cut < word.size();
             cut += next_utf8(std::string_view(word).substr(cut)).length) {
            std::string const left = word.substr(0, cut), right = word.substr(cut);
            if (plain(left) && plain(right) && !listed.contains({left, right})) {
                fail<format_error>(where, ": no merge joins '", left, "' and '", right,
                                   "', although '", word,
                                   "' is a word; llama.cpp would join them, because it goes by "
                                   "scores of words, and make other tokens of the same text");
            }
        }
    }
    return scores;
}

} // namespace qad

#endif
