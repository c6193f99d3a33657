// SPDX-License-Identifier: MIT
#include <qad/decide/continuations.hpp>

#include <support/fake_session.hpp>
#include <support/tiny_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("shared tokens and ways together are the texts, also across a merged boundary") {
    auto const words = test::tiny_words();
    for (std::string const prompt : {"x", "xa", "a", "xab"}) {
        std::vector<std::string> const texts = {"b", "bb", "c", "abab"};
        if (prompt == "a") { // nothing is shared: "a" became "ab"
            CHECK_THROWS_AS(continue_with(words, prompt, texts), shape_error);
            continue;
        }
        auto const c = continue_with(words, prompt, texts);
        for (std::size_t i = 0; i < texts.size(); ++i) {
            auto whole = c.shared;
            CHECK_FALSE(c.ways[i].empty());
            whole.insert(whole.end(), c.ways[i].begin(), c.ways[i].end());
            CHECK(whole == words.encode(prompt + texts[i]));
        }
    }
}

// The counting model has logit 1 for the next character and 0 for 95 others.
TEST_CASE("a way is followed token by token, and the session is where it was") {
    auto const words = test::tiny_words();
    for (std::size_t length : {1u, 2u, 63u, 64u, 65u, 66u, 130u}) { // runs of 64 rows at once
        test::counting_session s(96);
        auto const prompt = words.encode("A");
        s.run(prompt);
        std::vector<float> first(96);
        s.logits(0, matrix_view<float>(std::span(first)));
        std::vector<std::int32_t> way;
        for (std::size_t i = 0; i < length; ++i) {
            way.push_back(
                static_cast<std::int32_t>((static_cast<std::size_t>(prompt[0]) + 1 + i) % 96));
        }
        if (length > 2) { way[1] = 0; } // one surprise, and what follows it is another
        std::vector<std::int32_t> seen;
        int hits = 0;
        follow(s, first, way, [&](std::vector<double> const& log_p, std::int32_t token) {
            seen.push_back(token);
            hits += log_p[static_cast<std::size_t>(token)] > std::log(2.0 / 97);
        });
        CHECK(seen == way);
        CHECK(hits == static_cast<int>(length) - (length > 2 ? 2 : 0));
        CHECK(s.length() == 1);
    }
}
