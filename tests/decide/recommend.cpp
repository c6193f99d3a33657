// SPDX-License-Identifier: MIT
#include <qad/decide/recommend.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
evidence_row& row_of(evidence& run, std::string_view id) {
    return *const_cast<evidence_row*>(run.row(id));
}
comparison& between(evidence& run, std::string_view a, std::string_view b) {
    for (comparison& c : run.comparisons) {
        if (c.a == a && c.b == b) { return c; }
    }
    return run.comparisons.front();
}
} // namespace

TEST_CASE("each rule, from a row that it lets pass to one that it stops") {
    evidence const good = sample_evidence();
    auto const may = [](evidence const& run, char const* id) {
        return recommend(run, *run.row(id)).yes;
    };
    CHECK(may(good, "base"));
    CHECK(may(good, "int4-g64"));
    CHECK(may(good, "lora"));
    CHECK_FALSE(may(good, "int4-tensor")); // worse
    CHECK_FALSE(may(good, "lookup"));      // shows nothing more than the base

    evidence run = good;
    row_of(run, "int4-g64").coverage = 0.001;
    CHECK_FALSE(may(run, "int4-g64"));
    run = good;
    row_of(run, "int4-g64").weight_bytes = run.row("base")->weight_bytes;
    CHECK_FALSE(may(run, "int4-g64"));
    run = good;
    between(run, "int4-g64", "base").a = "another";
    CHECK_FALSE(may(run, "int4-g64"));
    CHECK(recommend(run, *run.row("int4-g64")).why.starts_with("not enough evidence"));
    run = good;
    row_of(run, "lora").quality.clear();
    CHECK_FALSE(may(run, "lora"));
    run = good;
    run.memo.quality_floor = 0.99;
    CHECK_FALSE(may(run, "lora"));
    run = good;
    between(run, "lora", "few-shot").low = -0.01; // the prompt does as well
    CHECK_FALSE(may(run, "lora"));
    CHECK(recommend(run, *run.row("lora")).why.find("a prompt alone") != std::string::npos);
}

TEST_CASE("a comparison counts whichever way round it was written") {
    evidence run = sample_evidence();
    auto const as_written = compared(run, "lora", "base");
    comparison& c = between(run, "lora", "base");
    c = {"base", "lora", "exact", "house", -c.difference, -c.high, -c.low, c.items};
    auto const turned = compared(run, "lora", "base");
    REQUIRE(as_written.has_value());
    REQUIRE(turned.has_value());
    CHECK(turned->difference == as_written->difference);
    CHECK(turned->low == as_written->low);
    CHECK(turned->high == as_written->high);
    CHECK_FALSE(compared(run, "lora", "lookup").has_value());
}

TEST_CASE("what a search finds must not mislead on another set") {
    evidence run = sample_evidence();
    between(run, "lookup", "base") = {"lookup", "base", "exact", "house", 0.6, 0.5, 0.7, 250};
    CHECK(recommend(run, *run.row("lookup")).yes);
    run.comparisons.push_back({"lookup", "base", "exact", "kept", -0.8, -0.9, -0.7, 250});
    auto const r = recommend(run, *run.row("lookup"));
    CHECK_FALSE(r.yes);
    CHECK(r.why.find("worse, exact on kept") != std::string::npos);
}

TEST_CASE("rows are compared with the base of their own group") {
    evidence run = sample_evidence();
    evidence_row other = *run.row("base");
    other.id = "base-outliers";
    other.group = "outliers";
    run.rows.push_back(other);
    CHECK(base_of(run, *run.row("lora"))->id == "base");
    CHECK(base_of(run, *run.row("base-outliers"))->id == "base-outliers");
}

TEST_CASE("what ships follows the metric that matters") {
    evidence run = sample_evidence();
    CHECK(deciding_metric(run) == "quality");
    CHECK(what_ships(run)->id == "lora"); // qlora is not distinguishable, and stands later
    run.memo.metric = "memory";
    CHECK(what_ships(run)->id == "int4-g64");
    run.memo.metric = "latency";
    row_of(run, "int8-channel").decode.runs = {900, 910, 905};
    CHECK(what_ships(run)->id == "int8-channel");
    run.memo.metric.clear();
    run.hardware.memory = byte_count(10'000'000); // the base with its users no longer fits
    CHECK(deciding_metric(run) == "memory");
    run.memo.quality_floor = 0.999;
    CHECK(what_ships(run) == nullptr);
}

TEST_CASE("of rows that cannot be told apart the earlier, cheaper one ships") {
    evidence run = sample_evidence();
    row_of(run, "qlora").quality[0].value = 0.975;
    CHECK(what_ships(run)->id == "lora");
    between(run, "lora", "qlora") = {"lora", "qlora", "exact", "house",
                                     -0.05,  -0.08,   -0.02,   250};
    CHECK(what_ships(run)->id == "qlora");
}

TEST_CASE("recommend fills every row") {
    evidence run = sample_evidence();
    recommend(run);
    for (evidence_row const& row : run.rows) { CHECK_FALSE(row.recommendation.empty()); }
}
