// SPDX-License-Identifier: MIT
// Self-check 1.3, "Why this matters to a Lead AI Engineer".
#include "self_check.hpp"
#include "../contracts/1.3-serve.hpp"

using namespace qad::check;

namespace {

using whole = std::int64_t;
constexpr whole billion = 1'000'000'000;
constexpr whole per_token = 327'680, tokens = 8192, request = per_token * tokens; // of the 70B

mistake const rounds_up{"1.3a", "a part of a user is counted as a user.",
                        "the 17th user needs 80.63 GB of a card of 80: all 17 are gone."};
mistake const no_reserve{
    "1.3b", "what was to be kept free is filled with users.",
    "three users more, 16 for 13, and the first surprise ends all of them."};
mistake const of_tokens{"1.3c", "a user is taken to cost what one token costs.",
                        "it promises 137'329 users on a card that serves 16."};
mistake const too_few_cards{"1.3d", "cards are rounded down, as users are.",
                            "at 13 users a card, 7 cards leave 9 of 100 users outside."};
mistake const to_the_brim{"1.3e", "a card may be filled to the last byte.",
                          "0 bytes are left, and the next token of anybody needs 327'680."};

whole draw(whole low, std::uint64_t count, std::uint64_t stream) {
    return low + static_cast<whole>(below(count, stream));
}

/// Lets users in one by one as long as a byte stays free.
whole let_in(whole usable, whole weights, whole each) {
    whole users = -1;
    for (whole used = weights; used < usable; used += each) { ++users; }
    return users;
}

} // namespace

