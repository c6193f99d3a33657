// SPDX-License-Identifier: MIT
// Part E of the lab: decision_memo.md, computed from the rows by stated rules.
#ifndef QAD_DECIDE_PACK_MEMO_HPP
#define QAD_DECIDE_PACK_MEMO_HPP

#include <qad/decide/decide.hpp>       // decide
#include <qad/decide/pack_table.hpp>   // comparison_text
#include <qad/decide/recommend.hpp>    // what_ships, deciding_metric
#include <qad/decide/situation_of.hpp> // situation_of

namespace qad {

namespace detail {

/// A verdict and its reasons, each with the property as it was measured or stated.
inline std::string verdict_text(situation const& s, verdict const& v) {
    std::string out = text("Verdict: ", name_of(v.what), ".\n");
    for (reason const& r : v.because) {
        out += text("- `", r.property, "`: `", value_text(s, *find_property(r.property)), "`; ",
                    r.why, " (chapter ", r.section, ").\n");
    }
    return out;
}

/// The sentence of a row: its first figure, memory and speed, with its name.
inline std::string row_sentence(evidence const& run, evidence_row const& row) {
    auto const cells = table_cells(run, row);
    std::string out = text("[", row.id, "]: ", row.config, ", ", cells[4], " (95 % interval ",
                           cells[9], ", ", cells[8], " items), weights ", cells[1]);
    if (!row.decode.empty()) {
        out += text(", ", cells[3], " tokens/s (", cells[18], " runs, spread ", cells[7], ")");
    }
    return out + ".\n";
}

inline std::string what_ships_text(evidence const& run) {
    std::string out;
    for (std::string const& task : tasks_of(run)) {
        std::string const what = task.empty() ? "" : "For " + task + ": ";
        if (evidence_row const* const ships = what_ships(run, task)) {
            out += text(what, what.empty() ? "Ship `" : "ship `", ships->id,
                        "`: ", recommend(run, *ships).why, " [", ships->id, "].\n- ",
                        row_sentence(run, *ships));
        } else {
            out += what + (what.empty() ? "Ship" : "ship") +
                   " nothing yet: no row may, by the rules below.\n";
        }
    }
    out += "\nAll rows:\n";
    for (evidence_row const& row : run.rows) {
        out += text("- [", row.id, "] ", recommend(run, row).why, ".\n");
    }
    return out +
           "\nThe rules: a row may ship when it is compared with its base on the same "
           "items and is not worse; a quantized one when it also is smaller; a trained one "
           "when it is better than the model as it was and than examples in the context. Of "
           "these the best by the deciding metric ships. Differences whose interval contains "
           "zero are called not distinguishable: that is not equal, and the interval says how "
           "much "
           "worse such a row may be.\n";
}

inline std::string metric_text(evidence const& run) {
    std::string metrics;
    for (std::string const& task : tasks_of(run)) {
        metrics += text(metrics.empty() ? "" : "; for " + task + " ", "`",
                        deciding_metric(run, task), "`");
    }
    return text(metrics,
                run.memo.metric.empty()
                    ? ", by rule: memory when the base with its users does not fit the target, "
                      "quality when a row is distinguishably better than its base, otherwise "
                      "memory.\n"
                    : ", as stated in the configuration.\n");
}

inline std::string fresh_text(evidence const& run) {
    situation s = situation_of(run);
    s.behaviour = answer::unknown; // the question is about facts alone
    s.facts = answer::yes;
    std::string out = verdict_text(s, decide(s));
    std::vector<freshness_point> last; // the latest of each arm, with the work of all its weeks
    for (freshness_point p : run.freshness) {
        auto const known = std::find_if(last.begin(), last.end(),
                                        [&](auto const& other) { return other.arm == p.arm; });
        if (known == last.end()) {
            last.push_back(p);
            continue;
        }
        double const work = known->seconds + p.seconds;
        if (known->week <= p.week) { *known = p; }
        known->seconds = work;
    }
    for (freshness_point const& p : last) {
        out += text("- After week ", p.week, " the arm answers ", score_text(p.now), " of ",
                    p.items, " facts as they are now and, of those that changed since week 0, ",
                    score_text(p.before), " as they were, for all in all ",
                    figure(p.seconds, 3), " s of work [", p.arm, "].\n");
    }
    if (last.empty()) {
        out += "- Not measured in this run: the verdict is the rule's alone.\n";
    }
    return out;
}

inline std::string apart_text(evidence const& run) {
    situation const s = situation_of(run);
    std::string out = "Three tools for three needs; each is judged by its own rows.\n";
    auto const rows = [&](char const* title, char const* need, auto&& belongs) {
        out += text("\n### ", title, "\n\n", need, "\n");
        std::size_t count = 0;
        for (evidence_row const& row : run.rows) {
            if (!belongs(row) || row.quality.empty()) { continue; }
            out += "- " + row_sentence(run, row);
            evidence_row const* const base = base_of(run, row);
            auto const c = base ? compared(run, row.id, base->id) : std::nullopt;
            if (c) { out += "- " + comparison_text(*c) + ".\n"; }
            ++count;
        }
        if (count == 0) { out += "- No row of this run: nothing was measured.\n"; }
    };
    rows("Prompt", "For what the model can do when it is told to; it costs no training.",
         [](auto const& r) { return r.kind == row_kind::prompt; });
    rows("PEFT", "For behaviour that examples in the prompt do not bring: form, tone, syntax.",
         [](auto const& r) { return r.training && r.kind != row_kind::lora_and_retrieval; });
    rows("Retrieval (RAG)", "For facts that change, must be cited, deleted or kept apart.",
         [](auto const& r) {
             return r.kind == row_kind::retrieval || r.kind == row_kind::lora_and_retrieval;
         });
    return out + "\nAll properties together. " + verdict_text(s, decide(s));
}

/// The clearest difference of the run: |difference| by the width of its interval.
inline std::string trusted_text(evidence const& run) {
    if (!run.memo.trusted.empty()) { return run.memo.trusted + "\n"; }
    comparison const* best = nullptr;
    auto const clear = [](comparison const& c) {
        return std::fabs(c.difference) / std::max(c.high - c.low, 1e-9);
    };
    for (comparison const& c : run.comparisons) {
        if (c.distinguishable() && (!best || clear(c) > clear(*best))) { best = &c; }
    }
    if (!best) { return "None: no difference of this run is distinguishable from zero.\n"; }
    return "The clearest difference of the run, on the same items: " + comparison_text(*best) +
           ".\n";
}

inline std::string distrusted_text(evidence const& run) {
    if (!run.memo.distrusted.empty()) { return run.memo.distrusted + "\n"; }
    for (evidence_row const& row : run.rows) {
        if (row.decode.spread() > 0.1) {
            return text("That the speeds hold: the runs of [", row.id, "] spread by ",
                        percent(row.decode.spread()), ".\n");
        }
    }
    return "That the evaluation questions are like the requests to come: both were written by "
           "the same hand.\n";
}

/// The comparison that is nearest to being decided, and what would decide it.
inline std::string next_text(evidence const& run) {
    if (!run.memo.next.empty()) { return run.memo.next + "\n"; }
    comparison const* best = nullptr;
    auto const clear = [](comparison const& c) {
        return std::fabs(c.difference) / std::max(c.high - c.low, 1e-9);
    };
    for (comparison const& c : run.comparisons) {
        if (!c.distinguishable() && (!best || clear(c) > clear(*best))) { best = &c; }
    }
    if (!best) { return "The same rows with another seed: this run has one.\n"; }
    return text(
        "More items for the comparison that is nearest to a decision, four times as many ",
        "for half the interval: ", comparison_text(*best), ".\n");
}

} // namespace detail

/// decision_memo.md. Every sentence with a number names its row in brackets.
inline std::string decision_memo(evidence const& run) {
    std::string out = "# Decision memo\n\nComputed from `benchmark_results.csv` and "
                      "`evidence.json` by the rules that it states; a name in brackets is a "
                      "row.\n";
    if (run.quick) { out += "Quick run: fewer items and steps than a conclusion needs.\n"; }
    auto const section = [&](char const* title, std::string const& body) {
        out += text("\n## ", title, "\n\n", body);
    };
    section("1. What ships", detail::what_ships_text(run));
    section("2. Which metric mattered most", detail::metric_text(run));
    section("3. Fresh knowledge next week", detail::fresh_text(run));
    section("Prompt, PEFT and RAG apart", detail::apart_text(run));
    std::string limits;
    for (std::string const& limit : run.limits) { limits += "- " + limit + "\n"; }
    section("What this does not show",
            limits.empty() ? "- Nothing was stated; ask for it.\n" : limits);
    section("One measurement trusted", detail::trusted_text(run));
    section("One assumption distrusted", detail::distrusted_text(run));
    section("One next experiment", detail::next_text(run));
    situation priv{
        .facts = answer::yes, .must_delete = answer::yes, .access_per_user = answer::yes};
    priv.recall_at_k = situation_of(run).recall_at_k;
    section(
        "If this moved to private documents tomorrow",
        run.memo.private_documents.empty()
            ? detail::verdict_text(priv, decide(priv)) +
                  "What is new on the ledger: an index, its rights, and longer prompts, whose "
                  "tokens are paid for in KV cache by every user (chapter 6.7).\n"
            : run.memo.private_documents + "\n");
    return out;
}

} // namespace qad

#endif
