// SPDX-License-Identifier: MIT
// The floors rule: an include points only downwards, or sideways inside its folder. It is what
// lets a reader open one header and know how little of the house stands below it.
#include "tree.hpp"

#include <doctest/doctest.h>

#include <map> // map
#include <set> // set

namespace {

std::map<std::string, int> const floors = {
    {"core", 0},  {"fit", 1},    {"formats", 1}, {"quantize", 2}, {"attend", 2},
    {"adapt", 2}, {"layers", 2}, {"io", 3},      {"simd", 3},     {"cuda", 3},
    {"model", 4}, {"train", 5},  {"decide", 6},
};

// Folders of one floor that may see each other; one direction only, so that there is no circle.
std::set<std::pair<std::string, std::string>> const sideways = {
    {"adapt", "quantize"},
    {"adapt", "layers"},
};

bool allowed(std::string const& from, std::string const& to) {
    if (to == "cuda") { return from == "cuda"; } // a leaf: only programs include it
    if (from == to || sideways.contains({from, to})) { return true; }
    return floors.at(to) < floors.at(from);
}

// Third-party headers, and the folders that may open the door to them.
struct door {
    std::string prefix;
    std::set<std::string> folders;
};
std::set<std::string> const above_formats = {"quantize", "attend", "adapt", "layers", "io",
                                             "simd",     "model",  "train", "decide"};
std::vector<door> const doors = {
    {"Eigen/", above_formats}, {"nlohmann/", {"io", "model", "decide"}},
    {"pcre2.h", {"io"}},       {"utf8proc.h", {"io"}},
    {"sqlite3.h", {"decide"}},
    {"yaml-cpp/", {"decide"}}, {"xsimd/", {"simd"}},
    {"immintrin.h", {"simd"}}, {"x86intrin.h", {"simd"}},
    {"arm_neon.h", {"simd"}},  {"arm_sve.h", {"simd"}},
    {"cuda", {"cuda"}},        {"cublas", {"cuda"}},
};

} // namespace

TEST_CASE("an include points down, or sideways inside its folder") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        std::string const from = house::folder_of(header);
        if (from.empty()) { continue; } // umbrellas have a law of their own
        CAPTURE(header);
        REQUIRE(floors.contains(from));
        for (auto const& line : house::includes(house::read(header))) {
            if (!line.target.starts_with("qad/")) { continue; }
            CAPTURE(line.number);
            CAPTURE(line.target);
            std::string const to = house::folder_of("include/" + line.target);
            // An umbrella inside the library would pull in a whole folder for one name.
            REQUIRE_FALSE(to.empty());
            REQUIRE(floors.contains(to));
            CHECK(allowed(from, to));
        }
    }
}

TEST_CASE("a package is included only where design and build say so") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        std::string const from = house::folder_of(header);
        CAPTURE(header);
        for (auto const& line : house::includes(house::read(header))) {
            CAPTURE(line.target);
            CHECK_FALSE(
                line.target.starts_with("doctest/"));     // tests are no part of the library
            CHECK_FALSE(line.target.starts_with("CLI/")); // argument parsing stays in programs
            CHECK_FALSE(line.target.starts_with("fmt/"));
            if (header == "include/qad/core/eigen.hpp" && line.target.starts_with("Eigen/")) {
                continue; // the one file of core/ that maps views to Eigen; linalg carries it
            }
            for (door const& one : doors) {
                if (line.target.starts_with(one.prefix)) { CHECK(one.folders.contains(from)); }
            }
        }
    }
}

TEST_CASE("core, fit and formats need the standard library only") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        std::string const from = house::folder_of(header);
        if (from.empty() || floors.at(from) > 1 || header == "include/qad/core/eigen.hpp") {
            continue;
        }
        CAPTURE(header);
        for (auto const& line : house::includes(house::read(header))) {
            CAPTURE(line.target);
            CHECK(line.target != "qad/core/eigen.hpp");
            bool const system = line.target.find('/') == std::string::npos ||
                                line.target.starts_with("sys/") ||
                                line.target.starts_with("qad/");
            CHECK(system);
        }
    }
}

TEST_CASE("intrinsics and instruction-set macros stay in simd/") {
    // core/team.hpp has a pause instruction and nothing else: that is not a kernel.
    std::vector<std::string> const words = {"__AVX",         "__SSE",  "__ARM_NEON",
                                            "__ARM_FEATURE", "_mm_",   "_mm256_",
                                            "_mm512_",       "vld1q_", "xsimd::"};
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        std::string const from = house::folder_of(header);
        if (from == "simd") { continue; }
        CAPTURE(header);
        std::string const text = house::read(header);
        for (std::string const& word : words) {
            CAPTURE(word);
            CHECK(text.find(word) == std::string::npos);
        }
    }
}
