// SPDX-License-Identifier: MIT
// ./qad hint, list, next, goto, reset, diff: the way through the exercises.
#include "commands.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

/// The hints of a section: in hints.md, under "## 3.3", the items "1.", "2.", "3.".
std::vector<std::string> hints_of(section const& s) {
    std::vector<std::string> hints;
    std::istringstream lines(read_file(chapter_folder(s) / "hints.md"));
    bool mine = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) { mine = line.substr(3).starts_with(s.number); }
        if (!mine || line.starts_with("## ")) { continue; }
        std::string const item = text(hints.size() + 1, ". ");
        if (line.starts_with(item)) {
            hints.push_back(line.substr(item.size()) + "\n");
        } else if (!hints.empty() && !line.empty()) {
            auto const first = line.find_first_not_of(' ');
            hints.back() += (line.starts_with("   ") ? line.substr(3) : line.substr(first)) + "\n";
        }
    }
    return hints;
}

void go(section const& s) {
    remember({std::string(s.number), "goto"});
    std::cout << s.number << ' ' << s.title << "\n   edit      " << shown_path(learner_header(s))
              << "\n   read      " << shown_path(chapter_folder(s) / "README.md") << '#'
              << s.anchor() << "\n   then      ./qad check " << s.number << '\n';
}

void reset(section const& s) {
    auto const kept = put_stub_back(s);
    std::cout << shown_path(learner_file(s)) << " is the stub"
              << (kept.empty() ? " already\n" : " again\n");
    if (!kept.empty()) { std::cout << label("yours") << "kept as " << shown_path(kept) << '\n'; }
}

void diff(section const& s) {
    auto const file = learner_header(s);
    if (!solved(s, read_log())) {
        fail("./qad diff ", s.number, " shows the library's own answer once yours has passed: ",
             "./qad check ", s.number, ", and ./qad hint ", s.number, " where you are stuck");
    }
    for (auto const& shown : {file, reference_of(s)}) {
        std::cout << "---- " << shown_path(shown) << '\n' << read_file(shown);
    }
    std::istringstream lines(read_file(reference_of(s)));
    std::cout << "---- behind it\n";
    for (std::string line; std::getline(lines, line);) {
        auto const at = line.find("<qad/");
        if (line.starts_with("#include") && at != line.npos) {
            std::cout << shown_path(root() / "include" / line.substr(at + 1, line.find('>') - at - 1))
                      << '\n';
        }
    }
}

} // namespace

void print_hint(section const& s) {
    auto const hints = hints_of(s);
    std::size_t used = 0;
    for (event const& e : read_log()) { used += e.section == s.number && e.result == "hint"; }
    if (hints.empty()) { fail("section ", s.number, " has no hints"); }
    std::size_t const tier = std::min(used, hints.size() - 1);
    for (std::size_t t = 0; t <= tier; ++t) {
        std::cout << "hint " << t + 1 << " of " << hints.size() << " for " << s.number << ' ' << s.title
                  << '\n' << wrapped("", hints[t]);
    }
    if (used >= hints.size()) { std::cout << "these are all of them\n"; }
    if (used < hints.size()) {
        remember({std::string(s.number), "hint", std::to_string(tier + 1)});
    }
}

void print_list() {
    auto const log = read_log();
    bool const plain = !speaks_utf8();
    auto const here = current();
    char chapter = 0;
    for (section const& s : sections) {
        if (s.number[0] != chapter && s.number != "0") {
            chapter = s.number[0];
            auto const page = chapter_folder(s) / "README.md";
            std::cout << "chapter " << chapter
                      << (fs::exists(page) ? "   " + shown_path(page) : "") << '\n';
        }
        std::string state = "coming";
        bool const written = fs::exists(chapter_folder(s) / "README.md");
        if (!check_of(s).empty()) {
            std::string last = "-";
            for (event const& e : log) {
                if (e.section == s.number && e.file != "-") { last = e.result; }
            }
            state = solved(s, log) ? plain ? "solved" : "\u2713 solved" : last == "-" ? "open" : last;
            if (last == "passed" && !solved(s, log)) { state = "changed since it passed"; }
        } else if (written) {
            state = "to read";
        }
        std::cout << (s.number == here.number ? "> " : "  ") << s.number
                  << std::string(5 - s.number.size(), ' ') << s.title
                  << std::string(s.title.size() < 52 ? 52 - s.title.size() : 1, ' ') << state << '\n';
    }
    std::cout << progress_bar(plain) << '\n';
}

void add_hint(CLI::App& app) {
    auto which = std::make_shared<std::string>();
    auto* hint = app.add_subcommand("hint", "the next of three hints");
    hint->add_option("SECTION", *which, "3.3; without one, where you are");
    hint->callback([which] { print_hint(one_section(*which)); });
}

void add_list(CLI::App& app) {
    app.add_subcommand("list", "all sections, and how far you are")->callback(print_list);
}

void add_move(CLI::App& app) {
    auto which = std::make_shared<std::string>();
    app.add_subcommand("next", "the first section that is not solved")->callback([] {
        auto const log = read_log();
        for (section const& s : exercises()) {
            if (!solved(s, log)) { return go(s); }
        }
        std::cout << "everything is solved: " << progress_bar(!speaks_utf8()) << '\n';
    });
    auto* to = app.add_subcommand("goto", "go to any section, in any order");
    to->add_option("SECTION", *which, "3.3")->required();
    to->callback([which] { go(one_section(*which)); });
    auto* back = app.add_subcommand("reset", "put the stub back; yours is kept beside it");
    back->add_option("SECTION", *which, "3.3")->required();
    back->callback([which] { reset(one_section(*which)); });
}

void add_diff(CLI::App& app) {
    auto which = std::make_shared<std::string>();
    auto* command = app.add_subcommand("diff", "your header beside the library's, after it passed");
    command->add_option("SECTION", *which, "3.3")->required();
    command->callback([which] { diff(one_section(*which)); });
}

} // namespace qad::learn
