// SPDX-License-Identifier: MIT
#include <qad/fit/memory_text.hpp>

#include <doctest/doctest.h>

#include <initializer_list> // for over a few texts

using namespace qad;

TEST_CASE("a number leaves with its unit") {
    CHECK(memory_text(140_GB, 0) == "140 GB");
    CHECK(memory_text(gibibytes(byte_count(140_GB)), 1) == "130.4 GiB");
    CHECK(memory_text(byte_count(36'093'750'000)) == "36.09 GB");
    CHECK(memory_text(byte_count(-60_GB)) == "-60.00 GB");
    CHECK(memory_text(byte_count(335'544'320)) == "335.54 MB");
    CHECK(memory_text(byte_count(327'680)) == "327.68 kB");
    CHECK(memory_text(byte_count(512)) == "512 B");
    CHECK(memory_text(kibibytes(byte_count(327'680)), 0) == "320 KiB");
    CHECK(memory_text(mebibytes(1.5), 1) == "1.5 MiB");
    static_assert(unit_name<1'000'000'000>() == "GB");
}

TEST_CASE("a number comes in with its unit") {
    CHECK(parse_memory("80GB") == byte_count(80_GB));
    CHECK(parse_memory("6 GiB") == byte_count(6_GiB));
    CHECK(parse_memory("0.5GiB") == byte_count(mebibytes(512)));
    CHECK(parse_memory("512MiB") == byte_count(mebibytes(512)));
    CHECK(parse_memory("24e3 MB") == byte_count(24_GB));
    CHECK(parse_memory("1TB") == byte_count(1000_GB));
    CHECK(parse_memory("64 kB") == byte_count(64'000));
    CHECK(parse_memory("100 B") == byte_count(100));
}

TEST_CASE("a number without its unit, a unit without a number and nonsense are refused") {
    for (char const* written : {"80", "GB", "", " ", "80 XB", "80G", "-1GB", "infGB", "nanGB", "0x10GB",
                                "1e400GB", "80GBGB", "80 GB of it", "1..2GB", "gb"}) {
        CAPTURE(written);
        CHECK_THROWS_AS(parse_memory(written), error);
    }
}

TEST_CASE("what memory_text wrote, parse_memory reads back to the digits that were written") {
    for (index_t size : {index_t{0}, index_t{999}, index_t{123'450}, index_t{7'240'000'000}}) {
        CHECK(parse_memory(memory_text(byte_count(size))) == byte_count(size));
    }
}
