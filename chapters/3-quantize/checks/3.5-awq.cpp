// SPDX-License-Identifier: MIT
// Self-check 3.5, "AWQ".
#include "self_check.hpp"
#include "../contracts/3.5-awq.hpp"

#include <algorithm>
#include <cmath>

using namespace qad::check;

namespace {

mistake const large_weight{"3.5a", "a channel is busy where its weights are large.",
                           "0.20 that meets 20 contributes 4.0, 1.20 that meets 0.5 only 0.6."};
mistake const undivided{
    "3.5b", "the inputs are not divided by s.",
    "behind s = 4 the 0.22 acts as 0.857, and its contribution is off by 12.7 "
    "instead of 0.1."};
mistake const weight_error{"3.5c", "the best s is the one that leaves the weights closest.",
                           "closest is what plain rounding is good at: on the section's matrix "
                           "its outputs are off by 17.9, those of AWQ's search by 5.5."};
mistake const cancelled{
    "3.5d", "busy is the mean of x, signs and all.",
    "a channel of +20 and -20 would count as silent: its mean is 0, its mean "
    "size 20."};
mistake const ones{"3.5e", "every s is 1: alpha never left 0, which is plain rounding.",
                   "Look for k / 20 in whole numbers (0 for every k), an error that is not set "
                   "to 0 for each alpha, a best that is not kept, a minus before alpha."};
mistake const silent{"3.5f", "an s of 0 does no harm.",
                     "0 to any power above 0 is 0, and v / 0 is NaN, which wins no comparison: "
                     "one silent input, and no alpha but 0 is ever taken for the layer."};

using floats = std::vector<float>;
using numbers = std::vector<double>;

numbers mean_size(floats const& x, std::size_t inputs, bool keep_signs = false) {
    numbers mean(inputs);
    double const tokens = double(x.size() / inputs);
    for (std::size_t k = 0; k < x.size(); ++k) {
        mean[k % inputs] += (keep_signs ? double(x[k]) : std::fabs(double(x[k]))) / tokens;
    }
    return mean;
}
floats power(numbers const& busy, int k) {
    floats s;
    for (double b : busy) {
        s.push_back(std::max(float(std::pow(std::fabs(b), k / 20.0)), 1e-4f));
    }
    return s;
}
/// Step 2 in plain loops.
floats seen(floats const& w, floats const& s, bool divide = true) {
    floats result;
    for (std::size_t first = 0; first < w.size(); first += s.size()) {
        float loudest = 0;
        for (std::size_t j = 0; j < s.size(); ++j) {
            loudest = std::max(loudest, std::fabs(w[first + j] * s[j]));
        }
        float const d = loudest > 0 ? loudest / 7 : 1;
        for (std::size_t j = 0; j < s.size(); ++j) {
            float const code = std::nearbyint(w[first + j] * s[j] / d);
            result.push_back(d * code / (divide ? s[j] : 1));
        }
    }
    return result;
}
double weights_off(floats const& w, floats const& rounded) {
    double sum = 0;
    for (std::size_t k = 0; k < w.size(); ++k) {
        sum += double(rounded[k] - w[k]) * double(rounded[k] - w[k]);
    }
    return sum;
}
double outputs_off(floats const& w, floats const& rounded, floats const& x,
                   std::size_t inputs) {
    double sum = 0;
    for (std::size_t r = 0; r < w.size(); r += inputs) {
        for (std::size_t t = 0; t < x.size(); t += inputs) {
            double y = 0;
            for (std::size_t j = 0; j < inputs; ++j) {
                y += double(rounded[r + j] - w[r + j]) * double(x[t + j]);
            }
            sum += y * y;
        }
    }
    return sum;
}
/// The k of α = k/20 with the least `error` of the weights behind busy^α.
template <class Error> int best(floats const& w, numbers const& busy, Error const& error) {
    int found = 0;
    double least = INFINITY;
    for (int k = 0; k < 20; ++k) {
        double const e = error(seen(w, power(busy, k)));
        if (e < least) { least = e, found = k; }
    }
    return found;
}

/// A layer of 16 rows, 24 inputs, 48 tokens; two inputs are 20 times busier than the rest.
struct layer {
    std::size_t inputs = 24, busy, other; // `other`: one of the quiet ones
    floats w, x;

