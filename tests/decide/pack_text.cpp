// SPDX-License-Identifier: MIT
#include <qad/decide/pack_text.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("numbers for people") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1'000) == "1,000");
    CHECK(grouped(8'030'261'248) == "8,030,261,248");
    CHECK(grouped(-12'345) == "-12,345");
    CHECK(figure(16.0605) == "16.06");
    CHECK(figure(0.000205428) == "0.0002054");
    CHECK(figure(0.5) == "0.5000");
    CHECK(figure(2051.04) == "2,051");
    CHECK(figure(0) == "0");
    CHECK(figure(-0.0123, 2) == "-0.012");
    CHECK(percent(0.0488) == "4.88 %");
    CHECK(score_text(0.996) == "0.996");
    CHECK(score_text(0.02) == "0.020");
    CHECK(score_text(0.00223) == "0.00223");
    CHECK(score_text(0) == "0.000");
}

TEST_CASE("memory never stands without its unit, in both of them") {
    CHECK(in_bytes(byte_count(205'428)) == "205,428 B = 0.0002054 GB = 0.0001913 GiB");
    CHECK(in_bytes(byte_count(70_GB)) == "70,000,000,000 B = 70.00 GB = 65.19 GiB");
}

TEST_CASE("a storage in words") {
    CHECK(storage_text(in_bf16) == "16 bits");
    CHECK(storage_text(in_groups(4, 64)) == "4 bits + a 16-bit scale for each 64");
    CHECK(storage_text(in_rows(8)) == "8 bits + a 16-bit scale for each row");
    CHECK(storage_text(in_nf4_double) ==
          "4 bits + an 8-bit scale for each 64 + 32 bits for each 256 scales");
}

TEST_CASE("cells cannot break their table") {
    CHECK(table_line({"a|b", "c\nd"}) == "| a\\|b | c d |\n");
    CHECK(table_head({"a", "b"}) == "| a | b |\n|---|---|\n");
    CHECK(csv_line({"a", "b,c", "say \"x\"", ""}) == "a,\"b,c\",\"say \"\"x\"\"\",\n");
}
