// SPDX-License-Identifier: MIT
#include <qad/decide/evidence.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

evidence_row named_row(std::string id, std::string hash) {
    evidence_row row;
    row.id = std::move(id);
    row.inputs_hash = std::move(hash);
    return row;
}

} // namespace

TEST_CASE("a row is done when its id stands there with the same inputs: so a run resumes") {
    evidence run;
    CHECK_FALSE(run.has("base", "a"));
    run.put(named_row("base", "a"));
    run.put(named_row("int4", "b"));
    CHECK(run.has("base", "a"));
    CHECK_FALSE(run.has("base", "b")); // other inputs: run it again
    CHECK_FALSE(run.has("int8", "a"));
    CHECK(run.row("int4") == &run.rows[1]);
    CHECK(run.row("int8") == nullptr);
}

TEST_CASE("a row that is done again replaces itself and keeps its place") {
    evidence run;
    run.put(named_row("base", "a"));
    run.put(named_row("int4", "b"));
    run.put(named_row("base", "c"));
    CHECK(run.rows.size() == 2);
    CHECK(run.rows[0].inputs_hash == "c");
}

TEST_CASE("distinguishable is an interval without zero; better depends on the direction") {
    comparison c{"a", "b", "exact", "set", 0.1, 0.02, 0.2, 250};
    CHECK(c.distinguishable());
    CHECK(c.a_is_better());
    c.low = -0.01;
    CHECK_FALSE(c.distinguishable());
    CHECK_FALSE(c.a_is_better());
    CHECK_FALSE(c.a_is_worse());
    c = {"a", "b", "perplexity", "set", 0.1, 0.02, 0.2, 250, false};
    CHECK(c.a_is_worse()); // a higher perplexity
    c.low = 0;             // an interval that ends at zero contains it
    CHECK_FALSE(c.distinguishable());
}
