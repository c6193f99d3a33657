// SPDX-License-Identifier: MIT
// Self-check 2.4, "Why bf16 training is usually better than fp16".
#include "self_check.hpp"
#include "../contracts/2.4-train.hpp"

#include <algorithm> // max
#include <cmath>     // ldexp, ilogb, nearbyint

using namespace qad::check;

namespace {

mistake const no_master{
    "2.4a", "the weights are kept in the narrow format.",
    "In bf16, 1 plus a thousand times 0.001 stays 1: no step is ever felt."};
mistake const scale_stays{"2.4b", "the scale of the loss is left in the step.",
                          "Every step is 1024 times too long."};
mistake const steps_anyway{"2.4c", "a step with an overflow is taken.",
                           "One infinity in a gradient, and that weight is infinite for ever."};
mistake const too_late{"2.4d", "the scale is applied to gradients that are rounded already.",
                       "0 times 1024 is 0: the 24 gradients that fp16 loses stay lost."};
mistake const half_step{
    "2.4e", "weights are moved before all gradients have been looked at.",
    "The step is called off when it is half done: some weights have moved, the others not."};

/// The nearest multiple of the step at x; ties to even, as nearbyint rounds.
float snapped(float x, int lowest_power, int mantissa_bits, double too_large) {
    if (x == 0 || !std::isfinite(x)) { return x; }
    double const step = std::ldexp(1.0, std::max(std::ilogb(x), lowest_power) - mantissa_bits);
    double const near = std::nearbyint(x / step) * step;
    return static_cast<float>(std::abs(near) >= too_large ? std::copysign(HUGE_VAL, x) : near);
}
float in_fp16(float x) { return snapped(x, -14, 10, 65536); }
float in_bf16(float x) { return snapped(x, -126, 7, std::ldexp(1.0, 128)); }

/// A weight after many steps along the same gradient.
float after(int steps, float start, float gradient, float rate, float (*nearest)(float),
            float loss_scale) {
    std::vector<float> master{start};
    std::vector<float> const gradients{gradient};
    for (int i = 0; i < steps; ++i) {
        impl::sgd_step(master, gradients, rate, nearest, loss_scale);
    }
    return master[0];
}

} // namespace

TEST_CASE("2.4.1 small gradients: fp16 loses 24 of 80, scaled none, bf16 none [P03 D08]") {
    std::vector<float> gradients{0, -0.0f}; // these two have nothing to lose
    for (int i = 0; i < 80; ++i) {
        gradients.push_back(static_cast<float>(0.01 * std::pow(10, -0.1 * i)));
    }
    std::vector<int> const got{impl::lost(gradients, in_fp16, 1),
                               impl::lost(gradients, in_fp16, 1024),
                               impl::lost(gradients, in_bf16, 1)};
    judge(got,
          {.input = "0, -0, and 80 from 1e-2 to 1.3e-10: fp16, fp16 with loss x 1024, bf16",
           .expected = {24, 0, 0},
           .beliefs = {{too_late, {24, 24, 0}}}});
    std::vector<float> const tiny{1e-30f, -1e-39f, 1e-45f}; // bf16 goes down to 9.2e-41
    judge(impl::lost(tiny, in_bf16, 1),
          {.input = "1e-30, -1e-39, 1e-45 in bf16: small is not yet 0", .expected = 1});
    auto const powers = uniform(300, -60, 0, 1);
    std::vector<float> drawn;
    for (float p : powers) { drawn.push_back(std::exp2(p) * (p < -20 ? -1.0f : 1.0f)); }
    std::vector<int> counts, expected, late;
    for (int shift : {0, 3, 6, 12, 20}) { // at the last the large ones overflow: not lost
        counts.push_back(impl::lost(drawn, in_fp16, std::ldexp(1.0f, shift)));
        int below = 0, at_once = 0;
        for (float g : drawn) { // 2^-25 is half of fp16's smallest number
            below += std::abs(std::ldexp(g, shift)) <= 0x1p-25f ? 1 : 0;
            at_once += std::abs(g) <= 0x1p-25f ? 1 : 0;
        }
        expected.push_back(below);
        late.push_back(at_once);
    }
    judge(counts,
          {.input = "300 drawn gradients down to 2^-60: fp16 with the loss times 1, 8, 64, "
                    "4096, 2^20",
           .expected = expected,
           .beliefs = {{too_late, late}}});
}

TEST_CASE("2.4.2 a thousand steps of 0.001 move a master by one [P36]") {
    std::vector<float> const got{after(1000, 1, -1, 0.001f, in_fp16, 1),
                                 after(1000, 1, -1, 0.001f, in_bf16, 1)};
    judge(got, {.input = "weight 1, gradient -1, rate 0.001, 1000 steps: in fp16, in bf16",
                .expected = {2, 2},
                .allowed = 1e-4,
                .why = "a thousand roundings of fp32, 6e-8 each",
                .beliefs = {{no_master, {1.9765625, 1.0}}}});
}

