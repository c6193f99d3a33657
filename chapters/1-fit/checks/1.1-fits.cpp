// SPDX-License-Identifier: MIT
// Self-check 1.1, "Opening failure".
#include "self_check.hpp"
#include "../contracts/1.1-fits.hpp"

using namespace qad::check;

namespace {

constexpr std::int64_t billion = 1'000'000'000;

mistake const gib_card{"1.1a", "an 80 GB card is taken for 80 GiB.",
                       "80 GiB are 85.9 GB: the sum invents 5.9 GB that nobody sold you."};
mistake const bits_for_bytes{"1.1b", "bits are taken for bytes.",
                             "70B at 16 bits would be 1120 GB; it is 140, eight times less."};
mistake const wraps{"1.1c", "the bytes are counted in 32 bits.",
                    "32 bits end at 4.29 billion, and 70B weights begin far above."};
mistake const full{"1.1d", "a headroom of nothing is taken for a fit.",
                   "40B at 16 bits fill 80 GB to the last byte: not one token has room."};
mistake const rounds_down{"1.1e", "a byte that is partly used is not counted.",
                          "7 weights of 4 bits are 28 bits: 3 bytes hold only 6 of them."};

/// Two ways to count in 32 bits: all along, or only where the result is stored.
std::int64_t wrapped(std::int64_t parameters, int bits) {
    auto const n = static_cast<std::uint32_t>(parameters) * static_cast<std::uint32_t>(bits);
    return static_cast<std::int32_t>((n + 7) / 8);
}
std::int64_t narrowed(std::int64_t parameters, int bits) {
    return static_cast<std::int32_t>((parameters * bits + 7) / 8);
}

} // namespace

TEST_CASE("1.1.1 weights are parameters times bits, in bytes [P01 L12]") {
    std::vector<std::int64_t> got, expected, as_bytes, in_32_bits, as_int;
    for (std::int64_t size : {7, 13, 70}) {
        for (int bits : {32, 16, 8, 4}) {
            got.push_back(impl::weight_bytes(size * billion, bits));
            expected.push_back(size * billion / 8 * bits);
            as_bytes.push_back(size * billion * bits);
            in_32_bits.push_back(wrapped(size * billion, bits));
            as_int.push_back(narrowed(size * billion, bits));
        }
    }
    judge(got, {.input = "7, 13, 70 billion parameters, each at 32, 16, 8, 4 bits",
                .expected = expected,
                .beliefs = {
                    {bits_for_bytes, as_bytes}, {wraps, in_32_bits}, {wraps, as_int}}});
    std::vector<std::int64_t> few;
    for (int bits : {4, 1, 3, 5, 6, 8}) { few.push_back(impl::weight_bytes(7, bits)); }
    judge(few, {.input = "7 parameters of 4, 1, 3, 5, 6, 8 bits: bytes are whole",
                .expected = {4, 1, 3, 5, 6, 7},
                .beliefs = {{bits_for_bytes, {28, 7, 21, 35, 42, 56}},
                            {rounds_down, {3, 0, 2, 4, 5, 7}}}});
}

TEST_CASE("1.1.2 half the bits, half the bytes, whatever the model [P01]") {
    auto const size = static_cast<std::int64_t>(billion + below(400 * billion));
    auto const at_8 = impl::weight_bytes(size, 8), at_16 = impl::weight_bytes(size, 16);
    judge(at_16, {.input = text("twice what ", size, " parameters take at 8 bits"),
                  .expected = 2 * at_8,
                  .beliefs = {{wraps, wrapped(size, 16)}, {wraps, narrowed(size, 16)}}});
    judge(at_8, {.input = text(size, " parameters at 8 bits: a byte each"),
                 .expected = size,
                 .beliefs = {{bits_for_bytes, 8 * size}, {wraps, wrapped(size, 8)}}});
}

TEST_CASE("1.1.3 the headroom is what the card has left [R10 D02]") {
    struct plan {
        std::int64_t billions;
        int bits;
        double card;
    };
    std::vector<std::int64_t> got, gib, eightfold, small;
    for (auto const& [billions, bits, card] :
         {plan{70, 16, 80}, plan{70, 8, 80}, plan{70, 4, 80}, plan{13, 8, 11.5},
          plan{13, 8, 24.25}, plan{70, 16, 192}}) {
        auto const size = billions * billion;
        auto const sold = static_cast<std::int64_t>(card * 1e9);
        got.push_back(impl::headroom(size, bits, card));
        gib.push_back(static_cast<std::int64_t>(card * 0x1p30) - size / 8 * bits);
        eightfold.push_back(sold - size * bits);
        small.push_back(sold - wrapped(size, bits));
    }
    judge(got, {.input = "70 billion at 16, 8, 4 bits on 80 GB; 13 billion at 8 bits on 11.5 "
                         "and 24.25 GB; 70 billion at 16 bits on 192 GB",
                .expected = {-60 * billion, 10 * billion, 45 * billion, -3 * billion / 2,
                             45 * billion / 4, 52 * billion},
                .beliefs = {{gib_card, gib}, {bits_for_bytes, eightfold}, {wraps, small}}});
}

TEST_CASE("1.1.4 a card filled to the last byte serves nobody [R10]") {
    // at 4 bits: what fills 11.5 GB with half a byte to spare, and a weight less
    std::int64_t const brim = 22'999'999'999, fewer = brim - 1;
    judge({impl::headroom(40 * billion, 16, 80), impl::headroom(brim, 4, 11.5),
           impl::headroom(fewer, 4, 11.5)},
          {.input = text("40 billion parameters at 16 bits on 80 GB; ", brim, " and ", fewer,
                         " at 4 bits on 11.5 GB"),
           .expected = {0, 0, 1},
           .beliefs = {{rounds_down, {0, 1, 1}}}});
    using truths = std::vector<bool>;
    truths got;
    for (std::int64_t size : {40, 39, 41, 45}) {
        got.push_back(impl::fits(size * billion, 16, 80));
    }
    for (auto size : {brim, fewer, brim + 3}) { got.push_back(impl::fits(size, 4, 11.5)); }
    judge(got, {.input = text("40, 39, 41, 45 billion at 16 bits on 80 GB; ", brim, ", ", fewer,
                              " and ", brim + 3, " at 4 bits on 11.5 GB"),
                .expected = truths{false, true, false, false, false, true, false},
                .beliefs = {
                    {full, truths{true, true, false, false, true, true, false}},
                    {gib_card, truths{true, true, true, false, true, true, true}},
                    {rounds_down, truths{false, true, false, false, true, true, false}}}});
}
