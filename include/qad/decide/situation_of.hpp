// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_SITUATION_OF_HPP
#define QAD_DECIDE_SITUATION_OF_HPP

#include <qad/decide/recommend.hpp> // compared, base_of
#include <qad/decide/situation.hpp> // situation
#include <qad/fit/serving.hpp>      // card
#include <qad/fit/training.hpp>     // training_ledger

namespace qad {

/// What a run measured, as the properties that `decide` looks at. Each is filled by one
/// sentence of this list, and stays unknown where the run says nothing:
///
///   few_shot_fixes   no: a trained row is better than the prompt's on the same items;
///                    yes: it is not distinguishable, or the prompt reaches the stated floor
///   labelled_pairs   the largest training set
///   memory, …_gb     the target, and the ledgers of training on its shape
///   weights_fit      the first base row with all users' caches
///   quantized_holds  yes: some quantized row may ship; no: all were compared and lost
///   recall_at_k      the retriever's own
///   held_out_eval …  sets, shared examples, items behind the first figure
///   money            the prices, seconds of the longest training, tokens of retrieval
///
/// `behaviour` and `facts` are what the run asks: it trained for a form; it changed facts.
inline situation situation_of(evidence const& run) {
    situation s;
    auto const said = [](bool yes) { return yes ? answer::yes : answer::no; };
    double const usable =
        gigabytes(card(run.hardware.memory, run.hardware.reserve).usable()).value;
    double longest = 0;
    index_t rank = 16;
    bool trained = false;
    for (evidence_row const& row : run.rows) {
        if (!row.training) { continue; }
        trained = true;
        longest = std::max(longest, row.training->seconds);
        if (row.training->rank > 0) { rank = row.training->rank; }
    }

    // What the run asks for.
    if (trained) { s.behaviour = answer::yes; }
    if (!run.freshness.empty()) { s.facts = answer::yes; }

    // The prompt against training.
    for (evidence_row const& prompt : run.rows) {
        if (prompt.kind != row_kind::prompt || prompt.quality.empty()) { continue; }
        quality_figure const& q = *judged_by(prompt);
        double const floor = run.memo.quality_floor;
        bool const reaches = q.higher_is_better ? q.value >= floor : q.value <= floor;
        if (floor > 0) { s.few_shot_fixes = said(reaches); }
        for (evidence_row const& row : run.rows) {
            auto const c = row.training ? compared(run, row.id, prompt.id) : std::nullopt;
            if (!c || floor > 0) { continue; }
            if (c->a_is_better()) {
                s.few_shot_fixes = answer::no;
            } else if (s.few_shot_fixes == answer::unknown) {
                s.few_shot_fixes = answer::yes;
            }
        }
    }
    for (data_facts const& set : run.trains) {
        s.labelled_pairs = std::max(s.labelled_pairs.value_or(0), double(set.items));
    }

    // Memory.
    if (run.shape.hidden > 0 && usable > 0) {
        auto const need = [&](training_method m) {
            return gigabytes(training_ledger(run.shape, {.method = m, .rank = rank}).total())
                .value;
        };
        s.memory_gb = usable;
        s.full_gb = need(training_method::full);
        s.lora_gb = need(training_method::lora);
        s.qlora_gb = need(training_method::qlora);
    }
    for (evidence_row const& row : run.rows) {
        if (row.kind != row_kind::base || s.weights_fit != answer::unknown) { continue; }
        byte_count const cache =
            (run.hardware.context * run.hardware.users) * row.kv_bytes_per_token;
        s.weights_fit = said(gigabytes(row.weight_bytes + cache).value < usable);
    }
    for (evidence_row const& row : run.rows) {
        evidence_row const* const base = base_of(run, row);
        if (row.kind != row_kind::quantized || !base || !compared(run, row.id, base->id)) {
            continue;
        }
        bool const holds = recommend(run, row).yes;
        if (holds || s.quantized_holds == answer::unknown) { s.quantized_holds = said(holds); }
    }
    if (!run.memo.metric.empty()) {
        s.cost_hurts = said(run.memo.metric == "cost" || run.memo.metric == "latency");
    }

    // Retrieval, money, evidence.
    if (run.retrieval.items > 0) { s.recall_at_k = run.retrieval.recall; }
    if (run.prices.per_million_tokens > 0 && trained) {
        s.training_cost = run.prices.per_hour * longest / 3600;
        s.cost_per_million = run.prices.per_million_tokens;
        if (run.retrieval.extra_tokens > 0) { s.passage_tokens = run.retrieval.extra_tokens; }
        if (run.prices.example_tokens > 0) { s.example_tokens = run.prices.example_tokens; }
        if (run.prices.requests > 0) { s.requests = run.prices.requests; }
    }
    s.held_out_eval = said(!run.evals.empty());
    s.trained_on_eval = said(run.shared_examples > 0);
    if (!run.rows.empty() && !run.rows.front().quality.empty()) {
        s.eval_items = double(run.rows.front().quality.front().items);
    }
    return s;
}

} // namespace qad

#endif
