// SPDX-License-Identifier: MIT
#include <qad/decide/hash.hpp>

#include <support/scratch.hpp>

#include <doctest/doctest.h>

using namespace qad;

// The vectors that the authors of the hash publish.
TEST_CASE("FNV-1a is the published function") {
    CHECK(hex(fnv1a("")) == "cbf29ce484222325");
    CHECK(hex(fnv1a("a")) == "af63dc4c8601ec8c");
    CHECK(hex(fnv1a("foobar")) == "85944171f73967e8");
}

TEST_CASE("a text hashed in pieces is hashed as a whole, bytes above 127 included") {
    std::string const text = "price: 604 \xe2\x82\xac\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CHECK(fnv1a(text.substr(cut), fnv1a(text.substr(0, cut))) == fnv1a(text));
    }
}

TEST_CASE("hexadecimal always has sixteen digits") {
    CHECK(hex(0) == "0000000000000000");
    CHECK(hex(~std::uint64_t{0}) == "ffffffffffffffff");
    CHECK(hex(0x0123456789abcdefu) == "0123456789abcdef");
}

// Every step of the hash is a bijection of the state, so one changed byte always shows.
TEST_CASE("a file's hash is that of its bytes, and one changed byte changes it") {
    test::scratch_directory const room;
    std::string text = "one\ntwo\n";
    write_text(room / "a", text);
    CHECK(hash_of_file(room / "a") == hex(fnv1a(text)));
    for (char& c : text) {
        auto const before = fnv1a(text);
        c ^= 1;
        CHECK(fnv1a(text) != before);
    }
    CHECK_THROWS_AS(hash_of_file(room / "none"), io_error);
}
