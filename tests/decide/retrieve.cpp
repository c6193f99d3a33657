// SPDX-License-Identifier: MIT
#include <qad/decide/retrieve.hpp>

#include <qad/core/file.hpp>
#include <qad/core/random.hpp>
#include <qad/decide/hash.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace qad;

namespace {

std::vector<document> const notices = {
    {"yarra-price", "The Yarra lamp costs 604 coins.", "2026-01-05"},
    {"yarra-colour", "The colour of the Yarra lamp is amber.", "2026-01-05"},
    {"korbo-price", "The Korbo chair costs 88 coins.", "2026-01-05"},
};

std::string id_of(retrieval_index& index, std::string const& question) {
    auto const found = index.search(question);
    return found.empty() ? "" : found[0].id;
}

/// Does any file of the directory hold these bytes?
bool on_disk(test::scratch_directory const& room, std::string const& bytes) {
    for (auto const& entry : std::filesystem::directory_iterator(room.path())) {
        if (mapped_file(entry.path()).text().find(bytes) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

} // namespace

TEST_CASE("the document with the question's words is found") {
    retrieval_index index;
    index.add_all(notices);
    CHECK(index.size() == 3);
    CHECK(id_of(index, "What does the Yarra lamp cost? (costs)") == "yarra-price");
    CHECK(id_of(index, "Which colour has the yarra LAMP?") == "yarra-colour");
    CHECK(id_of(index, "the korbo chair") == "korbo-price");
    auto const all = index.search("costs coins", {.top = 10});
    REQUIRE(all.size() == 2);
    CHECK(all[0].rank <= all[1].rank);
    CHECK(all[0].text.find("costs") != std::string::npos);
    CHECK(index.search("zebra").empty());
    CHECK(index.search("lamp", {.top = 1}).size() == 1);
}

TEST_CASE("of two notices that differ in the value only, the newer one wins, in any order") {
    for (bool newer_first : {false, true}) {
        retrieval_index index;
        document const old{"a", "The price of the Yarra lamp is 604 coins.", "2026-01-05"};
        document const fresh{"b", "The price of the Yarra lamp is 77 coins.", "2026-02-09"};
        index.add(newer_first ? fresh : old);
        index.add(newer_first ? old : fresh);
        for (int i = 0; i < 20; ++i) {
            index.add(
                {text("x", i), text("The Korbo chair number ", i, " is red."), "2026-03-01"});
        }
        CHECK(id_of(index, "What is the price of the Yarra lamp?") == "b");
        auto const then = index.search("price of the Yarra lamp", {.until = "2026-02-08"});
        REQUIRE(then.size() == 1);
        CHECK(then[0].id == "a"); // what was true that week
    }
}

TEST_CASE("what is replaced is found by its new words only") {
    retrieval_index index;
    index.add_all(notices);
    index.replace({"yarra-price", "The Yarra lamp costs 77 coins.", "2026-02-01"});
    CHECK(index.size() == 3);
    CHECK(index.search("604").empty());
    CHECK(id_of(index, "77") == "yarra-price");
    REQUIRE(index.find("yarra-price"));
    CHECK(index.find("yarra-price")->date == "2026-02-01");
    index.replace({"new", "Something else.", "2026-02-01"}); // or added
    CHECK(index.size() == 4);
}

// Every text has a word of its own without a part in common with another's; the word index keeps
// words as the part in which they differ from the one before, so parts are looked for.
TEST_CASE("what was removed or replaced is found no more, and is not in the file any more") {
    auto const secret = [](std::string const& id) { return hex(fnv1a(id)); };
    generator random(1);
    for (int round = 0; round < 4; ++round) {
        bool const one_by_one = round % 2 == 1, removed = round < 2;
        test::scratch_directory const room;
        retrieval_index index((room / "index.db").string());
        std::vector<document> list;
        for (int i = 0; i < 24; ++i) {
            std::string filler; // long enough that some texts take pages of their own
            for (auto n = random.below(600); n > 0; --n) {
                filler += text(" common", random.below(50));
            }
            std::string const id = text("d", i);
            list.push_back({id, text("The word is ", secret(id), filler), "2026-01-01"});
            if (one_by_one) { index.add(list.back()); }
        }
        if (!one_by_one) { index.add_all(list); }
        REQUIRE(on_disk(room, secret("d7").substr(4)));
        while (!list.empty()) {
            auto const at = random.below(static_cast<std::uint32_t>(list.size()));
            std::string const id = list[at].id, word = secret(id);
            REQUIRE(index.search(word).size() == 1);
            if (removed) {
                CHECK(index.remove(id));
                CHECK_FALSE(index.find(id));
            } else {
                index.replace({id, "Nothing.", "2026-01-02"});
            }
            list.erase(list.begin() + at);
            CHECK(index.search(word).empty());
            CHECK_FALSE(on_disk(room, word.substr(4)));
            CHECK_FALSE(on_disk(room, word.substr(0, 8)));
            for (auto const& d : list) { CHECK(on_disk(room, secret(d.id))); }
        }
        CHECK_FALSE(index.remove("d0-never"));
        CHECK(index.size() == (removed ? 0 : 24));
    }
}

TEST_CASE("many are replaced at once, or none") {
    test::scratch_directory const room;
    retrieval_index index((room / "index.db").string());
    index.add_all(notices);
    std::vector<document> const next = {
        {"yarra-price", "The Yarra lamp costs 77 coins.", "2026-02-01"},
        {"korbo-price", "The Korbo chair costs 99 coins.", "2026-02-01"}};
    index.replace_all(next);
    CHECK(index.size() == 3);
    CHECK_FALSE(on_disk(room, "604"));
    CHECK(id_of(index, "99") == "korbo-price");
    std::vector<document> const bad = {{"yarra-price", "Zebra.", "2026-02-02"},
                                       {"b", "B.", "never"}};
    CHECK_THROWS_AS(index.replace_all(bad), shape_error);
    CHECK(id_of(index, "77") == "yarra-price");
}

TEST_CASE("of many versions one holds on a day") {
    std::vector<document> const versions = {{"lamp", "old lamp", "2031-01-01"},
                                            {"chair", "chair", "2031-01-02"},
                                            {"lamp", "new lamp", "2031-02-01"},
                                            {"lamp", "late lamp", "2031-01-15"}};
    auto const texts = [&](std::string const& day) {
        std::string all;
        for (document const& d : as_of(versions, day)) { all += d.text + "; "; }
        return all;
    };
    CHECK(texts("2030-12-31") == "");
    CHECK(texts("2031-01-01") == "old lamp; ");
    CHECK(texts("2031-01-20") == "late lamp; chair; "); // whatever the order of the lines
    CHECK(texts("2031-02-01") == "new lamp; chair; ");
    CHECK(texts("") == texts("2031-02-01"));
}

TEST_CASE("an index in a file is there when it is opened again") {
    test::scratch_directory const room;
    std::string const file = (room / "index.db").string();
    { retrieval_index(file).add_all(notices); }
    retrieval_index again(file);
    CHECK(again.size() == 3);
    CHECK(id_of(again, "korbo") == "korbo-price");
    retrieval_index second(file); // and may be open twice
    second.remove("korbo-price");
    CHECK(again.size() == 2);
}

TEST_CASE("a query is words in quotes, each once") {
    CHECK(safe_query("Yarra OR lamp* NEAR(\"a b\") yarra") ==
          "\"yarra\" OR \"or\" OR \"lamp\" OR \"near\" OR \"a\" OR \"b\"");
    CHECK(safe_query(" ?! ") == "");
    CHECK(safe_query("a b c d", 2) == "\"a\" OR \"b\"");
}

// The user's text is data: no text whatever is a syntax error, or changes what is in the index.
TEST_CASE("any text is a safe question") {
    retrieval_index index;
    index.add_all(notices);
    for (char const* text : {"\"",
                             "'",
                             "text:lamp",
                             "lamp AND",
                             "NOT lamp",
                             "^lamp",
                             "lamp*",
                             "-lamp",
                             "(",
                             "NEAR(",
                             "{a b}: c",
                             "body",
                             "'); DROP TABLE document; --",
                             "\\",
                             "+",
                             "a\"b",
                             "\xff\xfe",
                             "\xe2\x80\x9c",
                             "\xf0\x9f\x98\x80",
                             "\xc2\xad",
                             "\xcc\x81",
                             ""}) {
        CAPTURE(text);
        CHECK_NOTHROW(index.search(text, {.top = 3}));
    }
    CHECK(id_of(index, "NOT the korbo") == "korbo-price");
    generator random(2);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        for (auto n = random.below(30); n > 0; --n) {
            bool const plain = random.below(2) == 0;
            char const any = static_cast<char>(random.below(256));
            bytes += plain ? "\"'*^():-+{}AND OR"[random.below(17)] : any;
        }
        CHECK_NOTHROW(index.search(bytes, {.top = 3}));
    }
    CHECK_NOTHROW(index.search(std::string(1 << 20, 'x')));
    std::string many;
    for (int i = 0; i < 5000; ++i) { many += text("w", i, " "); }
    CHECK_NOTHROW(index.search(many));
    CHECK(index.size() == 3);
}

TEST_CASE("bytes that are no text are kept as the sign for it") {
    retrieval_index index;
    index.add({"a", "lamp \xff end", "2026-01-01"});
    CHECK(index.find("a")->text == "lamp \xef\xbf\xbd end");
    CHECK(id_of(index, "end") == "a");
}

TEST_CASE("mistakes are errors, and leave the index as it was") {
    retrieval_index index;
    index.add_all(notices);
    CHECK_THROWS_WITH_AS(index.add(notices[0]),
                         doctest::Contains("\"yarra-price\" is there already"), shape_error);
    for (char const* date : {"", "5 May", "2026-1-05", "2026/01/05", "2026-01-05T10"}) {
        CAPTURE(date);
        CHECK_THROWS_AS(index.add({"x", "text", date}), shape_error);
        CHECK_THROWS_AS(index.replace({"korbo-price", "text", date}), shape_error);
    }
    std::vector<document> const half = {{"new", "new", "2026-01-01"}, notices[0]};
    CHECK_THROWS_AS(index.add_all(half), shape_error);
    CHECK(index.size() == 3);
    CHECK_FALSE(index.find("new"));
    CHECK(id_of(index, "korbo") == "korbo-price");
    CHECK_THROWS_AS(index.search("a", {.top = 0}), shape_error);
    CHECK_THROWS_AS(index.search("a", {.until = "soon"}), shape_error);
}

TEST_CASE("a file that is no index is an error that says so") {
    test::scratch_directory const room;
    write_text(room / "text.db", std::string(4096, 'x'));
    CHECK_THROWS_AS(retrieval_index((room / "text.db").string()), format_error);
}