TEST_CASE("1.3.1 a card holds weights, and a cache for each user [P35]") {
    std::vector<whole> got, tokens_only;
    for (whole users : {0, 1, 16, 17}) {
        got.push_back(impl::used_bytes(35 * billion, per_token, tokens, users));
        tokens_only.push_back(35 * billion + users * per_token);
    }
    judge(got, {.input = "35 GB of weights; 0, 1, 16, 17 users of 8192 tokens of 327'680 bytes",
                .expected = {35'000'000'000, 37'684'354'560, 77'949'672'960, 80'634'027'520},
                .beliefs = {{of_tokens, tokens_only}}});
    // A long context: one user alone is more than 32 bits count.
    whole const weights = draw(billion, 9'000'000'000, 1), each_token = draw(50'000, 30'000, 2);
    judge({impl::used_bytes(weights, each_token, 131'072, 1),
           impl::used_bytes(weights, each_token, 131'072, 3)},
          {.input = text(weights, " bytes of weights; 1, 3 users of 131'072 tokens of ",
                         each_token, " bytes"),
           .expected = {weights + each_token * 131'072, weights + 3 * each_token * 131'072},
           .beliefs = {{of_tokens, {weights + each_token, weights + 3 * each_token}}}});
}

TEST_CASE("1.3.2 how many users the 70B has on a card of 80 GB [P35]") {
    struct plan {
        whole weights, tokens;
        double reserve;
        whole usable; // GB
    };
    std::vector<whole> got, per_one_token;
    for (auto const& [weights, context, reserve, usable] :
         {plan{140, tokens, 0, 80}, plan{70, tokens, 0, 80}, plan{35, tokens, 0, 80},
          plan{35, tokens, 0.1, 72}, plan{70, tokens, 0.1, 72}, plan{75, tokens, 0.1, 72},
          plan{35, tokens, 0.25, 60}, plan{35, 100'000, 0, 80}}) {
        got.push_back(impl::max_concurrency(80 * billion, weights * billion, per_token, context,
                                            reserve));
        whole const left = (usable - weights) * billion;
        per_one_token.push_back(left <= 0 ? -1 : (left - 1) / per_token);
    }
    judge(got, {.input = "8192 tokens: weights of 140, 70, 35 GB; of 35, 70, 75 with a tenth "
                         "kept free, of 35 with a quarter; 100'000 tokens: of 35",
                .expected = {-1, 3, 16, 13, 0, -1, 9, 1},
                .beliefs = {{rounds_up, {-1, 4, 17, 14, 1, -1, 10, 2}},
                            {no_reserve, {-1, 3, 16, 16, 3, 1, 16, 1}},
                            {of_tokens, per_one_token}}});
}

TEST_CASE("1.3.3 the same number as letting users in one by one [P35]") {
    whole const card = 8 * billion * draw(3, 20, 1), weights = card / 8 * draw(1, 4, 2) + 1;
    whole const each_token = draw(20'000, 40'000, 3), context = draw(2'000, 6'000, 4);
    whole const each = each_token * context;
    std::vector<whole> got, expected, one_more, unreserved, per_one_token;
    for (whole eighths : {0, 1, 3}) {
        whole const usable = card / 8 * (8 - eighths), left = usable - weights;
        got.push_back(impl::max_concurrency(card, weights, each_token, context,
                                            static_cast<double>(eighths) / 8));
        expected.push_back(let_in(usable, weights, each));
        one_more.push_back((left + each - 1) / each);
        unreserved.push_back(let_in(card, weights, each));
        per_one_token.push_back((left - 1) / each_token);
    }
    judge(got, {.input = text("card ", card, ", weights ", weights, ", ", context,
                              " tokens of ", each_token, " bytes; 0, 1, 3 eighths kept free"),
                .expected = expected,
                .beliefs = {{rounds_up, one_more},
                            {no_reserve, unreserved},
                            {of_tokens, per_one_token}}});
}

TEST_CASE("1.3.4 a card filled to the last byte is one user too many [P35]") {
    // Seven eighths of the last card are just three users; the eighth is two more and a part.
    whole const eighth = draw(6 * billion, 1'000'000'000, 1), brim = 7 * eighth;
    whole const weights = brim - 3 * request;
    using sizes = std::vector<whole>;
    sizes got;
    for (whole card : {weights - 1, weights, weights + 1, brim - 1, brim, brim + 1}) {
        got.push_back(impl::max_concurrency(card, weights, per_token, tokens, 0));
    }
    got.push_back(impl::max_concurrency(8 * eighth, weights, per_token, tokens, 0.125));
    whole const unreserved = (8 * eighth - weights - 1) / request, most = 3 * tokens - 1;
    judge(got, {.input = text("w = ", weights, " bytes of weights, users of 8192 tokens of ",
                              per_token, " bytes; cards of w - 1, w, w + 1; of t - 1, t, t + 1 "
                              "where t = w + three users; of 8/7 t, an eighth kept free"),
                .expected = {-1, -1, 0, 2, 2, 3, 2},
                .beliefs = {{rounds_up, {-1, -1, 1, 3, 3, 4, 3}},
                            {no_reserve, sizes{-1, -1, 0, 2, 2, 3, unreserved}},
                            {of_tokens, sizes{-1, -1, 0, most, most, most + 1, most}},
                            {to_the_brim, {-1, -1, 0, 2, 3, 3, 3}},
                            {to_the_brim, {-1, 0, 0, 2, 3, 3, 3}},
                            {to_the_brim, {-1, 0, 0, 2, 2, 3, 2}}}});
}

TEST_CASE("1.3.5 cards are bought whole [P35]") {
    std::vector<whole> got;
    for (whole per_card : {16, 13, 3, 25, 0, -1}) {
        got.push_back(impl::cards_for(100, per_card));
    }
    judge(got, {.input = "100 users; 16, 13, 3, 25, 0, -1 of them on a card",
                .expected = {7, 8, 34, 4, -1, -1},
                .beliefs = {{too_few_cards, {6, 7, 33, 4, -1, -1}}}});
    got.clear();
    for (whole users : {whole{0}, whole{9}, whole{16}, whole{17}, 3 * billion + 1}) {
        got.push_back(impl::cards_for(users, 16));
    }
    judge(got, {.input = "0, 9, 16, 17, 3'000'000'001 users; 16 of them on a card",
                .expected = {0, 1, 1, 2, 187'500'001},
                .beliefs = {{too_few_cards, {0, 0, 1, 1, 187'500'000}}}});
}
