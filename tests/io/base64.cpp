// SPDX-License-Identifier: MIT
#include <qad/io/base64.hpp>

#include <doctest/doctest.h>

using namespace qad;

TEST_CASE("the examples of RFC 4648, section 10, both ways") {
    char const* const pairs[][2] = {{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}};
    for (auto const& [bytes, text] : pairs) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text, "x") == bytes);
    }
    std::string every;
    for (int byte = 0; byte < 256; ++byte) { every += static_cast<char>(byte); }
    CHECK(from_base64(to_base64(every), "x") == every);
    CHECK_THROWS_WITH_AS(from_base64("a-b", "the map"),
                         doctest::Contains("the map is not base64 at '-'"), format_error);
}
