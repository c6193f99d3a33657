// SPDX-License-Identifier: MIT
#include <qad/decide/evaluate.hpp>

#include <qad/attend/kv_cache.hpp>
#include <qad/model/load.hpp>

#include <support/fake_session.hpp>
#include <support/golden.hpp>
#include <support/tiny_words.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

evaluate_options const quiet = {.style = progress_style::silent};

struct fixture {
    tokenizer words = test::tiny_words();
    transformer<float, weight> model = load(test::golden_directory() / "llama-gqa");
    std::unique_ptr<session> start() const {
        return make_session(ref, model, kv_cache<float>(model.heads, model.config.layers, 128));
    }
};

/// Σ ln p of the tokens of `text` after those of `prompt`, all in one run from nothing.
double whole_likelihood(session& s, std::vector<std::int32_t> const& tokens, std::size_t from) {
    double sum = 0;
    std::size_t at = 0;
    for_each_prediction(std::array{&s}, tokens, 512,
                        [&](auto const& logits, std::int32_t next) {
                            if (++at >= from) {
                                sum += log_softmax(logits[0])[static_cast<std::size_t>(next)];
                            }
                        });
    return sum;
}

} // namespace

// The counting model says the next character: ABC is continued by DEFG…, with logits 1 and 0.
TEST_CASE("answers, scores, margins and likelihoods are those computed by hand") {
    auto const words = test::tiny_words();
    test::counting_session s(96);
    std::vector<example> const set = {
        {.id = "right", .prompt = "ABC", .completion = "DEFG", .about = {{"bucket", "head"}}},
        {.id = "wrong", .prompt = "ABC", .completion = "DEFX"},
        {.id = "short", .prompt = "KLM", .completion = "NOPQRS"},
    };
    auto o = quiet;
    o.stop = "H";
    o.max_tokens = 5;
    auto const r = evaluate_answers(s, words, set, o);
    REQUIRE(r.items.size() == 3);
    CHECK(r.items[0].answer == "DEFG");
    CHECK(r.items[0].score == 1);
    CHECK(r.items[0].margin == doctest::Approx(1).epsilon(1e-12));
    double const hit = 1 - std::log(std::exp(1.0) + 95), miss = hit - 1;
    CHECK(r.items[0].log_likelihood == doctest::Approx(hit).epsilon(1e-12));
    CHECK(r.items[0].tokens == 5); // D E F G and the H that ended it
    CHECK(r.items[0].bucket == "head");
    CHECK(r.items[1].score == 0);
    CHECK(r.items[1].margin == doctest::Approx(-1).epsilon(1e-12));
    CHECK(r.items[1].log_likelihood == doctest::Approx((3 * hit + miss) / 4).epsilon(1e-12));
    CHECK(r.items[2].answer == "NOPQR"); // cut after 5 tokens
    CHECK(r.items[2].score == 0);
    CHECK(r.prompt_tokens == 9);
    CHECK(r.answer_tokens == 15);
    CHECK(r.seconds >= 0);
}

TEST_CASE("an answer ends where a line ends, or at an end token") {
    auto const words = test::tiny_words();
    test::counting_session s(94); // after '|' (93) comes the end of the line (0)
    std::vector<example> const set = {{.id = "1", .prompt = "yz", .completion = "{|\n"}};
    auto const r = evaluate_answers(s, words, set, quiet);
    CHECK(r.items[0].answer == "{|");
    CHECK(r.items[0].score == 1);
    test::counting_session t(96);
    t.config().eos = {words.encode("F")[0]};
    std::vector<example> const ended = {{.id = "1", .prompt = "C", .completion = "D"}};
    auto const e = evaluate_answers(t, words, ended, quiet);
    CHECK(e.items[0].answer.starts_with("DE"));
    CHECK(e.items[0].tokens == 3);
}

