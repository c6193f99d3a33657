// SPDX-License-Identifier: MIT
#include <qad/decide/pack.hpp>

#include "sample_evidence.hpp"

#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <cstdlib> // setenv

using namespace qad;
using namespace qad::test;

TEST_CASE("every file of the pack, and the evidence again as it was handed over") {
    scratch_directory room;
    auto const remarks = write_pack(room.path(), sample_evidence());
    for (char const* name : {"memory_math.md", "benchmark_results.csv", "benchmark_results.md",
                             "decision_memo.md", "README.md", "config.yaml", "evidence.json",
                             "plots/quality-memory.gp", "plots/kv-growth.gp"}) {
        CAPTURE(name);
        CHECK(std::filesystem::file_size(room / name) > 0);
    }
    evidence run = sample_evidence();
    recommend(run);
    CHECK(to_json(read_evidence(room / "evidence.json")) == to_json(run));
    if (has_gnuplot()) {
        CHECK(remarks.empty());
        for (plot const& p : pack_plots(run)) {
            CAPTURE(p.name);
            mapped_file const svg(room / ("plots/" + p.name + ".svg"));
            CHECK(svg.text().find("<svg") != std::string_view::npos);
            CHECK(svg.text().ends_with("</svg>\n\n"));
        }
    } else {
        CHECK(remarks.size() == 1);
    }
    for (auto const& entry : std::filesystem::recursive_directory_iterator(room.path())) {
        CHECK(entry.path().string().find(".part") == std::string::npos);
    }
}

TEST_CASE("without gnuplot the scripts are there and a sentence says what is missing") {
    scratch_directory room;
    std::string const path = std::getenv("PATH");
    ::setenv("PATH", room.path().c_str(), 1);
    auto const remarks = write_pack(room.path(), sample_evidence());
    ::setenv("PATH", path.c_str(), 1);
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0].find("gnuplot was not found") != std::string::npos);
    CHECK(std::filesystem::exists(room / "plots/loss.gp"));
    CHECK_FALSE(std::filesystem::exists(room / "plots/loss.svg"));
}

TEST_CASE("the same run makes the same text, to the byte") {
    scratch_directory a, b;
    write_pack(a.path(), sample_evidence());
    write_pack(b.path(), sample_evidence());
    for (char const* name : {"memory_math.md", "benchmark_results.csv", "decision_memo.md",
                             "README.md", "config.yaml", "evidence.json", "plots/loss.gp"}) {
        CAPTURE(name);
        CHECK(mapped_file(a / name).text() == mapped_file(b / name).text());
    }
}

TEST_CASE("a script that gnuplot refuses leaves no file") {
    scratch_directory room;
    if (has_gnuplot()) {
        CHECK_FALSE(draw({"bad", "plot nonsense(", ""}, room / "bad.svg"));
        CHECK(room.empty());
    }
}
