// SPDX-License-Identifier: MIT
#include <qad/decide/rouge.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

using namespace qad;
using list = std::vector<std::string>;

namespace {

list drawn(generator& random, std::uint32_t longest) {
    list words;
    for (std::uint32_t n = random.below(longest + 1); n > 0; --n) {
        words.push_back(std::string(1, static_cast<char>('a' + random.below(3))));
    }
    return words;
}

bool is_subsequence(list const& part, list const& whole) {
    std::size_t next = 0;
    for (auto const& word : whole) { next += next < part.size() && part[next] == word; }
    return next == part.size();
}

/// Tries every part of a.
index_t by_enumeration(list const& a, list const& b) {
    index_t best = 0;
    for (std::uint32_t mask = 0; mask < 1u << a.size(); ++mask) {
        list part;
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (mask >> i & 1) { part.push_back(a[i]); }
        }
        if (is_subsequence(part, b)) { best = std::max(best, std::ssize(part) + index_t{0}); }
    }
    return best;
}

std::string joined(list const& words) {
    std::string text;
    for (auto const& word : words) { text += word + " "; }
    return text;
}

} // namespace

TEST_CASE("the longest common subsequence is the longest of all parts") {
    generator random(1);
    for (int round = 0; round < 300; ++round) {
        auto const a = drawn(random, 9), b = drawn(random, 12);
        CHECK(longest_common_subsequence(a, b) == by_enumeration(a, b));
        CHECK(longest_common_subsequence(a, b) == longest_common_subsequence(b, a));
    }
}

// The example of the paper's section 3.1: "police kill the gunman" and "the gunman kill police"
// against "police killed the gunman": subsequences of 3 and 2 words out of 4.
TEST_CASE("ROUGE-L prefers the order of the reference, as in Lin 2004") {
    auto const first = score_rouge_l("police kill the gunman", "police killed the gunman");
    CHECK(first.f == 0.75);
    auto const second = score_rouge_l("the gunman kill police", "police killed the gunman");
    CHECK(second.f == 0.5);
}

TEST_CASE("P counts the candidate's words, R the reference's, F is their harmonic mean") {
    auto const s = score_rouge_l("a b c d e f", "A, b x.");
    CHECK(s.precision == 2.0 / 6);
    CHECK(s.recall == 2.0 / 3);
    CHECK(s.f == doctest::Approx(2 * s.precision * s.recall / (s.precision + s.recall)));
}

TEST_CASE("scores lie in [0, 1]; swapping swaps P and R; equal words score 1") {
    generator random(2);
    for (int round = 0; round < 300; ++round) {
        auto const a = joined(drawn(random, 9)), b = joined(drawn(random, 9));
        auto const s = score_rouge_l(a, b), t = score_rouge_l(b, a);
        CHECK(s.f == t.f);
        CHECK(s.precision == t.recall);
        CHECK(s.f >= 0);
        CHECK(s.f <= 1);
        CHECK(score_rouge_l(a, a).f == 1);
    }
}

TEST_CASE("texts without words agree with each other only") {
    CHECK(score_rouge_l("", "...").f == 1);
    CHECK(score_rouge_l("", "a").f == 0);
    CHECK(score_rouge_l("a", "").f == 0);
}
