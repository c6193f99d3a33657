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
