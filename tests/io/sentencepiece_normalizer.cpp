// SPDX-License-Identifier: MIT
#include <qad/io/sentencepiece_normalizer.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
std::string sentencepiece_text(json const& more, std::string_view text) {
    json object = {{"charsmap", ""}};
    for (auto const& [key, value] : more.items()) { object[key] = value; }
    return sentencepiece_normalizer(object, "x")(text);
}
} // namespace

TEST_CASE("spaces become marks, one before the text, none at its ends") {
    CHECK(sentencepiece_text({}, "  a  b ") == "▁a▁b");
    CHECK(sentencepiece_text({}, "   ") == "");
    CHECK(sentencepiece_text({}, "") == "");
    json const keep = {{"remove_extra_whitespaces", false}};
    CHECK(sentencepiece_text(keep, " a  b ") == "▁▁a▁▁b▁");
    CHECK(sentencepiece_text({{"add_dummy_prefix", false}}, " a b") == "a▁b");
    CHECK(sentencepiece_text({{"escape_whitespaces", false}}, "a b") == " a b");
    CHECK(sentencepiece_text({}, "a\xff b") == "▁a\xff▁b");
    CHECK(sentencepiece_text({{"symbols", {"x y"}}}, "ax  x y") == "▁ax▁x▁y");
    CHECK_THROWS_AS(sentencepiece_text({{"charsmap", "AA"}}, ""), format_error);
    CHECK_THROWS_AS(sentencepiece_text({{"symbols", {1}}}, ""), format_error);
}
