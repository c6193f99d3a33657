// SPDX-License-Identifier: MIT
// The comparison table of the lab: benchmark_results.csv, and the same for people.
#ifndef QAD_DECIDE_PACK_TABLE_HPP
#define QAD_DECIDE_PACK_TABLE_HPP

#include <qad/decide/evidence.hpp>  // evidence
#include <qad/decide/pack_text.hpp> // table_line, csv_line, score_text

namespace qad {

/// The columns: the seven that the assignment asks for, then spread, n, interval and hash, then
/// what else a reader wants to recompute.
inline std::vector<std::string> const& table_columns() {
    static std::vector<std::string> const columns = {"config",
                                                     "weight_memory",
                                                     "kv_note",
                                                     "tokens_per_sec",
                                                     "quality",
                                                     "training_cost",
                                                     "recommendation",
                                                     "spread",
                                                     "n",
                                                     "interval",
                                                     "hash",
                                                     "row",
                                                     "kind",
                                                     "scheme",
                                                     "method",
                                                     "bits_per_weight",
                                                     "coverage",
                                                     "peak_memory",
                                                     "repeats",
                                                     "prefill_per_sec",
                                                     "first_token_s",
                                                     "seed"};
    return columns;
}
inline constexpr std::size_t columns_for_people = 12; ///< the first ones stand in the .md too

namespace detail {

inline std::string training_cost(evidence_row const& row) {
    if (!row.training) { return "N/A"; }
    training_facts const& t = *row.training;
    return text(t.method, t.rank > 0 ? text(" r=", t.rank) : "", ": ", grouped(t.trainable),
                " trained parameters, ", t.steps, " steps, ", figure(t.seconds, 3), " s");
}

inline std::string weight_cell(evidence_row const& row) {
    std::string cell = text(in_short(row.weight_bytes), " (", row.weight_dtype, ")");
    if (row.adapter_bytes.count > 0) {
        cell += text(" + ", in_short(row.adapter_bytes), " adapter (", row.adapter_dtype, ")");
    }
    return cell;
}

constexpr std::string_view kind_names[] = {"base",      "quantized",      "prompt",
                                           "retrieval", "lora",           "qlora",
                                           "full",      "lora_quantized", "lora_and_retrieval"};

} // namespace detail

/// The cells of one row, in the order of the columns.
inline std::vector<std::string> table_cells(evidence const& run, evidence_row const& row) {
    bool const judged = !row.quality.empty();
    quality_figure const q = judged ? *judged_by(row) : quality_figure{};
    auto const runs = [](timing const& t) {
        return t.empty() ? std::string("not timed") : figure(t.median());
    };
    return {
        row.config,
        detail::weight_cell(row),
        text(grouped(row.kv_bytes_per_token.count), " B per token (", row.kv_dtype, ")"),
        runs(row.decode),
        judged ? text(q.metric, " ", score_text(q.value), q.set.empty() ? "" : " on ", q.set)
               : "not judged",
        detail::training_cost(row),
        row.recommendation,
        row.decode.empty() ? "" : percent(row.decode.spread()),
        judged ? std::to_string(q.items) : "",
        judged ? text(score_text(q.low), " to ", score_text(q.high)) : "",
        q.hash,
        row.id,
        std::string(detail::kind_names[static_cast<std::size_t>(row.kind)]),
        row.scheme,
        row.method,
        figure(row.bits_per_weight(parameters(run.shape))),
        percent(row.coverage),
        in_short(row.memory.peak),
        std::to_string(row.decode.runs.size()),
        runs(row.prefill),
        runs(row.first_token),
        std::to_string(row.seed),
    };
}

/// benchmark_results.csv
inline std::string benchmark_csv(evidence const& run) {
    std::string out = csv_line(table_columns());
    for (evidence_row const& row : run.rows) { out += csv_line(table_cells(run, row)); }
    return out;
}

/// "0.000 − 0.996 = −0.996, 95 % from −1.000 to −0.988, 250 items: distinguishable"
inline std::string comparison_text(comparison const& c) {
    return text(c.metric, " on ", c.set, ", [", c.a, "] − [", c.b,
                "] = ", score_text(c.difference), ", 95 % interval ", score_text(c.low), " to ",
                score_text(c.high), ", ", c.items,
                " items: ", c.distinguishable() ? "distinguishable" : "not distinguishable");
}

/// benchmark_results.md: the table, every other figure of quality, the paired comparisons, the
/// contrasts, the limits of the machine, and what was left out.
inline std::string benchmark_md(evidence const& run) {
    std::string out = "# Benchmark results\n\n";
    if (run.quick) { out += "Quick run: fewer items and steps than a conclusion needs.\n\n"; }
    machine_facts const& m = run.machine;
    out += text("Measured on ", m.processor, " (", m.isa, ", ", m.cores, " cores, ",
                in_gb(m.memory), "): reads ", figure(m.read_gb_per_second, 3),
                " GB/s, fp32 matrix products ", figure(m.sgemm_gflops, 3), " GFLOP/s.\n");
    for (data_facts const& set : run.evals) {
        out += text("Eval set ", set.name, ": ", set.file, ", ", set.items, " items, hash ",
                    set.hash, ".\n");
    }
    out += "\nTokens per second are the median of repeated decoding after a warm-up; spread is "
           "(fastest − slowest) / median; the interval is a 95 % bootstrap interval.\n\n";
    auto columns = table_columns();
    columns.resize(columns_for_people);
    out += table_head(columns);
    for (evidence_row const& row : run.rows) {
        auto cells = table_cells(run, row);
        cells.resize(columns_for_people);
        out += table_line(cells);
    }

    out += "\n## All figures of quality\n\n" +
           table_head({"row", "metric", "set", "value", "interval", "n", "hash"});
    for (evidence_row const& row : run.rows) {
        for (quality_figure const& q : row.quality) {
            out += table_line({row.id, q.metric, q.set, score_text(q.value),
                               text(score_text(q.low), " to ", score_text(q.high)),
                               std::to_string(q.items), q.hash});
        }
    }
    out += "\n## Memory and speed\n\n" +
           table_head({"row", "coverage", "bits per weight", "peak memory", "prefill tokens/s",
                       "first token s", "repeats"});
    for (evidence_row const& row : run.rows) {
        auto const cells = table_cells(run, row);
        out += table_line(
            {row.id, cells[16], cells[15], cells[17], cells[19], cells[20], cells[18]});
    }
    out += "\n## Paired comparisons\n\n";
    for (comparison const& c : run.comparisons) { out += "- " + comparison_text(c) + "\n"; }

    out += "\n## Contrasts\n";
    for (contrast const& c : run.contrasts) {
        out += text("\n", c.id, ". ", c.text, " **",
                    c.verdict == contrast_verdict::shown       ? "Shown"
                    : c.verdict == contrast_verdict::not_shown ? "Not shown"
                                                               : "Not judged",
                    "**", c.firm ? "" : " (not expected to be firm)",
                    c.note.empty() ? "" : "; " + c.note, "\n");
        for (comparison const& f : c.figures) { out += "   - " + comparison_text(f) + "\n"; }
    }
    if (!run.omitted.empty()) { out += "\n## Rows that were left out\n\n"; }
    for (left_out const& o : run.omitted) { out += "- " + o.config + ": " + o.why + "\n"; }
    return out;
}

} // namespace qad

#endif
