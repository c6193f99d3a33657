// SPDX-License-Identifier: MIT
// What the learner's commands share.
#ifndef QAD_LEARN_COMMANDS_HPP
#define QAD_LEARN_COMMANDS_HPP

#include "judge.hpp"

#include <CLI/CLI.hpp>       // App
#include <nlohmann/json.hpp> // json

#include <atomic>    // atomic
#include <exception> // exception_ptr

namespace qad::learn {

using nlohmann::json;

/// The file of this program, as it was called.
inline fs::path own_program;

/// As a person would type it: relative to where they are.
inline std::string shown_path(fs::path const& file) {
    auto const near = fs::relative(file).string();
    return near.starts_with("../..") ? file.string() : near;
}

/// One result for each item, worked out on as many threads as there are processors.
template <class List, class Work> auto in_parallel(List const& list, Work const& work) {
    std::vector<std::invoke_result_t<Work, typename List::value_type const&>> results(list.size());
    std::atomic<std::size_t> next = 0;
    std::exception_ptr problem;
    std::atomic<bool> stop = false;
    auto const share = [&] {
        for (std::size_t i = next++; i < list.size() && !stop; i = next++) {
            try {
                results[i] = work(list[i]);
            } catch (...) {
                if (!stop.exchange(true)) { problem = std::current_exception(); }
            }
        }
    };
    build_harness(); // once, before several ask for it
    std::vector<std::thread> others;
    for (unsigned n = 1; n < std::max(1U, std::thread::hardware_concurrency()); ++n) {
        others.emplace_back(share);
    }
    share();
    for (auto& other : others) { other.join(); }
    if (problem) { std::rethrow_exception(problem); }
    return results;
}

/// Judges, and writes it into the learner's log.
verdict check_and_log(section const& s);
void print_verdict(section const& s, implementation const& i, verdict const& v, bool own);
/// The next hint of a section, which the log remembers.
void print_hint(section const& s);
void print_list();

void add_check(CLI::App& app);
void add_prove(CLI::App& app);
void add_screen(CLI::App& app);
void add_watch(CLI::App& app);
void add_hint(CLI::App& app);
void add_list(CLI::App& app);
void add_move(CLI::App& app);
void add_diff(CLI::App& app);
void add_run(CLI::App& app);
void add_fail(CLI::App& app);
void add_book(CLI::App& app);
void add_coverage(CLI::App& app);

} // namespace qad::learn

#endif
