// SPDX-License-Identifier: MIT
// The main program of every self-check, compiled once: it judges, words the report, and says the
// result in a file that ./qad reads.
//   --seed=N        draws of this run           --results=FILE  a line a check: id, state, mistake
//   --plain         ASCII only                  --as=WHO        of several implementations this one
// Anything else goes to doctest (--help).
#define DOCTEST_CONFIG_IMPLEMENT
#include "self_check.hpp"
#include "todo.hpp" // not_written_yet

#include <qad/core/random.hpp> // generator

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

namespace qad::check {

namespace {

/// A test case is named "3.3.1 what must hold [P04 R13]".
struct outcome {
    std::string id, title, tags;
    std::string state = "passed"; ///< passed, failed, unwritten, threw
    std::vector<std::string> mistakes = {}, report = {};
    std::vector<mistake const*> fits = {}, refuted = {}; ///< wrong answers; any answer

    /// A belief has to explain all answers of a check, the right ones too: many wrong answers
    /// look like a known mistake once.
    void weigh(mistake const& what, bool explains, bool wrong) {
        if (!explains) { refuted.push_back(&what); }
        if (explains && wrong) { fits.push_back(&what); }
    }
    mistake const* diagnosis() const {
        for (auto const* one : fits) {
            if (std::find(refuted.begin(), refuted.end(), one) == refuted.end()) { return one; }
        }
        return nullptr;
    }
};

struct run_state {
    std::uint64_t seed = 1;
    bool plain = false;
    std::string results;
    std::vector<outcome> outcomes;
} run;

/// 0.442857; 60'000'000'000, as C++ would write it.
std::string number(double x) {
    char digits[40];
    bool const whole = std::abs(x) < 1e15 && x == std::floor(x);
    std::snprintf(digits, sizeof digits, whole ? "%.0f" : "%.7g", x);
    std::string text = digits;
    for (std::size_t at = text.size(); whole && std::abs(x) >= 1e5 && at > 3 + (x < 0 ? 1U : 0U);) {
        at -= 3;
        text.insert(at, "'");
    }
    return text;
}

/// x with as many digits as tell it from y.
std::string number_beside(double x, double y) {
    if (x == y || number(x) != number(y)) { return number(x); }
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.15g", x);
    return digits;
}

/// "   word      text", in 96 columns, further lines indented.
void add(std::vector<std::string>& report, std::string const& word, std::string const& text) {
    std::istringstream words(text);
    std::string line = "   " + word + std::string(word.size() < 10 ? 10 - word.size() : 1, ' ');
    std::size_t const indent = line.size();
    for (std::string w; words >> w;) {
        if (line.size() > indent && line.size() + 1 + w.size() > 96) {
            report.push_back(line);
            line = std::string(indent, ' ');
        }
        line += (line.size() > indent ? " " : "") + w;
    }
    report.push_back(line);
}

struct offered {
    std::string who;
    void (*use)();
};
std::vector<offered>& offers() {
    static std::vector<offered> all; // the first implementation may be offered before anything else
    return all;
}

outcome& current() {
    if (run.outcomes.empty()) { run.outcomes.emplace_back(); }
    return run.outcomes.back();
}

/// The first wrong answer of a check is the one that is shown.
void failed(outcome& o, std::vector<std::string> report) {
    std::string text;
    for (auto const& line : report) { text += line + "\n"; }
    if (o.state == "passed") { o.report = std::move(report); }
    o.state = "failed";
    DOCTEST_FAIL_CHECK(text);
}

bool alike(values const& a, values const& b, double allowed) {
    if (a.numbers.size() != b.numbers.size()) { return false; }
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
        double const x = a.numbers[i], y = b.numbers[i];
        bool const same = x == y || (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= allowed;
        if (!same) { return false; }
    }
    return true;
}

std::string shortened(values const& v) {
    values first = v;
    if (v.numbers.size() <= 12) { return show(v); }
    first.numbers.resize(12);
    return show(first) + " ... (" + std::to_string(v.numbers.size()) + " numbers)";
}

std::uint64_t mixed(std::uint64_t stream) { return run.seed * 1000003 + stream; }

} // namespace

offer::offer(char const* who, void (*use)()) { offers().push_back({who, use}); }

std::string show(values const& v) {
    std::string line;
    for (double x : v.numbers) { line += (line.empty() ? "" : " ") + number(x); }
    return line.empty() ? "nothing" : line;
}

void judge(values const& got, question const& asked) {
    outcome& o = current();
    bool const right = alike(got, asked.expected, asked.allowed);
    for (belief const& b : asked.beliefs) {
        bool const explains = std::ranges::any_of(asked.beliefs, [&](belief const& way) {
            return &way.what == &b.what && alike(got, way.answer, asked.allowed);
        });
        o.weigh(b.what, explains, !right);
    }
    if (right) { return; }
    std::vector<std::string> report;
    add(report, "input", asked.input);
    auto const &want = asked.expected.numbers, &have = got.numbers;
    if (want.size() == have.size() && want.size() > 4) { // where it differs, at most three lines
        int shown = 0;
        for (std::size_t i = 0; i < want.size() && shown < 3; ++i) {
            if (alike(want[i], have[i], asked.allowed)) { continue; }
            add(report, shown == 0 ? "got" : "",
                number_beside(have[i], want[i]) + " at index " + std::to_string(i) +
                    (shown == 0 ? ", counted from 0; expected " : "; expected ") +
                    number_beside(want[i], have[i]));
            ++shown;
        }
    } else {
        add(report, "expected", shortened(asked.expected));
        add(report, "got",
            shortened(got) + (want.size() == have.size()
                                  ? ""
                                  : " (" + std::to_string(have.size()) + " numbers for " +
                                        std::to_string(want.size()) + ")"));
    }
    add(report, "allowed", asked.allowed == 0 ? asked.why : number(asked.allowed) + ": " + asked.why);
    failed(o, std::move(report));
}

void judge_law(bool holds, property const& p) {
    if (holds) { return; }
    outcome& o = current();
    std::vector<std::string> report;
    add(report, "input", p.input);
    add(report, "law", p.law);
    if (!p.seen.empty()) { add(report, "got", p.seen); }
    for (auto const& [what, looks_like] : p.beliefs) { o.weigh(what, looks_like, true); }
    failed(o, std::move(report));
}

std::vector<float> normal(std::size_t count, std::uint64_t stream) {
    generator random(mixed(stream));
    std::vector<float> drawn(count);
    for (float& x : drawn) { x = static_cast<float>(random.normal()); }
    return drawn;
}
std::vector<float> uniform(std::size_t count, float low, float high, std::uint64_t stream) {
    generator random(mixed(stream));
    std::vector<float> drawn(count);
    for (float& x : drawn) { x = low + (high - low) * static_cast<float>(random.uniform()); }
    return drawn;
}
std::uint64_t below(std::uint64_t limit, std::uint64_t stream) {
    generator random(mixed(stream));
    return static_cast<std::uint64_t>(random.uniform() * static_cast<double>(limit));
}

namespace {

/// Collects outcomes; prints the first that did not pass, the others as one line each.
struct lesson : doctest::IReporter {
    explicit lesson(doctest::ContextOptions const&) {}

