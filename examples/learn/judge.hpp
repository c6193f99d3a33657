// SPDX-License-Identifier: MIT
// One section, one header: built, run, and what came out.
#ifndef QAD_LEARN_JUDGE_HPP
#define QAD_LEARN_JUDGE_HPP

#include "progress.hpp"

namespace qad::learn {

struct check_result {
    std::string id, state, title;        ///< "3.3.1", passed, "each row gets …"
    std::vector<std::string> mistakes;   ///< recognised: "3.3a"
};

struct verdict {
    /// passed, failed, unwritten, does not compile, crashed, too slow.
    std::string state;
    std::vector<check_result> checks;
    std::string report; ///< for people
    std::string text;   ///< everything that the compiler or the program said
    double build_seconds = 0, run_seconds = 0;

    std::size_t count(std::string_view which) const {
        std::size_t n = 0;
        for (auto const& c : checks) { n += c.state == which ? 1 : 0; }
        return n;
    }
    std::string mistakes() const {
        std::string all;
        for (auto const& c : checks) {
            for (auto const& m : c.mistakes) {
                if (all.find(m) == all.npos) { all += (all.empty() ? "" : " ") + m; }
            }
        }
        return all.empty() ? "-" : all;
    }
};

/// A check may take so long; ours take milliseconds.
inline constexpr double time_limit = 5;

/// Of a compiler's page the sentence that helps: the contract, or the first error.
inline std::string first_complaint(std::string const& page, std::string const& space) {
    std::string const contract = "your header needs: ";
    std::istringstream lines(page);
    std::string line, first;
    while (std::getline(lines, line)) {
        if (auto const at = line.find(contract); at != line.npos) {
            return text("   contract  ", line.substr(at), "\n   where     in namespace ", space,
                        "; of another, say --ns NAME\n");
        }
        bool const error = line.find("error:") != line.npos || line.find("ld:") != line.npos;
        if (first.empty() && error) { first = line; }
    }
    return "   compiler  " + (first.empty() ? page.substr(0, 300) : first) + "\n";
}

/// "std::span …operator[]: Assertion '__idx < size()' failed." in words.
inline std::string crash_in_words(process_result const& run) {
    if (run.said.find("operator[]") != run.said.npos && run.said.find("size()") != run.said.npos) {
        return "reads or writes an element that is not there: a span or vector is indexed at or "
               "past its size()";
    }
    if (run.said.find("!this->empty()") != run.said.npos) {
        return "asks an empty span or vector for its first or last element";
    }
    if (run.signal == SIGFPE) { return "divides a whole number by zero"; }
    if (run.signal == SIGSEGV) { return "reads memory that is not its own, or calls itself for ever"; }
    return text("was ended by signal ", run.signal);
}

inline verdict judge_header(section const& s, implementation const& judged,
                            std::uint64_t seed = 1, bool plain = true) {
    verdict v;
    auto const built = compile_check(s, judged);
    v.build_seconds = built.seconds;
    v.text = built.complaint;
    if (built.program.empty()) {
        v.state = "does not compile";
        v.report = first_complaint(built.complaint, judged.space);
        return v;
    }
    std::string const mine = built.program.string() + "." + std::to_string(::getpid());
    fs::path const results = mine + ".tsv";
    std::vector<std::string> words = {built.program.string(), "--seed=" + std::to_string(seed),
                                      "--results=" + results.string()};
    if (plain) { words.emplace_back("--plain"); }
    auto const run = run_process(words, mine + ".out", time_limit);
    v.run_seconds = run.seconds;
    v.text = v.report = run.said;
    std::ifstream in(results);
    for (std::string line; std::getline(in, line);) {
        std::istringstream cells(line);
        check_result c;
        std::string mistakes;
        std::getline(cells, c.id, '\t');
        std::getline(cells, c.state, '\t');
        std::getline(cells, mistakes, '\t');
        std::getline(cells, c.title, '\t');
        std::istringstream ids(mistakes);
        for (std::string id; ids >> id;) {
            if (id != "-") { c.mistakes.push_back(id); }
        }
        v.checks.push_back(std::move(c));
    }
    in.close();
    fs::remove(results);
    fs::remove(mine + ".out");
    bool const ended = run.signal == 0 && !run.too_slow && run.status <= 1;
    if (!ended) { // the check that was under way is the last that was written down
        std::string const which = v.checks.empty() ? text("section ", s.number) : v.checks.back().id;
        if (!v.checks.empty()) { v.checks.back().state = run.too_slow ? "too slow" : "crashed"; }
        v.state = run.too_slow ? "too slow" : "crashed";
        v.report = run.too_slow
                       ? text("   ", which, " takes longer than ", time_limit,
                              " s; a right answer takes milliseconds: look for a loop that does ",
                              "not end\n")
                       : text("   ", which, " ", crash_in_words(run), "\n");
        return v;
    }
    v.state = v.checks.empty()                               ? "failed"
              : v.count("passed") == v.checks.size()         ? "passed"
              : v.count("unwritten") == v.checks.size()      ? "unwritten"
                                                             : "failed";
    return v;
}

inline implementation reference(section const& s) { return {reference_of(s), "reference"}; }

} // namespace qad::learn

#endif
