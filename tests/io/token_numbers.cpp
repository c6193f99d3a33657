// SPDX-License-Identifier: MIT
#include <qad/io/token_numbers.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("numbers may leave gaps, but a few words cannot ask for millions") {
    json file = json::parse(R"({"model":{"vocab":{"a":0,"b":700}},"added_tokens":[{"id":4108,"content":"<s>"}]})");
    CHECK_NOTHROW(require_dense_tokens(file, "t.json")); // 4·3 + 4096
    file["added_tokens"][0]["id"] = 4109;
    CHECK_THROWS_WITH_AS(require_dense_tokens(file, "t.json"), doctest::Contains("t.json: token '\"<s>\"' has number 4109"),
                         format_error);
    file.erase("added_tokens");
    CHECK_NOTHROW(require_dense_tokens(file, "t.json"));
    file["model"]["vocab"]["c"] = 2147483647;
    CHECK_THROWS_AS(require_dense_tokens(file, "t.json"), format_error);
}

TEST_CASE("what is no vocabulary is left to its readers") {
    for (char const* text : {"null", "[]", "{}", R"({"model":3,"added_tokens":4})", R"({"model":{"vocab":[["a",0.5]]},"added_tokens":[1]})",
                             R"({"model":{"vocab":{"a":-1}},"added_tokens":[{"id":"x"}]})"}) {
        CAPTURE(text);
        CHECK_NOTHROW(require_dense_tokens(json::parse(text), "t.json"));
    }
}
