// SPDX-License-Identifier: MIT
// A pack as it lies in a folder, ours or a learner's: tables, texts, sets, configuration.
#ifndef QAD_DECIDE_PACK_FILES_HPP
#define QAD_DECIDE_PACK_FILES_HPP

#include <qad/decide/evidence_json.hpp> // read_evidence
#include <qad/decide/tables.hpp>        // csv_cells, markdown_cells, named
#include <qad/decide/yaml.hpp>          // read_yaml_or_json

#include <optional> // optional

namespace qad {

/// What lies in a pack. A file that is not there is an empty text; one that cannot be read as
/// what it claims to be is an entry of `problems`.
struct pack_files {
    std::filesystem::path folder;
    std::string memory_math, memo, readme, table_text;
    std::vector<named_cells> table;
    json config;
    std::optional<evidence> run;
    std::vector<std::string> problems;

    bool has(std::string const& name) const { return std::filesystem::exists(folder / name); }
    std::string read(std::string const& name) const {
        return has(name) ? std::string(mapped_file(folder / name).text()) : std::string();
    }
};

inline pack_files read_pack(std::filesystem::path const& folder) {
    if (!std::filesystem::is_directory(folder)) {
        fail<io_error>(folder.string(), " is no folder; name the folder of an evidence pack");
    }
    pack_files pack;
    pack.folder = folder;
    auto const attempt = [&](auto&& read) {
        try {
            read();
        } catch (error const& problem) { pack.problems.push_back(problem.what()); }
    };
    pack.memory_math = pack.read("memory_math.md");
    pack.memo = pack.read("decision_memo.md");
    pack.readme = pack.read("README.md");
    std::string const csv = pack.read("benchmark_results.csv");
    pack.table_text = csv.empty() ? pack.read("benchmark_results.md") : csv;
    pack.table = named(csv.empty() ? markdown_cells(pack.table_text) : csv_cells(csv));
    for (std::string const name : {"config.yaml", "config.yml", "config.json"}) {
        if (!pack.has(name) || !pack.config.is_null()) { continue; }
        attempt([&] { pack.config = read_yaml_or_json(folder / name); });
    }
    if (pack.has("evidence.json")) {
        attempt([&] { pack.run = read_evidence(folder / "evidence.json"); });
    }
    return pack;
}

} // namespace qad

#endif
