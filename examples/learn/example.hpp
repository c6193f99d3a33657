// SPDX-License-Identifier: MIT
// The example of a section, run: what it prints, the values that the text quotes, plot data.
#ifndef QAD_LEARN_EXAMPLE_HPP
#define QAD_LEARN_EXAMPLE_HPP

#include "compile.hpp"

#include <map> // map

namespace qad::learn {

/// One number of a sentence: its text, and why it may be believed. `mark` is t (it follows from
/// definitions), m (measured by this program) or c (cited).
struct quoted {
    std::string text;
    char mark = 't';
};

struct example_run {
    std::string output;
    std::map<std::string, quoted> values;
    std::map<std::string, std::string> plots; ///< data of each picture, by name
};

/// Runs the section's example. `built`: a folder of programs that CMake has made; empty: compile.
inline example_run run_example(section const& s, fs::path const& built = {}) {
    fs::path const source = example_of(s);
    if (source.empty()) { fail("section ", s.number, " has no example yet"); }
    fs::path program = built / ("example_" + chapter_folder(s).filename().string() + "_" +
                                source.stem().string());
    if (built.empty() || !fs::exists(program)) {
        auto const made = compile_example(s);
        if (made.program.empty()) { fail(source.string(), ": ", made.complaint); }
        program = made.program;
    }
    fs::path const folder = state_folder() / ("example-" + std::string(s.number) + "-" +
                                              std::to_string(::getpid()));
    fs::create_directories(folder);
    auto const run = run_process({"env", "QAD_BOOK=" + folder.string(),
                                  fs::absolute(program).string()},
                                 folder / "output");
    if (run.status != 0) { fail(source.string(), " ended with ", run.status, "\n", run.said); }
    example_run result;
    result.output = run.said;
    for (auto const& entry : fs::directory_iterator(folder)) {
        auto const name = entry.path().filename();
        if (name.extension() == ".dat") { result.plots[name.stem().string()] = read_file(entry.path()); }
        if (name != "values") { continue; }
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) {
            auto const first = line.find('\t'), second = line.find('\t', first + 1);
            std::string const key = line.substr(0, first);
            quoted const value{line.substr(second + 1), line[first + 1]};
            if (!result.values.emplace(key, value).second) {
                fail(source.string(), ": the value \"", key, "\" is said twice");
            }
        }
    }
    fs::remove_all(folder);
    return result;
}

} // namespace qad::learn

#endif
