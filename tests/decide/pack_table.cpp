// SPDX-License-Identifier: MIT
#include <qad/decide/pack_table.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

#include <algorithm> // count

using namespace qad;
using namespace qad::test;

TEST_CASE("the seven columns of the assignment come first, then spread, n, interval, hash") {
    std::vector<std::string> const first(table_columns().begin(), table_columns().begin() + 11);
    CHECK(first == std::vector<std::string>{
                       "config", "weight_memory", "kv_note", "tokens_per_sec", "quality",
                       "training_cost", "recommendation", "spread", "n", "interval", "hash"});
}

TEST_CASE("one line a row, as many cells as columns, N/A where nothing was trained") {
    evidence const run = sample_evidence();
    for (evidence_row const& row : run.rows) {
        auto const cells = table_cells(run, row);
        CHECK(cells.size() == table_columns().size());
        CHECK((cells[5] == "N/A") == !row.training.has_value());
        CHECK(cells[1].find(" MB (") != std::string::npos);
    }
    std::string const csv = benchmark_csv(run);
    CHECK(std::count(csv.begin(), csv.end(), '\n') == std::ptrdiff_t(run.rows.size()) + 1);
}

TEST_CASE("what was not measured is said, not left empty or zero") {
    evidence run = sample_evidence();
    run.rows[0].decode = {};
    run.rows[0].quality.clear();
    auto const cells = table_cells(run, run.rows[0]);
    CHECK(cells[3] == "not timed");
    CHECK(cells[4] == "not judged");
}

TEST_CASE("a difference whose interval contains zero is called not distinguishable") {
    comparison c{"a", "b", "exact", "house", 0.01, -0.01, 0.03, 250};
    CHECK(comparison_text(c).ends_with(": not distinguishable"));
    c.low = 0.001;
    CHECK(comparison_text(c).ends_with(": distinguishable"));
    CHECK_FALSE(comparison_text(c).ends_with("not distinguishable"));
}

TEST_CASE("contrasts, figures and rows left out stand below the table") {
    evidence const run = sample_evidence();
    std::string const md = benchmark_md(run);
    for (char const* words :
         {"6. LoRA brings the house format **Shown**", "[lora] − [base]",
          "full fine-tuning: left out of the sample", "hash 00c0ffee00c0ffee", "18.5 GB/s"}) {
        CAPTURE(words);
        CHECK(md.find(words) != std::string::npos);
    }
}