    void test_case_start(doctest::TestCaseData const& data) override {
        std::string const name = data.m_name;
        outcome o;
        auto const space = name.find(' '), bracket = name.rfind('[');
        o.id = name.substr(0, space);
        o.title = name.substr(space + 1, bracket == name.npos ? bracket : bracket - space - 2);
        if (bracket != name.npos) { o.tags = name.substr(bracket + 1, name.size() - bracket - 2); }
        run.outcomes.push_back(o);
        write(); // whoever waits knows which check it is that takes long, or crashed
    }
    void test_case_exception(doctest::TestCaseException const& e) override {
        outcome& o = current();
        std::string const what = e.error_string.c_str();
        o.state = what == "not written yet" ? "unwritten" : e.is_crash ? "crashed" : "threw";
        o.report.clear();
        if (o.state != "unwritten") { add(o.report, o.state, what); }
    }
    void test_case_end(doctest::CurrentTestCaseStats const&) override {
        outcome& o = current();
        mistake const* const m = o.state == "failed" ? o.diagnosis() : nullptr;
        if (!m) { return; }
        o.mistakes.push_back(m->id);
        add(o.report, "diagnosis", "M" + m->id + ": " + m->believes);
        add(o.report, "so what", m->so_what);
    }
    void test_run_end(doctest::TestRunStats const&) override {
        write();
        bool first = true;
        for (outcome const& o : run.outcomes) {
            bool const passed = o.state == "passed";
            std::string const mark = passed ? run.plain ? "ok" : "\u2713" : run.plain ? "x" : "\u2717";
            std::string line = mark + " " + o.id + "  " + o.title;
            std::size_t const columns = line.size() - (run.plain ? 0 : mark.size() - 1);
            bool const tell = first && !passed && o.state != "unwritten" && !o.tags.empty();
            if (tell && columns + o.tags.size() + 2 <= 96) {
                line += std::string(96 - columns - o.tags.size(), ' ') + o.tags;
            }
            std::cout << line << (o.state == "unwritten" ? ": not written yet" : "") << '\n';
            if (!passed && first) {
                for (auto const& text : o.report) { std::cout << text << '\n'; }
                first = false;
            }
        }
        std::cout.flush();
    }
    void report_query(doctest::QueryData const&) override {}
    void test_run_start() override {}
    void test_case_reenter(doctest::TestCaseData const&) override {}
    void subcase_start(doctest::SubcaseSignature const&) override {}
    void subcase_end() override {}
    void log_assert(doctest::AssertData const&) override {}
    void log_message(doctest::MessageData const&) override {}
    void test_case_skipped(doctest::TestCaseData const&) override {}

