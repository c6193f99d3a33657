// SPDX-License-Identifier: MIT
// Has the model seen the exam? Questions of the evaluation that training also holds.
#ifndef QAD_DECIDE_OVERLAP_HPP
#define QAD_DECIDE_OVERLAP_HPP

#include <qad/decide/hash.hpp>  // fnv1a
#include <qad/decide/jsonl.hpp> // example
#include <qad/decide/words.hpp> // words

#include <algorithm>     // sort, unique, set_intersection
#include <cmath>         // ceil
#include <unordered_map> // unordered_map

namespace qad {

struct overlap_options {
    double threshold = 0.8; ///< of the Jaccard similarity, in (0, 1]
    std::size_t width = 3;  ///< words in a shingle
};

/// Training text `train` and evaluation text `eval` say the same, or nearly.
struct overlap {
    std::size_t train = 0, eval = 0; ///< positions in the two lists
    double similarity = 0;           ///< 1 for equal shingles
    bool exact = false;              ///< equal once normalised
};

/// The shingles of a text: every run of `width` words, as hashes, sorted, each once (Broder
/// 1997, "On the resemblance and containment of documents"). A text with fewer words is one
/// shingle; one without words is its bytes.
inline std::vector<std::uint64_t> shingles(std::string_view text, std::size_t width = 3) {
    auto const list = words(text);
    std::vector<std::uint64_t> found;
    if (list.empty()) { return {fnv1a(text)}; }
    for (std::size_t first = 0; first == 0 || first + width <= list.size(); ++first) {
        std::uint64_t hash = fnv1a("");
        for (std::size_t i = first; i < std::min(first + width, list.size()); ++i) {
            hash = fnv1a(" ", fnv1a(list[i], hash));
        }
        found.push_back(hash);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

/// |A ∩ B| / |A ∪ B| of two sorted sets.
inline double jaccard(std::span<std::uint64_t const> a, std::span<std::uint64_t const> b) {
    std::vector<std::uint64_t> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    auto const common = static_cast<double>(both.size());
    auto const all = static_cast<double>(a.size() + b.size()) - common;
    return all > 0 ? common / all : 1;
}

/// Every pair that is equal once normalised, or whose shingles have Jaccard ≥ threshold; by
/// evaluation text, then training text. Nothing is estimated: who shares a fraction t of
/// shingles shares one of the rarest |A| − ⌈t·|A|⌉ + 1, so an index of those finds all
/// candidates (Bayardo, Ma, Srikant 2007, "Scaling up all pairs similarity search"). Two
/// different shingles have the same hash with a chance of 2⁻⁶⁴.
inline std::vector<overlap> find_overlap(std::span<std::string const> train,
                                         std::span<std::string const> eval,
                                         overlap_options const& options = {}) {
    if (!(options.threshold > 0) || options.threshold > 1 || options.width < 1) {
        fail<shape_error>(
            "overlap needs a threshold in (0, 1] and at least one word a shingle, "
            "not ",
            options.threshold, " and ", options.width);
    }
    // Order the shingles of each text from rare to frequent and keep the beginning.
    std::vector<std::vector<std::uint64_t>> known;
    std::unordered_map<std::uint64_t, std::size_t> texts_with;
    for (std::string const& text : train) {
        known.push_back(shingles(text, options.width));
        for (std::uint64_t shingle : known.back()) { ++texts_with[shingle]; }
    }
    auto const rarest = [&](std::vector<std::uint64_t> set) {
        auto const count = [&](std::uint64_t shingle) {
            auto const found = texts_with.find(shingle);
            return std::pair(found == texts_with.end() ? 0 : found->second, shingle);
        };
        std::sort(set.begin(), set.end(), [&](auto a, auto b) { return count(a) < count(b); });
        double const shared = options.threshold * static_cast<double>(set.size());
        set.resize(set.size() - static_cast<std::size_t>(std::ceil(shared - 1e-9)) + 1);
        return set;
    };
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> index;
    for (std::size_t t = 0; t < known.size(); ++t) {
        for (std::uint64_t shingle : rarest(known[t])) { index[shingle].push_back(t); }
    }

    // Look every evaluation text up; compare whole sets where something was found.
    std::vector<overlap> pairs;
    for (std::size_t e = 0; e < eval.size(); ++e) {
        auto const asked = shingles(eval[e], options.width);
        std::set<std::size_t> candidates;
        for (std::uint64_t shingle : rarest(asked)) {
            auto const found = index.find(shingle);
            if (found != index.end()) {
                candidates.insert(found->second.begin(), found->second.end());
            }
        }
        for (std::size_t t : candidates) {
            double const similarity = jaccard(known[t], asked);
            if (similarity < options.threshold - 1e-12) { continue; }
            pairs.push_back({t, e, similarity, normalised(train[t]) == normalised(eval[e])});
        }
    }
    return pairs;
}

/// The same for the questions of two sets (texts without a question: their text).
inline std::vector<overlap> find_overlap(std::span<example const> train,
                                         std::span<example const> eval,
                                         overlap_options const& options = {}) {
    auto const questions = [](std::span<example const> set) {
        std::vector<std::string> list;
        for (example const& e : set) {
            list.push_back(e.prompt.empty() ? e.completion : e.prompt);
        }
        return list;
    };
    return find_overlap(std::span<std::string const>(questions(train)),
                        std::span<std::string const>(questions(eval)), options);
}

/// `format_error` naming the first pair, unless the two sets share no question.
inline void require_disjoint(std::span<example const> train, std::span<example const> eval,
                             overlap_options const& options = {}) {
    auto const pairs = find_overlap(train, eval, options);
    if (pairs.empty()) { return; }
    example const &t = train[pairs[0].train], &e = eval[pairs[0].eval];
    fail<format_error>(
        "evaluation line ", e.line, " (id ", e.id, ") and training line ", t.line, " (id ",
        t.id, ") are ",
        pairs[0].exact ? std::string("the same question")
                       : text("near duplicates (similarity ", pairs[0].similarity, ")"),
        pairs.size() > 1 ? text(", the first of ", pairs.size(), " such pairs") : std::string(),
        "; take them out of training, or the score measures memory");
}

} // namespace qad

#endif
