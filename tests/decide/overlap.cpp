// SPDX-License-Identifier: MIT
#include <qad/decide/overlap.hpp>

#include <doctest/doctest.h>

using namespace qad;
using texts = std::vector<std::string>;

namespace {

auto find(texts const& train, texts const& eval, overlap_options const& options = {}) {
    return find_overlap(std::span<std::string const>(train), std::span<std::string const>(eval),
                        options);
}

/// Sentences over few words, some of them with a word or two changed: many near pairs.
texts random_texts(generator& random, std::size_t count) {
    texts list;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::uint32_t> sentence;
        for (std::uint32_t n = 1 + random.below(30); n > 0; --n) {
            sentence.push_back(random.below(12));
        }
        for (std::uint32_t copies = 1 + random.below(3); copies > 0; --copies) {
            std::string text;
            for (std::uint32_t word : sentence) { text += "w" + std::to_string(word) + " "; }
            list.push_back(text);
            sentence[random.below(static_cast<std::uint32_t>(sentence.size()))] = 77;
        }
    }
    return list;
}

} // namespace

TEST_CASE("shingles are the runs of three words") {
    CHECK(shingles("a b c d e").size() == 3);
    CHECK(shingles("a b c").size() == 1);
    CHECK(shingles("a b").size() == 1);
    CHECK(shingles("a b c a b c").size() == 3); // abc, bca, cab: each once
    CHECK(shingles("A, b: C!") == shingles("a b c"));
    CHECK(shingles("ab c d") != shingles("a bc d")); // words do not run into each other
    CHECK(shingles("...") != shingles("!!!"));
}

// By hand: a b c d e f and a b c d e x share abc bcd cde, of abc bcd cde def dex: 3/5.
TEST_CASE("Jaccard is the textbook ratio") {
    CHECK(jaccard(shingles("a b c d e f"), shingles("a b c d e x")) == 3.0 / 5);
    CHECK(jaccard(shingles("a b c"), shingles("a b c")) == 1);
    CHECK(jaccard(shingles("a b c"), shingles("d e f")) == 0);
}

// The index skips what cannot be near; every pair that a full comparison finds must remain.
TEST_CASE("the index finds exactly what comparing all with all finds") {
    generator random(3);
    for (double threshold : {0.3, 0.5, 0.8, 1.0}) {
        auto const train = random_texts(random, 60), eval = random_texts(random, 40);
        auto const found = find(train, eval, {.threshold = threshold});
        std::size_t next = 0;
        for (std::size_t e = 0; e < eval.size(); ++e) {
            for (std::size_t t = 0; t < train.size(); ++t) {
                double const similarity = jaccard(shingles(train[t]), shingles(eval[e]));
                if (similarity < threshold - 1e-12) { continue; }
                REQUIRE(next < found.size());
                CHECK(found[next].eval == e);
                CHECK(found[next].train == t);
                CHECK(found[next].similarity == similarity);
                CHECK(found[next].exact == (normalised(train[t]) == normalised(eval[e])));
                ++next;
            }
        }
        CHECK(next == found.size());
    }
}

TEST_CASE("a set overlaps with itself, every text exactly") {
    generator random(4);
    auto const list = random_texts(random, 30);
    auto const found = find(list, list);
    for (std::size_t i = 0; i < list.size(); ++i) {
        CHECK(std::any_of(found.begin(), found.end(), [&](overlap const& o) {
            return o.eval == i && o.train == i && o.exact && o.similarity == 1;
        }));
    }
}

TEST_CASE("the same question about another product is another question") {
    texts const train = {"Question: What is the price of the Yarra lamp?\nAnswer:"};
    CHECK(find(train, {"Question: What is the price of the Korbo chair?\nAnswer:"}).empty());
    CHECK(find(train, {"question:  what is the price of the yarra lamp\nAnswer"}).size() == 1);
}

TEST_CASE("texts without words are the same only to the byte") {
    CHECK(find({"?"}, {"!"}).empty());
    CHECK(find({"?", "!"}, {"!"}).size() == 1);
    CHECK(find({}, {"a"}).empty());
    CHECK(find({"a"}, {}).empty());
}

TEST_CASE("a shared question is an error that names the first pair") {
    std::vector<example> const train = {
        {.id = "t1", .prompt = "one two three", .line = 1},
        {.id = "t2", .prompt = "four five six seven", .line = 4}};
    std::vector<example> eval = {{.id = "e1", .prompt = "eight nine ten", .line = 2}};
    CHECK_NOTHROW(require_disjoint(train, eval));
    eval.push_back({.id = "e2", .prompt = "Four, five: six seven!", .line = 3});
    CHECK_THROWS_WITH_AS(
        require_disjoint(train, eval),
        doctest::Contains("evaluation line 3 (id e2) and training line 4 (id t2) are the same "
                          "question; take them out"),
        format_error);
    eval[1].prompt = "a four five six seven"; // shares 2 of 3
    CHECK_NOTHROW(require_disjoint(train, eval));
    CHECK_THROWS_WITH_AS(require_disjoint(train, eval, {.threshold = 0.6}),
                         doctest::Contains("near duplicates (similarity 0.666667)"),
                         format_error);
}

TEST_CASE("options that mean nothing are an error") {
    CHECK_THROWS_AS(find({"a"}, {"a"}, {.threshold = 0}), shape_error);
    CHECK_THROWS_AS(find({"a"}, {"a"}, {.threshold = 1.5}), shape_error);
    CHECK_THROWS_AS(find({"a"}, {"a"}, {.width = 0}), shape_error);
}
