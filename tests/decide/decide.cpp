// SPDX-License-Identifier: MIT
#include <qad/decide/decide.hpp>

#include <doctest/doctest.h>

#include <vector> // vector

using namespace qad;
using enum approach;

namespace {

constexpr auto yes = answer::yes, no = answer::no;

struct scenario {
    char const* told; // the requirement in words, and where the course has it
    situation s;
    approach what, serving = not_enough_evidence;
    std::vector<std::string_view> names = {}; // properties that the reasons must contain
};

std::vector<scenario> const scenarios = {
    {"B05 our tone and our letter format; a prompt drifts, 800 pairs, any card",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 800},
     lora,
     not_enough_evidence,
     {"few_shot_fixes", "lora_gb"}},
    {"B06 valid JSON for our tools; two examples in the prompt were measured to be enough",
     {.behaviour = yes, .few_shot_fixes = yes, .labelled_pairs = 5000},
     prompt,
     not_enough_evidence,
     {"few_shot_fixes"}},
    {"B06 the same at 50 million requests: the examples cost more than the training",
     {.behaviour = yes,
      .few_shot_fixes = yes,
      .labelled_pairs = 5000,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .example_tokens = 300,
      .requests = 50e6},
     lora,
     not_enough_evidence,
     {"requests"}},
    {"B07 codes and clauses of our trade, which the prompt does not teach; 24 GB and a 7B",
     {.behaviour = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 2000,
      .memory_gb = 24,
      .full_gb = 112,
      .lora_gb = 14.6,
      .qlora_gb = 4.3},
     lora,
     not_enough_evidence,
     {"few_shot_fixes", "lora_gb"}},
    {"B08 ticket routing; zero-shot macro-F1 is bad, 400 labelled tickets, a 12 GB card",
     {.behaviour = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 400,
      .memory_gb = 12,
      .lora_gb = 14.6,
      .qlora_gb = 4.3},
     qlora,
     not_enough_evidence,
     {"memory_gb"}},
    {"B08 30 labelled tickets only",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 30},
     collect_pairs,
     not_enough_evidence,
     {"labelled_pairs"}},
    {"B14 50,000 rows scraped from old tickets, half of them contradict each other",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 50e3, .pairs_are_noisy = yes},
     collect_pairs,
     not_enough_evidence,
     {"pairs_are_noisy"}},
    {"B23 nobody has tried a prompt yet",
     {.behaviour = yes, .labelled_pairs = 5000},
     prompt,
     not_enough_evidence,
     {"few_shot_fixes"}},
    {"B23 answer shorter and in German: the model can, when told",
     {.instructions = yes},
     prompt,
     not_enough_evidence,
     {"instructions"}},
    {"B13 a new language; LoRA has stopped improving, and the node holds full training",
     {.deep_skill = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 1e6,
      .lora_plateaued = yes,
      .memory_gb = 640,
      .full_gb = 128.5},
     full,
     not_enough_evidence,
     {"lora_plateaued"}},
    {"B13 a new language; nobody trained anything yet",
     {.deep_skill = yes, .few_shot_fixes = no, .labelled_pairs = 1e6},
     lora,
     not_enough_evidence,
     {"lora_gb"}},
    {"B13 LoRA plateaued, and full fine-tuning does not fit",
     {.deep_skill = yes,
      .few_shot_fixes = no,
      .lora_plateaued = yes,
      .memory_gb = 24,
      .full_gb = 112,
      .lora_gb = 14.6},
     lora},
    {"B25 it does its task, and costs too much for each request",
     {.weights_fit = yes, .cost_hurts = yes},
     quantize,
     quantize,
     {"cost_hurts"}},
    {"B21 A1 70B in fp16 on one 80 GB card, in our own house",
     {.data_must_stay = yes, .weights_fit = no},
     quantize,
     quantize,
     {"weights_fit"}},
    {"B22 a hosted API does it and the data may leave",
     {.hosted_api = yes, .weights_fit = no, .cost_hurts = yes},
     hosted,
     hosted,
     {"hosted_api"}},
    {"B21 a hosted API would do it, but the data must stay",
     {.hosted_api = yes, .data_must_stay = yes, .weights_fit = no},
     quantize,
     quantize,
     {"weights_fit"}},
    {"B26 quantizing was measured and lost",
     {.weights_fit = no, .quantized_holds = no},
     smaller_model,
     smaller_model,
     {"quantized_holds"}},
    {"A2 fits idle, crashes under load, already 4 bits",
     {.weights_fit = yes, .fails_under_load = yes, .cost_hurts = yes},
     less_kv,
     less_kv,
     {"fails_under_load"}},
    {"A2 it fits and costs little: leave it alone",
     {.weights_fit = yes, .cost_hurts = no},
     keep,
     keep,
     {"weights_fit"}},
    {"A3 a 24 GB card and a 13B: LoRA does not fit, QLoRA does",
     {.behaviour = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 1000,
      .memory_gb = 24,
      .full_gb = 208,
      .lora_gb = 27,
      .qlora_gb = 7.5},
     qlora,
     not_enough_evidence,
     {"memory_gb"}},
    {"A3 the same card and a 70B: not even QLoRA",
     {.behaviour = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 1000,
      .memory_gb = 24,
      .full_gb = 1120,
      .lora_gb = 141,
      .qlora_gb = 38},
     smaller_model,
     not_enough_evidence,
     {"memory_gb"}},
    {"A4 this week's policy, private, and the tone we already trained",
     {.behaviour = yes,
      .facts = yes,
      .facts_change_days = 7,
      .retrain_days = 14,
      .recall_at_k = 0.93,
      .passages_fit = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 900},
     retrieval_and_lora,
     not_enough_evidence,
     {"facts_change_days", "few_shot_fixes"}},
    {"A4 the same on a small card",
     {.behaviour = yes,
      .facts = yes,
      .facts_change_days = 7,
      .retrain_days = 14,
      .few_shot_fixes = no,
      .labelled_pairs = 900,
      .memory_gb = 8,
      .lora_gb = 14.6,
      .qlora_gb = 4.3},
     retrieval_and_qlora},
    {"A4 the same for a skill that LoRA no longer reaches, with all the memory there is",
     {.facts = yes,
      .deep_skill = yes,
      .facts_change_days = 7,
      .retrain_days = 14,
      .few_shot_fixes = no,
      .labelled_pairs = 90e3,
      .lora_plateaued = yes},
     retrieval_and_full},
    {"A5 fine-tune the docs in: they change weekly, 100,000 pairs lie ready (M5.6b)",
     {.facts = yes,
      .facts_change_days = 7,
      .retrain_days = 14,
      .recall_at_k = 0.9,
      .labelled_pairs = 100e3,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .passage_tokens = 2000,
      .requests = 1e9},
     retrieval,
     not_enough_evidence,
     {"facts_change_days"}},
    {"A5 private documents with rights for each user (M5.6a: private is no reason to train)",
     {.facts = yes,
      .access_per_user = yes,
      .recall_at_k = 0.9,
      .labelled_pairs = 100e3,
      .data_must_stay = yes,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .passage_tokens = 2000,
      .requests = 1e9},
     retrieval,
     not_enough_evidence,
     {"access_per_user"}},
    {"P42 a customer's data must be forgotten on request",
     {.facts = yes,
      .must_delete = yes,
      .labelled_pairs = 100e3,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .passage_tokens = 2000,
      .requests = 1e9},
     retrieval,
     not_enough_evidence,
     {"must_delete"}},
    {"P42 every answer cites its paragraph",
     {.facts = yes,
      .must_cite = yes,
      .recall_at_k = 0.85,
      .labelled_pairs = 100e3,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .passage_tokens = 2000,
      .requests = 1e9},
     retrieval,
     not_enough_evidence,
     {"must_cite"}},
    {"B23 facts that hardly change, a moderate number of requests",
     {.facts = yes, .facts_change_days = 3650, .retrain_days = 7},
     retrieval,
     not_enough_evidence,
     {"facts"}},
    {"2.7 facts that hardly change, many pairs, more requests than the break-even",
     {.facts = yes,
      .facts_change_days = 3650,
      .retrain_days = 7,
      .labelled_pairs = 5000,
      .training_cost = 30,
      .cost_per_million = 0.1,
      .passage_tokens = 2000,
      .requests = 1e6},
     lora,
     not_enough_evidence,
     {"requests"}},
    {"C12 the retriever finds the passage for half of the questions",
     {.facts = yes, .must_cite = yes, .recall_at_k = 0.5},
     better_retrieval,
     not_enough_evidence,
     {"recall_at_k"}},
    {"P39 the passages do not fit beside the users' caches",
     {.facts = yes, .recall_at_k = 0.9, .passages_fit = no},
     better_retrieval,
     not_enough_evidence,
     {"passages_fit"}},
    {"B16 some of the questions were in the training set",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 5000, .trained_on_eval = yes},
     not_enough_evidence,
     not_enough_evidence,
     {"trained_on_eval"}},
    {"B26 no evaluation set at all",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 5000, .held_out_eval = no},
     not_enough_evidence,
     not_enough_evidence,
     {"held_out_eval"}},
    {"L61 twelve questions say that LoRA won",
     {.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 5000, .eval_items = 12},
     not_enough_evidence,
     not_enough_evidence,
     {"eval_items"}},
    {"B24 with B25: the format drifts, and each request costs too much",
     {.behaviour = yes,
      .few_shot_fixes = no,
      .labelled_pairs = 900,
      .weights_fit = yes,
      .cost_hurts = yes},
     lora,
     quantize,
     {"few_shot_fixes", "cost_hurts"}},
};

