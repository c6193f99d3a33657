// SPDX-License-Identifier: MIT
#include <qad/model/generate.hpp>

#include <doctest/doctest.h>

#include "support/fake_session.hpp"

using namespace qad;

namespace {

std::vector<std::int32_t> generated(session& s, std::vector<std::int32_t> const& prompt, generation const& how) {
    std::vector<std::int32_t> made;
    generate(s, prompt, how, [&](std::int32_t token) {
        made.push_back(token);
        return true;
    });
    return made;
}

} // namespace

TEST_CASE("generation continues the prompt and sees each token once") {
    test::counting_session s(10);
    CHECK(generated(s, {3, 4}, {.max_tokens = 4}) == std::vector<std::int32_t>{5, 6, 7, 8});
    // The last token was handed out, not run: nobody asked what follows it.
    CHECK(s.all == std::vector<std::int32_t>{3, 4, 5, 6, 7});
}

TEST_CASE("an end token ends the text, unless it is asked to go on") {
    test::counting_session s(10);
    s.config().eos = {7, 9};
    CHECK(generated(s, {4}, {.max_tokens = 8}) == std::vector<std::int32_t>{5, 6, 7});
    test::counting_session t(10);
    t.config().eos = {7};
    CHECK(generated(t, {4}, {.max_tokens = 5, .stop_at_end = false}) ==
          std::vector<std::int32_t>{5, 6, 7, 8, 9});
}

TEST_CASE("the caller can stop at any token") {
    test::counting_session s(10);
    int calls = 0;
    generate(s, std::vector<std::int32_t>{0}, {.max_tokens = 100}, [&](std::int32_t) { return ++calls < 3; });
    CHECK(calls == 3);
}

// The room of the activations must not grow with the prompt.
TEST_CASE("a long prompt runs in pieces") {
    test::counting_session s(2000);
    std::vector<std::int32_t> prompt;
    for (std::int32_t i = 0; i < 1300; ++i) { prompt.push_back(i); }
    CHECK(generated(s, prompt, {.max_tokens = 1}) == std::vector<std::int32_t>{1300});
    CHECK(s.longest_run == 512);
    CHECK(s.all == prompt);
}

TEST_CASE("a seed decides what is drawn") {
    generation const how{.max_tokens = 50, .how = {.temperature = 1}, .seed = 5};
    test::counting_session a(10), b(10), c(10);
    auto const first = generated(a, {0}, how);
    CHECK(first == generated(b, {0}, how));
    CHECK(first != generated(c, {0}, {.max_tokens = 50, .how = {.temperature = 1}, .seed = 6}));
}
