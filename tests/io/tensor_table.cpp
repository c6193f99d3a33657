// SPDX-License-Identifier: MIT
#include <qad/io/tensor_table.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
tensor_entry named(std::string const& name, std::string const& file = "f") {
    tensor_entry entry;
    entry.name = name;
    entry.file = file;
    return entry;
}
} // namespace

TEST_CASE("tensors keep their order and are found by name") {
    tensor_table table("dir");
    for (char const* name : {"c", "a", "b"}) { table.add(named(name)); }
    CHECK(table.tensors()[0].name == "c");
    CHECK(table.at("a").name == "a");
    CHECK(table.contains("b"));
    CHECK_FALSE(table.contains("d"));
}

TEST_CASE("a name that two files have is refused with both files") {
    tensor_table table("dir");
    table.add(named("w", "one"));
    CHECK_THROWS_WITH_AS(table.add(named("w", "two")),
                         doctest::Contains("'w' is in two and in one"), format_error);
}

TEST_CASE("a missing name is shown with its neighbours") {
    tensor_table table("dir");
    CHECK_THROWS_WITH_AS(table.at("w"), doctest::Contains("dir: no tensor 'w' among 0"),
                         format_error);
    for (char const* name : {"l.0.k", "l.0.q", "l.1.k", "l.1.q", "norm"}) {
        table.add(named(name));
    }
    CHECK_THROWS_WITH_AS(table.at("l.0.v"),
                         doctest::Contains("near it: 'l.0.k', 'l.0.q', 'l.1.k', 'l.1.q'"),
                         format_error);
    CHECK_THROWS_WITH_AS(table.at("zzz"), doctest::Contains("'l.1.q', 'norm'"), format_error);
    CHECK_THROWS_AS(table.at(""), format_error);
}
