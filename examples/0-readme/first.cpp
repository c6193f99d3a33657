// SPDX-License-Identifier: MIT
// Four bits per weight, twice: each weight rounded by itself, and GPTQ, which lets the weights
// still to come make up for every rounding error. README.md shows the lower part.
#include <qad/core/random.hpp>    // generator
#include <qad/formats/integer.hpp> // int4
#include <qad/quantize/gptq.hpp>  // gptq, hessian
#include <qad/quantize/round.hpp> // quantize, per_group

#include <cstdio> // printf

namespace {

/// Σ (W x − Ŵ x)² over the tokens x: what the layer's output is off by, all in all.
double output_error(qad::matrix<float> const& w, qad::quantized_matrix<qad::int4> const& q,
                    qad::matrix<float> const& x) {
    double sum = 0;
    for (qad::index_t t = 0; t < x.rows(); ++t) {
        for (qad::index_t i = 0; i < w.rows(); ++i) {
            double off = 0;
            for (qad::index_t j = 0; j < w.cols(); ++j) { off += double(w(i, j) - q(i, j)) * x(t, j); }
            sum += off * off;
        }
    }
    return sum;
}

} // namespace

//[readme]
int main() {
    qad::generator random(1);
    qad::matrix<float> w(100, 64); // 100 outputs, 64 inputs
    qad::matrix<float> x(512, 64); // 512 tokens; neighbouring inputs are alike, as in real layers
    for (qad::index_t i = 0; i < w.rows(); ++i) {
        for (float& weight : w.row(i)) { weight = static_cast<float>(random.normal()); }
    }
    for (qad::index_t t = 0; t < x.rows(); ++t) {
        float last = 0;
        for (float& input : x.row(t)) { input = last = 0.9f * last + static_cast<float>(random.normal()); }
    }

    auto rounded = qad::quantize<qad::int4>(w, qad::per_group(64));

    qad::hessian h(w.cols());
    h.accumulate(x);
    auto smart = qad::gptq<qad::int4>(w, h, qad::per_group(64));

    std::printf("bits per weight  %.2f and %.2f\n", rounded.bits_per_weight(), smart.bits_per_weight());
    std::printf("output error     %.0f and %.0f\n", output_error(w, rounded, x), output_error(w, smart, x));
}
//[readme]
