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
}

TEST_CASE("1.3.2 how many users the 70B has on a card of 80 GB [P35]") {
    struct plan {
        whole weights;
        double reserve;
    };
    std::vector<whole> got, per_one_token;
    for (auto const& [weights, reserve] :
         {plan{140, 0}, plan{70, 0}, plan{35, 0}, plan{35, 0.1}, plan{70, 0.1}}) {
        got.push_back(
            impl::max_concurrency(80 * billion, weights * billion, per_token, tokens, reserve));
        whole const left = (reserve > 0 ? 72 : 80) * billion - weights * billion;
        per_one_token.push_back(left <= 0 ? -1 : (left - 1) / per_token);
    }
    judge(got, {.input = "weights of 140, 70, 35 GB; then 35 and 70 with a tenth kept free",
                .expected = {-1, 3, 16, 13, 0},
                .beliefs = {{rounds_up, {-1, 4, 17, 14, 1}},
                            {no_reserve, {-1, 3, 16, 16, 3}},
                            {of_tokens, per_one_token}}});
}

TEST_CASE("1.3.3 the same number as letting users in one by one [P35]") {
    auto const draw = [](whole low, std::uint64_t count, std::uint64_t stream) {
        return low + static_cast<whole>(below(count, stream));
    };
    whole const card = 8 * billion * draw(3, 20, 1), weights = card / 8 * draw(1, 4, 2) + 1;
    whole const each_token = draw(20'000, 40'000, 3), context = draw(2'000, 6'000, 4);
    whole const each = each_token * context, usable = card / 8 * 7;
    auto const got = impl::max_concurrency(card, weights, each_token, context, 0.125);
    whole const users = let_in(usable, weights, each);
    judge(got, {.input = text("card ", card, ", weights ", weights, ", ", context,
                              " tokens of ", each_token, " bytes, an eighth kept free"),
                .expected = users,
                .beliefs = {{rounds_up, (usable - weights + each - 1) / each},
                            {no_reserve, let_in(card, weights, each)},
                            {of_tokens, let_in(usable, weights, each_token)}}});
}

TEST_CASE("1.3.4 a card filled to the last byte is one user too many [P35]") {
    auto const weights = static_cast<whole>(billion + below(30 * billion));
    whole const brim = weights + 3 * request;
    judge({impl::max_concurrency(brim, weights, per_token, tokens, 0),
           impl::max_concurrency(brim + 1, weights, per_token, tokens, 0)},
          {.input = text("card ", brim, ", then a byte more; weights ", weights, ", 8192 tokens of ",
                         per_token, " bytes, nothing kept free: room for exactly three users"),
           .expected = {2, 3},
           .beliefs = {{rounds_up, {3, 4}},
                       {of_tokens, {3 * tokens - 1, 3 * tokens}},
                       {to_the_brim, {3, 3}}}});
}

TEST_CASE("1.3.5 cards are bought whole [P35]") {
    std::vector<whole> got;
    for (whole per_card : {16, 13, 3, 25, 0, -1}) {
        got.push_back(impl::cards_for(100, per_card));
    }
    judge(got, {.input = "100 users; 16, 13, 3, 25, 0, -1 of them on a card",
                .expected = {7, 8, 34, 4, -1, -1},
                .beliefs = {{too_few_cards, {6, 7, 33, 4, -1, -1}}}});
}
