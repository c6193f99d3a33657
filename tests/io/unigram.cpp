// SPDX-License-Identifier: MIT
#include <qad/io/unigram.hpp>

#include <doctest/doctest.h>

#include <functional> // function

using namespace qad;

namespace {
std::vector<std::int32_t> unigram_tokens(json const& model, std::string_view piece) {
    encode_space space;
    std::vector<std::int32_t> out;
    unigram(model, "x").encode(piece, out, space);
    return out;
}
} // namespace

TEST_CASE("no other way to cut a text has a larger sum") {
    json const model = parse_json(
        R"({"vocab": [["<unk>", 0], ["a", -1.0], ["b", -2.0], ["ab", -2.5], ["ba", -2.7], ["aba", -3.6], ["bb", -3.5]], "unk_id": 0})",
        "x");
    auto const score = [&](std::vector<std::int32_t> const& tokens) {
        double sum = 0;
        for (auto token : tokens) {
            sum += model["vocab"][static_cast<std::size_t>(token)][1].get<double>();
        }
        return sum;
    };
    for (int code = 0; code < 256; ++code) { // all texts of eight letters
        std::string text;
        for (int i = 0; i < 8; ++i) { text += (code >> i & 1) != 0 ? 'b' : 'a'; }
        // The definition: try every word at every place.
        std::function<double(std::size_t)> const best = [&](std::size_t at) -> double {
            double most = at == text.size() ? 0 : -1e9;
            for (std::size_t n = 1; n <= 3 && at + n <= text.size(); ++n) {
                for (auto const& entry : model["vocab"]) {
                    if (entry[0] == text.substr(at, n)) {
                        most = std::max(most, entry[1].get<double>() + best(at + n));
                    }
                }
            }
            return most;
        };
        auto const tokens = unigram_tokens(model, text);
        std::string back;
        for (auto token : tokens) {
            back += model["vocab"][static_cast<std::size_t>(token)][0].get<std::string>();
        }
        CHECK(back == text);
        CHECK(score(tokens) == doctest::Approx(best(0)).epsilon(1e-12));
    }
    CHECK(unigram_tokens(model, "xyza") == std::vector<std::int32_t>{0, 1});
    CHECK_THROWS_AS(unigram({{"vocab", json::array()}}, "x"), format_error);
}

TEST_CASE("a word of the user's is worth more than its parts") {
    json const model = parse_json(
        R"({"vocab": [["<unk>", 0], ["a", -0.5], ["b", -0.5], ["ab", 0]], "types": [2, 1, 1, 4]})",
        "x");
    CHECK(unigram_tokens(model, "aab") == std::vector<std::int32_t>{1, 3});
}
