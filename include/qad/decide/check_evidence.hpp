// SPDX-License-Identifier: MIT
// The pack checker on evidence.json: what our own lab wrote is not believed either.
#ifndef QAD_DECIDE_CHECK_EVIDENCE_HPP
#define QAD_DECIDE_CHECK_EVIDENCE_HPP

#include <qad/decide/check_memory.hpp> // nearest_bytes
#include <qad/decide/check_row.hpp>    // cell
#include <qad/decide/finding.hpp>      // findings
#include <qad/decide/graded.hpp>       // read_items
#include <qad/decide/hash.hpp>         // hash_of_file
#include <qad/decide/pack_model.hpp>   // targets_of
#include <qad/decide/pack_table.hpp>   // table_cells

namespace qad {

namespace detail {

inline void check_peak(memory_facts const& memory, std::string const& what, findings& found) {
    auto const predicted = memory.predicted_total();
    if (memory.peak.count == 0 || predicted.count == 0) {
        found.missing("L17", what, "predicted lines and a measured peak");
        return;
    }
    double const off = double(memory.peak.count) / double(predicted.count) - 1;
    if (std::fabs(off) > 0.05 && memory.why.empty()) {
        found.contradicts("L17", what,
                          text("measured ", in_bytes(memory.peak), ", predicted ",
                               in_bytes(predicted), ": ", percent(off),
                               " apart and not explained"));
    } else {
        found.ok("L17", what, text(percent(off), " from the predicted sum"));
    }
}

inline void check_sums(evidence const& run, evidence_row const& row, findings& found) {
    auto const sum = weight_bytes(run.shape, row.stored).total();
    bool const near =
        std::fabs(double(sum.count - row.weight_bytes.count)) <= 0.01 * double(sum.count);
    found.add("L52", "weights of [" + row.id + "]", near ? outcome::ok : outcome::contradicts,
              text(in_bytes(sum), " by its storage",
                   near ? "" : ", not " + in_bytes(row.weight_bytes)));
    auto const kv = kv_bytes(run.shape, 1, row.kv);
    found.add("L13", "KV cache of [" + row.id + "]",
              kv == row.kv_bytes_per_token ? outcome::ok : outcome::contradicts,
              text(grouped(kv.count), " B per token",
                   kv == row.kv_bytes_per_token
                       ? ""
                       : ", not " + grouped(row.kv_bytes_per_token.count)));
    check_peak(row.memory, "memory of [" + row.id + "]", found);
    if (row.training) {
        check_peak(row.training->memory, "memory of training [" + row.id + "]", found);
    }
}

inline void check_timings(evidence_row const& row, findings& found) {
    for (auto const& [what, t] :
         {std::pair("decode", &row.decode), std::pair("prefill", &row.prefill),
          std::pair("first token", &row.first_token)}) {
        if (t->empty()) { continue; }
        bool const enough = t->runs.size() >= 3 && t->warm_up >= 1;
        if (!enough) {
            found.contradicts("L16", text(what, " of [", row.id, "]"),
                              text(t->runs.size(), " runs after ", t->warm_up,
                                   " warm-up; 3 after 1 are the least"));
        }
    }
}

inline void check_figures(evidence const& run, evidence_row const& row, findings& found) {
    for (quality_figure const& q : row.quality) {
        std::string const what = text(q.metric, " of [", row.id, "]");
        data_facts const* set = nullptr;
        for (data_facts const& one : run.evals) {
            if (one.name == q.set) { set = &one; }
        }
        if (!set || set->hash != q.hash) {
            found.contradicts(
                "L22", what,
                text("asked the set ", q.set, " of hash ", q.hash, ", which is ",
                     set ? "now " + set->hash : std::string("not among the eval sets")));
        }
        if (!(q.low <= q.value && q.value <= q.high)) {
            found.contradicts("L25", what,
                              text(score_text(q.value), " outside of its interval ",
                                   score_text(q.low), " to ", score_text(q.high)));
        }
        if (set && q.items > set->items) {
            found.contradicts("L38", what, text(q.items, " items of a set of ", set->items));
        }
    }
}

inline void check_training(evidence const& run, evidence_row const& row, findings& found) {
    if (!row.training) { return; }
    training_facts const& t = *row.training;
    auto const targets = targets_of(t.targets);
    index_t expected = t.method == "full" ? parameters(run.shape) : 0;
    if (t.rank > 0 && targets) { expected = lora_parameters(run.shape, t.rank, *targets); }
    if (expected > 0) {
        found.add("L31", "trainable parameters of [" + row.id + "]",
                  expected == t.trainable ? outcome::ok : outcome::contradicts,
                  text(grouped(expected),
                       expected == t.trainable ? "" : ", not " + grouped(t.trainable)));
    }
    found.want(!t.memory.predicted.empty(), "L32", "ledger of [" + row.id + "]",
               "its lines, each with its dtype");
    found.want(!t.feasible.empty(), "L54", "why [" + row.id + "] was trained this way");
    for (data_facts const& set : run.trains) {
        if (set.name == t.set && set.items < 50) {
            found.contradicts("L26", "training examples of [" + row.id + "]",
                              text(set.items, "; at least 50"));
        }
    }
}

/// items/ROW.jsonl: as many answers as the figure says, and their mean is the figure.
inline void check_items(pack_files const& pack, evidence_row const& row, findings& found) {
    if (row.items.empty() || row.quality.empty()) { return; }
    std::string const what = "answers of [" + row.id + "]";
    if (!pack.has(row.items)) {
        found.missing("L45", what, row.items);
        return;
    }
    quality_figure const& q = *judged_by(row);
    try {
        auto const items = read_items(pack.folder / row.items);
        double sum = 0;
        for (graded const& g : items) { sum += g.score; }
        double const mean = items.empty() ? 0 : sum / double(items.size());
        bool const averages = mentions(q.metric, {"exact", "recall", "accuracy", "rouge-l"});
        if (static_cast<index_t>(items.size()) != q.items) {
            found.contradicts("L45", what,
                              text(items.size(), " answers, and the figure says ", q.items));
        } else if (averages && std::fabs(mean - q.value) > 0.0006) {
            found.contradicts(
                "L45", what,
                text("their mean is ", score_text(mean), ", not ", score_text(q.value)));
        } else {
            found.ok("L45", what, text(items.size(), " answers, mean ", score_text(mean)));
        }
    } catch (error const& problem) { found.contradicts("L45", what, problem.what()); }
}

} // namespace detail

/// What evidence.json says of itself, and whether the table says the same.
inline void check_evidence(pack_files const& pack, findings& found) {
    if (!pack.run) { return; }
    evidence const& run = *pack.run;
    if (run.shared_examples > 0) {
        found.contradicts("B16", "no eval question in training",
                          text(run.shared_examples, " are, says the run"));
    }
    for (data_facts const& set : run.evals) {
        if (!set.file.empty() && pack.has(set.file) &&
            hash_of_file(pack.folder / set.file) != set.hash) {
            found.contradicts("L22", "the eval set " + set.name,
                              text(set.file, " has the hash ",
                                   hash_of_file(pack.folder / set.file), ", not ", set.hash));
        }
    }
    for (evidence_row const& row : run.rows) {
        detail::check_sums(run, row, found);
        detail::check_timings(row, found);
        detail::check_figures(run, row, found);
        detail::check_training(run, row, found);
        detail::check_items(pack, row, found);
        bool listed = false; // the same cells in the table
        for (named_cells const& cells : pack.table) {
            if (detail::cell(cells, "row") != row.id) { continue; }
            listed = true;
            auto const expected = table_cells(run, row);
            for (std::size_t i = 0; i < expected.size(); ++i) {
                auto const found_cell = cells.find(table_columns()[i]);
                if (found_cell == cells.end() || found_cell->second == trimmed(expected[i])) {
                    continue;
                }
                found.contradicts("L53", text(table_columns()[i], " of [", row.id, "]"),
                                  text("the table says ", found_cell->second,
                                       ", evidence.json ", expected[i]));
            }
        }
        found.want(listed, "L43", "[" + row.id + "] in the table");
    }
    for (comparison const& c : run.comparisons) {
        bool const named = run.row(c.a) && run.row(c.b),
                   ordered = c.low <= c.difference && c.difference <= c.high;
        if (!named || !ordered) {
            found.contradicts("L61", text("comparison of [", c.a, "] and [", c.b, "]"),
                              named ? "the difference lies outside of its interval"
                                    : "there is no such row");
        }
    }
    for (contrast const& c : run.contrasts) {
        bool any = c.figures.empty();
        for (comparison const& f : c.figures) { any = any || f.distinguishable(); }
        if (c.verdict == contrast_verdict::shown && !any) {
            found.contradicts("L61", text("contrast ", c.id),
                              "said to be shown, and no interval of it excludes zero");
        }
    }
}

} // namespace qad

#endif
