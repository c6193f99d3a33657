// SPDX-License-Identifier: MIT
// One of our own programs in a process of its own: its answer, its time, its peak of memory.
#ifndef QAD_LAB_CHILD_HPP
#define QAD_LAB_CHILD_HPP

#include <qad/core/error.hpp> // fail
#include <qad/core/size.hpp>  // index_t

#include <cerrno>     // errno
#include <chrono>     // steady_clock
#include <cstring>    // strerror
#include <filesystem> // path
#include <poll.h>     // poll
#include <string>     // string
#include <sys/resource.h>
#include <sys/wait.h> // wait4
#include <unistd.h>   // fork, execv
#include <utility>    // exchange
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

/// What a child says on two pipes, until it closes both; of its remarks the last 64 KiB. They
/// go through memory and not through a file, so that a child that finds the disk full can say so.
inline void listen(int answers, int remarks, std::string& output, std::string& said) {
    pollfd ends[2] = {{answers, POLLIN, 0}, {remarks, POLLIN, 0}};
    std::string* const into[2] = {&output, &said};
    for (int open = 2; open > 0;) {
        if (::poll(ends, 2, -1) < 0 && errno != EINTR) { break; }
        for (std::size_t i = 0; i < 2; ++i) {
            if (ends[i].fd < 0 || ends[i].revents == 0) { continue; }
            char buffer[4096];
            ssize_t const got = ::read(ends[i].fd, buffer, sizeof buffer);
            if (got > 0) { into[i]->append(buffer, static_cast<std::size_t>(got)); }
            if (got == 0 || (got < 0 && errno != EINTR)) {
                ends[i].fd = -1; // poll passes over it
                --open;
            }
        }
        constexpr std::size_t most = 1 << 16;
        if (said.size() > 2 * most) { said.erase(0, said.size() - most); }
    }
}

/// Runs the program with these arguments. An exit status other than 0 is an error that ends with
/// the last line of what it said on stderr.
inline child_result run_child(std::filesystem::path const& program,
                              std::vector<std::string> const& arguments) {
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) { argv.push_back(word.data()); }
    argv.push_back(nullptr);
    int answers[2] = {-1, -1}, remarks[2] = {-1, -1}; // reading end, writing end
    auto const shut = [](int& end) {
        if (end >= 0) { ::close(std::exchange(end, -1)); }
    };
    auto const begin = std::chrono::steady_clock::now();
    pid_t const child = ::pipe(answers) == 0 && ::pipe(remarks) == 0 ? ::fork() : -1;
    if (child == 0) {
        ::dup2(answers[1], STDOUT_FILENO);
        ::dup2(remarks[1], STDERR_FILENO);
        for (int end : {answers[0], answers[1], remarks[0], remarks[1]}) { ::close(end); }
        ::execv(program.c_str(), argv.data());
        ::_exit(127);
    }
    int const problem = errno;
    shut(answers[1]);
    shut(remarks[1]);
    child_result result;
    std::string said;
    if (child > 0) { listen(answers[0], remarks[0], result.output, said); }
    shut(answers[0]);
    shut(remarks[0]);
    if (child < 0) {
        fail<io_error>("cannot start ", program.string(), ": ", std::strerror(problem));
    }
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
        while (said.ends_with('\n')) { said.pop_back(); }
        std::string last = said.substr(said.rfind('\n') + 1); // npos + 1 is 0
        if (last.starts_with("qad: ")) { last.erase(0, 5); }  // we say that ourselves
        std::string command;
        for (auto const& word : words) { command += (command.empty() ? "" : " ") + word; }
        fail(WIFSIGNALED(status) ? text("was stopped (signal ", WTERMSIG(status), "): ") : "",
             last.empty() ? "no reason given" : last, "\n  command: ", command);
    }
    return result;
}

} // namespace qad::lab

#endif
