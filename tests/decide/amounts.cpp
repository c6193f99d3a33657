// SPDX-License-Identifier: MIT
#include <qad/decide/amounts.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("numbers with their units") {
    auto const list = numbers_in("weights: 8,030,261,248 B = 8.03 GB (7.48 GiB), 41.5 tokens");
    REQUIRE(list.size() == 4);
    CHECK(list[0].value == 8'030'261'248);
    CHECK(list[0].unit == "B");
    CHECK(list[1].value == 8.03);
    CHECK(list[1].decimals == 2);
    CHECK(list[1].unit == "GB");
    CHECK(list[2].unit == "GiB");
    CHECK(list[3].unit == "tokens");
    CHECK(amounts_in("8 bits, 3 GB").size() == 1);
}

TEST_CASE("digits inside a word are no number, and 70B is a count of parameters") {
    CHECK(numbers_in("int4-g64 Q4_0 r8 fp16").empty());
    auto const seventy = numbers_in("a 70B model");
    REQUIRE(seventy.size() == 1);
    CHECK(seventy[0].value == 70e9);
    CHECK(seventy[0].unit.empty());
    CHECK(numbers_in("8K tokens")[0].value == 8192);
    CHECK(amounts_in("a 70B model").empty());
}

TEST_CASE("signs, ranges, exponents and grouping") {
    CHECK(numbers_in("-0.012 to 0.5")[0].value == -0.012);
    CHECK(numbers_in("0.40-0.70")[1].value == 0.70);
    CHECK(numbers_in("2e-3")[0].value == 2e-3);
    CHECK(numbers_in("1, 2")[0].value == 1); // a list, not one number
    CHECK(numbers_in("1, 2").size() == 2);
    CHECK(numbers_in("").empty());
    CHECK(numbers_in("5.")[0].value == 5); // the end of a sentence
}

TEST_CASE("an amount means what is within 1 % or half of its last digit") {
    auto const n = [](char const* text) { return amounts_in(text)[0]; };
    CHECK(means(n("35 GB"), 35.4e9));
    CHECK_FALSE(means(n("35.00 GB"), 35.4e9));
    CHECK(means(n("0.000191 GiB"), 205'428));
    CHECK_FALSE(means(n("0.000191 GB"), 205'428)); // 7 % away: the course's own slip
    CHECK_FALSE(means(n("0 GB"), 0.1e9));          // nothing means nothing
}

TEST_CASE("words are found whole, whatever their case") {
    CHECK(mentions("The KV cache.", {"kv"}));
    CHECK_FALSE(mentions("storage", {"rag"}));
    CHECK(mentions("use RAG.", {"rag"}));
    CHECK_FALSE(mentions("int48", {"int4"}));
    CHECK(mentions("weights (int4)", {"weights (int4)"}));
    CHECK(formats_in("int8 and BF16") == std::vector<double>{16, 8});
    CHECK(formats_in("fp16 or bf16") == std::vector<double>{16});
    CHECK(formats_in("nothing").empty());
}
