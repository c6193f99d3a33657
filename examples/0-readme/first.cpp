// SPDX-License-Identifier: MIT
// Four bits per weight, twice: each weight rounded by itself, and GPTQ, which lets the weights
// still to come make up for every rounding error.
//[readme]
#include <qad/core/random.hpp>     // generator
#include <qad/quantize/gptq.hpp>   // gptq, hessian
#include <qad/quantize/report.hpp> // report
#include <qad/quantize/round.hpp>  // quantize

#include <iostream>

int main() {
    qad::generator random(1);
    qad::matrix<float> w(100, 64), x(512, 64); // 100 outputs of 64 inputs; 512 tokens
    for (qad::index_t i = 0; i < w.rows(); ++i) {
        for (float& weight : w.row(i)) { weight = static_cast<float>(random.normal()); }
    }
    for (qad::index_t t = 0; t < x.rows(); ++t) {
        float last = 0; // neighbouring inputs are alike, as inside a real model
        for (float& input : x.row(t)) { input = last = 0.9f * last + float(random.normal()); }
    }

    auto rounded = qad::quantize<qad::int4>(w, qad::per_group(64));

    qad::hessian h(w.cols());
    h.accumulate(x);
    auto corrected = qad::gptq<qad::int4>(w, h, qad::per_group(64));

    std::cout << "rounded: " << qad::report(w, rounded, x).line() << '\n';
    std::cout << "GPTQ:    " << qad::report(w, corrected, x).line() << '\n';
}
//[readme]
