// SPDX-License-Identifier: MIT
// Compiles a self-check, the header that it judges, and an example; each once, until a file that
// it reads changes.
#ifndef QAD_LEARN_COMPILE_HPP
#define QAD_LEARN_COMPILE_HPP

#include "process.hpp"
#include "sections.hpp"

#include <qad/core/file.hpp>   // write_text
#include <qad/decide/hash.hpp> // fnv1a, hex

#include <future>  // async
#include <sstream> // istringstream

namespace qad::learn {

inline std::string hash_of(std::string_view text) { return hex(fnv1a(text)); }

inline std::string compiler() {
    char const* const said = std::getenv("CXX");
    return said ? said : "c++";
}

/// What is judged: a header and the namespace in it.
struct implementation {
    fs::path header;
    std::string space = "learner";
};

struct compiled {
    fs::path program;      ///< empty where it does not compile
    std::string complaint; ///< what the compiler said, then
    double seconds = 0;    ///< 0 where nothing had changed
};

/// True when a file exists and is newer than all the files that it was made from.
inline bool up_to_date(fs::path const& made, std::vector<fs::path> const& from) {
    std::error_code gone;
    auto const built = fs::last_write_time(made, gone);
    if (gone) { return false; }
    for (auto const& file : from) {
        auto const changed = fs::last_write_time(file, gone);
        if (gone || changed > built) { return false; }
    }
    return true;
}
/// What a dependency file names; itself where there is none, so that nothing is up to date.
inline std::vector<fs::path> named_in(fs::path const& dependencies) {
    if (!fs::exists(dependencies)) { return {dependencies}; }
    std::string all = read_file(dependencies);
    for (char& c : all) {
        if (c == '\\' || c == '\n') { c = ' '; }
    }
    std::istringstream words(all.substr(all.find(':') + 1));
    std::vector<fs::path> files;
    for (std::string file; words >> file;) { files.emplace_back(file); }
    return files;
}

/// Has the compiler make build/STEM-…EXTENSION of `words`, unless nothing changed in `from`.
inline compiled make(fs::path const& made, std::vector<std::string> words,
                     std::vector<fs::path> const& from) {
    compiled result{made, {}, 0};
    if (up_to_date(made, from)) { return result; }
    // Another process may build the same: each writes its own, the last one stays.
    std::string const own = made.string() + "." + std::to_string(::getpid());
    words.insert(words.begin(), compiler());
    words.insert(words.end(), {"-pthread", "-o", own});
    auto const begun = fs::file_time_type::clock::now(); // what is saved meanwhile is newer
    auto const run = run_process(words, own + ".log");
    result.seconds = run.seconds;
    fs::remove(own + ".log");
    if (run.status != 0) {
        result.program.clear();
        result.complaint = run.status == 127 && run.said.empty()
                               ? compiler() + ": not found; ./qad doctor says more"
                               : run.said;
        return result;
    }
    fs::last_write_time(own, begun);
    fs::rename(own, made);
    return result;
}

/// Compiles `source` into build/STEM-…EXTENSION, unless nothing changed. A path with a space would
/// need quoting in the dependency file, so there it is compiled every time.
inline compiled compile(fs::path const& source, std::vector<std::string> const& flags,
                        std::string const& extension = "") {
    std::string command = compiler();
    for (auto const& flag : flags) { command += " " + flag; }
    auto const folder = state_folder() / "build";
    fs::create_directories(folder);
    std::string const stem =
        source.stem().string() + "-" + hash_of(command + source.string()) + extension;
    fs::path const made = folder / stem, dependencies = folder / (stem + ".d");
    std::string const own = dependencies.string() + "." + std::to_string(::getpid());
    std::vector<std::string> words = flags;
    words.insert(words.end(), {"-MMD", "-MF", own, source.string()});
    auto const result = make(made, words, named_in(dependencies));
    std::error_code none;
    if (result.program.empty()) { fs::remove(own, none); }
    else if (result.seconds > 0) { fs::rename(own, dependencies); }
    return result;
}

/// The program of these objects.
inline compiled join(std::vector<fs::path> const& objects) {
    std::string names;
    std::vector<std::string> words;
    for (auto const& object : objects) {
        words.push_back(object.string());
        names += words.back() + " ";
    }
    std::string const stem = objects.front().stem().string() + "-" + hash_of(names);
    return make(objects.front().parent_path() / stem, words, objects);
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
        auto const built = compile(root() / "chapters/harness" / name, flags, extension);
        if (built.program.empty()) {
            fail("the harness does not compile; ./qad doctor says what is missing\n", built.complaint);
        }
        return built.program;
    };
    // Both compilers find x.hpp.gch when they are asked to include x.hpp first.
    auto parsed = std::async(std::launch::async, made, "judge.hpp", std::vector<std::string>{"-x", "c++-header"}, ".hpp.gch");
    auto const object = made("self_check.cpp", {"-c"}, ".o");
    return {object, parsed.get().replace_extension()};
}

/// Compiles a part of a check: one that knows no implementation, or an implementation.
inline compiled compile_part(fs::path const& source, std::vector<std::string> const& more) {
    auto flags = check_flags();
    flags.insert(flags.end(), {"-c", "-include", build_harness().header.string()});
    flags.insert(flags.end(), more.begin(), more.end());
    return compile(source, flags, ".o");
}

/// The self-check of a section with what `answer` compiles.
template <class Answer> compiled compile_check(section const& s, Answer const& answer) {
    auto const shared = build_harness();
    auto waiting = std::async(std::launch::async, answer);
    auto const check = compile_part(check_of(s), {});
    auto const judged = waiting.get();
    if (check.program.empty()) { fail(check_of(s).string(), ": ", check.complaint); }
    if (judged.program.empty()) { return judged; }
    auto all = join({check.program, judged.program, shared.object});
    all.seconds += std::max(check.seconds, judged.seconds);
    return all;
}
inline compiled compile_check(section const& s, implementation const& i) {
    return compile_check(s, [&] {
        return compile_part(root() / "chapters/harness/answer.cpp",
                            {"-DQAD_IMPL_NS=" + i.space,
                             "-DQAD_IMPL_HEADER=\"" + i.header.string() + "\"",
                             "-DQAD_CONTRACT=\"" + contract_of(s).string() + "\"",
                             "-I" + i.header.parent_path().string()});
    });
}

/// The example of a section: the same numbers on every processor and compiler.
inline compiled compile_example(section const& s) {
    auto flags = include_flags();
    flags.insert(flags.begin(), {"-std=c++20", "-O2", "-ffp-contract=off",
                                 "-DEIGEN_DONT_VECTORIZE",
                                 "-I" + (root() / "examples").string()});
    return compile(example_of(s), flags);
}

} // namespace qad::learn

#endif