TEST_CASE("the prompt can be wrapped, and is kept as the model got it") {
    auto const words = test::tiny_words();
    test::counting_session s(96);
    std::vector<example> const set = {{.id = "1", .prompt = "AB", .completion = "Z"}};
    auto o = quiet;
    o.max_tokens = 2;
    o.prompt = [](example const& e) { return "XY" + e.prompt + "M"; };
    auto const r = evaluate_answers(s, words, set, o);
    CHECK(r.items[0].prompt == "XYABM");
    CHECK(r.items[0].answer == "NO");
    CHECK(r.items[0].expected == "Z");
}

TEST_CASE("on a real model, answers are what generation says, whatever was asked before") {
    fixture const f;
    auto const s = f.start();
    std::vector<example> set;
    for (char const* prompt : {"Question: x\nAnswer:", "a", "The lamp ab", "ab", "Question:"}) {
        set.push_back({.id = prompt, .prompt = prompt, .completion = "unlikely"});
    }
    auto o = quiet;
    o.stop = "";
    o.max_tokens = 6;
    auto const r = evaluate_answers(*s, f.words, set, o);
    for (graded const& item : r.items) {
        auto const fresh = f.start();
        std::vector<std::int32_t> made;
        generate(*fresh, f.words.encode(item.prompt), {.max_tokens = 6}, [&](std::int32_t t) {
            made.push_back(t);
            return true;
        });
        CHECK(item.answer == f.words.decode(made));
    }
}

// A margin above 0 at every token is what makes greedy decoding say the expected text: expect
// what the model said, or that with its last character changed.
TEST_CASE("the margin is above 0 exactly where greedy decoding says the expected text") {
    fixture const f;
    auto const s = f.start();
    auto o = quiet;
    o.stop = "";
    int right = 0, wrong = 0;
    for (char const* prompt : {"Question: x\nAnswer:", "q", "The lamp", "Price?", "42 coins"}) {
        o.max_tokens = 4;
        std::vector<example> set = {{.id = "1", .prompt = prompt, .completion = "x"}};
        std::string const said = evaluate_answers(*s, f.words, set, o).items[0].answer;
        auto const tokens = f.words.encode(prompt + said);
        if (tokens.size() != f.words.encode(prompt).size() + 4) { continue; } // ends merged
        std::string other = said;
        other.back() = other.back() == 'K' ? 'L' : 'K';
        set[0].completion = said;
        set.push_back({.id = "2", .prompt = prompt, .completion = other});
        auto const r = evaluate_summaries(*s, f.words, set, o);
        CHECK(r.items[0].margin > 0);
        CHECK(r.items[1].margin < 0);
        ++right;
        ++wrong;
    }
    CHECK(right >= 2);
    CHECK(wrong >= 2);
}

// One run of prompt and choice from an empty past must give the same sums: the cache is exact up
// to the order of float sums, some 2⁻²⁴ relative per operation; 10⁻⁴ nats is far above it.
TEST_CASE("a class has the summed likelihood of its tokens, the prompt run once or anew") {
    fixture const f;
    auto const s = f.start(), fresh = f.start();
    std::vector<example> const set = {
        {.id = "1",
         .prompt = "Ticket: late\nTeam:",
         .completion = " sales",
         .choices = {" sales", " shipping", " repair"}},
        {.id = "2", .prompt = "Team: a", .completion = "x", .choices = {"x", "bcd", "be"}},
    };
    auto const r = evaluate_classes(*s, f.words, set, quiet);
    for (std::size_t i = 0; i < set.size(); ++i) {
        // The tokens that all texts begin with: in the second set "a" may become "ab".
        std::vector<std::vector<std::int32_t>> texts;
        for (auto const& choice : set[i].choices) {
            texts.push_back(f.words.encode(set[i].prompt + choice));
        }
        std::size_t const shared = f.words.encode(set[i].prompt).size() - (i == 1 ? 1 : 0);
        std::vector<double> sums;
        for (auto const& tokens : texts) {
            sums.push_back(whole_likelihood(*fresh, tokens, shared));
        }
        auto const best = std::max_element(sums.begin(), sums.end()) - sums.begin();
        CHECK(r.items[i].answer == set[i].choices[static_cast<std::size_t>(best)]);
        auto sorted = sums;
        std::sort(sorted.rbegin(), sorted.rend());
        CHECK(std::abs(r.items[i].margin - (sorted[0] - sorted[1])) < 1e-4);
        auto const gold = static_cast<std::size_t>(
            std::find(set[i].choices.begin(), set[i].choices.end(), set[i].completion) -
            set[i].choices.begin());
        double const mean = sums[gold] / static_cast<double>(texts[gold].size() - shared);
        CHECK(std::abs(r.items[i].log_likelihood - mean) < 1e-4);
        CHECK(r.items[i].score == (static_cast<std::size_t>(best) == gold ? 1 : 0));
        CHECK(r.items[i].margin >= 0);
    }
}

