// SPDX-License-Identifier: MIT
// What every header has in common, so that a reader finds the same thing at the same place.
#include "tree.hpp"

#include <doctest/doctest.h>

#include <cctype> // toupper, isalnum
#include <map>    // map

namespace {

// QAD_QUANTIZE_GPTQ_HPP for include/qad/quantize/gptq.hpp.
std::string guard_of(std::string const& header) {
    std::string guard;
    for (char c : header.substr(std::string("include/").size())) {
        bool const word = std::isalnum(static_cast<unsigned char>(c)) != 0;
        guard += word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
    }
    return guard;
}

} // namespace

TEST_CASE("every source file says its licence in the first line") {
    for (std::string const folder : {"include", "examples", "tests", "bench"}) {
        for (std::string const ending : {".hpp", ".cpp"}) {
            for (std::string const& name : house::files(folder, ending)) {
                CAPTURE(name);
                CHECK(house::read(name).starts_with("// SPDX-License-Identifier: MIT\n"));
            }
        }
    }
}

TEST_CASE("a header has the guard that its path spells, and no two have the same") {
    std::map<std::string, std::string> seen;
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        CAPTURE(header);
        std::string const text = house::read(header);
        std::string const guard = guard_of(header);
        CHECK(text.find("#ifndef " + guard + "\n#define " + guard + "\n") != std::string::npos);
        CHECK(text.ends_with("#endif\n"));
        CHECK(seen.emplace(guard, header).second);
    }
}

TEST_CASE("a header fits into one sitting: 250 lines, 96 columns") {
    std::string wide; // header:line of each line that a page would wrap; clang-format helps
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        auto const lines = house::lines(house::read(header));
        CAPTURE(header);
        CHECK(lines.size() <= 250);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (house::columns(lines[i]) > 96) {
                wide += header + ":" + std::to_string(i + 1) + "\n";
            }
        }
    }
    CHECK(wide == "");
}

TEST_CASE("an include says what it brings") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        if (house::folder_of(header).empty()) {
            continue;
        } // umbrellas bring their whole folder
        CAPTURE(header);
        for (auto const& line : house::includes(house::read(header))) {
            CAPTURE(line.target);
            CHECK_FALSE(line.remark.empty());
        }
    }
}

TEST_CASE("an umbrella header holds includes only, and all of its folder") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        if (!house::folder_of(header).empty()) { continue; }
        CAPTURE(header);
        std::string const text = house::read(header);
        for (std::string const& line : house::lines(text)) {
            CAPTURE(line);
            bool const quiet = line.empty() || line.starts_with("//") || line.starts_with("#");
            CHECK(quiet);
        }
        std::string const folder = header.substr(0, header.size() - 4); // without ".hpp"
        if (!std::filesystem::is_directory(house::root / folder)) { continue; } // qad.hpp
        auto const included = house::includes(text);
        for (auto const& entry : std::filesystem::directory_iterator(house::root / folder)) {
            if (entry.path().extension() != ".hpp") { continue; }
            std::string const target =
                entry.path().lexically_relative(house::root / "include").generic_string();
            if (target == "qad/core/eigen.hpp") {
                continue;
            } // needs Eigen, which core/ does not
            CAPTURE(target);
            CHECK(std::any_of(included.begin(), included.end(),
                              [&](auto const& line) { return line.target == target; }));
        }
    }
}

TEST_CASE(
    "nothing is thrown but by core/error.hpp, so that headers compile without exceptions") {
    for (std::string const& header : house::files("include/qad", ".hpp")) {
        if (header == "include/qad/core/error.hpp") { continue; }
        CAPTURE(header);
        for (std::string const& line : house::lines(house::read(header))) {
            std::string const code = line.substr(0, line.find("//"));
            CAPTURE(line);
            CHECK(code.find("throw ") == std::string::npos);
        }
    }
}

TEST_CASE("no machine's path, no registry's host and no unfinished mark stands in the tree") {
    // Put together here, so that this file does not contain what it looks for.
    std::vector<std::string> const unwanted = {std::string("/wo") + "rk/",
                                               std::string("/fa") + "rm/",
                                               std::string("/ro") + "ot/",
                                               std::string("pypi") + ".org",
                                               std::string("deb.deb") + "ian.org",
                                               std::string("registry.") + "npmjs",
                                               std::string("files.python") + "hosted",
                                               std::string("TO") + "DO",
                                               std::string("FIX") + "ME",
                                               std::string("not imple") + "mented"};
    std::vector<std::string> names = {"CMakeLists.txt", "CMakePresets.json", "qad",
                                      "README.md",      "CHANGELOG.md",      ".ci/run"};
    for (std::string const folder :
         {"include", "examples", "tests", "bench", "cmake", "chapters"}) {
        for (std::string const ending :
             {".hpp", ".cpp", ".txt", ".cmake", ".md", ".py", ".in", ".out", ".sh"}) {
            for (std::string& name : house::files(folder, ending)) {
                names.push_back(std::move(name));
            }
        }
    }
    for (std::string const& name : names) {
        if (name.starts_with("tests/goldens/")) { continue; } // data, not code
        CAPTURE(name);
        std::string const text = house::read(name);
        for (std::string const& word : unwanted) {
            CAPTURE(word);
            CHECK(text.find(word) == std::string::npos);
        }
    }
}
