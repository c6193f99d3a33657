// SPDX-License-Identifier: MIT
#include <qad/model/session.hpp>

#include <doctest/doctest.h>

#include <qad/attend/kv_cache.hpp>
#include <qad/model/generate.hpp>
#include <qad/model/load.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/random_matrix.hpp"

using namespace qad;

namespace {

struct fixture {
    transformer<float, weight> model = load(test::golden_directory() / "llama-gqa");
    test::golden want{test::golden_directory() / "llama-gqa"};
    std::unique_ptr<session> start(index_t capacity = 64) const {
        return make_session(ref, model, kv_cache<float>(model.heads, model.config.layers, capacity));
    }
};

} // namespace

TEST_CASE("a session generates what transformers generates") {
    fixture const f;
    auto const s = f.start();
    std::vector<std::int32_t> made;
    generate(*s, f.want.tokens, {.max_tokens = 16, .stop_at_end = false}, [&](std::int32_t token) {
        made.push_back(token);
        return true;
    });
    CHECK(made == f.want.greedy);
    CHECK(s->length() == static_cast<index_t>(f.want.tokens.size()) + 15);
}

TEST_CASE("any rows of the last run can be asked for") {
    fixture const f;
    auto const s = f.start();
    s->run(f.want.tokens);
    matrix<float> all(12, 96), some(3, 96);
    s->logits(0, all);
    s->logits(7, some);
    CHECK(test::same_bits<float>(some.view(), std::as_const(all).rows(7, 3)));
}

// Rewinding is forgetting: what follows must not know what was taken back.
TEST_CASE("after rewinding, a session is as if it had never gone on") {
    fixture const f;
    auto const a = f.start(), b = f.start();
    std::vector<std::int32_t> const prompt = {5, 9, 33}, wrong = {70, 71}, next = {12};
    matrix<float> x(1, 96), y(1, 96);
    a->run(prompt);
    a->run(wrong);
    a->rewind(3);
    CHECK(a->length() == 3);
    a->run(next);
    a->logits(0, x);
    b->run(prompt);
    b->run(next);
    b->logits(0, y);
    CHECK(test::same_bits(x, y));
}

TEST_CASE("nothing to run and a full cache are errors, and the session goes on") {
    fixture const f;
    auto const s = f.start(4);
    CHECK_THROWS_AS(s->run({}), shape_error);
    std::vector<std::int32_t> const three = {5, 9, 33};
    s->run(three);
    CHECK_THROWS_AS(s->run(three), shape_error);
    CHECK(s->length() == 3);
    CHECK_NOTHROW(s->run(std::span(three).first(1)));
}

// longrope turns all tokens of a longer sequence otherwise (here: of more than 20). Whatever the steps
// that led there, forward or back, the next logits are those of the whole text at once, to the bit.
TEST_CASE("a session that crosses the limit of longrope, either way, computes the whole text's logits") {
    auto const model = load(test::golden_directory() / "phi3-longrope");
    test::golden const want(test::golden_directory() / "phi3-longrope");
    auto const start = [&] { return make_session(ref, model, kv_cache<float>(model.heads, model.config.layers, 64)); };
    std::vector<std::int32_t> text = want.tokens;
    text.insert(text.end(), want.greedy.begin(), want.greedy.end());
    text.resize(28, 5);
    auto const last_of = [&](index_t length) {
        auto const whole = start();
        whole->run(std::span(text).first(static_cast<std::size_t>(length)));
        matrix<float> out(1, model.config.vocab);
        whole->logits(length - 1, out);
        return out;
    };
    auto const s = start();
    matrix<float> out(1, model.config.vocab);
    auto const step = [&](index_t from, index_t to) {
        s->run(std::span(text).subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
        CHECK(s->length() == to);
        s->logits(to - from - 1, out);
        CAPTURE(to);
        CHECK(test::same_bits(out, last_of(to)));
    };
    step(0, 16);
    step(16, 20);
    step(20, 23); // over the limit
    step(23, 24);
    s->rewind(18);
    step(18, 19); // and back
    step(19, 26);
}