// The order of the choices must not matter but for ties, and a longer way of the same start is
// never likelier: its sum has more terms, none above 0.
TEST_CASE("choices are judged alike in any order, and length is not rewarded") {
    fixture const f;
    auto const s = f.start();
    std::vector<example> set = {
        {.id = "1", .prompt = "Team:", .completion = " x", .choices = {" x", " y", " z"}}};
    auto const a = evaluate_classes(*s, f.words, set, quiet);
    std::reverse(set[0].choices.begin(), set[0].choices.end());
    auto const b = evaluate_classes(*s, f.words, set, quiet);
    CHECK(a.items[0].answer == b.items[0].answer);
    CHECK(a.items[0].margin == b.items[0].margin);
    set[0].choices = {" x and more", " x"};
    CHECK(evaluate_classes(*s, f.words, set, quiet).items[0].answer == " x");
}

TEST_CASE("summaries are scored by ROUGE-L and may have lines") {
    auto const words = test::tiny_words();
    test::counting_session s(94);
    std::vector<example> const set = {{.id = "1", .prompt = "yz", .completion = "{|\n !"}};
    auto o = quiet;
    o.max_tokens = 8;
    auto const r = evaluate_summaries(s, words, set, o);
    CHECK(r.items[0].answer == "{|\n !\"#$");
    CHECK(r.items[0].score == score_rouge_l(r.items[0].answer, set[0].completion).f);
}

TEST_CASE("longest_of is room enough, and one less is not") {
    fixture const f;
    std::vector<example> const set = {
        {.id = "1",
         .prompt = "Team: longer prompt",
         .completion = " x",
         .choices = {" x", " shipping"}},
        {.id = "2", .prompt = "Team:", .completion = " y", .choices = {" x", " y"}}};
    auto o = quiet;
    o.stop = "";
    o.max_tokens = 12;
    index_t const need = longest_of(f.words, set, o);
    CHECK(need == static_cast<index_t>(f.words.encode(set[0].prompt).size()) + 12);
    auto const s =
        make_session(ref, f.model, kv_cache<float>(f.model.heads, f.model.config.layers, need));
    CHECK_NOTHROW(evaluate_answers(*s, f.words, set, o));
    CHECK_NOTHROW(evaluate_classes(*s, f.words, set, o));
}

TEST_CASE("sets that cannot be evaluated are errors that name the line") {
    auto const words = test::tiny_words();
    test::counting_session s(96);
    std::vector<example> set;
    CHECK_THROWS_AS(evaluate_answers(s, words, set, quiet), shape_error);
    set = {{.id = "q", .prompt = "A", .completion = "one\ntwo", .line = 7}};
    CHECK_THROWS_WITH_AS(evaluate_answers(s, words, set, quiet),
                         doctest::Contains("line 7 (id q)"), format_error);
    CHECK_THROWS_WITH_AS(evaluate_classes(s, words, set, quiet),
                         doctest::Contains("no choices"), shape_error);
    set = {{.id = "q", .completion = "one"}};
    CHECK_THROWS_WITH_AS(evaluate_answers(s, words, set, quiet),
                         doctest::Contains("without tokens before its answer"), shape_error);
}
