// SPDX-License-Identifier: MIT
#include <qad/decide/situation_of.hpp>

#include <qad/decide/decide.hpp> // decide

#include "sample_evidence.hpp"

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

TEST_CASE("an empty run says nothing but that it has no evaluation") {
    situation const s = situation_of({});
    CHECK(s == situation{.held_out_eval = answer::no, .trained_on_eval = answer::no});
}

TEST_CASE("each property from what was measured") {
    situation const s = situation_of(sample_evidence());
    CHECK(s.behaviour == answer::yes);
    CHECK(s.facts == answer::yes);
    CHECK(s.few_shot_fixes == answer::no);
    CHECK(s.labelled_pairs == 200);
    CHECK(s.recall_at_k == 0.96);
    CHECK(s.weights_fit == answer::yes);
    CHECK(s.quantized_holds == answer::yes);
    CHECK(s.eval_items == 250);
    CHECK(s.held_out_eval == answer::yes);
    CHECK(s.memory_gb == doctest::Approx(0.9).epsilon(1e-12)); // 1 GB, a tenth kept free
    CHECK(s.training_cost == doctest::Approx(2.5 * 11 / 3600).epsilon(1e-12));
    CHECK(decide(s).what == approach::retrieval_and_lora);
}

TEST_CASE("the measurement decides: a prompt that is as good ends the training") {
    evidence run = sample_evidence();
    for (comparison& c : run.comparisons) {
        if (c.b == "few-shot") { c.low = -0.01; }
    }
    CHECK(situation_of(run).few_shot_fixes == answer::yes);
    CHECK(situation_of(run).passage_tokens == 24);
    CHECK(decide(situation_of(run)).what == approach::retrieval);
    run.memo.quality_floor = 0.9; // a floor that the prompt does not reach
    CHECK(situation_of(run).few_shot_fixes == answer::no);
}

TEST_CASE("a run without the question leaves it unknown") {
    evidence run = sample_evidence();
    run.freshness.clear();
    run.retrieval = {};
    run.prices = {};
    std::erase_if(run.rows, [](auto const& row) { return row.kind == row_kind::prompt; });
    situation const s = situation_of(run);
    CHECK(s.facts == answer::unknown);
    CHECK_FALSE(s.recall_at_k.has_value());
    CHECK_FALSE(s.training_cost.has_value());
    CHECK(s.few_shot_fixes == answer::unknown);
    CHECK(decide(s).what == approach::prompt); // nobody tried it
}

TEST_CASE("shared examples and a full target are seen") {
    evidence run = sample_evidence();
    run.shared_examples = 1;
    CHECK(decide(situation_of(run)).what == approach::not_enough_evidence);
    run = sample_evidence();
    run.hardware.memory = byte_count(20'000'000);
    CHECK(situation_of(run).weights_fit == answer::no);
}
