// SPDX-License-Identifier: MIT
// The learner's log: one line for everything that happened, never rewritten.
#ifndef QAD_LEARN_PROGRESS_HPP
#define QAD_LEARN_PROGRESS_HPP

#include "compile.hpp"

#include <ctime> // time

namespace qad::learn {

/// A line of .qad/progress.tsv.
struct event {
    std::string section;
    std::string result;          ///< passed, failed, unwritten, …; hint; predicted
    std::string detail = "-";    ///< the mistake that was recognised; the hint's tier; the guess
    std::string file = "-";      ///< hash of the learner's header
    std::string harness = "-";   ///< hash of the check
    long long when = 0;
};

inline fs::path log_file() { return state_folder() / "progress.tsv"; }

inline std::vector<event> read_log() {
    std::vector<event> log;
    std::ifstream in(log_file());
    for (std::string line; std::getline(in, line);) {
        std::istringstream cells(line);
        event e;
        std::string when;
        if (std::getline(cells, when, '\t') && std::getline(cells, e.section, '\t') &&
            std::getline(cells, e.result, '\t') && std::getline(cells, e.detail, '\t') &&
            std::getline(cells, e.file, '\t') && std::getline(cells, e.harness, '\t')) {
            e.when = std::atoll(when.c_str());
            log.push_back(e); // a line that was cut off is left out
        }
    }
    return log;
}

inline void remember(event e) {
    fs::create_directories(state_folder());
    std::ofstream out(log_file(), std::ios::app);
    out << static_cast<long long>(std::time(nullptr)) << '\t' << e.section << '\t' << e.result
        << '\t' << e.detail << '\t' << e.file << '\t' << e.harness << '\n';
    if (!out.flush()) {
        fail<io_error>(log_file().string(), ": cannot be written; is the disk full?");
    }
}

inline std::string hash_of_file(fs::path const& file) {
    return fs::exists(file) ? hash_of(read_file(file)) : "-";
}

/// Solved: the header as it is now has passed the check as it is now. `check all` asks anew.
inline bool solved(section const& s, std::vector<event> const& log) {
    auto const file = hash_of_file(learner_file(s)), check = hash_of_file(check_of(s));
    bool passed = false;
    for (event const& e : log) {
        if (e.section == s.number && e.file == file && e.harness == check && file != "-") {
            passed = e.result == "passed";
        }
    }
    return passed;
}

/// Where the learner is: the section named by the last `goto`, or the first that is not solved.
inline section current() {
    auto const log = read_log();
    auto const list = exercises();
    if (list.empty()) { fail("no exercises here: is this a whole clone?"); }
    for (auto e = log.rbegin(); e != log.rend(); ++e) {
        if (e->result != "goto") { continue; }
        for (section const& s : list) {
            if (s.number == e->section && !solved(s, log)) { return s; }
        }
        break;
    }
    for (section const& s : list) {
        if (!solved(s, log)) { return s; }
    }
    return list.back();
}

/// The section of that name; without a name, where the learner is.
inline section one_section(std::string const& name) {
    return name.empty() ? current() : named(name).front();
}

/// "12 of 28 solved  ########--------"
inline std::string progress_bar(bool plain) {
    auto const log = read_log();
    auto const list = exercises();
    std::size_t done = 0;
    std::string bar;
    for (section const& s : list) { done += solved(s, log) ? 1 : 0; }
    for (std::size_t i = 0; i < list.size(); ++i) {
        bar += i < done ? plain ? "#" : "\u2588" : plain ? "-" : "\u2591";
    }
    return text(done, " of ", list.size(), " solved ", bar);
}

/// The learner's header, copied from the stub the first time.
inline fs::path learner_header(section const& s) {
    auto const file = learner_file(s);
    if (!fs::exists(file)) {
        fs::create_directories(file.parent_path());
        fs::copy_file(stub_of(s), file);
    }
    return file;
}

/// Puts the stub back. What was there is kept under a name that nothing else has; empty where the
/// header was the stub already.
inline fs::path put_stub_back(section const& s) {
    auto const file = learner_header(s);
    if (read_file(file) == read_file(stub_of(s))) { return {}; }
    fs::path kept = file.string() + ".before";
    for (int n = 2; fs::exists(kept); ++n) { kept = text(file.string(), ".before-", n); }
    fs::rename(file, kept);
    fs::copy_file(stub_of(s), file);
    return kept;
}

} // namespace qad::learn

#endif
