// SPDX-License-Identifier: MIT
#include "../../examples/lab/child.hpp"

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("a child's answer, time and memory come back") {
    auto const r = lab::run_child("/bin/sh", {"-c", "echo hello; echo remark >&2"});
    CHECK(r.output == "hello\n");
    CHECK(r.peak_bytes > 100'000);
    CHECK(r.seconds > 0);
}

TEST_CASE("a child that fails is one error, with its last words and its command") {
    CHECK_THROWS_WITH_AS(
        lab::run_child("/bin/sh", {"-c", "echo first >&2; echo 'no such model' >&2; exit 2"}),
        doctest::Contains("no such model\n  command: /bin/sh"), error);
    CHECK_THROWS_WITH_AS(lab::run_child("/bin/sh", {"-c", "kill -9 $$"}),
                         doctest::Contains("signal 9"), error);
    CHECK_THROWS_AS(lab::run_child("/no/such/program", {}), error);
}

TEST_CASE("more than a pipe holds") {
    auto const r = lab::run_child("/bin/sh", {"-c", "head -c 300000 /dev/zero | tr '\\0' x"});
    CHECK(r.output.size() == 300'000);
    // Remarks as well, from both ends at once.
    auto const both = lab::run_child(
        "/bin/sh", {"-c", "(head -c 300000 /dev/zero >&2) & head -c 200000 /dev/zero; wait"});
    CHECK(both.output.size() == 200'000);
}
