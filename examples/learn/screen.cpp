// SPDX-License-Identifier: MIT
// ./qad screen: everything that a learner is told fits 96 columns, needs no colours, and is ASCII
// where the locale knows no more.
#include "commands.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

/// A header of the learner's, and what is asked then.
struct scene {
    std::string name, header; ///< section 3.1's; empty: the stub
    std::vector<std::string> words;
};

/// Exercise 3.1 with this body of its first function.
std::string with_step(std::string const& body) {
    return "#pragma once\n#include <span>\n#include <vector>\nnamespace learner {\n"
           "inline float step(std::span<float const> w, int qmax) { " + body + " }\n"
           "inline std::vector<int> quantize(std::span<float const>, float, int) { return {}; }\n"
           "inline std::vector<float> dequantize(std::span<int const>, float) { return {}; }\n}\n";
}

std::vector<scene> scenes() {
    std::vector<scene> all = {
        {"stub", "", {"check", "3.1"}},
        {"wrong", with_step("return w[0] / float(qmax);"), {"check", "3.1"}},
        {"crash", with_step("return w[w.size() + std::size_t(qmax)];"), {"check", "3.1"}},
        {"no function", "namespace learner {}\n", {"check", "3.1"}},
        {"no semicolon", with_step("float const loudest = w[0] return loudest / qmax;"), {"check", "3.1"}},
        {"not solved", "", {"diff", "3.1"}},
        {"no section", "", {"check", "9.9"}},
        {"no exercise", "", {"check", "4.1"}},
        {"no file", "", {"check", "3.1", "--impl", "a-file-that-is-not-there.hpp"}},
        {"reset", with_step("return 1;"), {"reset", "3.1"}},
        {"reference", "", {"check", "3.1", "--impl", "ref"}},
        {"not handed in", "", {"check", "3.1", "--impl", "."}},
    };
    for (char const* command : {"list", "next", "fail", "coverage", "--help", "nothing"}) {
        all.push_back({command, "", {command}});
    }
    for (char const* command : {"check", "watch", "hint", "list", "next", "goto", "reset", "diff", "run",
                                "fail", "book", "coverage", "prove", "rehearse", "drift", "screen"}) {
        all.push_back({text("help of ", command), "", {command, "--help"}});
    }
    for (int row = 1; row <= 15; ++row) { // one more than there are
        all.push_back({text("row ", row), "", {"fail", std::to_string(row)}});
    }
    for (section const& s : exercises()) {
        for (char const* tier : {"first", "second", "third", "no more"}) {
            all.push_back({text(tier, " hint of ", s.number), "", {"hint", std::string(s.number)}});
        }
        all.push_back({text("going to ", s.number), "", {"goto", std::string(s.number)}});
    }
    return all;
}

/// What is wrong with a screenful.
std::vector<std::string> faults(std::string const& said, bool utf8) {
    std::vector<std::string> found;
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line);) {
        if (letters(line) > screen) { found.push_back(text(letters(line), " columns: ", line)); }
        bool odd = false;
        for (char c : line) { odd = odd || c == '\033' || (!utf8 && (static_cast<unsigned char>(c) & 0x80U) != 0); }
        if (odd) { found.push_back("colour, or no ASCII: " + line); }
    }
    if (said.empty()) { found.emplace_back("nothing is said"); }
    return found;
}

void look() {
    fs::path const folder = state_folder() / "screen", learner = folder / "learner";
    build_harness();
    std::size_t looked = 0, bad = 0;
    auto const look_at = [&](std::string const& name, std::string const& said, bool utf8) {
        ++looked;
        for (auto const& fault : faults(said, utf8)) {
            ++bad;
            std::cout << name << ": " << fault << '\n';
        }
    };
    fs::create_directories(folder);
    look_at("./qad help", run_process({"sh", (root() / "qad").string(), "help"}, folder / "shown").said,
            false);
    for (bool utf8 : {true, false}) {
        fs::remove_all(folder);
        fs::create_directories(learner);
        fs::create_directory_symlink(fs::absolute(state_folder() / "build"), folder / "build");
        for (scene const& one : scenes()) {
            auto const file = learner / stub_of(named("3.1").front()).filename();
            fs::remove(file);
            if (!one.header.empty()) { write_text(file, one.header); }
            std::vector<std::string> words = {"env", utf8 ? "LC_ALL=C.UTF-8" : "LC_ALL=C",
                                              "QAD_STATE=" + folder.string(),
                                              "QAD_LEARNER=" + learner.string(),
                                              fs::absolute(own_program).string()};
            words.insert(words.end(), one.words.begin(), one.words.end());
            look_at(one.name, run_process(words, folder / "shown").said, utf8);
        }
    }
    fs::remove_all(folder);
    std::cout << looked << " screens, " << bad << " faults\n";
    if (bad > 0) { throw CLI::RuntimeError(1); }
}

} // namespace

void add_screen(CLI::App& app) {
    app.add_subcommand("screen", "everything that is printed fits 96 columns, and any locale")->callback(look);
}

} // namespace qad::learn
