// SPDX-License-Identifier: MIT
// The pack checker on one row of the comparison table.
#ifndef QAD_DECIDE_CHECK_ROW_HPP
#define QAD_DECIDE_CHECK_ROW_HPP

#include <qad/decide/check_memory.hpp> // unit_mistake
#include <qad/decide/finding.hpp>      // findings
#include <qad/decide/pack_model.hpp>   // pack_model

#include <algorithm> // max_element

namespace qad {

namespace detail {

inline std::string cell(named_cells const& row, std::string const& column) {
    auto const found = row.find(column);
    return found == row.end() ? "" : found->second;
}
inline std::string row_name(named_cells const& row) {
    std::string const id = cell(row, "row");
    return id.empty() ? cell(row, "config") : id;
}
/// Words that tell what kind of row it is, wherever they stand.
inline std::string row_words(named_cells const& row) {
    return cell(row, "kind") + " " + cell(row, "config") + " " + cell(row, "row") + " " +
           cell(row, "scheme") + " " + cell(row, "method");
}
inline bool is_trained(named_cells const& row) {
    return mentions(row_words(row), {"lora", "qlora", "adapter", "fine-tuned", "full"});
}
inline bool is_rounded(named_cells const& row) {
    return !is_trained(row) &&
           mentions(row_words(row), {"int8", "int4", "int3", "nf4", "gptq", "awq", "gguf",
                                     "q4_0", "q8_0", "quantized", "4-bit", "8-bit"});
}
inline bool is_base(named_cells const& row) {
    return !is_trained(row) && !is_rounded(row) &&
           mentions(row_words(row), {"base", "fp16", "bf16", "baseline", "unmodified"});
}
inline bool says_nothing(std::string const& value) {
    return value.empty() || mentions(value, {"n/a", "none", "not", "unknown", "-", "tbd"});
}

/// What a plain or stored format may occupy: the bare codes; codes with scales; and the same
/// with embedding and head left in 16 bits, or in 32 where the cell says so.
struct byte_range {
    double low = 0, high = 0;
};
inline std::vector<byte_range> plausible(pack_model const& model, double bits,
                                         double widest = 16) {
    std::vector<byte_range> list;
    double const scales = bits < 16 ? 1 : 0; // at most a bit a weight
    for (double count : model.counts) {
        list.push_back({count * bits / 8, count * (bits + scales) / 8});
    }
    if (bits < 16 && model.shape && model.shape->nominal == 0) {
        for (double embedding = 16; embedding <= widest; embedding *= 2) {
            auto const spared = [&](double linear) {
                weight_storage const stored{.linear = {linear}, .embedding = {embedding}};
                return double(weight_bytes(*model.shape, stored).total().count);
            };
            list.push_back({spared(bits), spared(bits + scales)});
        }
    }
    return list;
}

/// The first amount of the cell against parameters × bits.
inline void check_weight_cell(named_cells const& row, pack_model const& model,
                              findings& found) {
    std::string const written = cell(row, "weight_memory"), name = row_name(row);
    std::string const what = "weight memory of " + name;
    auto const amounts = amounts_in(written);
    if (amounts.empty()) {
        found.missing("L23", what, "an amount with its unit, such as 16.06 GB (bf16)");
        return;
    }
    auto formats = formats_in(written);
    if (formats.empty()) { formats = formats_in(row_words(row)); }
    if (formats.empty()) {
        found.missing("L48", "dtype of the weights of " + name,
                      "say bf16, int8 or int4 beside the amount");
        formats = {16, 32};
        if (is_rounded(row)) { formats = {8, 4}; }
    }
    if (!model.known()) { return; }
    written_number const& n = amounts.front();
    double const bytes = n.value * unit_bytes(n.unit);
    std::string mistake, sums;
    double const widest = std::max(16.0, *std::max_element(formats.begin(), formats.end()));
    for (double bits : formats) {
        for (byte_range const& range : plausible(model, bits, widest)) {
            if (means(n, range.low) ||
                (bytes >= 0.99 * range.low && bytes <= 1.01 * range.high)) {
                found.ok(
                    "L23", what,
                    text(bits, " bits: ", in_bytes(nearest_bytes(range.low)), " of codes"));
                return;
            }
            if (mistake.empty()) { mistake = unit_mistake(n, range.low); }
            sums += text(sums.empty() ? "" : "; or ", in_bytes(nearest_bytes(range.low)),
                         " in ", bits, " bits");
        }
    }
    found.contradicts(
        "L23", what, mistake.empty() ? text(n.text, " ", n.unit, ", and not ", sums) : mistake);
}

/// What the method touched, from the column or from the weights: a "quantized" row that is as
/// large as the base is none.
inline void check_coverage(named_cells const& row, named_cells const* base,
                           pack_model const& model, findings& found) {
    std::string const what = "coverage of " + row_name(row);
    auto const stated = numbers_in(cell(row, "coverage"));
    bool const percent = cell(row, "coverage").find('%') != std::string::npos;
    double share = stated.empty() ? -1 : stated[0].value / (percent ? 100 : 1);
    double reachable = 1; // of it by methods that leave embedding and head alone
    std::string note;
    auto const mine = amounts_in(cell(row, "weight_memory"));
    auto const full = base ? amounts_in(cell(*base, "weight_memory")) : mine;
    if (!mine.empty() && !full.empty()) {
        double const ratio = mine[0].value * unit_bytes(mine[0].unit) /
                             (full[0].value * unit_bytes(full[0].unit));
        note = text("its weights are ", figure(100 * ratio, 3), " % of the base's");
        if (share < 0 && ratio > 0.9) { share = 0; }
        if (share >= 0.5 && ratio > 0.9) { share = 0; }
    }
    if (model.shape && model.shape->nominal == 0) {
        auto const n = count_parameters(*model.shape);
        reachable = static_cast<double>(n.in_linears()) / static_cast<double>(n.total());
        note +=
            text(note.empty() ? "" : "; ", grouped(n.in_linears()), " of ", grouped(n.total()),
                 " parameters (", figure(100 * reachable, 3), " %) sit in linear layers");
    }
    if (share >= 0 && share < 0.5 && share < 0.95 * reachable) {
        found.contradicts("W19", what, "called quantized, but hardly touched: " + note);
    } else if (share >= 0 && share < 0.5) {
        found.remark("W14", what, "all linear layers, and still little of this model: " + note);
    } else if (share < 0) {
        found.remark("W14", what, "not stated; " + note);
    } else {
        found.ok("W14", what, note);
    }
}

/// Repeats and spread of the timing.
inline void check_timing(named_cells const& row, findings& found) {
    std::string const what = "tokens/s of " + row_name(row);
    auto const speed = numbers_in(cell(row, "tokens_per_sec"));
    if (speed.empty()) {
        found.missing("L16", what);
        return;
    }
    auto const repeats = numbers_in(cell(row, "repeats"));
    std::string const spread = cell(row, "spread");
    double runs = repeats.empty() ? 0 : repeats[0].value;
    for (written_number const& n : numbers_in(spread + " " + cell(row, "tokens_per_sec"))) {
        if (runs == 0 && (n.unit == "runs" || n.unit == "repeats")) { runs = n.value; }
    }
    if (runs == 0) {
        found.missing("L16", what, "say how often it was repeated: at least 3 times");
    } else if (runs < 3) {
        found.contradicts("L16", what, text(runs, " runs; at least 3, after a warm-up"));
    } else if (numbers_in(spread).empty()) {
        found.missing("L16", what, "the spread of its runs");
    } else {
        found.ok("L16", what, text(runs, " runs, spread ", spread));
    }
}

/// A figure with its interval and number of items.
inline void check_quality(named_cells const& row, findings& found) {
    std::string const what = "quality of " + row_name(row);
    auto const value = numbers_in(cell(row, "quality"));
    if (value.empty()) {
        found.missing("L18", what);
        return;
    }
    auto const ends = numbers_in(cell(row, "interval"));
    auto const items = numbers_in(cell(row, "n"));
    if (ends.size() < 2) {
        found.missing("L25", "interval of the " + what, "a 95 % bootstrap interval");
    } else {
        double const v = value.back().value, low = std::min(ends[0].value, ends[1].value),
                     high = std::max(ends[0].value, ends[1].value);
        double const slack =
            0.51 * std::pow(10.0, -std::min(value.back().decimals, ends[0].decimals));
        if (v < low - slack || v > high + slack) {
            found.contradicts("L25", "interval of the " + what,
                              text(v, " lies outside of ", low, " to ", high));
        } else {
            found.ok("L25", "interval of the " + what);
        }
    }
    if (items.empty()) {
        found.missing("L38", "items behind the " + what, "at least 30");
    } else if (items[0].value < 30) {
        found.contradicts("L38", "items behind the " + what,
                          text(items[0].value, ", and 30 to 50 are the least"));
    } else {
        found.ok("L38", "items behind the " + what, items[0].text);
    }
}

} // namespace detail

} // namespace qad

#endif
