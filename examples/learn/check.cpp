// SPDX-License-Identifier: MIT
// ./qad check: judges the learner's header, another one, or the reference.
#include "commands.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

struct options {
    std::string which, header, space = "learner";
    std::uint64_t seed = 1;
    bool json = false;
};

implementation judged(options const& o, section const& s) {
    if (o.header == "ref") { return reference(s); }
    if (o.header.empty()) { return {learner_header(s), "learner"}; }
    if (!fs::exists(o.header)) { fail<io_error>(o.header, ": no such file"); }
    auto const given = fs::absolute(o.header); // a folder holds a header for each section
    return {fs::is_directory(given) ? given / stub_of(s).filename() : given, o.space};
}

verdict judge(options const& o, section const& s) {
    auto const i = judged(o, s);
    if (fs::exists(i.header)) {
        return judge_header(s, i, {.seed = o.seed, .plain = !speaks_utf8()});
    }
    verdict v;
    v.state = "not handed in";
    v.report = wrapped(label("missing"), i.header.filename().string());
    return v;
}

void remember_verdict(section const& s, implementation const& i, verdict const& v) {
    remember({std::string(s.number), v.state, v.mistakes(), hash_of_file(i.header),
              hash_of_file(check_of(s))});
}

} // namespace

verdict check_and_log(section const& s) {
    implementation const i{learner_header(s)};
    auto const v = judge_header(s, i, {.plain = !speaks_utf8()});
    remember_verdict(s, i, v);
    return v;
}

void print_verdict(section const& s, implementation const& i, verdict const& v, bool own) {
    std::cout << "section " << s.number << ", " << s.title << '\n';
    if (v.state == "does not compile") { std::cout << "does not compile\n"; }
    std::cout << v.report;
    std::string const address =
        text("chapters/", chapter_folder(s).filename().string(), "/README.md#", s.anchor());
    if (v.state != "passed") {
        std::cout << "   edit      " << shown_path(i.header) << '\n';
        if (own) { std::cout << "   hint      ./qad hint " << s.number << '\n'; }
        std::cout << "   read      " << address << '\n';
    } else if (own) {
        std::cout << "   compare   ./qad diff " << s.number << "   yours and the library's\n"
                  << "   go on     ./qad next\n";
    }
    char times[80];
    std::snprintf(times, sizeof times, "build %.1f s, run %.0f ms", v.build_seconds,
                  v.run_seconds * 1000);
    if (v.checks.empty()) {
        std::cout << times;
    } else {
        std::cout << v.count("passed") << " of " << v.checks.size() << " checks passed, " << times;
    }
    std::cout << (own ? ", " + progress_bar(!speaks_utf8()) : "") << '\n';
}

void add_check(CLI::App& app) {
    auto o = std::make_shared<options>();
    app.add_subcommand("prepare", "compile what all checks share; ./qad does it by itself")
        ->callback([] { build_harness(); });
    auto* command = app.add_subcommand("check", "judge your header: 3.3, ch3 or all");
    command->add_option("SECTION", o->which, "3.3, ch3, all; without one, where you are");
    command->add_option("--impl", o->header, "another header than yours, or a folder of them; ref: ours");
    command->add_option("--ns", o->space, "the namespace in it")->capture_default_str();
    command->add_option("--seed", o->seed, "other draws than the usual ones, for graders");
    command->add_flag("--json", o->json, "one machine-readable object on stdout");
    command->callback([o] {
        auto const list = o->which.empty() ? std::vector{current()} : named(o->which);
        bool const own = o->header.empty();
        bool all_passed = true;
        json out = json::array();
        auto const verdicts = in_parallel(list, [&](section const& s) {
            return judge(*o, s);
        });
        for (std::size_t n = 0; n < list.size(); ++n) {
            section const& s = list[n];
            auto const& v = verdicts[n];
            auto const i = judged(*o, s);
            if (own) { remember_verdict(s, i, v); }
            all_passed = all_passed && v.state == "passed";
            if (o->json) {
                json checks = json::array();
                for (auto const& c : v.checks) {
                    checks.push_back({{"id", c.id},
                                      {"state", c.state},
                                      {"title", c.title},
                                      {"mistakes", c.mistakes}});
                }
                out.push_back({{"section", s.number},
                               {"title", s.title},
                               {"state", v.state},
                               {"file", i.header.string()},
                               {"seed", o->seed},
                               {"report", v.report},
                               {"checks", checks}});
            } else {
                print_verdict(s, i, v, own);
            }
        }
        if (o->json) { std::cout << json{{"sections", out}, {"passed", all_passed}}.dump() << '\n'; }
        if (!all_passed) { throw CLI::RuntimeError(1); }
    });
}

} // namespace qad::learn
