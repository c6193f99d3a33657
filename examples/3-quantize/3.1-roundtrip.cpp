// SPDX-License-Identifier: MIT
// Section 3.1: a million weights there and back, sums of their errors, and two ways to a scale.
// covers: X31 B20 W14
#include "../book.hpp"

#include <qad/core/random.hpp>           // generator
#include <qad/quantize/dynamic_int8.hpp> // quantize_tokens
#include <qad/quantize/report.hpp>       // report
#include <qad/quantize/round.hpp>        // quantize

using namespace qad;

namespace {

matrix<float> normal(index_t rows, index_t cols, std::uint64_t seed, float loudness = 1) {
    generator random(seed);
    matrix<float> drawn(rows, cols);
    for (index_t i = 0; i < rows; ++i) {
        for (float& x : drawn.row(i)) { x = loudness * static_cast<float>(random.normal()); }
    }
    return drawn;
}
template <class Code> ruler<Code> ruler_for(matrix_view<float const> w) {
    extent range;
    for (index_t i = 0; i < w.rows(); ++i) {
        for (float x : w.row(i)) { range.include(x); }
    }
    return ruler<Code>::fit(range, grid::symmetric, scale_format::fp32);
}

/// The errors w - w^ in steps: the worst, and how many lie in each fifth of a step.
template <class Code> struct errors {
    double worst = 0;
    int beyond = 0, fifth[5] = {};
    errors(std::span<float const> w, ruler<Code> marks) {
        for (double x : w) {
            double const steps = (x - marks.nearest(x)) / marks.scale;
            worst = std::max(worst, std::fabs(steps));
            beyond += std::fabs(steps) > 0.5 ? 1 : 0;
            ++fifth[std::min(4, static_cast<int>((steps + 0.5) * 5))];
        }
    }
};

} // namespace

int main() {
    auto const w = normal(1, 1 << 20, 1);
    errors const at_8(w.row(0), ruler_for<int8>(w));
    errors const at_4(w.row(0), ruler_for<int4>(w));
    std::printf("errors of %7d weights           int8      int4\n", 1 << 20);
    for (int k = 0; k < 5; ++k) {
        double const percent = 100 * 0x1p-20, from = k / 5.0 - 0.5;
        std::printf("  from %4.1f to %4.1f of a step      %4.1f %%    %4.1f %%\n", from,
                    from + 0.2, at_8.fifth[k] * percent, at_4.fifth[k] * percent);
    }
    std::printf("  further than half a step       %6d    %6d\n", at_8.beyond, at_4.beyond);
    std::printf("  the worst, in steps            %.4f    %.4f\n\n", at_8.worst, at_4.worst);

    auto const marks = ruler_for<int4>(w);
    std::printf("sums of products, int4 weights    wrong by   of the sum\n");
    for (index_t length : {16, 256, 4096}) {
        generator random(2);
        double moved = 0, output = 0, e = 0, y = 0;
        for (index_t j = 0; j < 4 * w.cols(); ++j) {
            double const weight = w(0, j % w.cols()), x = random.normal();
            e += x * (weight - marks.nearest(weight));
            y += x * weight;
            if ((j + 1) % length == 0) {
                moved += e * e;
                output += y * y;
                e = y = 0;
            }
        }
        double const sums = double(4 * w.cols() / length), error = std::sqrt(moved / sums);
        double const percent = 100 * std::sqrt(moved / output);
        std::string const n = std::to_string(length);
        std::printf("  of %-4s %30.1f %10.0f %%\n", n.c_str(), error, percent);
        book::measured("error_" + n, book::fixed(error, 1));
        book::measured("percent_" + n, book::fixed(percent));
    }

    std::printf("\nint8 inputs, how loud          static scale   a scale per token\n");
    auto const fixed = ruler_for<int8>(normal(16, 256, 3)); // measured once, on calm tokens
    for (float loudness : {1 / 64.0f, 1 / 8.0f, 1.0f, 4.0f, 16.0f}) {
        auto const x = normal(64, 256, 4, loudness);
        auto const own = quantize_tokens(x);
        double off_static = 0, off_dynamic = 0, size = 0;
        for (index_t t = 0; t < x.rows(); ++t) {
            double const s = own.scales[static_cast<std::size_t>(t)];
            for (index_t j = 0; j < x.cols(); ++j) {
                double const e = x(t, j), a = e - fixed.nearest(e), b = e - s * own.codes(t, j);
                off_static += a * a;
                off_dynamic += b * b;
                size += e * e;
            }
        }
        off_static = 100 * std::sqrt(off_static / size);
        off_dynamic = 100 * std::sqrt(off_dynamic / size);
        std::printf("  x %-7.3g %27.1f %% %11.1f %%\n", loudness, off_static, off_dynamic);
        book::measured(text("static_", 64 * loudness), book::fixed(off_static));
        book::measured(text("dynamic_", 64 * loudness), book::fixed(off_dynamic, 1));
    }

    // A smoke test of the path: the linear layers of a GPT-2 of width 2 and 2 blocks, to int8.
    quantization_report smoke;
    for (auto [out, in] : {std::pair{2 * 6, 2}, {2 * 2, 2}, {2 * 8, 2}, {2 * 2, 8}}) {
        auto const layer = normal(out, in, 5, 0.02f);
        smoke += report(layer, quantize<int8>(layer, per_channel()));
    }
    smoke.untouched(2 * (50257 + 1024)).untouched(2 * (18 + 8) + 4); // tables; biases, norms
    std::printf("\nsmoke test: int8 touched %.0f of %.0f parameters, coverage %.2f %%\n",
                smoke.weights, smoke.parameters, 100 * smoke.coverage());

    for (double x = -10.5; x <= 10.5; x += 1 / 64.0) { // in steps: w, its code, its error
        book::plot("3.1-roundtrip", {x, ruler<int4>{}.steps(x), x - ruler<int4>{}.steps(x)});
    }
    book::theorem("beyond", std::to_string(at_8.beyond + at_4.beyond));
    book::theorem("coverage", book::fixed(100 * smoke.coverage(), 2));
}
