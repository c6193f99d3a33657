// SPDX-License-Identifier: MIT
// The pack's pictures as gnuplot scripts with their data inside.
#ifndef QAD_DECIDE_PACK_PLOTS_HPP
#define QAD_DECIDE_PACK_PLOTS_HPP

#include <qad/decide/evidence.hpp>  // evidence
#include <qad/decide/pack_text.hpp> // text
#include <qad/fit/decode.hpp>       // decode_ceiling
#include <qad/fit/kv.hpp>           // kv_bytes

#include <map> // map
#include <set> // set

namespace qad {

/// plots/NAME.svg, drawn by `script`. Without data there is no script, and `missing` says what
/// the run lacks.
struct plot {
    std::string name, script, missing;
};

namespace detail {

/// A name as gnuplot takes it inside double quotes.
inline std::string plot_string(std::string const& name) {
    std::string out = "\"";
    for (char c : name) {
        if (c == '"' || c == '\\' || c == '`' || c == '$') { continue; }
        out += c == '\n' ? ' ' : c;
    }
    return out + "\"";
}

inline std::string plot_head(std::string const& title, char const* x, std::string const& y) {
    return text(
        "set title ", plot_string(title), " noenhanced\nset xlabel \"", x,
        "\" noenhanced\nset ylabel \"", y,
        "\" noenhanced\nset grid lc rgb \"#dddddd\"\nset key outside right noenhanced\n");
}

/// "$d0 << EOD … EOD" for each series, then one plot command over them. One without a title
/// does not stand in the key.
struct series {
    std::string title, lines;
    std::string look = {}; ///< what else tells it apart
};
inline std::string plot_series(std::vector<series> const& list, char const* with) {
    std::string data, command;
    for (std::size_t i = 0; i < list.size(); ++i) {
        data += text("$d", i, " << EOD\n", list[i].lines, "EOD\n");
        command +=
            text(i ? ", " : "plot ", "$d", i, " ", with, list[i].look,
                 list[i].title.empty() ? " notitle" : " title " + plot_string(list[i].title));
    }
    return data + command + "\n";
}

/// Rows that can stand in one picture with the first: of its base model, for no other task.
inline bool beside_the_first(evidence const& run, evidence_row const& row) {
    return row.group == run.rows[0].group && row.task == run.rows[0].task;
}

inline plot quality_plot(evidence const& run) {
    plot p{"quality-memory", "", "no row was judged"};
    std::vector<series> list; // rows may lie on each other, so the key names them
    std::string what;
    for (evidence_row const& row : run.rows) {
        if (row.quality.empty() || !beside_the_first(run, row)) { continue; }
        quality_figure const& q = *judged_by(row);
        double const size = megabytes(row.weight_bytes + row.adapter_bytes).value;
        if (what.empty()) { what = q.metric + " on " + q.set; }
        list.push_back({row.id, text(size, " ", q.value, " ", q.low, " ", q.high, "\n")});
    }
    if (!list.empty()) {
        p.script = plot_head("Quality against memory", "weights and adapter, MB (10^6 bytes)",
                             what + ", 95 % interval") +
                   "set offsets graph 0.1, graph 0.1, graph 0.1, graph 0.1\n" +
                   plot_series(list, "using 1:2:3:4 with yerrorbars");
    }
    return p;
}

inline plot speed_plot(evidence const& run) {
    plot p{"speed-limit", "", "no row was timed"};
    std::string lines;
    for (evidence_row const& row : run.rows) {
        bool const timed = !row.decode.empty() && row.weight_bytes.count > 0;
        if (!timed || !beside_the_first(run, row)) { continue; }
        double const limit =
            row.decode_limit > 0
                ? row.decode_limit
                : decode_ceiling(row.weight_bytes + row.adapter_bytes,
                                 bandwidth(gigabytes(run.machine.read_gb_per_second)));
        lines += text(plot_string(row.id), " ", row.decode.median(), " ", limit, "\n");
    }
    if (!lines.empty()) {
        p.script = plot_head("Decoding: measured, and the limit of reading the weights", "row",
                             "tokens per second") +
                   "set style data histogram\nset style fill solid 0.7\n"
                   "set xtics rotate by -60 noenhanced\nset yrange [0:*]\n" +
                   text("$d << EOD\n", lines,
                        "EOD\nplot $d using 2:xtic(1) title \"measured\", "
                        "$d using 3 title \"limit\"\n");
    }
    return p;
}

inline plot loss_plot(evidence const& run) {
    plot p{"loss", "", "no row was trained"};
    std::vector<series> list;
    for (evidence_row const& row :
         run.rows) { // what was merged or rounded was trained elsewhere
        bool const own = row.training && row.kind != row_kind::lora_quantized;
        if (!own || row.training->curve.empty()) { continue; }
        std::string const colour = text(" lc ", list.size() / 2 + 1);
        series train{row.id, "", colour}, held{"", "", colour + " dt 2"};
        for (loss_point const& at : row.training->curve) {
            train.lines += text(at.step, " ", at.train, "\n");
            if (at.validation) { held.lines += text(at.step, " ", *at.validation, "\n"); }
        }
        if (held.lines.empty()) { held.lines = train.lines; }
        list.push_back(train);
        list.push_back(held);
    }
    if (!list.empty()) {
        p.script = plot_head("Loss while training; dashed: held out", "step",
                             "nats per token, logarithmic") +
                   "set logscale y\n" + plot_series(list, "with lines lw 2");
    }
    return p;
}

inline plot flip_plot(evidence const& run) {
    plot p{"flips", "", "no rounded row has buckets of fact frequency"};
    std::vector<series> list;
    std::string ticks;
    for (evidence_row const& row : run.rows) {
        bool const rounded = row.kind == row_kind::quantized;
        if (row.buckets.empty() || !rounded || !beside_the_first(run, row)) { continue; }
        series one{row.id, ""};
        ticks.clear();
        for (std::size_t i = 0; i < row.buckets.size(); ++i) {
            bucket_figure const& b = row.buckets[i];
            double const share = b.items > 0 ? double(b.flipped) / double(b.items) : 0;
            one.lines += text(i, " ", share, "\n");
            ticks += text(i ? ", " : "", plot_string(b.name), " ", i);
        }
        list.push_back(one);
    }
    if (!list.empty()) {
        p.script = plot_head("Answers that rounding changed",
                             "bucket of fact frequency, 0: told most often",
                             "share of answers that are not the base's") +
                   text("set xtics (", ticks, ")\nset yrange [0:*]\n") +
                   plot_series(list, "with linespoints");
    }
    return p;
}

inline plot staleness_plot(evidence const& run) {
    plot p{"staleness", "", "the facts did not change in this run"};
    std::map<std::string, std::string> arms;
    for (freshness_point const& f : run.freshness) {
        arms[f.arm] += text(f.week, " ", f.now, "\n");
    }
    std::vector<series> list;
    for (auto const& [arm, lines] : arms) { list.push_back({arm, lines}); }
    if (!list.empty()) {
        p.script = plot_head("Facts change", "week", "facts answered as they are now") +
                   "set yrange [0:1.05]\n" + plot_series(list, "with linespoints pt 7");
    }
    return p;
}

inline plot kv_plot(evidence const& run) {
    plot p{"kv-growth", "", "no row, or no context and users of the target"};
    if (run.rows.empty() || run.hardware.context < 1) { return p; }
    std::vector<series> list;
    std::map<std::string, storage> caches;
    for (evidence_row const& row : run.rows) { caches.emplace(row.kv_dtype, row.kv); }
    for (auto const& [name, kv] : caches) {
        series one{text("KV cache (", name, ")"), ""};
        for (int i = 0; i <= 16; ++i) {
            index_t const tokens = run.hardware.context * run.hardware.users * i / 16;
            one.lines +=
                text(tokens, " ", megabytes(kv_bytes(run.shape, tokens, kv)).value, "\n");
        }
        list.push_back(one);
    }
    std::set<index_t> sizes;
    for (evidence_row const& row : run.rows) {
        bool const other = !beside_the_first(run, row);
        if (other || !sizes.insert(row.weight_bytes.count).second) { continue; }
        double const mb = megabytes(row.weight_bytes).value;
        list.push_back(
            {"weights of " + row.id,
             text(0, " ", mb, "\n", run.hardware.context * run.hardware.users, " ", mb, "\n")});
    }
    p.script = plot_head("The cache grows, the weights do not", "cached tokens, all users",
                         "MB (10^6 bytes)") +
               plot_series(list, "with lines lw 2");
    return p;
}

} // namespace detail

/// The six plots of the lab.
inline std::vector<plot> pack_plots(evidence const& run) {
    return {detail::quality_plot(run), detail::speed_plot(run),     detail::loss_plot(run),
            detail::flip_plot(run),    detail::staleness_plot(run), detail::kv_plot(run)};
}

} // namespace qad

#endif
