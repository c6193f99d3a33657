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

std::int64_t wrapped(std::int64_t parameters, int bits) {
    auto const total = static_cast<std::uint32_t>(parameters) * static_cast<std::uint32_t>(bits);
    return static_cast<std::int32_t>((total + 7) / 8);
}

} // namespace

TEST_CASE("1.1.1 weights are parameters times bits, in bytes [P01 L12]") {
    std::vector<std::int64_t> got, expected, as_bytes, in_32_bits;
    for (std::int64_t size : {7, 13, 70}) {
        for (int bits : {32, 16, 8, 4}) {
            got.push_back(impl::weight_bytes(size * billion, bits));
            expected.push_back(size * billion / 8 * bits);
            as_bytes.push_back(size * billion * bits);
            in_32_bits.push_back(wrapped(size * billion, bits));
        }
    }
    judge(got, {.input = "7, 13, 70 billion parameters, each at 32, 16, 8, 4 bits",
                .expected = expected,
                .beliefs = {{bits_for_bytes, as_bytes}, {wraps, in_32_bits}}});
    judge(impl::weight_bytes(7, 4), {.input = "7 parameters of 4 bits: 3.5 bytes, and none is half",
                                     .expected = 4,
                                     .beliefs = {{bits_for_bytes, 28}}});
}

TEST_CASE("1.1.2 half the bits, half the bytes, whatever the model [P01]") {
    auto const size = static_cast<std::int64_t>(billion + below(400) * billion);
    auto const at_8 = impl::weight_bytes(size, 8), at_16 = impl::weight_bytes(size, 16);
    judge(at_16, {.input = text("twice what ", size, " parameters take at 8 bits"),
                  .expected = 2 * at_8,
                  .beliefs = {{wraps, wrapped(size, 16)}}});
    judge(at_8, {.input = text(size, " parameters at 8 bits: a byte each"),
                 .expected = size,
                 .beliefs = {{bits_for_bytes, 8 * size}, {wraps, wrapped(size, 8)}}});
}

TEST_CASE("1.1.3 the headroom is what the card has left [R10 D02]") {
    auto const input = "70 billion parameters on a card of 80 GB: at 16, 8 and 4 bits";
    std::vector<std::int64_t> got, gib, eightfold, small;
    for (int bits : {16, 8, 4}) {
        got.push_back(impl::headroom(70 * billion, bits, 80));
        gib.push_back(static_cast<std::int64_t>(80 * 0x1p30) - 70 * billion / 8 * bits);
        eightfold.push_back(80 * billion - 70 * billion * bits);
        small.push_back(80 * billion - wrapped(70 * billion, bits));
    }
    judge(got, {.input = input,
                .expected = {-60 * billion, 10 * billion, 45 * billion},
                .beliefs = {{gib_card, gib}, {bits_for_bytes, eightfold}, {wraps, small}}});
}

TEST_CASE("1.1.4 a card filled to the last byte serves nobody [R10]") {
    judge(impl::headroom(40 * billion, 16, 80),
          {.input = "40 billion parameters at 16 bits on 80 GB",
           .expected = 0,
           .beliefs = {{gib_card, 80 * 0x1p30 - 80e9},
                       {bits_for_bytes, (80 - 640) * billion},
                       {wraps, 80 * billion - wrapped(40 * billion, 16)}}});
    std::vector<bool> const got = {impl::fits(40 * billion, 16, 80), impl::fits(39 * billion, 16, 80),
                                   impl::fits(41 * billion, 16, 80), impl::fits(70 * billion, 4, 80)};
    judge(got, {.input = "40, 39, 41 billion at 16 bits and 70 billion at 4, on 80 GB",
                .expected = std::vector{false, true, false, true},
                .beliefs = {{full, std::vector{true, true, false, true}}}});
}
