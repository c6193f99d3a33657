// SPDX-License-Identifier: MIT
#include <qad/fit/serving.hpp>

#include <doctest/doctest.h>

#include <type_traits> // is_convertible_v

using namespace qad;

namespace {
/// The course's 70B: 70·10⁹ weights, and the KV heads of Llama-3.1-70B.
constexpr model_shape seventy = nominally(70'000'000'000, llama3_70b);
constexpr index_t request = 8192;
} // namespace

// The words of the library (chapter 1): 4.517 GB + 1.074 GB = 5.21 GiB.
constexpr auto need = qad::fit(qad::llama3_8b, {.weights = {4.5}, .context = 8192});
static_assert(need.fits_in(6_GiB) && !need.fits_in(5_GiB));
static_assert(need.kv_per_user == byte_count(1_GiB));

TEST_CASE("the opening failure: 140 GB misses an 80 GB card by 60 GB before any token") {
    constexpr auto loaded = fit(seventy, {.weights = in_fp16});
    static_assert(loaded.total() == byte_count(140_GB));
    static_assert(loaded.headroom(80_GB) == byte_count(-60_GB));
    static_assert(!loaded.fits_in(80_GB));
    static_assert(fit(seventy, {.weights = {4}}).fits_in(80_GB)); // 35 GB
    CHECK(loaded.max_users(80_GB) == -1);                         // it does not even load
}

TEST_CASE("a card filled to the last byte does not fit (M1.1d)") {
    constexpr auto forty = fit(nominally(40'000'000'000, llama3_70b), {.weights = in_fp16});
    static_assert(forty.headroom(80_GB) == byte_count(0));
    static_assert(!forty.fits_in(80_GB));
    CHECK(forty.fits_in(byte_count(80'000'000'001)));
}

TEST_CASE("GB and GiB cards are told apart: 80 GiB hold 5.9 GB more") {
    auto const eighty_three = fit(nominally(83'000'000'000, llama3_70b), {.weights = {8}});
    CHECK(eighty_three.fits_in(80_GiB));
    CHECK_FALSE(eighty_three.fits_in(80_GB));
    static_assert(!std::is_convertible_v<double, card> && !std::is_convertible_v<index_t, card>);
}

TEST_CASE("loads, serves one, serves 16, dies with 17: 77.95 and 80.63 GB (chapters 1.3, 4.1)") {
    auto const total = [](index_t users) {
        return fit(seventy, {.weights = {4}, .context = request, .users = users}).total();
    };
    CHECK(total(0) == byte_count(35_GB));
    CHECK(total(1) == byte_count(37'684'354'560));
    CHECK(total(16) == byte_count(77'949'672'960));
    CHECK(total(17) == byte_count(80'634'027'520));
}

TEST_CASE("how many users: 16 beside 36.09 GB, 13 with a tenth of the card kept free, 3 at int8") {
    constexpr auto int4_128 = fit(seventy, {.weights = in_groups(4, 128), .context = request});
    static_assert(int4_128.weights == byte_count(36'093'750'000));
    static_assert(int4_128.max_users(80_GB) == 16); // 43.9 GB / 2.684 GB = 16.4, down
    static_assert(int4_128.max_users({80_GB, 0.10}) == 13);
    static_assert(fit(seventy, {.weights = {8}, .context = request}).max_users(80_GB) == 3);
    static_assert(fit(seventy, {.weights = in_fp16, .context = request}).max_users(80_GB) == -1);
    // The second card of chapter 1.2: 160 GB leave 20 for seven requests at fp16.
    static_assert(fit(seventy, {.context = request}).max_users(160_GB) == 7);
    CHECK(int4_128.headroom(80_GB) == byte_count(80_GB) - int4_128.total());
}

TEST_CASE("fewer bits in the cache buy users, in the weights they buy a constant (chapter 4.2)") {
    auto const users = [](storage weights, storage kv) {
        return fit(seventy, {.weights = weights, .kv = kv, .context = request}).max_users(80_GB);
    };
    CHECK(users(in_groups(4, 128), {8}) == 32);
    CHECK(users(in_groups(4, 128), {4.5}) == 58);
    CHECK(users({4}, {8}) == 33); // beside the 35.0 GB of the head sum
    CHECK(users({4}, {4.5}) == 59);
}

TEST_CASE("max_users is the largest number that fits, by trying") {
    for (double reserve : {0.0, 0.1, 0.35}) {
        card const c{80_GB, reserve};
        serving_plan plan{.weights = in_groups(4, 128), .context = request, .workspace = byte_count(1_GB)};
        index_t const most = fit(seventy, plan).max_users(c);
        plan.users = most;
        CHECK(fit(seventy, plan).fits_in(c));
        plan.users = most + 1;
        CHECK_FALSE(fit(seventy, plan).fits_in(c));
    }
    // Loads with less than one request to spare: serves nobody.
    CHECK(fit(seventy, {.weights = {8}, .context = request}).max_users(71_GB) == 0);
    // Without a context nothing limits the users but their number.
    CHECK(fit(seventy, {.weights = {8}}).max_users(80_GB) == INT64_MAX);
}

TEST_CASE("the ledger: weights and workspace once, the cache once per user, each with its bits") {
    auto const budget = fit(seventy, {.weights = in_groups(4, 128), .kv = {8}, .context = request,
                                      .users = 16, .workspace = byte_count(2_GB)});
    ledger const lines = budget.lines();
    CHECK(lines["weights"] == byte_count(36'093'750'000));
    CHECK(lines["KV cache"] == 16 * byte_count(1'342'177'280));
    CHECK(lines["workspace"] == byte_count(2_GB));
    CHECK(lines.total() == budget.total());
    CHECK(lines.begin()->bits() == 4.125);
    CHECK((lines.begin() + 1)->bits() == 8);
    // The cache does not change with the format of the weights (M4.1b).
    CHECK(fit(seventy, {.kv = {8}, .context = request, .users = 16}).kv() == budget.kv());
}

TEST_CASE("a card is a size and a share of it") {
    CHECK(card{80_GB, 0.1}.usable() == byte_count(72_GB));
    CHECK_THROWS_AS(card(80_GB, 1.0), error);
    CHECK_THROWS_AS(card(80_GB, -0.1), error);
}
