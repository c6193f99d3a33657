// SPDX-License-Identifier: MIT
// Tables that people wrote, as CSV or Markdown, with the columns under the names of the lab.
#ifndef QAD_DECIDE_TABLES_HPP
#define QAD_DECIDE_TABLES_HPP

#include <qad/decide/amounts.hpp> // lower, numbers_in

#include <map>     // map
#include <utility> // exchange

namespace qad {

/// Lines of a text, without their ends.
inline std::vector<std::string> lines_in(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r')) { line.remove_suffix(1); }
        lines.emplace_back(line);
    }
    return lines;
}

/// A table's cells by the name of their column; names in lower case with _ between words.
using named_cells = std::map<std::string, std::string>;

inline std::string trimmed(std::string_view cell) {
    auto const begin = cell.find_first_not_of(" \t*`");
    if (begin == cell.npos) { return ""; }
    return std::string(cell.substr(begin, cell.find_last_not_of(" \t*`") - begin + 1));
}

/// The columns that the lab knows, under the names that people give them.
inline std::string column_name(std::string_view written) {
    std::string name;
    for (char c : lower(written)) {
        bool const word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (word) {
            name += c;
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
    }
    while (name.ends_with('_')) { name.pop_back(); }
    static std::map<std::string, std::string> const same = {
        {"configuration", "config"},
        {"variant", "config"},
        {"model", "config"},
        {"weights", "weight_memory"},
        {"memory", "weight_memory"},
        {"weight_memory_gb", "weight_memory"},
        {"weight_memory_gib", "weight_memory"},
        {"kv", "kv_note"},
        {"kv_cache", "kv_note"},
        {"kv_cache_note", "kv_note"},
        {"tokens_s", "tokens_per_sec"},
        {"tok_s", "tokens_per_sec"},
        {"tokens_sec", "tokens_per_sec"},
        {"tokens_per_second", "tokens_per_sec"},
        {"quality_score", "quality"},
        {"score", "quality"},
        {"accuracy", "quality"},
        {"training", "training_cost"},
        {"items", "n"},
        {"eval_items", "n"},
        {"ci", "interval"},
        {"95_ci", "interval"},
        {"confidence_interval", "interval"},
        {"eval_hash", "hash"},
        {"eval_set_hash", "hash"},
        {"eval_set", "hash"},
        {"runs", "repeats"},
        {"id", "row"}};
    auto const found = same.find(name);
    return found == same.end() ? name : found->second;
}

inline std::vector<std::vector<std::string>> csv_cells(std::string_view text) {
    std::vector<std::vector<std::string>> rows(1);
    std::string cell;
    bool quoted = false;
    auto const end_row = [&] {
        rows.back().push_back(std::exchange(cell, ""));
        bool const empty = rows.back().size() == 1 && rows.back()[0].empty();
        if (empty) {
            rows.back().clear();
        } else {
            rows.emplace_back();
        }
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            cell += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            cell += c;
        } else if (c == ',') {
            rows.back().push_back(std::exchange(cell, ""));
        } else if (c == '\n') {
            end_row();
        } else if (c != '\r') {
            cell += c;
        }
    }
    end_row();
    if (rows.back().empty()) { rows.pop_back(); }
    return rows;
}

/// The cells of the first Markdown table with a column called config.
inline std::vector<std::vector<std::string>> markdown_cells(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    for (std::string const& line : lines_in(text)) {
        if (!trimmed(line).starts_with('|')) {
            if (!rows.empty()) { return rows; }
            continue;
        }
        std::vector<std::string> cells;
        std::string cell;
        std::string const inner = trimmed(line).substr(1);
        for (std::size_t i = 0; i < inner.size(); ++i) {
            if (inner[i] == '\\' && i + 1 < inner.size()) {
                cell += inner[++i];
            } else if (inner[i] == '|') {
                cells.push_back(trimmed(std::exchange(cell, "")));
            } else {
                cell += inner[i];
            }
        }
        if (!trimmed(cell).empty()) { cells.push_back(trimmed(cell)); }
        bool const rule = line.find_first_not_of("|-: \t") == line.npos;
        bool const head = rows.empty();
        bool config = false;
        for (auto const& name : cells) { config = config || column_name(name) == "config"; }
        if (!rule && (!head || config)) { rows.push_back(cells); }
    }
    return rows;
}

inline std::vector<named_cells> named(std::vector<std::vector<std::string>> const& rows) {
    std::vector<named_cells> list;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        named_cells cells;
        for (std::size_t j = 0; j < std::min(rows[0].size(), rows[i].size()); ++j) {
            std::string const written = lower(rows[0][j]);
            std::string value = trimmed(rows[i][j]);
            bool const bare =
                !value.empty() && numbers_in(value).size() == 1 && amounts_in(value).empty();
            if (bare && written.find("gib") != written.npos) {
                value += " GiB";
            } else if (bare && written.find("gb") != written.npos) {
                value += " GB";
            }
            cells[column_name(rows[0][j])] = value;
        }
        list.push_back(cells);
    }
    return list;
}

} // namespace qad

#endif