  private:
    static void write() {
        if (run.results.empty()) { return; }
        std::ofstream file(run.results);
        for (outcome const& o : run.outcomes) {
            file << o.id << '\t' << o.state << '\t' << (o.mistakes.empty() ? "-" : "");
            for (std::size_t i = 0; i < o.mistakes.size(); ++i) {
                file << (i > 0 ? " " : "") << o.mistakes[i];
            }
            file << '\t' << o.title << '\n';
        }
    }
};

doctest::String say_unwritten(not_written_yet) { return "not written yet"; }

} // namespace

} // namespace qad::check

DOCTEST_REGISTER_REPORTER("lesson", 1, qad::check::lesson);

int main(int count, char** arguments) {
    using namespace qad::check;
    doctest::registerExceptionTranslator<not_written_yet>(say_unwritten);
    std::string who;
    std::vector<char*> rest{arguments[0]};
    for (int i = 1; i < count; ++i) {
        std::string const word = arguments[i];
        if (word.starts_with("--seed=")) {
            run.seed = std::strtoull(word.c_str() + 7, nullptr, 10);
        } else if (word.starts_with("--results=")) {
            run.results = word.substr(10);
        } else if (word.starts_with("--as=")) {
            who = word.substr(5);
        } else if (word == "--plain") {
            run.plain = true;
        } else {
            rest.push_back(arguments[i]);
        }
    }
    int found = 0;
    for (auto const& one : offers()) {
        if (one.who == who) { one.use(), ++found; }
    }
    if (found == 0) {
        std::cerr << "there is no implementation \"" << who << "\" in this program\n";
        return 2;
    }
    doctest::Context context;
    context.setOption("reporters", "lesson");
    context.applyCommandLine(static_cast<int>(rest.size()), rest.data());
    return context.run();
}
