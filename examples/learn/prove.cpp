// SPDX-License-Identifier: MIT
// Checks the checks: a self-check is trusted once it has rejected every wrong answer we know.
#include "commands.hpp"

#include <cctype>   // isdigit
#include <iostream> // cout

namespace qad::learn {

namespace {

/// "3.3a" of mistakes/3.3a-loudest.hpp.
std::string id_of(fs::path const& mistake) {
    std::string const name = mistake.stem().string();
    return name.substr(0, name.find('-'));
}

/// One program with every implementation of a section that we know, since most of what a compiler
/// does is the same for all: the reference, the stub, two constants, the known mistakes.
compiled compile_everybody(section const& s) {
    std::string source = "#include \"contract.hpp\"\n";
    auto const contract = text("#include \"", contract_of(s).string(), "\"\n");
    auto const add = [&](std::string const& who, char const* space, char const* kind,
                         std::string const& before) {
        source += text("#define QAD_WHO \"", who, "\"\n#define QAD_IMPL_NS ", space,
                       "\n#define CONTRACT ", kind, "\n", before, contract,
                       "#undef CONTRACT\n#undef QAD_IMPL_NS\n#undef QAD_WHO\n");
    };
    auto const header = [](fs::path const& file) {
        return text("#include \"", file.string(), "\"\n");
    };
    add("reference", "reference", "OFFER", header(reference_of(s)));
    add("stub", "learner", "OFFER", header(stub_of(s)));
    for (char const* constant : {"0", "1"}) {
        add(constant, constant[0] == '0' ? "returns_0" : "returns_1", "OFFER_CONSTANT",
            text("#undef QAD_CONSTANT\n#define QAD_CONSTANT ", constant, "\n"));
    }
    for (auto const& file : mistakes_of(s)) { // each in a namespace of its own
        std::string space = "mistaken_" + id_of(file);
        std::replace(space.begin(), space.end(), '.', '_');
        add(id_of(file), "mistaken", "OFFER",
            text("#undef mistaken\n#define mistaken ", space, "\n", header(file)));
    }
    auto const file = state_folder() / "build" / (std::string(s.number) + "-everybody.cpp");
    if (!fs::exists(file) || read_file(file) != source) { write_text(file, source); }
    return compile_check(s, [&] { return compile_part(file, {}); });
}

/// Problems with the check of one section; none: it is proven.
std::vector<std::string> prove(section const& s, section const* before) {
    std::vector<std::string> problems;
    auto const add = [&](auto const&... what) { problems.push_back(text(s.number, ": ", what...)); };

    auto const everybody = compile_everybody(s);
    if (everybody.program.empty()) {
        add("does not compile\n", everybody.complaint);
        return problems;
    }
    auto const judge = [&](std::string const& who, std::uint64_t seed = 1) {
        return judge_program(s, everybody, {.seed = seed, .as = who});
    };
    auto const look_at = [&](verdict const& v, std::string const& whose) {
        std::istringstream lines(v.report);
        for (std::string line; std::getline(lines, line);) {
            if (line.size() > screen || line != in_ascii(line)) {
                add("too wide, or no ASCII, for ", whose, ": ", line);
            }
        }
    };
    // Other draws are judged alike: graders use their own seeds.
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto const right = judge("reference", seed);
        if (right.state != "passed") {
            add("the reference with --seed ", seed, ": ", right.state, "\n", right.text);
        }
    }
    auto const stub = judge("stub");
    look_at(stub, "the stub");
    if (stub.state != "unwritten") {
        add("the stub is to fail every check as not written yet, but ", stub.count("unwritten"),
            " of ", stub.checks.size(), " do: ", stub.state, "\n", stub.text);
    }
    for (char const* constant : {"0", "1"}) {
        auto const v = judge(constant);
        if (v.state == "passed") { add("returning ", constant, ": ", v.state, "\n", v.text); }
    }
    if (before) {
        auto const v = judge_header(s, reference(*before));
        if (v.state == "passed") { add("passes with the answer of section ", before->number); }
    }
    auto const mistakes = mistakes_of(s);
    if (mistakes.size() < 2) { add("has ", mistakes.size(), " known mistakes; two at least"); }
    for (auto const& file : mistakes) {
        for (std::uint64_t seed : {1, 2, 3, 4}) {
            auto const v = judge(id_of(file), seed);
            look_at(v, id_of(file));
            if (v.state != "failed") {
                add(file.filename().string(), ": ", v.state, ", and is to fail\n", v.text);
            } else if (v.mistakes() != id_of(file)) {
                add(file.filename().string(), " with --seed ", seed, ": recognised as ",
                    v.mistakes(), ", not as ", id_of(file), " alone\n", v.text);
            }
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

/// The first digit after `from` that is followed by no letter, made another one; false: none.
bool drift_a_digit(std::string& all, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, all.size()); ++i) {
        if (std::isdigit(static_cast<unsigned char>(all[i]))) {
            all[i] = all[i] == '9' ? '8' : static_cast<char>(all[i] + 1);
            return true;
        }
    }
    return false;
}

/// Changes one digit at a time in a copy of the book and asks `book --check`: it must say no each
/// time, name the file, and say which command mends it.
void drift(std::string const& built) {
    fs::path const copy = state_folder() / "drift";
    fs::remove_all(copy);
    fs::create_directories(copy);
    auto const whole = fs::copy_options::recursive;
    fs::copy(root() / "chapters", copy / "chapters", whole);
    fs::copy(root() / "examples", copy / "examples", whole);
    fs::create_directory_symlink(fs::absolute(root() / "include"), copy / "include");
    fs::path const self = fs::absolute(own_program);
    auto const asked = [&] {
        return run_process({"env", "QAD_ROOT=" + copy.string(), self.string(), "book", "--check",
                            "--built", built},
                           copy / "log");
    };
    if (auto const sound = asked(); sound.status != 0) { fail("before any drift:\n", sound.said); }
    int tried = 0, missed = 0;
    auto const try_one = [&](fs::path const& file, std::string const& drifted, std::string const& what) {
        std::string const before = read_file(file);
        write_text(file, drifted);
        auto const answer = asked();
        write_text(file, before);
        auto const name = file.filename().string();
        bool const caught = answer.status == 1 && answer.said.find(name) != std::string::npos &&
                            answer.said.find("./qad book") != std::string::npos;
        ++tried;
        missed += caught ? 0 : 1;
        std::cout << (caught ? "caught" : "MISSED") << ": " << what << " in "
                  << fs::relative(file, copy).string() << '\n';
        if (!caught) { std::cout << answer.said; }
    };
    for (char const* folder : chapter_folders) {
        fs::path const text_file = copy / "chapters" / folder / "README.md";
        if (!fs::exists(text_file)) { continue; }
        std::string const before = read_file(text_file);
        for (std::string const kind : {"val", "out", "code"}) {
            auto const begin = before.find("<!-- qad:" + kind);
            if (begin == before.npos) { continue; }
            auto const body = before.find("-->", begin) + 3;
            std::string drifted = before;
            if (drift_a_digit(drifted, body, before.find("<!--", body))) {
                try_one(text_file, drifted, "a digit of a " + kind + " block");
            }
        }
    }
    for (section const& s : exercises()) {
        if (s.number != "1.1" && s.number != "3.3") { continue; }
        fs::path const out = copy / "examples" / chapter_folder(s).filename() /
                             fs::path(example_of(s)).filename().replace_extension(".out");
        std::string drifted = read_file(out);
        drift_a_digit(drifted, 0, drifted.size());
        try_one(out, drifted, "a digit of a committed output");
    }
    fs::path const first = copy / "chapters/1-fit/README.md";
    try_one(first, read_file(first) + "\nAll of this takes 12 GB.\n", "a number that is typed");
    fs::remove_all(copy);
    std::cout << tried - missed << " of " << tried << " drifts caught\n";
    if (missed > 0 || tried < 10) { throw CLI::RuntimeError(1); }
}

} // namespace

void add_prove(CLI::App& app) {
    auto which = std::make_shared<std::string>("all");
    auto* command = app.add_subcommand("prove", "checks the checks: every known mistake is recognised");
    command->add_option("SECTION", *which, "3.3, ch3 or all")->capture_default_str();
    command->callback([which] { check_the_checks(*which); });
    app.add_subcommand("rehearse", "a learner's way: stubs replaced by the reference, one by one")
        ->callback(rehearse);
    auto built = std::make_shared<std::string>();
    auto* drifts = app.add_subcommand("drift", "changes digits of the book: each must be noticed");
    drifts->add_option("--built", *built, "where CMake has put the examples");
    drifts->callback([built] { drift(*built); });
}

} // namespace qad::learn
