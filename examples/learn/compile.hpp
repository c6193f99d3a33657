// SPDX-License-Identifier: MIT
// Compiles a self-check with the header that it judges, and an example; each once, until a file
// that it reads changes.
#ifndef QAD_LEARN_COMPILE_HPP
#define QAD_LEARN_COMPILE_HPP

#include "process.hpp"
#include "sections.hpp"

#include <qad/core/file.hpp>   // write_text
#include <qad/decide/hash.hpp> // fnv1a, hex

#include <sstream> // istringstream

namespace qad::learn {

inline std::string hash_of(std::string_view text) { return hex(fnv1a(text)); }

inline std::string compiler() {
    char const* const said = std::getenv("CXX");
    return said ? said : "c++";
}

/// What is judged: a header and the namespace in it. A constant instead of a header stands for
/// functions that all return it.
struct implementation {
    fs::path header;
    std::string space = "learner";
    std::string constant = {};
};

struct compiled {
    fs::path program;      ///< empty where it does not compile
    std::string complaint; ///< what the compiler said, then
    double seconds = 0;    ///< 0 where nothing had changed
};

/// True when the program exists and is newer than everything its dependency file names.
inline bool up_to_date(fs::path const& program, fs::path const& dependencies) {
    std::error_code gone;
    auto const built = fs::last_write_time(program, gone);
    if (gone || !fs::exists(dependencies)) { return false; }
    std::string all = read_file(dependencies);
    for (char& c : all) {
        if (c == '\\' || c == '\n') { c = ' '; }
    }
    std::istringstream files(all.substr(all.find(':') + 1));
    for (std::string file; files >> file;) {
        auto const changed = fs::last_write_time(file, gone);
        if (gone || changed > built) { return false; }
    }
    return true;
}

/// Compiles `source` into build/STEM-…EXTENSION, unless nothing changed. A path with a space would
/// need quoting in the dependency file, so there it is compiled every time.
inline compiled compile(fs::path const& source, std::vector<std::string> const& flags,
                        std::vector<std::string> const& objects,
                        std::string const& extension = "") {
    std::string command = compiler();
    for (auto const& flag : flags) { command += " " + flag; }
    auto const folder = state_folder() / "build";
    fs::create_directories(folder);
    std::string const stem =
        source.stem().string() + "-" + hash_of(command + source.string()) + extension;
    fs::path const made = folder / stem, dependencies = folder / (stem + ".d");
    compiled result{made, {}, 0};
    if (up_to_date(made, dependencies)) { return result; }
    // Another process may build the same: each writes its own, the last one stays.
    std::string const own = made.string() + "." + std::to_string(::getpid());
    std::vector<std::string> words = {compiler()};
    words.insert(words.end(), flags.begin(), flags.end());
    words.insert(words.end(), {"-pthread", "-MMD", "-MF", own + ".d", "-o", own, source.string()});
    words.insert(words.end(), objects.begin(), objects.end());
    auto const run = run_process(words, own + ".log");
    result.seconds = run.seconds;
    fs::remove(own + ".log");
    if (run.status != 0) {
        result.program.clear();
        result.complaint = run.status == 127 && run.said.empty()
                               ? compiler() + ": not found; ./qad doctor says more"
                               : run.said;
        fs::remove(own + ".d");
        return result;
    }
    fs::rename(own + ".d", dependencies);
    fs::rename(own, made);
    return result;
}

/// Where the learner's compiler finds Eigen and the like: CMake found it.
inline std::vector<std::string> include_flags() {
    std::vector<std::string> flags = {"-I" + (root() / "include").string(),
                                      "-I" + (root() / "chapters/harness").string()};
    std::istringstream folders(QAD_LEARN_INCLUDES);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (!folder.empty()) { flags.insert(flags.end(), {"-isystem", folder}); }
    }
    return flags;
}

/// What all checks share, compiled once: the main program, and the header that each begins with.
struct harness {
    fs::path object, header;
};

/// Not optimized, so that a check builds in a blink; and a span or vector that is read past its
/// end is noticed.
inline std::vector<std::string> check_flags() {
    auto flags = include_flags();
    flags.insert(flags.begin(), {"-std=c++20", "-O0", "-D_GLIBCXX_ASSERTIONS",
                                 "-D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_FAST",
                                 "-ffp-contract=off", "-pthread",
                                 "-Werror=return-type"});
    return flags;
}

inline harness build_harness() {
    auto const made = [](char const* name, std::vector<std::string> const& more, char const* extension) {
        auto flags = check_flags();
        flags.insert(flags.end(), more.begin(), more.end());
        auto const built = compile(root() / "chapters/harness" / name, flags, {}, extension);
        if (built.program.empty()) {
            fail("the harness does not compile; ./qad doctor says what is missing\n", built.complaint);
        }
        return built.program;
    };
    // Both compilers find x.hpp.gch when they are asked to include x.hpp first.
    auto const parsed = made("judge.hpp", {"-x", "c++-header"}, ".hpp.gch");
    return {made("self_check.cpp", {"-c"}, ".o"), fs::path(parsed).replace_extension()};
}

/// The self-check of a section, for an implementation.
inline compiled compile_check(section const& s, implementation const& judged) {
    auto const shared = build_harness();
    auto flags = check_flags();
    flags.insert(flags.end(), {"-include", shared.header.string(), "-DQAD_IMPL_NS=" + judged.space});
    if (judged.constant.empty()) {
        flags.push_back("-DQAD_IMPL_HEADER=\"" + judged.header.string() + "\"");
        flags.push_back("-I" + judged.header.parent_path().string());
    } else {
        flags.push_back("-DQAD_IMPL_HEADER=\"todo.hpp\"");
        flags.push_back("-DQAD_CONSTANT=" + judged.constant);
    }
    return compile(check_of(s), flags, {shared.object.string()});
}

/// The example of a section: the same numbers on every processor and compiler.
inline compiled compile_example(section const& s) {
    auto flags = include_flags();
    flags.insert(flags.begin(), {"-std=c++20", "-O2", "-ffp-contract=off",
                                 "-DEIGEN_DONT_VECTORIZE",
                                 "-I" + (root() / "examples").string()});
    return compile(example_of(s), flags, {});
}

} // namespace qad::learn

#endif
