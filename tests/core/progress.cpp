// SPDX-License-Identifier: MIT
#include <qad/core/progress.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

#include <cstdio>  // fflush
#include <fstream> // ifstream
#include <string>  // string
#include <unistd.h> // dup2

using namespace qad;

namespace {

/// What f writes to stderr, and to stdout behind it.
template <class F> std::string captured(F&& f, int descriptor = STDERR_FILENO) {
    test::scratch_directory const room;
    std::FILE* const stream = descriptor == STDERR_FILENO ? stderr : stdout;
    std::fflush(stream);
    int const kept = ::dup(descriptor);
    std::FILE* const file = std::fopen((room / "out").c_str(), "wb");
    ::dup2(::fileno(file), descriptor);
    f();
    std::fflush(stream);
    ::dup2(kept, descriptor);
    ::close(kept);
    std::fclose(file);
    std::ifstream written(room / "out", std::ios::binary);
    return {std::istreambuf_iterator<char>(written), {}};
}

std::size_t count(std::string const& text, std::string const& part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

} // namespace

TEST_CASE("plain: the first step and the last one are lines, without control characters") {
    std::string const out = captured([] {
        progress bar("layers", 5, progress_style::plain);
        for (int i = 0; i < 5; ++i) { bar.step(1, i == 4 ? "done" : ""); }
        CHECK(bar.done() == 5);
    });
    CHECK(out.starts_with("layers: 1 of 5"));
    CHECK(count(out, "layers: 5 of 5") == 1);
    CHECK(out.ends_with(", done\n"));
    CHECK(count(out, "\n") == 2); // the steps between came within ten seconds
    CHECK(out.find('\r') == std::string::npos);
    CHECK(out.find('\033') == std::string::npos);
}

TEST_CASE("terminal: one line that is drawn over itself and ends with a full bar and a newline") {
    std::string const out = captured([] {
        progress bar("layers", 3, progress_style::terminal);
        for (int i = 0; i < 3; ++i) { bar.step(); }
    });
    CHECK(out.starts_with("\rlayers ["));
    CHECK(out.find(std::string(24, '#')) != std::string::npos);
    CHECK(out.find("3/3") != std::string::npos);
    CHECK(out.ends_with("\n"));
    CHECK(count(out, "\n") == 1);
}

TEST_CASE("silent says nothing, and a file behind stderr is no terminal") {
    CHECK(captured([] {
              progress bar("layers", 2, progress_style::silent);
              bar.step(2);
          }) == "");
    std::string const out = captured([] {
        progress bar("layers", 1);
        bar.step();
    });
    CHECK(out.find('\r') == std::string::npos);
    CHECK(out.starts_with("layers: 1 of 1"));
}

TEST_CASE("stdout stays clean for results") {
    CHECK(captured(
              [] {
                  std::string const remarks = captured([] {
                      progress bar("layers", 1, progress_style::plain);
                      bar.step();
                  });
                  CHECK_FALSE(remarks.empty());
              },
              STDOUT_FILENO) == "");
}

TEST_CASE("a task of no steps and a task of more steps than announced do no harm") {
    std::string const out = captured([] {
        progress none("nothing", 0, progress_style::plain);
        none.step(0);
        progress more("more", 2, progress_style::terminal);
        more.step(5);
    });
    CHECK(out.find("nothing: 0 of 0") != std::string::npos);
    CHECK(out.find("5/2") != std::string::npos);
}
