// SPDX-License-Identifier: MIT
// ./qad pack check DIR: an evidence pack, recomputed; ./qad pack write: its files from evidence.json.
#include "program.hpp"

#include <qad/decide/pack.hpp>       // write_pack
#include <qad/decide/pack_check.hpp> // check_pack

#include <cstdio>   // printf
#include <iostream> // cout, cerr

namespace qad::program {

namespace pack_program {

struct options {
    common shared;
    std::string folder;
};

int check(options const& o) {
    findings const found = check_pack(o.folder);
    if (o.shared.json) {
        json list = json::array();
        for (finding const& f : found) {
            list.push_back({{"id", f.id}, {"what", f.what}, {"result", outcome_names[static_cast<std::size_t>(f.result)]},
                            {"recomputed", f.note}});
        }
        std::cout << json{{"passed", found.passed()}, {"findings", list}}.dump() << '\n';
        return found.passed() ? done : said_no;
    }
    for (finding const& f : found) {
        std::printf("%-4s %-11s  %s%s%s\n", f.id.c_str(), std::string(outcome_names[static_cast<std::size_t>(f.result)]).c_str(),
                    f.what.c_str(), f.note.empty() ? "" : ": ", f.note.c_str());
    }
    std::printf("%zu ok, %zu missing, %zu contradict, %zu remarks: %s\n", found.count(outcome::ok),
                found.count(outcome::missing), found.count(outcome::contradicts), found.count(outcome::remark),
                found.passed() ? "the pack holds" : "the pack does not hold");
    return found.passed() ? done : said_no;
}

} // namespace pack_program

void add_pack(CLI::App& app) {
    auto o = std::make_shared<pack_program::options>();
    auto* program = app.add_subcommand("pack", "evidence packs: check one, or write its files again");
    program->require_subcommand(1);
    auto* checks = program->add_subcommand("check", "recompute a pack, ours or your own; status 1 when it does not hold");
    checks->add_option("DIR", o->folder, "folder of the pack")->required();
    add_common(*checks, o->shared);
    checks->callback([=] {
        if (int const status = check(*o); status != done) { throw CLI::RuntimeError(status); }
    });
    auto* writes = program->add_subcommand("write", "tables, memo, README and plots from the folder's evidence.json");
    writes->add_option("DIR", o->folder, "folder with an evidence.json")->required();
    writes->callback([=] {
        auto const run = read_evidence(std::filesystem::path(o->folder) / "evidence.json");
        for (std::string const& remark : write_pack(o->folder, run)) { std::cerr << remark << '\n'; }
    });
}

} // namespace qad::program
