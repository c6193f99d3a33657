// SPDX-License-Identifier: MIT
// The pack checker on the comparison table: units, dtypes, repeats, one eval set, coverage.
#ifndef QAD_DECIDE_CHECK_TABLE_HPP
#define QAD_DECIDE_CHECK_TABLE_HPP

#include <qad/decide/check_row.hpp>  // check_weight_cell and the like
#include <qad/decide/finding.hpp>    // findings
#include <qad/decide/pack_model.hpp> // pack_model

namespace qad {

/// L15-L18 L22-L25 L29 L33 L38 L43 L48-L51 W14 W19: the comparison table.
inline void check_table(pack_files const& pack, pack_model const& model, findings& found) {
    found.want(!pack.table.empty(), "L43", "benchmark_results.csv or .md");
    if (pack.table.empty()) { return; }
    std::string absent;
    for (char const* column : {"config", "weight_memory", "kv_note", "tokens_per_sec",
                               "quality", "training_cost", "recommendation"}) {
        if (!pack.table[0].contains(column)) {
            absent += text(absent.empty() ? "" : ", ", column);
        }
    }
    found.want(absent.empty(), "L48", "the seven columns", "no column " + absent);

    named_cells const *base = nullptr, *rounded = nullptr, *trained = nullptr;
    for (named_cells const& row : pack.table) {
        if (!base && detail::is_base(row)) { base = &row; }
        if (!rounded && detail::is_rounded(row)) { rounded = &row; }
        if (!trained && detail::is_trained(row)) { trained = &row; }
    }
    found.want(base, "L49", "a row of the base model in 16 bits");
    found.want(rounded, "L50", "a quantized row");
    found.want(trained, "L51", "a LoRA or QLoRA row");
    if (trained && base) {
        bool const both = !numbers_in(detail::cell(*trained, "quality")).empty() &&
                          !numbers_in(detail::cell(*base, "quality")).empty();
        found.want(both, "L33", "quality before and after training");
    }

    std::map<std::string, std::string> hash; // by metric and set
    bool hashed = true, same = true;
    for (named_cells const& row : pack.table) {
        detail::check_weight_cell(row, model, found);
        if (detail::is_rounded(row)) { detail::check_coverage(row, base, model, found); }
        detail::check_timing(row, found);
        detail::check_quality(row, found);
        std::string const cost = detail::cell(row, "training_cost");
        if (detail::is_trained(row) && detail::says_nothing(cost)) {
            found.missing("L30", "training cost of " + detail::row_name(row));
        } else if (!detail::is_trained(row) && !detail::says_nothing(cost)) {
            found.contradicts("L49", "training cost of " + detail::row_name(row),
                              "was not trained, so N/A, not " + cost);
        }
        std::string const own = detail::cell(row, "hash"),
                          figure = detail::cell(row, "quality");
        // "exact 0.996 on format B": rows that name another set answered other questions.
        std::string const set = figure.substr(std::min(figure.find(" on "), figure.size()));
        std::string& first = hash[figure.substr(0, figure.find_first_of("0123456789")) + set];
        hashed = hashed && !own.empty();
        if (first.empty()) { first = own; }
        if (!own.empty() && own != first) {
            same = false;
            found.contradicts("L22", "the eval set of " + detail::row_name(row),
                              own + ", and " + first +
                                  " in an earlier row: not the same questions");
        }
    }
    found.want(hashed, "L22", "the hash of the eval set in every row");
    if (hashed && same) { found.ok("L29", "one eval set, one hash, in all rows"); }

    // One dtype rule: a row whose weights are the base's must count them as the base does.
    auto const of_base =
        base ? amounts_in(detail::cell(*base, "weight_memory")) : std::vector<written_number>();
    for (named_cells const& row : pack.table) {
        auto const mine = amounts_in(detail::cell(row, "weight_memory"));
        bool const adapted =
            detail::is_trained(row) && !mentions(detail::row_words(row), {"qlora"});
        if (!adapted || mine.empty() || of_base.empty()) { continue; }
        double const ratio = mine[0].value * unit_bytes(mine[0].unit) /
                             (of_base[0].value * unit_bytes(of_base[0].unit));
        if (ratio > 1.8 && ratio < 2.2) {
            found.contradicts("L32", "dtype rule of " + detail::row_name(row),
                              text("its weights are ", figure(ratio, 4), " times the base's, ",
                                   "which only 4 bytes instead of 2 a parameter explain: ",
                                   "compare in one dtype"));
        }
    }
}

} // namespace qad

#endif
