// SPDX-License-Identifier: MIT
// Self-check 2.5, "Worked memory calculations".
#include "self_check.hpp"
#include "../contracts/2.5-table.hpp"

using namespace qad::check;

namespace {

using whole = std::int64_t;
constexpr whole billion = 1'000'000'000;

mistake const codes_only{
    "2.5a", "the scales are left out.",
    "70B in 4 bits with a scale for 128 is 36.09 GB; 35 are the codes alone."};
mistake const one_scale{
    "2.5b", "one scale is counted for the whole matrix.",
    "70 billion weights in groups of 128 have 547 million scales: 1.09 GB."};
mistake const short_free{
    "2.5c", "the short group at the end of a row has no scale.",
    "A row of 100 in groups of 64 has two scales: its last 36 weights need one."};
mistake const across{"2.5d", "a group goes on in the next row.",
                     "3 rows of 100 in groups of 64 have 6 scales, two a row, and not 5."};
mistake const outer_each{
    "2.5e", "every scale has a scale of its own.",
    "One fp32 for 256 scales is 0.002 bits a weight; one for each is 0.5."};
mistake const whole_division{"2.5f", "scale_bits / group is divided in whole numbers.",
                             "16 / 128 of whole numbers is 0, and with it the scale is gone."};

whole bytes(whole bits) { return (bits + 7) / 8; }

struct matrix {
    whole rows, cols;
    int bits;
    whole group;
    int scale_bits;

    whole codes() const { return bytes(rows * cols * bits); }
    whole with(whole scales) const { return codes() + bytes(scales * scale_bits); }
    whole answer() const { return impl::weight_bytes(rows, cols, bits, group, scale_bits); }
    /// By walking over the weights: a scale begins with each row, and after each full group.
    whole walked() const {
        whole scales = 0;
        for (whole row = 0; row < rows; ++row) {
            for (whole col = 0; col < cols; ++col) { scales += col % group == 0 ? 1 : 0; }
        }
        return with(scales);
    }
};

struct answers {
    std::vector<whole> got, expected, bare, single, dropped, running;

    void ask(matrix m, whole right) {
        got.push_back(m.answer());
        expected.push_back(right);
        bare.push_back(m.codes());
        single.push_back(m.with(1));
        dropped.push_back(m.with(m.rows * (m.cols / m.group)));
        running.push_back(m.with((m.rows * m.cols + m.group - 1) / m.group));
    }
    question about(std::string const& input) const {
        return {.input = input,
                .expected = expected,
                .beliefs = {{codes_only, bare},
                            {one_scale, single},
                            {short_free, dropped},
                            {across, running}}};
    }
};

} // namespace

TEST_CASE("2.5.1 the table for the head: 7B, 13B, 70B, four widths [P01 L12 R27 P44 D09]") {
    answers table;
    for (whole size : {7, 13, 70}) {
        for (int bits : {32, 16, 8, 4}) {
            table.ask({1, size * billion, bits, size * billion, 0}, size * billion / 8 * bits);
        }
    }
    judge(table.got,
          table.about("7, 13, 70 billion weights at 32, 16, 8, 4 bits, without scales"));
}

