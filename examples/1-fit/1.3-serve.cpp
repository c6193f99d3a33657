// SPDX-License-Identifier: MIT
// Section 1.3: the same 70B on the same card until it crashes; and the cards that a hundred
// users need, by format, by cards a copy, and by what is kept free.
// covers: X13 P35 D03 D05
#include "../book.hpp"

#include <qad/fit/serving.hpp> // fit, max_users, card

using namespace qad;

namespace {

constexpr auto model = nominally(70'000'000'000, llama3_70b); // the course's round 70B
double gb(byte_count size) { return gigabytes(size).value; }

/// One card, int4 in 35 GB: what happens as users come.
void guests() {
    std::printf("70B in int4, 35 GB, on a card of 80 GB; each user brings 8,192 tokens\n");
    auto const line = [](char const* what, index_t users, char const* verdict) {
        auto const need = fit(model, {.weights = {4}, .context = 8192, .users = users});
        std::printf("  %-15s %6.2f GB used, %6.2f GB left   %s\n", what, gb(need.total()),
                    gb(need.headroom(80_GB)), need.fits_in(80_GB) ? verdict : "it crashes");
        book::theorem("used_" + std::to_string(users), book::fixed(gb(need.total()), 2));
        book::theorem("left_" + std::to_string(users),
                      book::fixed(gb(need.headroom(80_GB)), 2));
    };
    line("loaded", 0, "\"it works\"");
    line("one user", 1, "\"ship it\"");
    line("16 users", 16, "full");
    line("17 users", 17, "");
}

/// Users of one copy of the model, and cards for a hundred users. A copy lies on one card, or
/// is shared by two: then its weights are paid once for both.
void bill() {
    std::printf("Cards of 80 GB for 100 users           full      10 %% kept free\n");
    std::printf("                          users/copy  cards  users/copy  cards\n");
    for (double bits : {16, 8, 4}) {
        for (index_t cards : {1, 2}) {
            std::printf("  %2.0f bits, a copy on %s", bits, cards == 1 ? "1 card " : "2 cards");
            for (double reserve : {0.0, 0.1}) {
                auto const need = fit(model, {.weights = {bits}, .context = 8192});
                auto const users = need.max_users({cards * byte_count(80_GB), reserve});
                auto const all = users > 0 ? std::to_string(cards * ceil_div(100, users)) : "-";
                std::printf("%*lld %6s", reserve > 0 ? 12 : 8, static_cast<long long>(users),
                            all.c_str());
                auto const name = book::fixed(bits) + "x" + std::to_string(cards) +
                                  (reserve > 0 ? "_kept" : "");
                book::theorem("users_" + name, std::to_string(users));
                book::theorem("cards_" + name, all);
            }
            std::printf("\n");
        }
    }
}

} // namespace

int main() {
    guests();
    bill();
    book::theorem("token_bytes", book::grouped(kv_bytes(model, 1).count));
    book::theorem("request_gb", book::fixed(gb(kv_bytes(model, 8192)), 3));
    // The picture: one bar for each number of users, int8 and int4.
    for (double bits : {8, 4}) {
        for (index_t users = 0; users <= (bits == 8 ? 4 : 17); ++users) {
            auto const need = fit(model, {.weights = {bits}, .context = 8192, .users = users});
            book::plot("1.3-serve",
                       {bits, static_cast<double>(users), gb(need.weights), gb(need.kv())});
        }
    }
    return 0;
}
