// SPDX-License-Identifier: MIT
// One of our own programs in a process of its own: its answer, its time, its peak of memory.
#ifndef QAD_LAB_CHILD_HPP
#define QAD_LAB_CHILD_HPP

#include <qad/core/error.hpp> // fail
#include <qad/core/size.hpp>  // index_t

#include <chrono>     // steady_clock
#include <cstring>    // strerror
#include <fcntl.h>    // open
#include <filesystem> // path
#include <fstream>    // ifstream
#include <string>     // string
#include <sys/resource.h>
#include <sys/wait.h> // wait4
#include <unistd.h>   // fork, execv
#include <vector>     // vector
#if defined(__APPLE__)
#include <mach-o/dyld.h> // _NSGetExecutablePath
#endif

namespace qad::lab {

struct child_result {
    std::string output; ///< what it said on stdout
    double seconds = 0;
    index_t peak_bytes = 0; ///< resident, of the whole process
};

/// The running program's own file: children are the same build.
inline std::filesystem::path own_program() {
#if defined(__APPLE__)
    char name[4096];
    std::uint32_t size = sizeof name;
    if (_NSGetExecutablePath(name, &size) != 0) {
        fail("the path of this program is too long");
    }
    return std::filesystem::canonical(name);
#else
    return std::filesystem::read_symlink("/proc/self/exe");
#endif
}

/// Runs the program with these arguments; its stderr is appended to `log`. An exit status other
/// than 0 is an error that ends with the last line of what it said.
inline child_result run_child(std::filesystem::path const& program,
                              std::vector<std::string> const& arguments,
                              std::filesystem::path const& log) {
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) { argv.push_back(word.data()); }
    argv.push_back(nullptr);
    int pipe_ends[2];
    int const notes = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (notes < 0 || ::pipe(pipe_ends) != 0) {
        fail<io_error>("cannot start ", program.string(), ": ", std::strerror(errno));
    }
    auto const begin = std::chrono::steady_clock::now();
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(pipe_ends[1], STDOUT_FILENO);
        ::dup2(notes, STDERR_FILENO);
        ::close(pipe_ends[0]);
        ::close(pipe_ends[1]);
        ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }
    ::close(pipe_ends[1]);
    ::close(notes);
    if (child < 0) {
        ::close(pipe_ends[0]);
        fail<io_error>("cannot start ", program.string(), ": ", std::strerror(errno));
    }
    child_result result;
    char buffer[4096];
    for (;;) {
        ssize_t const got = ::read(pipe_ends[0], buffer, sizeof buffer);
        if (got > 0) { result.output.append(buffer, static_cast<std::size_t>(got)); }
        if (got == 0 || (got < 0 && errno != EINTR)) { break; }
    }
    ::close(pipe_ends[0]);
    int status = 0;
    rusage usage{};
    while (::wait4(child, &status, 0, &usage) < 0 && errno == EINTR) {}
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
#if defined(__APPLE__)
    result.peak_bytes = usage.ru_maxrss;
#else
    result.peak_bytes = index_t{usage.ru_maxrss} * 1024;
#endif
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        std::string said, line;
        for (std::ifstream in(log); std::getline(in, line);) { said = line; }
        std::string command;
        for (auto const& word : words) { command += (command.empty() ? "" : " ") + word; }
        fail(WIFSIGNALED(status) ? text("was stopped (signal ", WTERMSIG(status), "): ") : "",
             said.empty() ? "no reason given" : said, "\n  command: ", command);
    }
    return result;
}

} // namespace qad::lab

#endif