TEST_CASE("2.4.3 what fp16 is blind to, bf16 sees with fewer mantissa bits [R12 P36]") {
    std::vector<float> const got{
        after(100, 0, -1e-8f, 8192, in_fp16, 1), after(100, 0, -1e-8f, 8192, in_fp16, 1024),
        after(100, 0, -1e-8f, 8192, in_bf16, 1), after(100, 0, -1e-7f, 8192, in_fp16, 1024)};
    auto const moved = [](float kept) { return 100 * 8192.0 * kept; };
    double const fine = moved(in_fp16(1e-8f * 1024) / 1024), coarse = moved(in_bf16(1e-8f)),
                 next = moved(in_fp16(1e-7f * 1024) / 1024);
    judge(got,
          {.input =
               "weight 0, gradient -1e-8, rate 8192, 100 steps: fp16, fp16 with loss x 1024, "
               "bf16; then with -1e-7, fp16 with loss x 1024",
           .expected = {0.0, fine, coarse, next},
           .allowed = 1e-6,
           .why = "room for roundings of the step; with this rate the sums are exact",
           .beliefs = {{too_late, {0.0, 0.0, coarse, moved(in_fp16(1e-7f))}},
                       {scale_stays, {0.0, 1024 * fine, coarse, 1024 * next}}}});
}

TEST_CASE("2.4.4 a scale that is a power of two leaves no trace in the step [P03]") {
    auto const start = normal(200, 1), slope = normal(200, 2);
    std::vector<float> gradients;
    for (float s : slope) {
        gradients.push_back(s * 0.01f);
    } // inside fp16, with and without scale
    for (float scale : {1.0f, 1024.0f}) {
        auto got = start;
        impl::sgd_step(got, gradients, 0.5f, in_fp16, scale);
        std::vector<double> expected, unremoved, narrow;
        for (std::size_t i = 0; i < start.size(); ++i) {
            double const g = in_fp16(gradients[i] * scale) / scale;
            expected.push_back(start[i] - 0.5 * g);
            unremoved.push_back(start[i] - 0.5 * g * scale);
            narrow.push_back(in_fp16(static_cast<float>(start[i] - 0.5 * g)));
        }
        judge(got, {.input = text(
                        "200 drawn weights and gradients, rate 0.5, fp16, loss times ", scale),
                    .expected = expected,
                    .allowed = 1e-6,
                    .why = "two roundings of fp32 below 4",
                    .beliefs = {{no_master, narrow}, {scale_stays, unremoved}}});
    }
}

TEST_CASE("2.4.5 an overflow changes nothing, and says so [P03]") {
    std::vector<float> const start{0.5f, -0.25f, 1.5f};
    struct overflow {
        float bad;
        std::size_t at;
    };
    for (auto [bad, at] : {overflow{100, 1}, {-100, 2}, {std::nanf(""), 0}}) {
        std::vector<float> gradients(3, 0.25f);
        gradients[at] = bad;
        auto master = start;
        bool const done = impl::sgd_step(master, gradients, 0.5f, in_fp16, 1024);
        std::vector<float> got{done ? 1.0f : 0.0f}, expected{0}, anyway{1}, stopped{0},
            others{0};
        for (std::size_t i = 0; i < 3; ++i) {
            float const moved = start[i] - 0.5f * in_fp16(gradients[i] * 1024) / 1024;
            got.push_back(master[i]);
            expected.push_back(start[i]);
            anyway.push_back(moved);
            stopped.push_back(i < at ? moved : start[i]);
            others.push_back(i == at ? start[i] : moved);
        }
        judge(got,
              {.input = text("weights 0.5 -0.25 1.5, gradients ", show(gradients),
                             ", rate 0.5, fp16, loss x 1024: what is returned, the weights"),
               .expected = expected,
               .beliefs = {{steps_anyway, anyway}, {half_step, stopped}, {half_step, others}}});
    }
    // What is large in bf16 is no overflow, not even if the sum is, and what became 0 is none.
    std::vector<float> master{0.5f, -0.25f, 1.5f, 2.0f};
    std::vector<float> const gradients{0.25f, 0x1p117f, 0x1p117f, 0x1p-149f};
    bool const done = impl::sgd_step(master, gradients, 0.5f, in_bf16, 1024);
    judge({done ? 1.0f : 0.0f, master[0], master[1], master[2], master[3]},
          {.input =
               "weights 0.5 -0.25 1.5 2, gradients 0.25 2^117 2^117 2^-149, rate 0.5, bf16, "
               "loss x 1024: what is returned, the weights",
           .expected = {1.0, 0.375, -0x1p116, -0x1p116, 2.0},
           .beliefs = {{scale_stays, {1.0, -127.5, -0x1p126, -0x1p126, 2.0}}}});
}
