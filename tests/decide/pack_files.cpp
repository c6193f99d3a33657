// SPDX-License-Identifier: MIT
#include <qad/decide/pack_files.hpp>

#include "sample_pack.hpp"

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("a pack of ours is read whole") {
    scratch_directory room;
    write_sample_pack(room.path(), sample_evidence());
    pack_files const pack = read_pack(room.path());
    CHECK(pack.problems.empty());
    REQUIRE(pack.run.has_value());
    CHECK(pack.table.size() == pack.run->rows.size());
    CHECK(pack.table[6].at("row") == "lora");
    CHECK(pack.config["model"] == "lab-base");
    for (auto const* text : {&pack.memory_math, &pack.memo, &pack.readme}) {
        CHECK(text->starts_with("# "));
    }
}

TEST_CASE("without the CSV the Markdown table speaks, and says the same") {
    scratch_directory room;
    write_sample_pack(room.path(), sample_evidence());
    auto const csv = read_pack(room.path()).table;
    std::filesystem::remove(room / "benchmark_results.csv");
    auto const md = read_pack(room.path()).table;
    REQUIRE(md.size() == csv.size());
    for (std::size_t i = 0; i < md.size(); ++i) {
        for (auto const& [column, value] : md[i]) {
            CAPTURE(column);
            CHECK(csv[i].at(column) == value);
        }
    }
}

TEST_CASE("what is absent is empty, what is damaged is a problem, what is no folder an error") {
    scratch_directory room;
    CHECK(read_pack(room.path()).problems.empty());
    CHECK(read_pack(room.path()).table.empty());
    write_text(room / "evidence.json", "{");
    write_text(room / "config.yaml", "a: [1\n");
    CHECK(read_pack(room.path()).problems.size() == 2);
    CHECK_THROWS_AS(read_pack(room / "evidence.json"), io_error);
}
