// SPDX-License-Identifier: MIT
// Section 3.5: a weight counts for what it is multiplied with. One row behind five scales, then
// a matrix with two busy inputs, rounded in six ways.
// covers: X35 L20 B19 L23
#include "../book.hpp"

#include <qad/core/random.hpp>           // generator
#include <qad/fit/storage.hpp>           // packed_bytes
#include <qad/fit/units.hpp>             // gigabytes
#include <qad/quantize/awq.hpp>          // awq, scale_columns, unscaled
#include <qad/quantize/gptq.hpp>         // gptq, exact_hessian
#include <qad/quantize/output_error.hpp> // squared_output

#include <cmath>
#include <vector>

using namespace qad;

/// The first weight is behind the scale s: what happens to what each weight contributes?
void five_scales() {
    std::vector<double> const inputs{20, 0.5, 1, 1};
    matrix<float> w(1, 4);
    w(0, 0) = 0.22f, w(0, 1) = 1.2f, w(0, 2) = -0.65f, w(0, 3) = 0.35f;
    std::printf("w 0.22 1.20 -0.65 0.35 meets x 20 0.5 1 1, int4\n");
    std::printf(
        "                                             errors of the four contributions,\n"
        "   s     step    codes         0.22 acts as     root of squares      plain sum\n");
    double best = 0, best_s = 0;
    for (float s : {1.0f, 2.0f, 4.0f, 8.0f, 16.0f}) {
        std::vector<float> const scale{s, 1, 1, 1};
        auto const q = quantize<int4>(scale_columns(w, scale), per_channel());
        auto const seen = unscaled(q, scale); // by inputs that are divided by s
        double squares = 0, sum = 0;
        for (index_t j = 0; j < 4; ++j) {
            double const off =
                double(seen(0, j) - w(0, j)) * inputs[static_cast<std::size_t>(j)];
            squares += off * off;
            sum += off;
        }
        double const error = std::sqrt(squares);
        std::printf("  %2.0f   %6.4f   %2d %2d %2d %2d %14.3f %18.3f %15.3f\n", double(s),
                    double(q.scale(0, 0)), q.code(0, 0).value, q.code(0, 1).value,
                    q.code(0, 2).value, q.code(0, 3).value, double(seen(0, 0)), error,
                    std::fabs(sum));
        if (best_s == 0 || error < best) { best = error, best_s = s; }
        book::theorem("off_" + book::fixed(s), book::fixed(error, 3));
        book::plot("3.5-awq", {double(s), error});
    }
    book::theorem("best_s", book::fixed(best_s));
    book::plot("3.5-awq", "\n");
    for (index_t j = 0; j < 4; ++j) {
        book::plot("3.5-awq",
                   {std::fabs(double(w(0, j))), inputs[static_cast<std::size_t>(j)]});
    }
}

int main() {
    std::printf("0.22 meets 20: %.1f     1.20 meets 0.5: %.1f\n", 0.22 * 20, 1.20 * 0.5);
    book::theorem("busy", book::fixed(0.22 * 20, 1));
    book::theorem("idle", book::fixed(1.20 * 0.5, 1));
    five_scales();

    generator random(35);
    matrix<float> w(64, 128), x(256, 128);
    for (float& weight : std::span(w.data(), 64 * 128)) { weight = float(random.normal()); }
    for (index_t t = 0; t < x.rows(); ++t) {
        float last = 0;
        for (index_t j = 0; j < x.cols(); ++j) {
            last = 0.5f * last + float(random.normal());
            x(t, j) = j == 20 || j == 84 ? 20 * last : last;
        }
    }
    std::printf("64 rows of 128 weights, int4; inputs 20 and 84 are twenty times busier\n"
                "mean squared error of an output, over 256 tokens:\n");
    auto const say = [&](char const* what, char const* key, matrix_view<float const> rounded) {
        matrix<float> e(rounded);
        as_eigen(e) -= as_eigen(w);
        double const error = squared_output(e, x) / double(w.rows() * x.rows());
        std::printf("  %-46s %6.2f\n", what, error);
        book::measured(key, book::fixed(error, 1));
    };
    auto const nearest = dequantize(quantize<int4>(w, per_channel()));
    auto const sparing = [&](index_t first, index_t second) { // two columns stay as they were
        matrix<float> spared(nearest);
        for (index_t j : {first, second}) { as_eigen(spared).col(j) = as_eigen(w).col(j); }
        return spared;
    };
    exact_hessian h(w.cols());
    h.accumulate(x);
    auto const scaled = awq<int4>(w, x, per_channel());
    say("nearest", "nearest", nearest);
    say("nearest, two columns unrounded: any two", "any_kept", sparing(50, 100));
    say("nearest, two columns unrounded: the busy two", "busy_kept", sparing(20, 84));
    say("AWQ: all in int4, s by search", "awq", unscaled(scaled.weights, scaled.channel_scale));
    say("GPTQ", "gptq", dequantize(gptq<int4>(w, h, per_channel())));
    say("GPTQ, busiest inputs first", "gptq_ordered",
        dequantize(gptq<int4>(w, h, per_channel(), {.activation_order = true})));
    std::printf("AWQ chose alpha = %.2f: a busy input's s is %.1f times its neighbour's\n",
                double(scaled.exponent),
                double(scaled.channel_scale[20] / scaled.channel_scale[21]));
    book::measured("alpha", book::fixed(scaled.exponent, 2));

    auto const bytes = [](double bits) {
        return gigabytes(packed_bytes(7'000'000'000, bits)).value;
    };
    std::printf(
        "7B in fp16: %.1f GB; int4 with an fp16 scale for 128 weights, by either: %.1f GB\n",
        bytes(16), bytes(4 + 16.0 / 128));
    book::theorem("gb_16", book::fixed(bytes(16)));
    book::theorem("gb_4", book::fixed(bytes(4 + 16.0 / 128), 1));
    return 0;
}
