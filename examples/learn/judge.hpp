// SPDX-License-Identifier: MIT
// One section, one header: built, run, and what came out.
#ifndef QAD_LEARN_JUDGE_HPP
#define QAD_LEARN_JUDGE_HPP

#include "progress.hpp"
#include "wrap.hpp"

#include <algorithm> // find

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

/// The checks of a section, as its source lists them: id and title.
inline std::vector<check_result> checks_of(section const& s) {
    std::vector<check_result> all;
    std::istringstream lines(read_file(check_of(s)));
    std::string const begin = "TEST_CASE(\"";
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(begin)) { continue; }
        std::string const name = line.substr(begin.size(), line.rfind('"') - begin.size());
        auto const space = name.find(' '), tags = name.rfind(" [");
        all.push_back({name.substr(0, space), "not reached",
                       name.substr(space + 1, tags == name.npos ? tags : tags - space - 1), {}});
    }
    return all;
}

/// A check may take so long; ours take milliseconds.
inline constexpr double time_limit = 5;

/// Of a compiler's page the sentence that helps: the contract, or the first error.
inline std::string first_complaint(std::string const& page, std::string const& space) {
    std::string const contract = "your header needs: ", here = root().string() + "/";
    std::istringstream lines(page);
    std::string line, first;
    while (first.empty() && std::getline(lines, line)) {
        if (line.find("error:") == line.npos && line.find("ld:") == line.npos) { continue; }
        first = line;
        auto const at = line.find(contract); // whoever forgets a brace has another trouble before
        if (at == line.npos) { continue; }
        return wrapped(label("contract"), line.substr(at)) +
               wrapped(label("where"), text("in namespace ", space, "; of another, say --ns NAME"));
    }
    if (first.empty()) { first = page.substr(0, 300); }
    for (auto at = first.find(here); at != first.npos; at = first.find(here)) {
        first.erase(at, here.size());
    }
    return wrapped(label("compiler"), first);
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

struct how {
    std::uint64_t seed = 1;
    bool plain = true;
    std::string as = {}; ///< of several implementations in one program this one
};

/// Runs a check that is built.
inline verdict judge_program(section const& s, compiled const& built, how const& h) {
    verdict v;
    v.build_seconds = built.seconds;
    std::string const mine = built.program.string() + "." + std::to_string(::getpid());
    fs::path const results = mine + ".tsv";
    std::vector<std::string> words = {built.program.string(), "--seed=" + std::to_string(h.seed),
                                      "--results=" + results.string(), "--as=" + h.as};
    if (h.plain) { words.emplace_back("--plain"); }
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
            bool const known = std::find(c.mistakes.begin(), c.mistakes.end(), id) != c.mistakes.end();
            if (id != "-" && !known) { c.mistakes.push_back(id); }
        }
        v.checks.push_back(std::move(c));
    }
    in.close();
    fs::remove(results);
    fs::remove(mine + ".out");
    bool const ended = run.signal == 0 && !run.too_slow && run.status <= 1;
    if (!ended) { // the check that was under way is the last that was written down
        v.state = run.too_slow ? "too slow" : "crashed";
        if (v.checks.empty()) { fail("the check of ", s.number, " does not begin: ", run.said); }
        v.checks.back().state = v.state;
        auto const all = checks_of(s);
        for (std::size_t i = v.checks.size(); i < all.size(); ++i) { v.checks.push_back(all[i]); }
        std::string const reason =
            run.too_slow ? text("a check may take ", time_limit, " s, and a right answer takes ",
                                "milliseconds: look for a loop that does not end")
                         : crash_in_words(run);
        v.report.clear();
        for (auto const& c : v.checks) {
            bool const passed = c.state == "passed", here = c.state == v.state;
            v.report += text(passed ? h.plain ? "ok" : "\u2713" : h.plain ? "x" : "\u2717", " ", c.id,
                             "  ", c.title, passed || here ? "" : ": " + c.state, "\n",
                             here ? wrapped(label(v.state), reason) : "");
        }
        return v;
    }
    v.state = v.checks.empty()                               ? "failed"
              : v.count("passed") == v.checks.size()         ? "passed"
              : v.count("unwritten") == v.checks.size()      ? "unwritten"
                                                             : "failed";
    return v;
}

inline verdict judge_header(section const& s, implementation const& judged, how const& h = {}) {
    auto const built = compile_check(s, judged);
    if (!built.program.empty()) { return judge_program(s, built, h); }
    verdict v;
    v.state = "does not compile";
    v.build_seconds = built.seconds;
    v.text = built.complaint;
    v.report = first_complaint(built.complaint, judged.space);
    return v;
}

inline implementation reference(section const& s) { return {reference_of(s), "reference"}; }

} // namespace qad::learn

#endif
