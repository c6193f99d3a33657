// SPDX-License-Identifier: MIT
#include <qad/io/utf8.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("every code point is written and read back; nothing else is accepted") {
    // All of Unicode, surrogates excepted: 1,112,064 code points.
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (code == 0xd800) { code = 0xe000; }
        std::string text;
        append_utf8(text, code);
        utf8_step const step = next_utf8(text);
        if (!step.valid || step.code != code || step.length != text.size()) {
            FAIL_CHECK(static_cast<unsigned>(code));
        }
    }
}

TEST_CASE("all two- and three-byte strings: valid exactly where the standard's table says so") {
    // The Unicode Standard, table 3-7, written as ranges.
    auto const in = [](unsigned x, unsigned low, unsigned high) {
        return x >= low && x <= high;
    };
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b) {
            for (unsigned c = 0x7f; c < 0xc1; ++c) {
                char const bytes[] = {static_cast<char>(a), static_cast<char>(b),
                                      static_cast<char>(c)};
                bool const tail = in(c, 0x80, 0xbf);
                std::size_t const length =
                    a < 0x80                                 ? 1
                    : in(a, 0xc2, 0xdf) && in(b, 0x80, 0xbf) ? 2
                    : tail && ((a == 0xe0 && in(b, 0xa0, 0xbf)) ||
                               (a == 0xed && in(b, 0x80, 0x9f)) ||
                               ((in(a, 0xe1, 0xec) || in(a, 0xee, 0xef)) && in(b, 0x80, 0xbf)))
                        ? 3
                        : 0;
                utf8_step const step = next_utf8(std::string_view(bytes, 3));
                if (step.valid != (length > 0) || (step.valid && step.length != length)) {
                    FAIL_CHECK(a, " ", b, " ", c);
                }
            }
        }
    }
}

TEST_CASE("invalid bytes are replaced in the stretches that the standard recommends") {
    // The Unicode Standard, tables 3-8 to 3-11 (with U+FFFD shown as ?).
    auto const shown = [](std::string_view bytes) {
        std::string text = repair_utf8(bytes), out;
        while (!text.empty()) {
            bool const mark = text.starts_with("\xef\xbf\xbd");
            out += mark ? "?" : text.substr(0, 1);
            text.erase(0, mark ? 3 : 1);
        }
        return out;
    };
    CHECK(shown("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41") == "????????A");
    CHECK(shown("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41") == "????????A");
    CHECK(shown("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42") == "?????A??B");
    CHECK(shown("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41") == "????A");
    CHECK(shown("\xe1\x80") == "?");
    CHECK(shown("plain") == "plain");
}

TEST_CASE("cut at any place, a stream gives the same text and only whole characters") {
    std::string const bytes = "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x98\x80\xff\xe2\x82z\xf0\x9f";
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
        for (std::size_t second = first; second <= bytes.size(); ++second) {
            utf8_stream stream;
            std::string all;
            for (auto part : {bytes.substr(0, first), bytes.substr(first, second - first),
                              bytes.substr(second)}) {
                std::string const out = stream.add(part);
                CHECK(repair_utf8(out) == out);
                all += out;
            }
            CHECK(all + stream.finish() == repair_utf8(bytes));
        }
    }
}
