// SPDX-License-Identifier: MIT
#include <qad/io/unicode.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("normal forms are idempotent, and composing undoes decomposing") {
    for (char32_t code = 1; code < 0x30000; code += code < 0x3400 ? 1 : 97) {
        if (code >= 0xd800 && code < 0xe000) { continue; }
        std::string text = "a";
        append_utf8(text, code);
        text += "\u0301b";
        auto const nfc = to_normal_form(text, normal_form::nfc),
                   nfd = to_normal_form(text, normal_form::nfd);
        auto const nfkc = to_normal_form(text, normal_form::nfkc);
        bool const stable =
            to_normal_form(nfc, normal_form::nfc) == nfc &&
            to_normal_form(nfd, normal_form::nfc) == nfc &&
            to_normal_form(nfc, normal_form::nfd) == nfd &&
            to_normal_form(nfkc, normal_form::nfkc) == nfkc &&
            to_normal_form(nfkc, normal_form::nfkd) == to_normal_form(text, normal_form::nfkd);
        if (!stable) { FAIL_CHECK(static_cast<unsigned>(code)); }
    }
}

TEST_CASE("examples of Unicode Standard Annex 15") {
    CHECK(to_normal_form("\u212b A\u030a", normal_form::nfc) == "\u00c5 \u00c5");
    CHECK(to_normal_form("\u1e9b\u0323", normal_form::nfkc) == "\u1e69");
    CHECK(to_normal_form("\u1e9b\u0323", normal_form::nfd) == "\u017f\u0323\u0307");
    CHECK(to_normal_form("ﬃ", normal_form::nfc) == "ﬃ");
    CHECK(to_normal_form("ﬃ", normal_form::nfkd) == "ffi");
    CHECK(to_normal_form("\u1100\u1161\u11a8", normal_form::nfc) == "\uac01");
    CHECK(to_normal_form("a\xff"
                         "e\u0301\xc3",
                         normal_form::nfc) == "a\xff\u00e9\xc3");
    CHECK(to_normal_form("", normal_form::nfc) == "");
}

TEST_CASE("lower case and white space") {
    CHECK(to_lower("AÉΣİß\xffЖ") == "aéσi\u0307ß\xffж");
    int spaces = 0;
    for (char32_t code = 0; code < 0x110000; ++code) { spaces += is_white_space(code); }
    CHECK(spaces == 25); // PropList.txt
    CHECK(space_before("a\u3000", 4) == 3);
    CHECK(space_before("\x80\x80\x80\x80\x80", 5) == 0);
    CHECK(space_before("", 0) == 0);
    CHECK(space_after("a\u2003b", 1) == 3);
    CHECK(space_after("a", 1) == 0);
}