bool agrees(scenario const& one, rule_set const& active) {
    auto const v = decide(one.s, active);
    bool named = true;
    for (auto property : one.names) { named = named && v.because.name(property); }
    return v.what == one.what && v.serving == one.serving && named;
}

} // namespace

TEST_CASE("the course's cases are decided as the course decides them, for its reasons") {
    CHECK(scenarios.size() >= 20);
    for (scenario const& one : scenarios) {
        CAPTURE(one.told);
        auto const v = decide(one.s);
        CAPTURE(name_of(v.what));
        CHECK(v.what == one.what);
        CHECK(v.serving == one.serving);
        for (auto property : one.names) {
            CAPTURE(property);
            CHECK(v.because.name(property));
        }
        CHECK(v.because.size() > 0);
    }
}

TEST_CASE("no rule is idle: without it, one of the cases is decided otherwise") {
    for (std::size_t i = 0; i < decision_rules.size(); ++i) {
        CAPTURE(decision_rules[i].name);
        bool missed = false;
        for (scenario const& one : scenarios) { missed = missed || !agrees(one, all_but(i)); }
        CHECK(missed);
    }
}

TEST_CASE("minimal pairs: one property changes, the verdict flips, and the reason names it") {
    struct pair {
        char const* told;
        std::string_view property;
        situation a, b;
    };
    situation const form{.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 900};
    situation const stable{.facts = yes,
                           .facts_change_days = 3650,
                           .retrain_days = 7,
                           .recall_at_k = 0.9,
                           .passages_fit = yes,
                           .labelled_pairs = 5000,
                           .training_cost = 30,
                           .cost_per_million = 0.1,
                           .passage_tokens = 2000,
                           .requests = 1e6};
    situation const skill{.deep_skill = yes,
                          .few_shot_fixes = no,
                          .labelled_pairs = 1e5,
                          .memory_gb = 640,
                          .full_gb = 112,
                          .lora_gb = 14.6,
                          .qlora_gb = 4.3};
    situation const press{.weights_fit = no};
    auto const with = [](situation s, auto member, auto value) {
        s.*member = value;
        return s;
    };
    using s = situation;
    std::vector<pair> const pairs = {
        {"the prompt fixes it", "few_shot_fixes", form, with(form, &s::few_shot_fixes, yes)},
        {"too few pairs", "labelled_pairs", form, with(form, &s::labelled_pairs, 20)},
        {"contradictory pairs", "pairs_are_noisy", form, with(form, &s::pairs_are_noisy, yes)},
        {"our tone, and this week's policy", "facts", form, with(form, &s::facts, yes)},
        {"yearly, and weekly", "facts_change_days", stable,
         with(stable, &s::facts_change_days, 1)},
        {"with its source", "must_cite", stable, with(stable, &s::must_cite, yes)},
        {"removable", "must_delete", stable, with(stable, &s::must_delete, yes)},
        {"not for everybody", "access_per_user", stable,
         with(stable, &s::access_per_user, yes)},
        {"few requests", "facts", stable, with(stable, &s::requests, 1e5)},
        {"many requests", "requests", with(stable, &s::requests, 1e5), stable},
        {"a retriever that misses", "recall_at_k", with(stable, &s::requests, 1e5),
         with(with(stable, &s::requests, 1e5), &s::recall_at_k, 0.5)},
        {"passages too long", "passages_fit", with(stable, &s::requests, 1e5),
         with(with(stable, &s::requests, 1e5), &s::passages_fit, no)},
        {"LoRA at its end", "lora_plateaued", skill, with(skill, &s::lora_plateaued, yes)},
        {"a smaller card", "memory_gb", skill, with(skill, &s::memory_gb, 8)},
        {"a hosted API", "hosted_api", press, with(press, &s::hosted_api, yes)},
        {"data stays", "weights_fit", with(press, &s::hosted_api, yes),
         with(with(press, &s::hosted_api, yes), &s::data_must_stay, yes)},
        {"rounding hurts", "quantized_holds", press, with(press, &s::quantized_holds, no)},
        {"users fill it", "fails_under_load", with(press, &s::weights_fit, yes),
         with(with(press, &s::weights_fit, yes), &s::fails_under_load, yes)},
        {"no eval", "held_out_eval", form, with(form, &s::held_out_eval, no)},
        {"a leak", "trained_on_eval", form, with(form, &s::trained_on_eval, yes)},
        {"a handful", "eval_items", form, with(form, &s::eval_items, 10)},
    };
    CHECK(pairs.size() >= 12);
    for (pair const& one : pairs) {
        CAPTURE(one.told);
        CHECK(decide(one.a).what != decide(one.b).what);
        CHECK(decide(one.b).because.name(one.property));
        int changed = 0;
        for (property const& p : properties) {
            changed += value_text(one.a, p) != value_text(one.b, p);
        }
        CHECK(changed == 1);
    }
}

