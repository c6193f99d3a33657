// SPDX-License-Identifier: MIT
#include <qad/decide/jsonl.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// The text is refused with one sentence that holds `because`.
void refused(std::string const& text, std::string const& because) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(parse_examples(text, "set.jsonl"), doctest::Contains(because.c_str()),
                         format_error);
}
std::string const good_lines = R"({"prompt":"Question: a\nAnswer:","completion":" b\n"})";

} // namespace

TEST_CASE("a line becomes an example, to the letter") {
    auto const set =
        parse_examples(R"({"id":"q7","prompt":"P:","completion":" x","choices":[" x"," y"],)"
                       R"("entity":"Yarra lamp","bucket":3,"rare":true})"
                       "\r\n\n" +
                           good_lines + "\n",
                       "set.jsonl");
    REQUIRE(set.size() == 2);
    CHECK(set[0].id == "q7");
    CHECK(set[0].prompt == "P:");
    CHECK(set[0].completion == " x");
    CHECK(set[0].choices == std::vector<std::string>{" x", " y"});
    CHECK(set[0].tag("entity") == "Yarra lamp");
    CHECK(set[0].tag("bucket") == "3");
    CHECK(set[0].tag("rare") == "true");
    CHECK(set[0].tag("attribute") == "");
    CHECK(set[0].about.size() == 3);
    CHECK(set[1].id == "3"); // the number of its line, empty ones counted
    CHECK(set[1].line == 3);
    CHECK(set[1].completion == " b\n");
}

TEST_CASE("a text to predict has no question; a number may be an id") {
    auto const set = parse_examples(R"({"id":12,"text":"All of it."})", "set.jsonl");
    CHECK(set[0].id == "12");
    CHECK(set[0].prompt.empty());
    CHECK(set[0].completion == "All of it.");
}

TEST_CASE("a set that was cut anywhere is an error or one with fewer lines, never a crash") {
    std::string const text = good_lines + "\n" + good_lines + "\n" + good_lines;
    for (std::size_t size = 0; size < text.size(); ++size) {
        std::string const part = text.substr(0, size);
        auto const whole = static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
        try {
            auto const set = parse_examples(part, "set.jsonl");
            CHECK((set.size() == whole || (set.size() == whole + 1 && part.ends_with('}'))));
        } catch (format_error const& e) {
            CHECK(std::string(e.what()).find("set.jsonl") != std::string::npos);
        }
    }
}

TEST_CASE("an error names the file, the line and what is wrong") {
    refused(good_lines + "\n{\"prompt\":\"a\"", "set.jsonl:2: not valid JSON");
    refused("[1]", "set.jsonl:1: a line must be a JSON object");
    refused(R"({"prompt":"a"})", "\"completion\" must be a string, not null");
    refused(R"({"completion":"a"})", "\"prompt\" must be a string, not null");
    refused(R"({"prompt":5,"completion":"a"})", "\"prompt\" must be a string, not 5");
    refused(R"({"prompt":"a","completion":""})", "the expected text is empty");
    refused(R"({"text":"a","prompt":"b"})", "one or the other");
    refused(R"({"id":[],"prompt":"a","completion":"b"})", "\"id\" must be a string");
    refused(R"({"prompt":"a","prompt":"b","completion":"c"})", "occurs twice");
    refused("{\"prompt\":\"a\xff\",\"completion\":\"b\"}", "byte 13 of the line is no UTF-8");
    refused("\xef\xbb\xbf" + good_lines, "byte order mark");
    refused("", "holds no examples");
    refused("\n \n\t\r\n", "holds no examples");
    refused(good_lines + "\n" + std::string(jsonl_line_limit + 1, ' '),
            "set.jsonl:2: the line has 1048577 bytes");
}

TEST_CASE("ids must differ, also those that are line numbers") {
    std::string const named = R"({"id":"2","prompt":"a","completion":"b"})";
    refused(named + "\n" + good_lines, "set.jsonl:2: id \"2\" is also that of line 1");
    refused(named + "\n\n" + named, "set.jsonl:3: id \"2\" is also that of line 1");
}

TEST_CASE("choices are two or more different strings, and the answer is one of them") {
    auto const with = [](std::string const& choices) {
        return R"({"prompt":"a","completion":"b","choices":)" + choices + "}";
    };
    CHECK(parse_examples(with(R"(["b","c"])"), "set")[0].choices.size() == 2);
    refused(with(R"(["b"])"), "at least two different strings");
    refused(with(R"(["b","b"])"), "at least two different strings");
    refused(with(R"(["b","c","c"])"), "at least two different strings");
    refused(with(R"("b")"), "at least two different strings");
    refused(with(R"(["b",1])"), "a choice must be a string");
    refused(with(R"([" b","c"])"), "the completion \"b\" is none of the choices");
}

TEST_CASE("one class is not a classification set") {
    auto const line = [](char const* completion) {
        return qad::text(R"({"prompt":"a","completion":")", completion,
                         R"(","choices":["b","c"]})", "\n");
    };
    CHECK_NOTHROW(require_classes(parse_examples(line("b") + line("c"), "set"), "set"));
    CHECK_THROWS_WITH_AS(require_classes(parse_examples(line("b") + line("b"), "set"), "set"),
                         doctest::Contains("the same class, \"b\""), format_error);
    CHECK_THROWS_WITH_AS(require_classes(parse_examples(line("b") + good_lines, "set"), "set"),
                         doctest::Contains("set:2: has no \"choices\""), format_error);
}

TEST_CASE("files are read as text is, and an absent one is an error") {
    test::scratch_directory const room;
    write_text(room / "set.jsonl", good_lines + "\n");
    CHECK(read_examples(room / "set.jsonl").size() == 1);
    CHECK_THROWS_AS(read_examples(room / "none.jsonl"), io_error);
}

// Drawing 3 of 8: each is taken with chance 3/8. 2000 seeds: a standard error of
// √(2000·3/8·5/8) = 21.7; five of them are allowed.
TEST_CASE("a sample is a part in the same order, decided by the seed, and fair") {
    std::vector<example> set;
    for (int i = 0; i < 8; ++i) { set.push_back({.id = std::to_string(i), .line = i + 1}); }
    std::vector<int> taken(8);
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        auto const part = take(set, 3, seed);
        REQUIRE(part.size() == 3);
        for (std::size_t i = 0; i + 1 < 3; ++i) { CHECK(part[i].line < part[i + 1].line); }
        for (example const& e : part) { ++taken[static_cast<std::size_t>(e.line - 1)]; }
    }
    for (int count : taken) { CHECK(std::abs(count - 750) < 5 * 21.7); }
    auto const a = take(set, 3, 5), b = take(set, 3, 5);
    for (std::size_t i = 0; i < 3; ++i) { CHECK(a[i].id == b[i].id); }
    CHECK(take(set, 8, 1).size() == 8);
    CHECK(take(set, 100, 1)[7].id == "7");
    CHECK_THROWS_AS(take(set, 0, 1), shape_error);
}