    explicit layer(std::uint64_t stream)
        : w(normal(16 * 24, stream)), x(normal(48 * 24, stream + 1)) {
        busy = below(12, stream);
        other = (busy + 5) % 12;
        for (std::size_t k = 0; k < x.size(); ++k) { x[k] *= k % 12 == busy ? 20.0f : 1.0f; }
    }
    double off(floats const& rounded) const { return outputs_off(w, rounded, x, inputs); }
    /// Scales of 1, and s at two channels.
    floats only(std::size_t channel, float s) const {
        floats all(inputs, 1.0f);
        all[channel] = all[channel + 12] = s;
        return all;
    }
};

/// Judges the scales that the search finds. Two exponents within rounding of each other are
/// both right, and one that was tried is named. Returns whether what was found was right.
bool judge_search(floats const& w, floats const& x, std::size_t inputs,
                  std::string const& input, std::vector<belief> const& beliefs = {}) {
    auto const off = [&](floats const& s) { return outputs_off(w, seen(w, s), x, inputs); };
    auto const alike = [](floats const& a, floats const& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float one, float other) {
            return std::fabs(one - other) <= 1e-5f * one;
        });
    };
    auto const busy = mean_size(x, inputs);
    int const right = best(
        w, busy, [&](floats const& rounded) { return outputs_off(w, rounded, x, inputs); });
    auto expected = power(busy, right);
    double const least = off(expected);
    auto const got = impl::search_scale(w, x, inputs);
    std::string yours;
    for (int k = 0; k <= 20 && yours.empty(); ++k) {
        auto const s = power(busy, k);
        if (!alike(s, got)) { continue; }
        yours = text(", yours is alpha = ", k / 20.0);
        if (k < 20 && off(s) <= 1.001 * least) { expected = s; }
    }
    judge(got, {.input = text(input, "; alpha = ", right / 20.0, " is best", yours),
                .expected = expected,
                .allowed = 1e-5 * 20,
                .why = "powers rounded to floats",
                .beliefs = beliefs});
    return alike(expected, got);
}

floats const toy{0.22f, 1.2f, -0.65f, 0.35f}, meets{20, 0.5f, 1, 1};

} // namespace

TEST_CASE("3.5.1 a channel is as busy as the mean size of its inputs [P05 P38 R14]") {
    judge(impl::salience(floats{20, 0.5f, 1, -20, 0.5f, 3}, 3),
          {.input = "2 tokens of 3 inputs: 20 0.5 1 / -20 0.5 3",
           .expected = {20.0, 0.5, 2.0},
           .beliefs = {{cancelled, {0.0, 0.5, 2.0}}}});
    layer const l(1);
    judge(impl::salience(l.x, l.inputs),
          {.input = "48 drawn tokens of 24 inputs",
           .expected = mean_size(l.x, l.inputs),
           .allowed = 48 * 0x1p-24 * 20,
           .why = "48 sums near 20, each rounded to a float at worst",
           .beliefs = {{cancelled, mean_size(l.x, l.inputs, true)}}});
}

