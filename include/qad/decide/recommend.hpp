// SPDX-License-Identifier: MIT
// Chapter 5.6, "Full fine-tune vs PEFT vs prompt vs RAG" — chapters/5-adapt/README.md#s5-6
#ifndef QAD_DECIDE_RECOMMEND_HPP
#define QAD_DECIDE_RECOMMEND_HPP

#include <qad/decide/evidence.hpp>  // evidence
#include <qad/decide/pack_text.hpp> // figure, percent, score_text

#include <optional> // optional

namespace qad {

/// [a] − [b] on the figure that a is judged by, in whichever order it was written down.
inline std::optional<comparison> compared(evidence const& run, std::string_view a,
                                          std::string_view b) {
    evidence_row const* const row = run.row(a);
    if (!row || row->quality.empty()) { return {}; }
    quality_figure const& first = *judged_by(*row);
    for (comparison c : run.comparisons) {
        if (c.metric != first.metric || c.set != first.set) { continue; }
        if (c.a == b && c.b == a) {
            std::swap(c.a, c.b);
            c.difference = -c.difference;
            std::swap(c.low, c.high);
            c.low = -c.low;
            c.high = -c.high;
        }
        if (c.a == a && c.b == b) { return c; }
    }
    return {};
}

/// The base row that a row belongs to: of its own group. nullptr without one.
inline evidence_row const* base_of(evidence const& run, evidence_row const& row) {
    for (evidence_row const& r : run.rows) {
        if (r.kind == row_kind::base && r.group == row.group) { return &r; }
    }
    return nullptr;
}

/// May it ship, and why. `yes` is the only word that the memo builds on.
struct recommendation {
    bool yes = false;
    std::string why;
};

inline bool is_adapted(evidence_row const& row) { return row.training.has_value(); }

/// The rules, in order; the first that applies speaks.
///
///   below the stated floor                              no
///   base                                                yes: what all rows are compared with
///   quantized, touched less than half the parameters    no: it is hardly quantized
///   never compared with the base on the same items      no: not enough evidence
///   worse than the base                                 no; rounded, retrieval: on any set
///   quantized: smaller and not distinguishable          yes
///   quantized: not smaller                              no
///   trained, while a prompt is not distinguishable      no: the prompt is cheaper
///   better than the base                                yes
///   anything else                                       no: costs more, shows nothing more
inline recommendation recommend(evidence const& run, evidence_row const& row) {
    if (row.quality.empty()) {
        return {false, "not enough evidence: its quality was not judged"};
    }
    quality_figure const& q = *judged_by(row);
    double const floor = run.memo.quality_floor;
    bool const under = q.higher_is_better ? q.value < floor : q.value > floor;
    if (floor > 0 && under) {
        return {false, text("no: ", q.metric, " ", score_text(q.value), " is beyond the floor ",
                            score_text(floor))};
    }
    if (row.kind == row_kind::base) { return {true, "yes: what all rows are compared with"}; }
    bool const rounded =
        row.kind == row_kind::quantized || row.kind == row_kind::lora_quantized;
    if (rounded && row.coverage < 0.5) {
        return {false, text("no: only ", percent(row.coverage),
                            " of the parameters were touched, so it is hardly quantized")};
    }
    evidence_row const* const base = base_of(run, row);
    auto const c = base ? compared(run, row.id, base->id) : std::nullopt;
    if (!c) { return {false, "not enough evidence: not compared with its base row"}; }
    std::string const by =
        text(c->metric, " ", score_text(c->difference), " (95 % ", score_text(c->low), " to ",
             score_text(c->high), ") against the base");
    if (c->a_is_worse()) { return {false, "no: worse, " + by}; }
    if (rounded || row.kind == row_kind::retrieval) { // changes what it is not judged by too
        for (comparison const& other : run.comparisons) {
            if (other.a == row.id && other.b == base->id && other.a_is_worse()) {
                return {false,
                        text("no: worse, ", other.metric, " on ", other.set, " ",
                             score_text(other.difference), " (95 % ", score_text(other.low),
                             " to ", score_text(other.high), ") against the base")};
            }
        }
    }
    if (row.kind == row_kind::quantized) {
        auto const times = static_cast<double>(base->weight_bytes.count) /
                           static_cast<double>(std::max<index_t>(1, row.weight_bytes.count));
        if (times < 1.05) { return {false, "no: the weights are not smaller than the base's"}; }
        return {true, text("yes: ", figure(times, 3), " × smaller weights, ",
                           c->distinguishable() ? "better, " : "not distinguishable, ", by)};
    }
    if (is_adapted(row)) {
        for (evidence_row const& other : run.rows) {
            if (other.kind != row_kind::prompt || other.group != row.group) { continue; }
            auto const d = compared(run, row.id, other.id);
            if (d && !d->a_is_better()) {
                return {false, text("no: a prompt alone is not distinguishable from it, ",
                                    d->metric, " ", score_text(d->difference), " (95 % ",
                                    score_text(d->low), " to ", score_text(d->high), ")")};
            }
        }
    }
    if (c->a_is_better()) { return {true, "yes: better, " + by}; }
    return {false, "no: costs more than the base and is not distinguishable, " + by};
}

/// Fills every row's recommendation.
inline void recommend(evidence& run) {
    for (evidence_row& row : run.rows) { row.recommendation = recommend(run, row).why; }
}

/// Which metric mattered most among the rows of a task: what a person stated; otherwise memory
/// when the base does not fit the target with its users; otherwise quality when a row is better
/// than its base; otherwise memory.
inline std::string deciding_metric(evidence const& run, std::string_view task = "") {
    if (!run.memo.metric.empty()) { return run.memo.metric; }
    auto const usable =
        (1 - run.hardware.reserve) * static_cast<double>(run.hardware.memory.count);
    for (evidence_row const& row : run.rows) {
        if (row.kind != row_kind::base) { continue; }
        auto const tokens = static_cast<double>(run.hardware.context * run.hardware.users);
        double const need = static_cast<double>(row.weight_bytes.count) +
                            tokens * static_cast<double>(row.kv_bytes_per_token.count);
        if (need >= usable) { return "memory"; }
    }
    for (evidence_row const& row : run.rows) {
        if (row.task != task) { continue; }
        evidence_row const* const base = base_of(run, row);
        auto const c = base ? compared(run, row.id, base->id) : std::nullopt;
        if (c && c->a_is_better()) { return "quality"; }
    }
    return "memory";
}

/// The tasks that rows are for: the common one ("") first, the others as they come.
inline std::vector<std::string> tasks_of(evidence const& run) {
    std::vector<std::string> tasks = {""};
    for (evidence_row const& row : run.rows) {
        if (std::find(tasks.begin(), tasks.end(), row.task) == tasks.end()) {
            tasks.push_back(row.task);
        }
    }
    return tasks;
}

/// What ships for a task: of its recommended rows of the first group the one that is best by
/// the deciding metric. For quality that is the row of the best figure, or the earliest row
/// that is not distinguishable from it: rows stand in the order of their cost. nullptr when
/// none may.
inline evidence_row const* what_ships(evidence const& run, std::string_view task = "") {
    std::string const metric = deciding_metric(run, task);
    auto const cost = [&](evidence_row const& r) {
        if (metric == "latency") { return -r.decode.median(); }
        if (metric == "cost") { return r.training ? r.training->seconds : 0; }
        if (metric == "memory") {
            return static_cast<double>((r.weight_bytes + r.adapter_bytes).count);
        }
        quality_figure const& q = *judged_by(r);
        return q.higher_is_better ? -q.value : q.value;
    };
    std::vector<evidence_row const*> may;
    for (evidence_row const& r : run.rows) {
        bool const same_question = r.group == run.rows.front().group && r.task == task;
        if (same_question && recommend(run, r).yes) { may.push_back(&r); }
    }
    evidence_row const* best = nullptr;
    for (auto const* r : may) {
        if (!best || cost(*r) < cost(*best)) { best = r; }
    }
    if (!best || metric != "quality") { return best; }
    for (auto const* r : may) {
        auto const c = compared(run, best->id, r->id);
        if (r == best || (c && !c->a_is_better())) { return r; }
    }
    return best;
}

} // namespace qad

#endif
