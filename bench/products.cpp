// SPDX-License-Identifier: MIT
// y = x·Wᵀ with prepared weights at the shapes of a 135M model, beside the limits of this machine.
//   GB/s     bytes of weights read per second        of_memory  divided by what plain reading reaches
//   GOP/s    operations per second                   of_dot     divided by the dot products' peak (sgemm's
//            (two for a multiply-add)                           rate for floats); tiles can exceed it
#include "measure.hpp"

#include <qad/quantize/round.hpp> // quantize

#include <benchmark/benchmark.h>

#include <cmath>  // sqrt
#include <map>    // map
#include <memory> // unique_ptr
#include <string> // string

namespace {

using namespace qad;

enum class kind { int4, int8, bf16, fp32 };

prepared make_weight(kind k, index_t rows, index_t cols, matrix<float>& exact) {
    matrix<float> w = bench::random_matrix(rows, cols, 3);
    auto const keep = [&](auto const& q) {
        exact = dequantize(q);
        return prepare(simd, q);
    };
    switch (k) {
    case kind::int4:
        return keep(quantize<int4>(w, per_group(64), {.scales = scale_format::fp16}));
    case kind::int8:
        return keep(quantize<int8>(w, per_group(64), {.scales = scale_format::fp16}));
    case kind::bf16: {
        matrix<bf16> half(rows, cols);
        exact = matrix<float>(rows, cols);
        for (index_t i = 0; i < w.size(); ++i) {
            half.data()[i] = bf16::nearest(w.data()[i]);
            exact.data()[i] = static_cast<float>(half.data()[i]);
        }
        return prepare(simd, shared_matrix<bf16>(std::move(half)));
    }
    case kind::fp32:
        exact = w;
        return prepare(simd, shared_matrix<float>(std::move(w)));
    }
    fail("unknown kind");
}

/// Rounding activations to 8 bits moves a dot product by some 0.4 % of its usual size, a float sum by far
/// less; ten times that is an error in the kernel.
bool is_right(matrix<float> const& exact, prepared const& w, matrix<float> const& x,
              matrix<float>& y) {
    multiply(simd, y, w, x);
    double worst = 0;
    for (index_t i = 0; i < w.rows(); i += 37) {
        for (index_t t = 0; t < x.rows(); t += 5) {
            double want = 0;
            for (index_t j = 0; j < w.cols(); ++j) {
                want += double(x(t, j)) * double(exact(i, j));
            }
            worst = std::max(worst, std::fabs(want - double(y(t, i))));
        }
    }
    return worst < 0.04 * std::sqrt(static_cast<double>(w.cols())) / 3;
}

/// As many copies of one weight as a 135M model has parameters, so that memory is read as decoding does.
void product(benchmark::State& state, kind k, index_t rows, index_t cols, index_t tokens) {
    matrix<float> exact;
    matrix<float> const x = bench::random_matrix(tokens, cols, 5);
    matrix<float> y(tokens, rows);
    std::vector<prepared> weights;
    index_t const copies = tokens <= 8 ? std::max<index_t>(1, 134'515'008 / (rows * cols)) : 4;
    weights.push_back(make_weight(k, rows, cols, exact));
    if (!is_right(exact, weights[0], x, y)) {
        state.SkipWithError("the product is wrong: see tests/simd/multiply.cpp");
        return;
    }
    while (static_cast<index_t>(weights.size()) < copies) {
        weights.push_back(make_weight(k, rows, cols, exact));
    }
    std::size_t at = 0;
    for (auto _ : state) {
        multiply(simd, y, weights[at], x);
        at = at + 1 == weights.size() ? 0 : at + 1;
        benchmark::DoNotOptimize(y.data());
    }
    // The limits are measured once for each size of working set.
    static std::map<index_t, double> bandwidth;
    index_t const bytes = weights[0].bytes() * copies;
    if (!bandwidth.contains(bytes)) { bandwidth[bytes] = read_bandwidth(bytes); }
    bool const integer = k == kind::int4 || k == kind::int8;
    static double const dot = bench::dot_peak(), sgemm = sgemm_rate();
    using benchmark::Counter;
    double const n = static_cast<double>(state.iterations());
    double const moved = n * static_cast<double>(weights[0].bytes());
    double const done = n * 2 * static_cast<double>(rows * cols * tokens);
    state.counters["GB/s"] = Counter(moved / 1e9, Counter::kIsRate);
    state.counters["of_memory"] = Counter(moved / bandwidth[bytes], Counter::kIsRate);
    state.counters["GOP/s"] = Counter(done / 1e9, Counter::kIsRate);
    state.counters[integer ? "of_dot" : "of_sgemm"] =
        Counter(done / (integer ? dot : sgemm), Counter::kIsRate);
}

} // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    qad::set_threads(static_cast<int>(std::min(2u, std::thread::hardware_concurrency())));
    benchmark::AddCustomContext("instruction set", qad::isa::name<>());
    std::pair<char const*, kind> const kinds[] = {{"int4:64", kind::int4},
                                                  {"int8:64", kind::int8},
                                                  {"bf16", kind::bf16},
                                                  {"fp32", kind::fp32}};
    for (auto const& [name, k] : kinds) {
        for (auto const& [rows, cols] :
             {std::pair<qad::index_t, qad::index_t>{1536, 576}, {576, 1536}}) {
            for (qad::index_t tokens : {1, 8, 64, 512}) {
                std::string const title = std::string("multiply/") + name + "/" +
                                          std::to_string(rows) + "x" + std::to_string(cols) +
                                          "/tokens:" + std::to_string(tokens);
                benchmark::RegisterBenchmark(title.c_str(), product, k, rows, cols, tokens)
                    ->UseRealTime();
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
}
