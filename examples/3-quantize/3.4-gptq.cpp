// SPDX-License-Identifier: MIT
// Section 3.4: GPTQ on two weights, by hand, then on a hundred rows: what it costs and saves.
// covers: X34 L19
#include "../book.hpp"

#include <qad/core/random.hpp>           // generator
#include <qad/quantize/gptq.hpp>         // gptq, exact_hessian, inverse_factor, round_and_push
#include <qad/quantize/output_error.hpp> // squared_output

using namespace qad;

void two_weights() {
    double const w = 0.4, correlation = 0.9;
    auto const outputs = [&](double a, double b) { // d·H·d
        return (w - a) * (w - a) + (w - b) * (w - b) + 2 * correlation * (w - a) * (w - b);
    };
    matrix<double> h(2, 2), row(2, 1), k(2, 1), e(2, 1);
    h(0, 0) = h(1, 1) = 1;
    h(0, 1) = h(1, 0) = correlation;
    row(0, 0) = row(1, 0) = w;
    auto const u = inverse_factor<double>(h, 0.0, 1.0).upper;
    ruler<int4> const whole_numbers{.scale = 1};
    round_and_push<double>(row, k, e, u.view(), [&](index_t) { return &whole_numbers; });

    std::printf("weights 0.4 0.4, marks at whole numbers, two inputs of correlation 0.9\n");
    double const a = k(0, 0), b = k(1, 0), pushed = row(1, 0);
    double const near = 2 * w * w, far = (w - a) * (w - a) + (w - b) * (w - b);
    std::printf(
        "  nearest     0  0   squared error of the weights %6.3f, of the outputs %7.3f\n", near,
        outputs(0, 0));
    std::printf(
        "  GPTQ       %2.0f %2.0f   squared error of the weights %6.3f, of the outputs %7.3f\n",
        a, b, far, outputs(a, b));
    std::printf("  the second weight was %.2f when its turn came\n", pushed);
    book::theorem("pushed", book::fixed(pushed, 2));
    book::theorem("two_gain", book::fixed(outputs(0, 0) / outputs(a, b), 1));
    book::theorem("near", book::fixed(near, 2));
    book::theorem("far", book::fixed(far, 2));

    for (double x : {-1, 0, 1, 2}) { // the picture: each pair of marks
        for (double y : {-1, 0, 1, 2}) { book::plot("3.4-gptq", {x, y, outputs(x, y)}); }
    }
}

/// What a rounding did: Σ (w - ŵ)², and Σ (y - ŷ)² a token.
struct damage {
    double weights = 0, outputs = 0;
};
damage compare(matrix_view<float const> w, matrix_view<float const> rounded,
               matrix_view<float const> x) {
    matrix<float> e(rounded);
    as_eigen(e) -= as_eigen(w);
    return {double(as_eigen(e).squaredNorm()), squared_output(e, x) / double(x.rows())};
}

/// GPTQ with its pushes turned round.
matrix<float> pushed_the_wrong_way(matrix_view<float const> w, exact_hessian const& h) {
    auto u = prepare_inputs(h, 0.01, false).upper;
    as_eigen(u).triangularView<Eigen::StrictlyUpper>() *= -1;
    auto const table = fit_rulers<int4>(w, per_channel(), {});
    matrix<double> now(w.cols(), w.rows()), k(w.cols(), w.rows()), e(w.cols(), w.rows());
    as_eigen(now) = as_eigen(w).transpose().cast<double>();
    round_and_push<double>(now, k, e, u, [&](index_t) { return table.rulers.data(); });
    matrix<float> result(w.rows(), w.cols());
    for (index_t i = 0; i < w.rows(); ++i) {
        as_eigen(result).row(i) = table.at(i, 0).scale * as_eigen(k).col(i).cast<float>();
    }
    return result;
}

int main() {
    two_weights();

    // Neighbouring inputs are alike, as inside a real model.
    generator random(34);
    matrix<float> w(100, 16), x(512, 16), one(16, 16);
    for (float& weight : std::span(w.data(), 1600)) { weight = float(random.normal()); }
    for (index_t t = 0; t < x.rows(); ++t) {
        float last = 0;
        for (float& input : x.row(t)) { input = last = 0.9f * last + float(random.normal()); }
    }
    exact_hessian h(16), white(16);
    h.accumulate(x);
    as_eigen(one).setIdentity();
    white.accumulate(one);
    auto const nearest = dequantize(quantize<int4>(w, per_channel())),
               gptq_w = dequantize(gptq<int4>(w, h, per_channel()));

    std::printf("100 rows of 16 weights, int4; neighbouring inputs alike; outputs: a mean of "
                "512 tokens\n");
    auto const say = [&](char const* name, char const* key, matrix_view<float const> rounded) {
        auto const d = compare(w, rounded, x);
        std::printf("  %-15s    squared error of the weights %6.1f, of the outputs %7.1f\n",
                    name, d.weights, d.outputs);
        book::measured(key, book::fixed(d.outputs, 1));
        return d;
    };
    auto const by_nearest = say("nearest", "rows_nearest", nearest);
    auto const by_gptq = say("GPTQ", "rows_gptq", gptq_w);
    say("wrong sign", "rows_wrong", pushed_the_wrong_way(w, h));
    int worse = 0;
    for (index_t i = 0; i < 100; ++i) {
        worse += compare(w.rows(i, 1), gptq_w.rows(i, 1), x).outputs >
                 compare(w.rows(i, 1), nearest.rows(i, 1), x).outputs;
    }
    auto const gptq_white = dequantize(gptq<int4>(w, white, per_channel()));
    auto const changed = (as_eigen(gptq_white).array() != as_eigen(nearest).array()).count();
    std::printf("  rows where GPTQ did worse than nearest: %d of 100\n", worse);
    std::printf("inputs that have nothing in common: GPTQ changes %lld of 1600 codes\n",
                static_cast<long long>(changed));
    book::measured("rows_gain", book::fixed(by_nearest.outputs / by_gptq.outputs, 1));
    book::measured("rows_weights", book::fixed(by_gptq.weights / by_nearest.weights, 1));
    book::measured("rows_worse", book::fixed(worse));
    book::theorem("white", book::fixed(double(changed)));
    return 0;
}