TEST_CASE("3.5.2 what is scaled before rounding is unscaled behind it [L20 D15]") {
    judge(impl::scaled_quantize(toy, floats{4, 1, 1, 1}),
          {.input =
               "w 0.22 1.2 -0.65 0.35; the 0.22 alone is multiplied by s = 4, all are rounded "
               "in steps of 1.2 / 7, and the first is divided by 4 again",
           .expected = {0.214286, 1.2, -0.685714, 0.342857},
           .allowed = 2e-6,
           .why = "6 digits, and a few roundings to a float",
           .beliefs = {{undivided, {0.857143, 1.2, -0.685714, 0.342857}}}});
    numbers got, without;
    for (float s : {1.0f, 2.0f, 4.0f, 8.0f, 16.0f}) {
        auto const rounded = impl::scaled_quantize(toy, floats{s, 1, 1, 1});
        if (rounded.size() != 4) {
            return judge(rounded.size(), {.input = "one row of 4 weights", .expected = 4});
        }
        auto const off = [&](floats const& v) {
            double sum = 0;
            for (std::size_t j = 0; j < 4; ++j) {
                sum += std::pow(double(v[j] - toy[j]) * double(meets[j]), 2);
            }
            return std::sqrt(sum);
        };
        got.push_back(off(rounded));
        without.push_back(off(seen(toy, {s, 1, 1, 1}, false)));
    }
    judge(
        got,
        {.input =
             "the same w meets 20 0.5 1 1: how far its four contributions are off, as the root "
             "of their squares' sum, behind s = 1 2 4 8 16 at the 0.22",
         .expected = {0.972, 0.744, 0.120, 0.146, 0.233},
         .allowed = 0.0005,
         .why = "worked by hand to three digits",
         .beliefs = {{undivided, without}}});

    judge(
        impl::scaled_quantize(floats{7, 3, -1, 1.75f, 0, 0, 0, 0}, floats{1, 2, 4, 4}),
        {.input = "rows 7 3 -1 1.75 and 0 0 0 0 behind s = 1 2 4 4: all on their marks already",
         .expected = {7.0, 3.0, -1.0, 1.75, 0.0, 0.0, 0.0, 0.0},
         .beliefs = {{undivided, {7.0, 6.0, -4.0, 7.0, 0.0, 0.0, 0.0, 0.0}}}});

    layer l(3); // with no weight where a rounding decides its code
    for (std::size_t k = 0; k < l.w.size(); ++k) {
        float loudest = 0;
        for (std::size_t j = 0; j < 24; ++j) {
            loudest = std::max(loudest, std::fabs(l.w[k / 24 * 24 + j]));
        }
        float const steps = std::fabs(7 * l.w[k] / loudest);
        if (std::fabs(steps - std::floor(steps) - 0.5f) < 1e-3f) { l.w[k] *= 0.97f; }
    }
    auto const plain = impl::scaled_quantize(l.w, floats(24, 1.0f));
    judge(plain, {.input = "16 drawn rows of 24 weights behind s = 1: plain rounding",
                  .expected = seen(l.w, floats(24, 1.0f)),
                  .allowed = 2e-6,
                  .why = "a few float roundings of weights below 6"});
    auto four = plain;
    for (float& v : four) { v *= 4; }
    judge(impl::scaled_quantize(l.w, floats(24, 4.0f)),
          {.input = "the same behind s = 4 everywhere: 4 times the ruler, the same bits",
           .expected = plain,
           .beliefs = {{undivided, four}}});
}