TEST_CASE("2.5.2 what stands beside the codes of a 70B [L12 L52]") {
    answers table;
    table.ask({1, 70 * billion, 4, 128, 16}, 36'093'750'000);
    table.ask({1, 70 * billion, 4, 32, 16}, 39'375'000'000);
    table.ask({1, 70 * billion, 8, 32, 16}, 74'375'000'000);
    table.ask({8192, 8192, 4, 8192, 16}, 8192 * 4096 + 8192 * 2);
    judge(table.got,
          table.about("70 billion: 4 bits in groups of 128, of 32, 8 bits in groups of 32; "
                      "8192 x 8192 with a scale a row"));
    judge(std::vector{impl::bits_per_weight(4, 128, 16), impl::bits_per_weight(3, 128, 6),
                      impl::bits_per_weight(8, 32, 16), impl::bits_per_weight(4, 64, 32),
                      impl::bits_per_weight(4, 8, 16)},
          {.input = "bits: 4 in groups of 128, scales in fp16; 3 in groups of 128, scales in 6 "
                    "bits; 8 in groups of 32, fp16; 4 in groups of 64, fp32; 4 in groups of 8, "
                    "fp16",
           .expected = {4.125, 3.046875, 8.5, 4.5, 6.0},
           .beliefs = {{codes_only, {4, 3, 8, 4, 4}}, {whole_division, {4, 3, 8, 4, 6}}}});
    judge(std::vector{impl::bits_double_quantized(4, 64, 8, 256, 32),
                      impl::bits_double_quantized(3, 128, 6, 16, 16),
                      impl::bits_double_quantized(4, 8, 8, 16, 16)},
          {.input =
               "4 bits in groups of 64, scales in 8 bits, an fp32 for 256 of them; 3 in groups "
               "of 128, scales in 6, an fp16 for 16; 4 in groups of 8, scales in 8, an fp16 "
               "for 16",
           .expected = {4.126953125, 3.0546875, 5.125},
           .beliefs = {{codes_only, {4, 3, 4}},
                       {outer_each, {4.625, 3.171875, 7.0}},
                       {whole_division, {4, 3, 5}}}});
}

TEST_CASE("2.5.3 a row that its groups do not divide pays for one group more [L52]") {
    answers by_hand;
    by_hand.ask({3, 100, 4, 64, 16}, 150 + 12);
    by_hand.ask({1, 11, 3, 11, 6}, 5 + 1);    // 33 bits are 5 bytes, 6 more are another
    by_hand.ask({5, 70, 4, 32, 6}, 175 + 12); // 15 scales of 6 bits are 90 bits
    judge(
        by_hand.got,
        by_hand.about("3 x 100 at 4 bits in groups of 64, scales in fp16; 1 x 11 at 3 bits in "
                      "one group, its scale in 6; 5 x 70 at 4 in groups of 32, scales in 6"));
    answers drawn;
    for (std::uint64_t i = 0; i < 40; ++i) {
        matrix const m{.rows = static_cast<whole>(2 + below(6, 5 * i)),
                       .cols = static_cast<whole>(5 + below(90, 5 * i + 1)),
                       .bits = static_cast<int>(2 + below(7, 5 * i + 2)),
                       .group = static_cast<whole>(3 + below(40, 5 * i + 3)),
                       .scale_bits = static_cast<int>(5 + below(12, 5 * i + 4))};
        drawn.ask(m, m.walked());
    }
    judge(drawn.got,
          drawn.about(
              "40 drawn matrices of 2 to 8 bits, scales of 5 to 16, walked over by hand"));
}

TEST_CASE("2.5.4 where groups divide the rows, both ways of counting agree") {
    for (whole group : {16, 32, 64, 128}) {
        whole const rows = static_cast<whole>(1 + below(50, 7)),
                    cols = 128 * static_cast<whole>(1 + below(9, 8));
        double const by_bits =
            static_cast<double>(rows * cols) * impl::bits_per_weight(4, group, 16) / 8;
        auto const by_rows = static_cast<double>(impl::weight_bytes(rows, cols, 4, group, 16));
        judge_law(
            by_bits == by_rows && by_rows > static_cast<double>(rows * cols) / 2,
            {.input =
                 text(rows, " x ", cols, " at 4 bits in groups of ", group, ", fp16 scales"),
             .law = "weights times bits_per_weight are the bits of weight_bytes, and more than "
                    "the codes",
             .seen = text(by_bits, " bytes and ", by_rows, " bytes, ", rows * cols / 2,
                          " of them codes"),
             .beliefs = {{codes_only, by_bits == by_rows && by_rows * 2 == double(rows * cols)},
                         {one_scale, by_rows * 2 == double(rows * cols) + 4}}});
    }
}
