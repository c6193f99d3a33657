// SPDX-License-Identifier: MIT
#include <qad/formats/integer.hpp>
#include <qad/formats/nf4.hpp>
#include <qad/formats/packed.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

#include <vector> // vector

using namespace qad;

TEST_CASE_TEMPLATE("writing one code changes that code and no other, at every width and column", C,
                   integer<2>, integer<3>, integer<4>, integer<5>, integer<6>, integer<7>,
                   integer<8>, nf4) {
    // Against a plain matrix of codes. 13 columns: at every width but 8 codes cross bytes or a row
    // ends inside one; three rows: the row before and the row behind must not notice either.
    index_t const rows = 3, cols = 13;
    packed_codes<C> packed(rows, cols);
    std::vector<unsigned> plain(static_cast<std::size_t>(rows * cols), 0);
    generator random(C::bits);
    int wrong = 0;
    for (int write = 0; write < 2000; ++write) {
        index_t const i = random.below(rows), j = random.below(cols);
        unsigned const code = random.below(1u << C::bits);
        packed.set(i, j, C::from_code(code));
        plain[static_cast<std::size_t>(i * cols + j)] = code;
        for (index_t at = 0; at < rows * cols; ++at) {
            wrong += packed.get(at / cols, at % cols).code() != plain[static_cast<std::size_t>(at)];
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("a row takes the bytes of its bits, rounded up, and nothing behind them", C,
                   integer<2>, integer<3>, integer<4>, integer<5>, integer<6>, integer<7>,
                   integer<8>) {
    for (index_t cols = 0; cols <= 17; ++cols) {
        packed_codes<C> const packed(2, cols);
        CHECK(packed.row_bytes() == (cols * C::bits + 7) / 8);
        CHECK(packed.bytes().size() == static_cast<std::size_t>(2 * packed.row_bytes()));
    }
}

TEST_CASE("the last column of an odd row stays inside its row, and unused bits stay 0") {
    packed_codes<int3> packed(2, 3); // 9 bits: two bytes, the second with 7 bits to spare
    for (index_t j = 0; j < 3; ++j) { packed.set(0, j, int3::from_code(7)); }
    CHECK(packed.bytes()[0] == std::byte{0xff});
    CHECK(packed.bytes()[1] == std::byte{0x01});
    CHECK(packed.bytes()[2] == std::byte{0});
}

TEST_CASE("int4: the even column in the low nibble") {
    packed_codes<int4> packed(1, 4);
    packed.set(0, 0, int4{1});
    packed.set(0, 1, int4{-1});
    packed.set(0, 2, int4{-8});
    packed.set(0, 3, int4{7});
    CHECK(packed.bytes()[0] == std::byte{0xf1});
    CHECK(packed.bytes()[1] == std::byte{0x78});
}

TEST_CASE("sizes that leave 64 bits are an error, not a small allocation") {
    CHECK_THROWS_AS(packed_codes<int4>(index_t{1} << 40, index_t{1} << 40), shape_error);
    CHECK_THROWS_AS(packed_codes<int4>(1, INT64_MAX), shape_error);
    CHECK_THROWS_AS(packed_codes<int4>(-1, 8), shape_error);
}
