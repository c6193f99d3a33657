// SPDX-License-Identifier: MIT
#include <qad/io/chat_template.hpp>
#include <qad/io/chat_tokens.hpp>

#include "support/golden.hpp" // golden_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

jinja::map const names = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};

} // namespace

TEST_CASE("every family's conversations are transformers', characters and tokens") {
    // chat.json was written by transformers and tokenizers (tests/goldens/make_chat_goldens.py).
    auto const words = load_tokenizer(test::golden_directory() / "tokenizer-chat");
    json const families = read_json(test::golden_directory() / "chat.json");
    CHECK(families.size() == 14);
    for (auto const& [family, golden] : families.items()) {
        CAPTURE(family);
        chat_template const how(golden["template"].get<std::string>(), names, family);
        CHECK(golden["rows"].size() >= 24);
        int said = 0;
        for (json const& row : golden["rows"]) {
            std::vector<message> messages;
            for (json const& m : row["messages"]) {
                messages.push_back({m[0].get<std::string>(), m[1].get<std::string>()});
            }
            CAPTURE(row["messages"].dump());
            chat_options options{.ask = row.value("ask", true),
                                 .continue_last = row.value("continue", false),
                                 .date = row.value("date", "")};
            if (row.contains("thinking")) { options.thinking = row["thinking"].get<bool>(); }
            if (row.contains("refused")) {
                CHECK_THROWS_AS(how.render(messages, options), error);
                continue;
            }
            ++said;
            CHECK(how.render(messages, options) == row["text"].get<std::string>());
            CHECK(chat_tokens(words, how, messages, options) ==
                  row["ids"].get<std::vector<std::int32_t>>());
        }
        CHECK(said >= 14);
    }
}

TEST_CASE("a template that refuses says so in its own words") {
    json const families = read_json(test::golden_directory() / "chat.json");
    chat_template const how(families["mistral-v0.1"]["template"].get<std::string>(), names, "T");
    std::vector<message> const twice = {{"user", "a"}, {"user", "b"}};
    CHECK_THROWS_WITH_AS(how.render(twice), doctest::Contains("Roles must alternate."), error);
}

TEST_CASE("dates: the template's own, or the one that is asked for") {
    chat_template const how("{{ strftime_now('%d %b %Y, %A') }}", {}, "T");
    CHECK(how.render({}, {.date = "2026-11-27"}) == "27 Nov 2026, Friday");
    CHECK_THROWS_WITH_AS(how.render({}), doctest::Contains("--date"), format_error);
    CHECK_THROWS_WITH_AS(how.render({}, {.date = "tomorrow"}), doctest::Contains("2026-11-27"), error);
    CHECK_THROWS_AS(how.render({}, {.date = "2026-13-01"}), error);
}

TEST_CASE("an answer that is to be continued must be there to be continued") {
    chat_template const how("{% for m in messages %}{{ m.role }}{% endfor %}", {}, "T");
    std::vector<message> const said = {{"user", "a"}, {"assistant", "b"}};
    CHECK_THROWS_WITH_AS(how.render(said, {.ask = false, .continue_last = true}),
                         doctest::Contains("does not show the last message"), error);
    CHECK_THROWS_AS(how.render(said, {.ask = true, .continue_last = true}), error);
}

TEST_CASE("the cost of rendering grows with the conversation, not with its square") {
    chat_template const how(chatml_template, {}, "T");
    std::vector<message> long_talk;
    for (int i = 0; i < 2000; ++i) {
        long_talk.push_back({i % 2 ? "assistant" : "user", std::string(500, 'x')});
    }
    CHECK(how.render(long_talk).size() > 2000 * 500);
    CHECK(how.render({{{"user", std::string(1 << 22, 'y')}}}).size() > (1 << 22));
}
