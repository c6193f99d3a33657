// SPDX-License-Identifier: MIT
// Chapter 6.5, "Apply now: exercises" — chapters/6-decide/README.md#s6-5
#ifndef QAD_DECIDE_PACK_HPP
#define QAD_DECIDE_PACK_HPP

#include <qad/decide/evidence_json.hpp> // write_evidence
#include <qad/decide/pack_memo.hpp>     // decision_memo
#include <qad/decide/pack_memory.hpp>   // memory_math
#include <qad/decide/pack_plots.hpp>    // pack_plots
#include <qad/decide/pack_readme.hpp>   // pack_readme, pack_config
#include <qad/decide/pack_table.hpp>    // benchmark_csv, benchmark_md

#include <cstdio>  // popen
#include <cstdlib> // getenv

namespace qad {

/// Is there a gnuplot on the path?
inline bool has_gnuplot() {
    char const* const path = std::getenv("PATH");
    for (std::string_view rest = path ? path : ""; !rest.empty();) {
        std::string_view const folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        std::error_code ignored;
        if (std::filesystem::is_regular_file(std::filesystem::path(folder) / "gnuplot",
                                             ignored)) {
            return true;
        }
    }
    return false;
}

/// Draws one script into an SVG file by calling gnuplot; false when it did not.
inline bool draw(plot const& p, std::filesystem::path const& svg) {
    std::string quoted;
    for (char c : svg.string() + ".part") {
        quoted += c == '\'' ? std::string("''") : std::string(1, c);
    }
    std::string const script =
        text("set terminal svg size 860,480 background rgb \"white\"\nset output '", quoted,
             "'\n", p.script, "unset output\n");
    std::FILE* const gnuplot = ::popen("gnuplot 2>/dev/null", "w");
    if (!gnuplot) { return false; }
    bool const fed = std::fwrite(script.data(), 1, script.size(), gnuplot) == script.size();
    bool const good = ::pclose(gnuplot) == 0 && fed;
    std::error_code problem;
    if (good) { std::filesystem::rename(svg.string() + ".part", svg, problem); }
    if (!good || problem) { std::filesystem::remove(svg.string() + ".part", problem); }
    return good && std::filesystem::exists(svg);
}

/// Writes the pack of a run into `folder`, each file under a temporary name first:
/// memory_math.md, benchmark_results.csv and .md, decision_memo.md, README.md, config.yaml,
/// evidence.json, plots/NAME.gp and, with gnuplot, plots/NAME.svg. Recommendations are computed
/// here. The remarks that come back say which plots are missing, and why.
inline std::vector<std::string> write_pack(std::filesystem::path const& folder, evidence run) {
    recommend(run);
    std::filesystem::create_directories(folder / "plots");
    write_evidence(folder / "evidence.json", run);
    write_text(folder / "config.yaml", pack_config(run));
    write_text(folder / "memory_math.md", memory_math(run));
    write_text(folder / "benchmark_results.csv", benchmark_csv(run));
    write_text(folder / "benchmark_results.md", benchmark_md(run));
    write_text(folder / "decision_memo.md", decision_memo(run));
    write_text(folder / "README.md", pack_readme(run));

    std::vector<std::string> remarks;
    bool const gnuplot = has_gnuplot();
    for (plot const& p : pack_plots(run)) {
        if (p.script.empty()) {
            remarks.push_back(text("plots/", p.name, ": not drawn, ", p.missing));
            continue;
        }
        write_text(folder / "plots" / (p.name + ".gp"), p.script);
        if (!gnuplot) { continue; }
        if (!draw(p, folder / "plots" / (p.name + ".svg"))) {
            remarks.push_back(text("plots/", p.name, ": gnuplot refused the script"));
        }
    }
    if (!gnuplot) {
        remarks.push_back(
            "plots: gnuplot was not found, so only the scripts are there; install "
            "gnuplot and write the pack again");
    }
    return remarks;
}

} // namespace qad

#endif
