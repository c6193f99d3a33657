// SPDX-License-Identifier: MIT
// Section 1.1: three models, five formats, five cards, and what is left of each card.
// covers: X11 L63
#include "../book.hpp"

#include <qad/fit/memory_text.hpp> // memory_text
#include <qad/fit/storage.hpp>     // packed_bytes
#include <qad/fit/units.hpp>       // gigabytes, byte_count

using namespace qad;

//[headroom]
/// What a card has left beside the weights; below zero: what is missing.
constexpr byte_count headroom(index_t parameters, double bits, gigabytes card) {
    return byte_count(card) - packed_bytes(parameters, bits);
}
static_assert(headroom(70'000'000'000, 16, 80_GB) == byte_count(-60'000'000'000));
//[headroom]

int main() {
    constexpr double formats[] = {32, 16, 8, 4};
    constexpr double cards[] = {16, 24, 48, 80, 192};
    std::printf("GB left on a card of          ");
    for (double card : cards) { std::printf("%7.0f GB", card); }
    std::printf("\n");
    for (index_t size : {7, 13, 70}) {
        for (double bits : formats) {
            index_t const parameters = size * 1'000'000'000;
            auto const weights = gigabytes(packed_bytes(parameters, bits));
            std::printf("%3lldB at %2.0f bits: %6.1f GB    ", static_cast<long long>(size), bits,
                        weights.value);
            for (double card : cards) {
                double const left = gigabytes(headroom(parameters, bits, gigabytes(card))).value;
                std::printf("%10s", left > 0 ? book::fixed(left, 1).c_str() : "-");
                if (card == 80) {
                    book::plot("1.1-fits", {static_cast<double>(size), bits, weights.value, left});
                }
            }
            std::printf("\n");
        }
    }
    auto const weights = packed_bytes(70'000'000'000, 16);
    std::printf("70B at 16 bits: %s, the same bytes as %s\n",
                memory_text(gigabytes(weights), 0).c_str(), memory_text(gibibytes(weights), 1).c_str());

    book::theorem("weights_gb", book::fixed(gigabytes(weights).value));
    book::theorem("weights_gib", book::fixed(gibibytes(weights).value, 1));
    book::theorem("card_gb", "80");
    book::theorem("missing_gb", book::fixed(-gigabytes(headroom(70'000'000'000, 16, 80_GB)).value));
    book::theorem("billions", "70");
    book::theorem("bytes", "2");
    book::theorem("left_int8", book::fixed(gigabytes(headroom(70'000'000'000, 8, 80_GB)).value));
    book::theorem("left_int4", book::fixed(gigabytes(headroom(70'000'000'000, 4, 80_GB)).value));
    book::theorem("gib_gap", book::fixed(100 * (0x1p30 / 1e9 - 1), 1));
    return 0;
}
