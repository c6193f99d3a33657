// SPDX-License-Identifier: MIT
#include <qad/fit/storage.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("bits per weight: the code, and its share of everything that stands beside it") {
    // Chapter 2.5; each is a finite binary fraction, so equality is exact.
    static_assert(bits_per_weight(in_fp16) == 16);
    static_assert(bits_per_weight(in_groups(4, 128)) == 4.125);          // + 16/128
    static_assert(bits_per_weight({4, 128, 16, 4}) == 4.15625);          // and a 4-bit zero point
    static_assert(bits_per_weight({4, 32, 16}) == 4.5);                  // Q4_0
    static_assert(bits_per_weight({4, 32, 16, 4}) == 4.625);
    static_assert(bits_per_weight({8, 32, 16}) == 8.5);                  // Q8_0
    static_assert(bits_per_weight(in_nf4) == 4.5);                       // + 32/64
    static_assert(bits_per_weight(in_nf4_double) == 4 + 0.125 + 1.0 / 512); // 4.127
    static_assert(bits_per_weight(in_rows(8), 4096) == 8 + 16.0 / 4096);
    static_assert(bits_per_weight({4.5}) == 4.5);
    CHECK_THROWS_AS(bits_per_weight(in_rows(4)), shape_error); // how long is the row?
}

TEST_CASE("the course's table: parameters times bytes per parameter") {
    struct row {
        index_t parameters;
        gigabytes fp32, fp16, int8, int4;
    };
    for (row const& r : {row{7'000'000'000, 28_GB, 14_GB, 7_GB, 3.5_GB},
                         row{13'000'000'000, 52_GB, 26_GB, 13_GB, 6.5_GB},
                         row{70'000'000'000, 280_GB, 140_GB, 70_GB, 35_GB}}) {
        CHECK(packed_bytes(r.parameters, 32) == byte_count(r.fp32));
        CHECK(packed_bytes(r.parameters, 16) == byte_count(r.fp16));
        CHECK(packed_bytes(r.parameters, 8) == byte_count(r.int8));
        CHECK(packed_bytes(r.parameters, 4) == byte_count(r.int4));
    }
}

TEST_CASE("70B with its scales: 35.0 GB is nowhere on a disk") {
    index_t const n = 70'000'000'000;
    CHECK(stored_bytes(1, n, in_groups(4, 128)) == byte_count(36'093'750'000)); // 36.09 GB
    CHECK(stored_bytes(1, n, in_groups(4, 32)) == byte_count(39'375'000'000));  // 39.38 GB
    CHECK(stored_bytes(1, n, in_groups(8, 32)) == byte_count(74'375'000'000));  // 74.38 GB
    // nf4 with double quantization, 36.11 GB: n/2 codes, n/64 scales of a byte, and one float for
    // each 256 of those, the last group begun: 35e9 + 1,093,750,000 + 4·⌈4,272,460.9⌉.
    CHECK(stored_bytes(1, n, in_nf4_double) == byte_count(36'110'839'844));
}

TEST_CASE("groups are whole: a row that they do not divide pays for one more") {
    // 3 rows of 100 columns in groups of 64: two groups each, not 300/64 = 4.7 in all.
    CHECK(stored_bytes(3, 100, in_groups(4, 64)) == byte_count(150 + 3 * 2 * 2));
    CHECK(stored_bytes(3, 128, in_groups(4, 64)) == byte_count(192 + 3 * 2 * 2));
    CHECK(stored_bytes(3, 129, in_groups(4, 64)) == byte_count(194 + 3 * 3 * 2)); // 193.5 up
    CHECK(stored_bytes(3, 100, in_rows(8)) == byte_count(300 + 3 * 2));
    CHECK(stored_bytes(1, 1, {4, 64, 16, 4}) == byte_count(1 + 2 + 1)); // half bytes round up
}

TEST_CASE("where groups divide the row, bytes and bits per weight are the same statement") {
    for (storage s : {in_fp16, in_groups(4, 128), in_groups(3, 64), in_nf4, storage{8, 32, 16}}) {
        double const bits = 8 * static_cast<double>(stored_bytes(64, 1024, s).count);
        CHECK(bits == bits_per_weight(s) * 64 * 1024);
    }
}

TEST_CASE("what cannot be stored is an error") {
    CHECK_THROWS_AS(packed_bytes(-1, 8), shape_error);
    CHECK_THROWS_AS(packed_bytes(1, -8), shape_error);
    CHECK_THROWS_AS(packed_bytes(INT64_MAX, 16), shape_error);
    CHECK_THROWS_AS(stored_bytes(INT64_MAX, 2, in_fp16), shape_error);
    CHECK(packed_bytes(0, 16) == byte_count(0));
}
