// SPDX-License-Identifier: MIT
#include <qad/decide/tables.hpp>

#include <qad/decide/pack_text.hpp> // csv_line, table_line

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("what csv_line writes is read again, whatever stands in it") {
    std::vector<std::vector<std::string>> const rows = {
        {"config", "quality"}, {"a, b", "say \"x\""}, {"line\nend", ""}, {"|", "é"}};
    std::string all;
    for (auto const& row : rows) { all += csv_line(row); }
    CHECK(csv_cells(all) == rows);
    CHECK(csv_cells(all.substr(0, all.size() - 1)) == rows); // no line end at the end
    CHECK(csv_cells("a,b\r\nc,d\r\n") ==
          std::vector<std::vector<std::string>>{{"a", "b"}, {"c", "d"}});
    CHECK(csv_cells("").empty());
}

TEST_CASE("the first Markdown table with a config column") {
    std::string const text =
        "# Title\n\n| other | table |\n|---|---|\n| 1 | 2 |\n\ntext\n\n"
        "| Config | Tokens/s |\n|:---|---:|\n| **base** | 41.0 |\n| a\\|b | 2 |\n\n"
        "| config | again |\n|---|---|\n| x | y |\n";
    auto const cells = markdown_cells(text);
    CHECK(cells == std::vector<std::vector<std::string>>{
                       {"Config", "Tokens/s"}, {"base", "41.0"}, {"a|b", "2"}});
    CHECK(markdown_cells("no table").empty());
}

TEST_CASE("columns under the names that people give them, units of a column's head") {
    auto const rows = named({{"Variant", "Weight memory (GB)", "tok/s", "Eval hash", "95% CI"},
                             {"base", "16.06", "41.0", "ab", "0.4-0.7"},
                             {"int4", "5.7 GB", "98"}});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].at("config") == "base");
    CHECK(rows[0].at("weight_memory") == "16.06 GB");
    CHECK(rows[0].at("tokens_per_sec") == "41.0");
    CHECK(rows[0].at("hash") == "ab");
    CHECK(rows[0].at("interval") == "0.4-0.7");
    CHECK(rows[1].at("weight_memory") == "5.7 GB");
    CHECK_FALSE(rows[1].contains("hash"));
}