TEST_CASE("a retriever does not answer a question of form, whatever its recall (M5.6c)") {
    for (double recall : {0.1, 0.99}) {
        CHECK(decide({.behaviour = yes,
                      .recall_at_k = recall,
                      .few_shot_fixes = no,
                      .labelled_pairs = 900})
                  .what == lora);
    }
}

TEST_CASE("nothing stated, nothing decided; a single answer is enough to begin") {
    CHECK(decide({}).what == not_enough_evidence);
    CHECK(decide({}).because.size() == 0);
    CHECK(decide({.facts = yes}).what == retrieval);
    CHECK(decide({.behaviour = yes}).what == prompt);
    CHECK(decide({.cost_hurts = yes}).what == quantize);
}

TEST_CASE("the order of cost: more labelled pairs or memory alone never buy training") {
    for (double pairs : {0.0, 1e3, 1e6}) {
        CHECK(decide({.behaviour = yes, .labelled_pairs = pairs, .memory_gb = 1e6}).what ==
              prompt);
        CHECK(decide({.facts = yes, .labelled_pairs = pairs, .memory_gb = 1e6}).what ==
              retrieval);
    }
}

TEST_CASE("flips are the minimal pairs of a situation") {
    auto const list = flips_of({.behaviour = yes, .few_shot_fixes = no, .labelled_pairs = 900});
    auto const has = [&](std::string_view property, std::string_view to, approach becomes) {
        for (decision_flip const& f : list) {
            if (f.property == property && f.to == to) { return f.becomes == becomes; }
        }
        return false;
    };
    CHECK(has("few_shot_fixes", "yes", prompt));
    CHECK(has("facts", "yes", retrieval_and_lora));
    CHECK(has("pairs_are_noisy", "yes", collect_pairs));
    CHECK(has("lora_plateaued", "yes", full));
    CHECK(has("held_out_eval", "no", not_enough_evidence));
    CHECK_FALSE(has("must_cite", "yes", retrieval)); // no facts are in question
}