TEST_CASE("3.5.3 the search looks at outputs, for s = busy^alpha [P14 R14]") {
    for (int found = 0, stream = 5; found < 2; stream += 100) {
        layer const l(static_cast<std::uint64_t>(stream));
        auto const busy = mean_size(l.x, l.inputs);
        numbers loud(l.inputs);
        for (std::size_t k = 0; k < l.w.size(); ++k) {
            loud[k % l.inputs] += std::fabs(double(l.w[k])) / 16;
        }
        auto const by_output = [&](floats const& rounded) { return l.off(rounded); };
        auto const by_weight = [&](floats const& rounded) { return weights_off(l.w, rounded); };
        auto const signs = mean_size(l.x, l.inputs, true);
        floats const plain(l.inputs, 1.0f),
            closest = power(busy, best(l.w, busy, by_weight)),
            of_loud = power(loud, best(l.w, loud, by_output)),
            of_signs = power(signs, best(l.w, signs, by_output));
        // Where the weights are closest behind s = 1, two beliefs give the same answer.
        if (closest == plain || of_loud == plain || of_signs == plain) { continue; }
        ++found;
        judge_search(l.w, l.x, l.inputs,
                     text("16 drawn rows, 24 inputs of which ", l.busy, " and ", l.busy + 12,
                          " are 20 times busier"),
                     {{weight_error, closest},
                      {large_weight, of_loud},
                      {cancelled, of_signs},
                      {ones, plain}});
    }
    // 1 lies on a mark behind 5^0, the second behind 5^0.95, and 0.8 behind 5, which is not
    // tried. For the two rows a sum of sizes would choose another alpha than that of squares.
    for (floats const& w :
         {floats{1, 7}, {4 / std::pow(5.0f, 0.95f), 7}, {0.8f, 7}, {0.2f, 7, 0.55f, 7}}) {
        judge_search(w, {5, 1, -5, 1}, 2,
                     text("rows of two: ", show(w), "; two tokens 5 1 / -5 1, so busy is 5 1"));
    }
}

TEST_CASE("3.5.4 two channels protected help if they are the busy ones [P14 P20]") {
    double plain = 0, protects_busy = 0, protects_other = 0;
    for (std::uint64_t stream : {11, 13, 15, 17}) {
        layer const l(stream);
        auto const error = [&](floats const& s) {
            auto rounded = impl::scaled_quantize(l.w, s);
            rounded.resize(l.w.size());
            return l.off(rounded);
        };
        plain += error(floats(24, 1.0f));
        protects_busy += error(l.only(l.busy, 3));
        protects_other += error(l.only(l.other, 3));
    }
    judge_law(protects_busy <= 0.6 * plain && protects_other >= plain,
              {.input = "4 drawn layers; s = 3 at the two busy inputs, or at two others",
               .law = "s at busy inputs takes away four tenths of the outputs' error at least; "
                      "elsewhere "
                      "it stretches the rulers and does harm",
               .seen = text("plain ", plain, ", busy protected ", protects_busy, ", others ",
                            protects_other)});
}

TEST_CASE("3.5.5 a silent input keeps no other from its scale [P33]") {
    for (std::uint64_t stream = 21;; stream += 100) {
        layer quiet(stream);
        for (std::size_t k = 2; k < quiet.x.size(); k += 24) { quiet.x[k] *= 0.01f; }
        layer dead = quiet;
        for (std::size_t k = 2; k < dead.x.size(); k += 24) { dead.x[k] = 0; }
        auto const busy = mean_size(dead.x, 24);
        auto const off = [&](floats const& rounded) { return dead.off(rounded); };
        double const plain = off(seen(dead.w, floats(24, 1.0f)));
        if (off(seen(dead.w, power(busy, best(dead.w, busy, off)))) > 0.8 * plain) { continue; }

        bool const right = judge_search(quiet.w, quiet.x, 24,
                                        "a drawn layer whose input 2 nearly says nothing");
        auto const s = impl::search_scale(dead.w, dead.x, 24);
        bool const usable = s.size() == 24 && std::all_of(s.begin(), s.end(), [](float one) {
                                return one > 0.99e-4f && std::isfinite(one);
                            });
        judge_law(usable, {.input = "the same layer, and its input 2 is 0 in every token",
                           .law = "24 scales, each at least 0.0001",
                           .seen = text("s = ", show(s)),
                           .beliefs = {{silent, right && s.size() == 24 && s[2] == 0}}});
        std::vector<belief> beliefs; // who never leaves alpha = 0 has another trouble
        if (right) { beliefs.push_back({silent, floats(24, 1.0f)}); }
        if (usable) {
            judge_search(dead.w, dead.x, 24,
                         "the same layer, and its input 2 is 0 in every token", beliefs);
        }
        return;
    }
}
