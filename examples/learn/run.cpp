// SPDX-License-Identifier: MIT
// ./qad run: asks for a guess, runs the section's example, shows both.
#include "commands.hpp"
#include "example.hpp"

#include <algorithm> // max
#include <cmath>     // abs, round
#include <cstdlib>   // strtod
#include <iostream>  // cin
#include <optional>  // optional

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

/// "about 1,000 GB" is 1000; nothing where there is no digit.
std::optional<double> number_in(std::string const& words) {
    auto const first = words.find_first_of("0123456789");
    if (first == words.npos) { return {}; }
    bool const decimal = first > 0 && words[first - 1] == '.';
    auto const sign = first - (decimal ? 1 : 0);
    std::string digits = sign > 0 && words[sign - 1] == '-' ? "-" : "";
    if (decimal) { digits += "0."; }
    for (std::size_t i = first; i < words.size(); ++i) {
        bool const thousand = words[i] == ',' || words[i] == '\'';
        if (thousand && i + 3 < words.size() && std::isdigit(static_cast<unsigned char>(words[i + 3]))) {
            continue;
        }
        char const c = words[i] == ',' ? '.' : words[i];
        if (std::string_view("0123456789.eE").find(c) == std::string_view::npos) { break; }
        digits += c;
    }
    return std::strtod(digits.c_str(), nullptr);
}

std::string shown(double x) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.6g", x);
    return digits;
}

/// What there is to say about a guess.
std::string comparison(double guess, double truth) {
    double const off = std::abs(guess - truth), of = std::abs(truth);
    if (off <= 0.01 * of || off == 0) { return "well guessed"; }
    if (guess * truth <= 0) { return "off by " + shown(off); }
    double const factor = guess / truth;
    std::string const times = shown(std::round(100 * std::max(factor, 1 / factor)) / 100);
    return times + (factor > 1 ? " times too much" : " times too little");
}

/// The number that somebody guesses; nothing where they go on without.
std::optional<double> asked(std::string const& question) {
    std::cout << wrapped("predict first: ", question);
    for (int tries = 0; tries < 3; ++tries) {
        std::cout << "> " << std::flush;
        std::string line;
        if (!std::getline(std::cin, line) || line.find_first_not_of(" \t") == line.npos) { break; }
        if (auto const guess = number_in(line)) { return guess; }
        std::cout << "one number, please, as 12 or 0.5; Enter goes on without\n";
    }
    return {};
}

void run(section const& s, bool ask) {
    auto const question = ask && ::isatty(STDIN_FILENO) ? prediction_of(s) : prediction{};
    auto const guess = question.question.empty() ? std::nullopt : asked(question.question);
    if (::isatty(STDERR_FILENO)) { // the first time it is compiled
        std::cerr << "running " << shown_path(example_of(s)) << " ..." << std::endl;
    }
    auto const result = run_example(s);
    std::cout << result.output;
    if (question.question.empty()) { return; }
    auto const found = result.values.find(question.value);
    if (found == result.values.end()) {
        fail("the example of ", s.number, " says no value \"", question.value, "\"");
    }
    std::string const truth = found->second.text;
    if (!guess) {
        std::cout << "it is " << truth << "; guess next time, it is worth more than being right\n";
        return;
    }
    std::cout << "you said " << shown(*guess) << ", it is " << truth << ": "
              << comparison(*guess, number_in(truth).value_or(0)) << '\n';
    remember({std::string(s.number), "predicted", shown(*guess) + " of " + truth});
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
