// SPDX-License-Identifier: MIT
// Another program: run it, wait only so long, keep what it said.
#ifndef QAD_LEARN_PROCESS_HPP
#define QAD_LEARN_PROCESS_HPP

#include <qad/core/error.hpp> // fail

#include <chrono>     // steady_clock
#include <cstring>    // strerror
#include <fcntl.h>    // open
#include <filesystem> // path
#include <fstream>    // ifstream
#include <sstream>    // ostringstream
#include <string>     // string
#include <sys/wait.h> // waitpid
#include <thread>     // sleep_for
#include <unistd.h>   // fork, execvp
#include <vector>     // vector

namespace qad::learn {

inline std::string read_file(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) { fail<io_error>(file.string(), ": cannot be read"); }
    std::ostringstream all;
    all << in.rdbuf();
    return std::move(all).str();
}

struct process_result {
    int status = 0;         ///< its exit status
    int signal = 0;         ///< that ended it; 0: none
    bool too_slow = false;
    double seconds = 0;
    std::string said;       ///< stdout and stderr
};

/// Runs words[0], found as a shell finds it. Its output goes through the file `log`.
inline process_result run_process(std::vector<std::string> words,
                                  std::filesystem::path const& log, double limit_seconds = 300) {
    std::vector<char*> argv;
    for (auto& word : words) { argv.push_back(word.data()); }
    argv.push_back(nullptr);
    int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0) { fail<io_error>(log.string(), ": ", std::strerror(errno)); }
    auto const begin = std::chrono::steady_clock::now();
    auto const passed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    pid_t const child = ::fork();
    if (child == 0) {
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(out);
    if (child < 0) { fail<io_error>("cannot start ", words[0], ": ", std::strerror(errno)); }
    process_result result;
    int status = 0;
    for (;;) {
        pid_t const ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) { break; }
        if (passed() > limit_seconds) {
            result.too_slow = true;
            ::kill(child, SIGKILL);
            ::waitpid(child, &status, 0);
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    result.seconds = passed();
    result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + result.signal;
    result.said = read_file(log);
    return result;
}

} // namespace qad::learn

#endif
