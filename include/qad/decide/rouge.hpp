// SPDX-License-Identifier: MIT
// How much of a summary's order of words is that of the reference.
#ifndef QAD_DECIDE_ROUGE_HPP
#define QAD_DECIDE_ROUGE_HPP

#include <qad/core/size.hpp>    // index_t
#include <qad/decide/words.hpp> // words

#include <algorithm> // max
#include <span>      // span

namespace qad {

/// The length of the longest list of words that stands in both texts in this order, with or
/// without gaps. One row of the usual table at a time: O(n·m) steps, O(m) room.
inline index_t longest_common_subsequence(std::span<std::string const> a,
                                          std::span<std::string const> b) {
    std::vector<index_t> row(b.size() + 1); // row[j]: of what was read of a, and b[0, j)
    for (std::string const& word : a) {
        index_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            index_t const above = row[j];
            row[j] = word == b[j - 1] ? diagonal + 1 : std::max(row[j - 1], above);
            diagonal = above;
        }
    }
    return row.back();
}

/// ROUGE-L of one candidate against one reference (Lin 2004, "ROUGE: A Package for Automatic
/// Evaluation of Summaries", §3.1), with β = 1:
///
///   P = LCS / words of the candidate    R = LCS / words of the reference    F = 2PR / (P + R)
///
/// Words are those of `words()`: lower case, punctuation separates, no stemming, nothing left
/// out. Two texts without words agree (1); one without words agrees with no other (0).
struct rouge_l {
    double precision = 0, recall = 0, f = 0;
};

inline rouge_l score_rouge_l(std::string_view candidate, std::string_view reference) {
    auto const said = words(candidate), wanted = words(reference);
    if (said.empty() && wanted.empty()) { return {1, 1, 1}; }
    if (said.empty() || wanted.empty()) { return {}; }
    auto const common = static_cast<double>(longest_common_subsequence(said, wanted));
    auto const n = static_cast<double>(said.size()), m = static_cast<double>(wanted.size());
    return {common / n, common / m, 2 * common / (n + m)};
}

} // namespace qad

#endif
