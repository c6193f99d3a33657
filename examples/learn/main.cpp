// SPDX-License-Identifier: MIT
// The learner's loop: read a section, predict, run its example, write the idea as a header of
// your own, and have it judged.
#include "commands.hpp"

#include <iostream> // cout, cerr

int main(int count, char** arguments) {
    using namespace qad::learn;
    own_program = arguments[0];
    CLI::App app("qad, the learner's loop: chapters/README.md says how to begin.", "qad");
    app.require_subcommand(1);
    for (auto add : {add_check, add_watch, add_hint, add_list, add_move, add_diff, add_run, add_fail,
                     add_book, add_coverage, add_prove, add_screen}) {
        add(app);
    }
    ascii_lines const plain(std::cout);
    int status = 2;
    try {
        app.parse(count, arguments);
        status = 0;
    } catch (CLI::RuntimeError const& said) {
        status = said.get_exit_code(); // it ran, and the answer is no
    } catch (CLI::ParseError const& problem) {
        status = app.exit(problem) == 0 ? 0 : 2;
    } catch (std::exception const& problem) {
        std::istringstream lines(problem.what()); // some hold a compiler's page
        for (std::string line; std::getline(lines, line);) {
            std::cerr << (letters(line) > screen ? wrapped("", line) : line + "\n");
        }
    }
    return status;
}
