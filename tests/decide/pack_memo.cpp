// SPDX-License-Identifier: MIT
#include <qad/decide/pack_memo.hpp>

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("all headings of the assignment, in its order") {
    std::string const memo = decision_memo(sample_evidence());
    std::size_t at = 0;
    for (char const* heading :
         {"## 1. What ships", "## 2. Which metric mattered most",
          "## 3. Fresh knowledge next week", "## Prompt, PEFT and RAG apart", "### Prompt",
          "### PEFT", "### Retrieval (RAG)", "## What this does not show",
          "## One measurement trusted", "## One assumption distrusted",
          "## One next experiment", "## If this moved to private documents tomorrow"}) {
        CAPTURE(heading);
        auto const found = memo.find(heading, at);
        CHECK(found != memo.npos);
        at = found == memo.npos ? at : found;
    }
}

TEST_CASE("what a person stated stands in the memo; what nobody stated is computed") {
    evidence run = sample_evidence();
    CHECK(decision_memo(run).find("[lora] − [base]") != std::string::npos);
    run.memo.trusted = "The format score.";
    run.memo.metric = "memory";
    std::string const memo = decision_memo(run);
    CHECK(memo.find("The format score.") != memo.npos);
    CHECK(memo.find("`memory`, as stated") != memo.npos);
    CHECK(memo.find("Ship `int4-g64`") != memo.npos);
}

TEST_CASE("the next experiment is about the comparison that is nearest to a decision") {
    CHECK(detail::next_text(sample_evidence()).find("[int4-g64] − [base]") !=
          std::string::npos);
}

TEST_CASE("each freshness arm speaks with its last week") {
    std::string const memo = detail::fresh_text(sample_evidence());
    CHECK(memo.find("After week 2") != memo.npos);
    CHECK(memo.find("After week 1") == memo.npos);
    CHECK(memo.find("[closed book]") != memo.npos);
    CHECK(memo.find("[retrieval]") != memo.npos);
    CHECK(memo.find("Verdict: retrieval.") != memo.npos);
}

TEST_CASE("a run without anything still makes an honest memo") {
    std::string const memo = decision_memo({});
    CHECK(memo.find("Ship nothing yet") != memo.npos);
    CHECK(memo.find("nothing was measured") != memo.npos);
    CHECK(memo.find("Verdict: not enough evidence.") != memo.npos);
}
