// SPDX-License-Identifier: MIT
// Checks the checks: a self-check is trusted once it has rejected every wrong answer we know.
#include "commands.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

/// Problems with the check of one section; none: it is proven.
std::vector<std::string> prove(section const& s, section const* before) {
    std::vector<std::string> problems;
    auto const add = [&](auto const&... what) { problems.push_back(text(s.number, ": ", what...)); };
    auto const judge = [&](implementation const& i) { return judge_header(s, i); };

    auto const right = judge(reference(s));
    if (right.state != "passed") { add("the reference: ", right.state, "\n", right.text); }
    // Other draws are judged alike: graders use their own seeds.
    for (std::uint64_t seed : {2, 3, 4}) {
        if (judge_header(s, reference(s), seed).state != "passed") {
            add("the reference does not pass with --seed ", seed);
        }
    }
    auto const stub = judge({stub_of(s)});
    if (stub.state != "unwritten") {
        add("the stub is to fail every check as not written yet, but ", stub.count("unwritten"),
            " of ", stub.checks.size(), " do: ", stub.state, "\n", stub.text);
    }
    for (char const* constant : {"0", "1"}) {
        auto const v = judge({.header = {}, .space = "constant", .constant = constant});
        if (v.state == "passed" || v.state == "does not compile") {
            add("returning ", constant, ": ", v.state, "\n", v.text);
        }
    }
    if (before) {
        auto const v = judge(reference(*before));
        if (v.state == "passed") { add("passes with the answer of section ", before->number); }
    }
    auto const mistakes = mistakes_of(s);
    if (mistakes.size() < 2) { add("has ", mistakes.size(), " known mistakes; two at least"); }
    for (auto const& file : mistakes) {
        std::string const name = file.stem().string(), id = name.substr(0, name.find('-'));
        auto const v = judge({file, "mistaken"});
        if (v.state != "failed") {
            add(file.filename().string(), ": ", v.state, ", and is to fail\n", v.text);
        } else if (v.mistakes() != id) {
            add(file.filename().string(), ": recognised as ", v.mistakes(), ", not as ", id,
                " alone\n", v.text);
        }
    }
    return problems;
}

/// The order rule: a check reads nothing of the library beyond its own section.
std::vector<std::string> later_includes(section const& s) {
    std::vector<std::string> problems;
    std::istringstream lines(read_file(check_of(s)));
    for (std::string line; std::getline(lines, line);) {
        if (line.find("#include") != line.npos && line.find("qad/") != line.npos) {
            problems.push_back(text(s.number, ": a check includes no header of the library: ", line));
        }
    }
    return problems;
}

void check_the_checks(std::string const& which) {
    auto const list = named(which);
    auto const all = exercises();
    auto const found = in_parallel(list, [&](section const& s) {
        section const* before = nullptr;
        for (std::size_t i = 1; i < all.size(); ++i) {
            if (all[i].number == s.number) { before = &all[i - 1]; }
        }
        auto problems = prove(s, before);
        for (auto& problem : later_includes(s)) { problems.push_back(std::move(problem)); }
        return problems;
    });
    std::size_t mistakes = 0, problems = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        mistakes += mistakes_of(list[i]).size();
        problems += found[i].size();
        for (auto const& problem : found[i]) { std::cout << problem << '\n'; }
    }
    std::cout << list.size() << " checks, " << mistakes << " mistakes: " << problems << " problems\n";
    if (problems > 0) { throw CLI::RuntimeError(1); }
}

/// A learner's way through the book: stubs, then one reference more at each step; each step
/// turns exactly one section more green.
void rehearse() {
    auto const list = exercises();
    fs::path const folder = state_folder() / "rehearsal";
    fs::remove_all(folder);
    fs::create_directories(folder);
    ::setenv("QAD_LEARNER", folder.c_str(), 1);
    std::vector<std::string> green;
    std::size_t problems = 0;
    for (std::size_t step = 0; step <= list.size(); ++step) {
        if (step > 0) { // the reference, under the name and in the namespace of the learner
            section const& s = list[step - 1];
            std::string answer = read_file(reference_of(s));
            std::string const theirs = "namespace reference";
            for (auto at = answer.find(theirs); at != answer.npos; at = answer.find(theirs, at)) {
                answer.replace(at, theirs.size(), "namespace learner");
            }
            std::ofstream(learner_file(s)) << answer;
        }
        auto const verdicts = in_parallel(list, [&](section const& s) {
            return judge_header(s, {learner_header(s)});
        });
        std::size_t passed = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            bool const is = verdicts[i].state == "passed", should = i < step;
            passed += is ? 1 : 0;
            if (is != should) {
                ++problems;
                std::cout << "step " << step << ": section " << list[i].number << " is "
                          << verdicts[i].state << '\n' << verdicts[i].text;
            }
        }
        std::cout << "step " << step << ": " << passed << " of " << list.size() << " green\n";
    }
    fs::remove_all(folder);
    if (problems > 0) { throw CLI::RuntimeError(1); }
}

} // namespace

void add_prove(CLI::App& app) {
    auto which = std::make_shared<std::string>("all");
    auto* command = app.add_subcommand("prove", "checks the checks: every known mistake is recognised");
    command->add_option("SECTION", *which, "3.3, ch3 or all")->capture_default_str();
    command->callback([which] { check_the_checks(*which); });
    app.add_subcommand("rehearse", "a learner's way: stubs replaced by the reference, one by one")
        ->callback(rehearse);
}

} // namespace qad::learn
