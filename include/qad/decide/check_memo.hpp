// SPDX-License-Identifier: MIT
// The pack checker on decision_memo.md: every claim has a row, and the row says so.
#ifndef QAD_DECIDE_CHECK_MEMO_HPP
#define QAD_DECIDE_CHECK_MEMO_HPP

#include <qad/decide/check_row.hpp>  // cell, row_name
#include <qad/decide/finding.hpp>    // findings
#include <qad/decide/pack_files.hpp> // pack_files
#include <qad/decide/sentences.hpp>  // sentences_in, section_of, claimed_numbers

namespace qad {

namespace detail {

/// The rows that a sentence names, in its order: those in brackets where there are any, since
/// then "base" and "prompt" are words like others.
inline std::vector<named_cells const*> rows_named(pack_files const& pack,
                                                  std::string const& sentence) {
    std::vector<std::pair<std::size_t, named_cells const*>> found;
    std::string const all = lower(sentence);
    for (named_cells const& row : pack.table) {
        auto const at = all.find("[" + lower(cell(row, "row")) + "]");
        if (at != all.npos) { found.emplace_back(at, &row); }
    }
    bool const in_words = found.empty();
    for (named_cells const& row : pack.table) {
        for (std::string const& name : {cell(row, "row"), cell(row, "config")}) {
            if (!in_words || name.empty() || !mentions(all, {lower(name)})) { continue; }
            found.emplace_back(all.find(lower(name)), &row);
            break;
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<named_cells const*> rows;
    for (auto const& [at, row] : found) { rows.push_back(row); }
    return rows;
}

/// All numbers that the named rows may be quoted with.
inline std::vector<double> known_numbers(pack_files const& pack,
                                         std::vector<named_cells const*> const& rows) {
    std::vector<double> known, values;
    for (named_cells const* row : rows) {
        for (auto const& [column, value] : *row) {
            for (written_number const& n : numbers_in(value)) {
                double const unit = unit_bytes(n.unit);
                known.push_back(unit > 0 ? n.value * unit : n.value);
            }
        }
        auto const figure = numbers_in(cell(*row, "quality"));
        if (!figure.empty()) { values.push_back(figure.back().value); }
    }
    for (double a : values) {
        for (double b : values) { known.push_back(std::fabs(a - b)); }
    }
    for (comparison const& c : pack.run ? pack.run->comparisons : std::vector<comparison>()) {
        bool named = false;
        for (auto const* row : rows) {
            named = named || cell(*row, "row") == c.a || cell(*row, "row") == c.b;
        }
        if (named) {
            known.insert(known.end(), {c.difference, c.low, c.high, double(c.items),
                                       -c.difference, -c.low, -c.high});
        }
    }
    return known;
}

/// "a is better than b", when the interval of a − b contains zero, or says the opposite.
inline void check_difference(pack_files const& pack, std::string const& sentence,
                             std::vector<named_cells const*> const& rows, findings& found) {
    bool const up = mentions(sentence, {"better", "beats", "improves", "improved", "higher",
                                        "outperforms", "wins", "gains"});
    bool const down = mentions(sentence, {"worse", "loses", "lower", "hurts"});
    if ((!up && !down) || rows.size() < 2 ||
        mentions(sentence, {"not distinguishable", "perplexity", "kl"})) {
        return;
    }
    named_cells const &a = *rows[0], &b = *rows[1];
    std::string const what = text("claim on [", row_name(a), "] and [", row_name(b), "]");
    if (pack.run) {
        bool compared = false, differs = false;
        for (comparison const& c : pack.run->comparisons) {
            bool const one = c.a == cell(a, "row") && c.b == cell(b, "row");
            bool const other = c.b == cell(a, "row") && c.a == cell(b, "row");
            compared = compared || one || other;
            differs = differs || ((one || other) && c.distinguishable());
        }
        if (compared && !differs) {
            found.contradicts(
                "L61", what,
                "the interval of their difference contains zero: not distinguishable");
        } else if (!compared) {
            found.contradicts("L61", what, "they were never compared on the same items");
        } else {
            found.ok("L61", what);
        }
        return;
    }
    auto const x = numbers_in(cell(a, "quality")), y = numbers_in(cell(b, "quality"));
    auto const i = numbers_in(cell(a, "interval")), j = numbers_in(cell(b, "interval"));
    if (x.empty() || y.empty() || i.size() < 2 || j.size() < 2) { return; }
    bool const apart = i[0].value > j[1].value || j[0].value > i[1].value;
    double const p = x.back().value, q = y.back().value;
    bool const inside =
        p >= j[0].value && p <= j[1].value && q >= i[0].value && q <= i[1].value;
    if (inside) {
        found.contradicts("L61", what,
                          "each value lies in the other's interval: not distinguishable");
    } else if (!apart) {
        found.remark("L61", what, "the intervals overlap: compare them on the same items");
    } else {
        found.ok("L61", what);
    }
}

inline void check_claims(pack_files const& pack, findings& found) {
    bool right = true;
    for (std::string const& sentence : sentences_in(pack.memo)) {
        auto const rows = rows_named(pack, sentence);
        auto const numbers = claimed_numbers(sentence);
        bool arm = false;
        for (freshness_point const& p :
             pack.run ? pack.run->freshness : std::vector<freshness_point>()) {
            arm = arm || sentence.find("[" + p.arm + "]") != sentence.npos;
        }
        std::string const shown =
            text("\"", sentence.substr(0, 90), sentence.size() > 90 ? "…\"" : "\"");
        if (!numbers.empty() && rows.empty() && !arm) {
            right = false;
            found.contradicts("L53", "a number without its row", shown);
        }
        check_difference(pack, sentence, rows, found);
        auto const known = known_numbers(pack, rows);
        for (written_number const& n : numbers) {
            double const unit = unit_bytes(n.unit) > 0 ? unit_bytes(n.unit) : 1;
            if (rows.empty() || arm || (n.decimals < 2 && unit == 1) || n.unit == "s" ||
                sentence.substr(n.end).starts_with(" ×")) {
                continue;
            }
            bool said = false;
            for (double k : known) {
                said = said || std::fabs(n.value * unit - k) <=
                                   std::max(0.01 * std::fabs(k),
                                            0.51 * std::pow(10., -n.decimals) * unit);
            }
            if (said) { continue; }
            right = false;
            found.contradicts(
                "L53", text("\"", n.text, n.unit.empty() ? "" : " ", n.unit, "\" in the memo"),
                "the rows that it names do not say so: " + shown);
        }
    }
    if (right) { found.ok("L53", "every number of the memo has a row that says so"); }
}

} // namespace detail

/// L10 L34-L37 L47 L53 L55 L56 L61 L62 R05 W13: the memo and the README.
inline void check_memo(pack_files const& pack, findings& found) {
    std::string const& memo = pack.memo;
    found.want(!memo.empty(), "L34", "decision_memo.md");
    found.want(!pack.readme.empty(), "L47", "README.md");
    if (!pack.readme.empty()) {
        for (std::string const word : {"setup", "hardware", "results", "conclusion"}) {
            found.want(mentions(pack.readme, {word}), "L47", "README: " + word);
        }
    }
    found.want(mentions(pack.readme + memo, {"when to use"}), "L56",
               "\"when to use which\" in plain words");
    if (memo.empty()) { return; }
    found.want(
        mentions(memo, {"ship", "ships"}) &&
            mentions(memo, {"base", "quantized", "lora", "qlora", "retrieval", "prompt"}),
        "L35", "what ships");
    std::string metric = section_of(memo, {"metric"});
    for (std::string const& s : sentences_in(memo)) {
        metric += mentions(s, {"metric", "mattered"}) ? s : "";
    }
    found.want(mentions(metric, {"quality", "latency", "memory", "cost"}), "L36",
               "the metric that mattered most: quality, latency, memory or cost");
    std::string fresh = section_of(memo, {"fresh", "next week"});
    for (std::string const& s : sentences_in(memo)) {
        fresh += mentions(s, {"fresh", "next week"}) ? s : "";
    }
    found.want(
        mentions(fresh, {"rag", "retrieval", "fine-tune", "fine-tuning", "lora", "retrain"}),
        "L37", "fresh private knowledge next week: train again, or retrieve?");
    auto const reasoned = [&](std::string const& what, auto... words) {
        bool said = !section_of(memo, {words...}).empty();
        for (std::string const& s : sentences_in(memo)) {
            said = said || (mentions(s, {words...}) &&
                            mentions(s, {"because", "when", "since", "if", "so", "for"}));
        }
        found.want(said, "L55", what + ", with a reason of its own");
    };
    reasoned("prompt", "prompt", "prompting");
    reasoned("PEFT", "peft", "lora", "qlora", "adapter");
    reasoned("RAG", "rag", "retrieval");
    found.want(!detail::says_nothing(
                   section_of(memo, {"not show", "limits", "limitations"}).substr(0, 12)) ||
                   mentions(memo + pack.readme, {"does not show", "does not replace"}),
               "W13", "what this does not show");
    found.want(mentions(memo + pack.readme, {"trusted", "trust"}), "R05",
               "one measurement trusted");
    found.want(mentions(memo + pack.readme, {"distrusted", "distrust"}), "R05",
               "one assumption distrusted");
    found.want(mentions(memo + pack.readme, {"next experiment"}), "R05", "one next experiment");
    if (!mentions(memo + pack.readme, {"private documents", "private docs"})) {
        found.remark("L62", "if this moved to private documents tomorrow", "optional");
    }
    for (char const* word :
         {"impressive", "amazing", "excellent", "outstanding", "blazing", "incredible"}) {
        if (mentions(memo, {word})) {
            found.remark("L10", "praise", text("\"", word, "\": say the number instead"));
        }
    }
    detail::check_claims(pack, found);
}

} // namespace qad

#endif
