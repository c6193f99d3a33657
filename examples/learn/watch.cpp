// SPDX-License-Identifier: MIT
// ./qad watch: judges the current section again whenever its header is saved.
#include "commands.hpp"

#include <iostream>  // cout
#include <poll.h>    // poll
#include <termios.h> // tcsetattr

namespace qad::learn {

namespace {

/// Keys one by one and unseen, as long as this lives; nothing where there is no terminal.
class keys {
  public:
    keys() : terminal_(::isatty(STDIN_FILENO) != 0) {
        if (!terminal_) { return; }
        ::tcgetattr(STDIN_FILENO, &before_);
        termios raw = before_;
        raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO));
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    keys(keys const&) = delete;
    keys& operator=(keys const&) = delete;
    ~keys() {
        if (terminal_) { ::tcsetattr(STDIN_FILENO, TCSANOW, &before_); }
    }
    bool terminal() const { return terminal_; }

    /// The next key, or 0 when none comes within the time.
    char wait(int milliseconds) const {
        pollfd in{STDIN_FILENO, POLLIN, 0};
        if (!terminal_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
            return 0;
        }
        if (::poll(&in, 1, milliseconds) <= 0) { return 0; }
        char key = 0;
        return ::read(STDIN_FILENO, &key, 1) == 1 ? key : 'q'; // the terminal is gone
    }

  private:
    bool terminal_;
    termios before_{};
};

section neighbour(section const& s) {
    auto const list = exercises();
    auto const log = read_log();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].number != s.number) { continue; }
        for (std::size_t step = 1; step < list.size(); ++step) { // the next unsolved, or the next
            section const& next = list[(i + step) % list.size()];
            if (!solved(next, log)) { return next; }
        }
        return list[(i + 1) % list.size()];
    }
    return list.front();
}

void watch(section now) {
    keys const keyboard;
    if (now.number != current().number) { remember({std::string(now.number), "goto"}); }
    bool ask = true;
    fs::file_time_type seen{};
    for (;;) {
        auto const file = learner_header(now);
        std::error_code gone; // an editor may be replacing the file right now
        auto const changed = fs::last_write_time(file, gone);
        if (!gone && (ask || changed != seen)) {
            seen = changed;
            ask = false;
            if (keyboard.terminal()) { // on a screen of its own; what comes next takes a moment
                std::cout << "\033[2J\033[Hsection " << now.number << ": judging " << shown_path(file)
                          << " ...\n" << std::flush;
            }
            auto const v = check_and_log(now);
            if (keyboard.terminal()) { std::cout << "\033[2J\033[H"; }
            print_verdict(now, {file}, v, true);
            if (keyboard.terminal()) {
                std::cout << "watching " << shown_path(file)
                          << "   n next  h hint  l list  x reset  e where to read  q quit\n";
            }
            std::cout.flush();
        }
        switch (keyboard.wait(300)) {
        case 'n':
            now = neighbour(now);
            remember({std::string(now.number), "goto"});
            ask = true;
            break;
        case 'h': print_hint(now); break;
        case 'l': print_list(); break;
        case 'e':
            std::cout << shown_path(chapter_folder(now) / "README.md") << "#" << now.anchor() << '\n';
            break;
        case 'x':
            std::cout << "press x again to put the stub back; yours is kept beside it\n" << std::flush;
            if (keyboard.wait(5000) == 'x') {
                put_stub_back(now);
                ask = true;
            }
            break;
        case 'q': return;
        default: break;
        }
        std::cout.flush();
    }
}

} // namespace

void add_watch(CLI::App& app) {
    auto which = std::make_shared<std::string>();
    auto* command = app.add_subcommand("watch", "judge a section again on every save");
    command->add_option("SECTION", *which, "3.3; without one, where you are");
    command->callback([which] { watch(one_section(*which)); });
}

} // namespace qad::learn
