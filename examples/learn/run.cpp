// SPDX-License-Identifier: MIT
// ./qad run: asks for a guess, runs the section's example, shows both.
#include "commands.hpp"
#include "example.hpp"

#include <cmath>    // abs
#include <iostream> // cin

namespace qad::learn {

namespace {

/// The prediction that the text asks for:  > **Predict:** How many …? <!-- qad:answer miss_gb -->
struct prediction {
    std::string question, value;
};

prediction prediction_of(section const& s) {
    std::istringstream lines(read_file(chapter_folder(s) / "README.md"));
    bool mine = false;
    std::string asked;
    for (std::string line; std::getline(lines, line);) {
        if (line.find("<a id=\"s") != line.npos) {
            mine = line.find("\"" + s.anchor() + "\"") != line.npos;
        }
        if (!mine) { continue; }
        auto const begin = line.find("**Predict:** ");
        if (begin != line.npos) {
            asked = line.substr(begin + 13);
        } else if (!asked.empty() && line.starts_with("> ")) {
            asked += line.substr(1);
        }
        auto const answer = asked.find(" <!-- qad:answer ");
        if (answer != asked.npos) {
            std::istringstream name(asked.substr(answer + 17));
            prediction p{asked.substr(0, answer), {}};
            name >> p.value;
            return p;
        }
    }
    return {};
}

void run(section const& s, bool ask) {
    auto const question = ask && ::isatty(STDIN_FILENO) ? prediction_of(s) : prediction{};
    std::string guess;
    if (!question.question.empty()) {
        std::cout << "predict first: " << question.question << "\n> " << std::flush;
        std::getline(std::cin, guess);
    }
    auto const result = run_example(s);
    std::cout << result.output;
    if (guess.empty()) { return; }
    auto const found = result.values.find(question.value);
    std::string const truth = found == result.values.end() ? "?" : found->second.text;
    std::cout << "you said " << guess << ", it is " << truth << '\n';
    for (char& c : guess) { c = c == '\t' ? ' ' : c; }
    remember({std::string(s.number), "predicted", guess + " of " + truth});
}

} // namespace

void add_run(CLI::App& app) {
    auto which = std::make_shared<std::string>();
    auto silent = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("run", "run the section's example; guess its number first");
    command->add_option("SECTION", *which, "3.3; without one, where you are");
    command->add_flag("--no-predict", *silent, "do not ask");
    command->callback([which, silent] {
        if (which->empty()) { return run(current(), !*silent); }
        for (section const& s : sections) {
            if (s.number == *which) { return run(s, !*silent); }
        }
        fail("there is no section \"", *which, "\"; ./qad list shows them");
    });
}

} // namespace qad::learn
