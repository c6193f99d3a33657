// SPDX-License-Identifier: MIT
#include "../../examples/lab/child.hpp"

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;
using test::scratch_directory;

TEST_CASE("a child's answer, time and memory come back") {
    scratch_directory const here;
    auto const r = lab::run_child("/bin/sh", {"-c", "echo hello; echo remark >&2"}, here / "log");
    CHECK(r.output == "hello\n");
    CHECK(r.peak_bytes > 100'000);
    CHECK(r.seconds > 0);
}

TEST_CASE("a child that fails is one error, with its last words and its command") {
    scratch_directory const here;
    CHECK_THROWS_WITH_AS(
        lab::run_child("/bin/sh", {"-c", "echo first >&2; echo 'no such model' >&2; exit 2"}, here / "log"),
        doctest::Contains("no such model"), error);
    CHECK_THROWS_WITH_AS(lab::run_child("/bin/sh", {"-c", "kill -9 $$"}, here / "log"),
                         doctest::Contains("signal 9"), error);
    CHECK_THROWS_AS(lab::run_child("/no/such/program", {}, here / "log"), error);
}

TEST_CASE("more than a pipe holds") {
    scratch_directory const here;
    auto const r = lab::run_child("/bin/sh", {"-c", "head -c 300000 /dev/zero | tr '\\0' x"}, here / "log");
    CHECK(r.output.size() == 300'000);
}
