// SPDX-License-Identifier: MIT
// Nothing is typed into prose: the README's example and its output are the files that are built
// and run, to the letter.
#include "tree.hpp"

#include <doctest/doctest.h>

namespace {

/// What stands between the two lines `//[name]` of a source file.
std::string region(std::string const& text, std::string const& name) {
    std::string const mark = "//[" + name + "]\n";
    std::size_t const first = text.find(mark);
    std::size_t const last = text.find(mark, first + mark.size());
    REQUIRE(first != std::string::npos);
    REQUIRE(last != std::string::npos);
    return text.substr(first + mark.size(), last - first - mark.size());
}

} // namespace

TEST_CASE("the README shows the example that is built, and the output that it prints") {
    std::string const readme = house::read("README.md");
    std::string const example = region(house::read("examples/0-readme/first.cpp"), "readme");
    std::string const output = house::read("examples/0-readme/first.out");
    REQUIRE_FALSE(output.empty());
    CHECK(readme.find("```cpp\n" + example + "```\n") != std::string::npos);
    CHECK(readme.find("```\n" + output + "```\n") != std::string::npos);
}

TEST_CASE("the README's map names every folder of the library, and no other") {
    std::string const readme = house::read("README.md");
    std::size_t folders = 0;
    for (auto const& entry : std::filesystem::directory_iterator(house::root / "include/qad")) {
        if (!entry.is_directory()) { continue; }
        ++folders;
        std::string const row = "| `" + entry.path().filename().string() + "/` |";
        CAPTURE(row);
        CHECK(readme.find(row) != std::string::npos);
    }
    std::size_t rows = 0;
    for (std::string const& line : house::lines(readme)) {
        rows += line.starts_with("| `") && line.find("/` |") != std::string::npos;
    }
    CHECK(rows == folders);
}
