// SPDX-License-Identifier: MIT
#include <qad/decide/evaluate_texts.hpp>

#include <support/fake_session.hpp>
#include <support/tiny_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

evaluate_options const silently = {.style = progress_style::silent};
std::vector<example> const set = {
    {.id = "1", .completion = "Some text."},
    {.id = "2", .prompt = "A longer ", .completion = "text, really."},
    {.id = "3", .completion = "ABCDEFGHIJ"}};

} // namespace

TEST_CASE("who knows nothing has the vocabulary as perplexity, in every text and in all") {
    auto const words = test::tiny_words();
    test::counting_session s(96, 0);
    auto const r = evaluate_texts(s, words, set, 64, silently);
    for (graded const& item : r.items) { CHECK(std::exp(item.score) == doctest::Approx(96)); }
    CHECK(r.items[0].tokens == 9);
    CHECK(r.items[1].tokens == 21); // question and answer are one text
    auto const all = perplexity_of(r.items);
    CHECK(all.value == doctest::Approx(96));
    CHECK(all.width() < 1e-9);
}

TEST_CASE("the perplexity of all weighs tokens, not texts") {
    std::vector<graded> const row = {{.id = "1", .score = 1, .tokens = 30},
                                     {.id = "2", .score = 2, .tokens = 10}};
    CHECK(perplexity_of(row).value == doctest::Approx(std::exp(50.0 / 40)));
    CHECK(perplexity_of(row).low == doctest::Approx(std::exp(1)));
    CHECK(perplexity_of(row).high == doctest::Approx(std::exp(2)));
}

TEST_CASE("expected texts are predicted better") {
    auto const words = test::tiny_words();
    test::counting_session s(96);
    auto const r = evaluate_texts(s, words, set, 64, silently);
    CHECK(r.items[2].score < r.items[0].score);
    CHECK(r.items[2].score == doctest::Approx(std::log(std::exp(1.0) + 95) - 1));
    CHECK(r.items[2].log_likelihood == -r.items[2].score);
}

TEST_CASE("a model has no distance from itself, and some from another") {
    auto const words = test::tiny_words();
    test::counting_session a(96), b(96), c(96, 0), d(95);
    auto const beside = compare_on(a, b, words, set, 64, silently);
    auto const& same = beside.distance;
    CHECK(same.mean() == 0);
    CHECK(same.kl.size() == 9 + 21 + 9);
    CHECK(same.same_top_share() == 1);
    // KL(p ‖ uniform) = ln V − H(p), the same at every position.
    double const top = std::exp(1.0) / (std::exp(1.0) + 95), rest = 1 / (std::exp(1.0) + 95);
    double const entropy = -top * std::log(top) - 95 * rest * std::log(rest);
    // Beside another, a model is judged as it is alone.
    auto const alone = evaluate_texts(b, words, set, 64, silently);
    for (std::size_t i = 0; i < set.size(); ++i) {
        CHECK(beside.model.items[i].score == alone.items[i].score);
        CHECK(beside.by_text[i].tokens == alone.items[i].tokens);
        CHECK(beside.by_text[i].id == set[i].id);
    }
    CHECK(beside.model.prompt_tokens == alone.prompt_tokens);
    CHECK(compare_on(a, c, words, set, 64, silently).distance.mean() ==
          doctest::Approx(std::log(96) - entropy));
    CHECK_THROWS_AS(compare_on(a, d, words, set, 64, silently), shape_error);
}

TEST_CASE("a text of one token cannot be predicted") {
    auto const words = test::tiny_words();
    test::counting_session s(96);
    std::vector<example> const one = {{.id = "x", .completion = "A", .line = 3}};
    CHECK_THROWS_WITH_AS(evaluate_texts(s, words, one, 64, silently),
                         doctest::Contains("line 3 (id x) is a text of 1 tokens"), shape_error);
}
