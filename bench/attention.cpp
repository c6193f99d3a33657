// SPDX-License-Identifier: MIT
// Attention at the shape of a 135M model (9 query heads, 3 key-value heads of 64), beside the limits of this
// machine: reading the cache for decoding, the float matrix product for prefill.
#include "measure.hpp"

#include <qad/attend/kv_cache.hpp> // kv_cache

#include <benchmark/benchmark.h>

#include <cmath>  // fabs
#include <string> // string

namespace {

using namespace qad;

constexpr head_layout heads = gqa(9, 3, 64);
constexpr index_t layers = 30;

template <class E> kv_cache<E> filled(index_t length) {
    kv_cache<E> past(heads, layers, length);
    matrix<float> const k = bench::random_matrix(length, heads.kv_width(), 1),
                        v = bench::random_matrix(length, heads.kv_width(), 2);
    for (index_t layer = 0; layer < layers; ++layer) {
        past.template append<float>(layer, k.view(), v.view());
    }
    return past;
}

/// `rows` queries at the end of `length` positions, layer after layer.
template <class E> void attention(benchmark::State& state, index_t length, index_t rows) {
    kv_cache<E> const past = filled<E>(length);
    matrix<float> const query = bench::random_matrix(rows, heads.query_width(), 3);
    matrix<float> out(rows, heads.query_width()), want(1, heads.query_width());
    attend<float>(simd, out, query, past, 0, heads);
    attend<float>(ref, want, query.rows(rows - 1, 1), past, 0, heads);
    for (index_t j = 0; j < want.cols(); ++j) {
        // Values of at most 1 in magnitude: float sums of this length stay within 10⁻⁴.
        if (!(std::fabs(want(0, j) - out(rows - 1, j)) < 1e-4f)) {
            state.SkipWithError("attention is wrong: see tests/simd/attend.cpp");
            return;
        }
    }
    index_t layer = 0;
    for (auto _ : state) {
        attend<float>(simd, out, query, past, layer, heads);
        layer = layer + 1 == layers ? 0 : layer + 1;
        benchmark::DoNotOptimize(out.data());
    }
    using benchmark::Counter;
    double const n = static_cast<double>(state.iterations());
    if (rows == 1) {
        double const moved = n * 2 * static_cast<double>(length * heads.kv_width()) * sizeof(E);
        state.counters["GB/s"] = Counter(moved / 1e9, Counter::kIsRate);
        double const limit = read_bandwidth(past.bytes());
        state.counters["of_memory"] = Counter(moved / limit, Counter::kIsRate);
    } else {
        // Each query sees half of the new positions on average: two products of two operations.
        double const seen = static_cast<double>(length) - static_cast<double>(rows - 1) / 2;
        double const done = n * 4 * seen * static_cast<double>(rows * heads.query_width());
        static double const sgemm = sgemm_rate();
        state.counters["GFLOP/s"] = Counter(done / 1e9, Counter::kIsRate);
        state.counters["of_sgemm"] = Counter(done / sgemm, Counter::kIsRate);
    }
}

} // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    qad::set_threads(static_cast<int>(std::min(2u, std::thread::hardware_concurrency())));
    benchmark::AddCustomContext("instruction set", qad::isa::name<>());
    for (qad::index_t length : {128, 512, 2048}) {
        auto const depth = std::to_string(length);
        benchmark::RegisterBenchmark(("attend/decode/float/depth:" + depth).c_str(),
                                     attention<float>, length, 1)
            ->UseRealTime();
        benchmark::RegisterBenchmark(("attend/decode/bf16/depth:" + depth).c_str(),
                                     attention<qad::bf16>, length, 1)
            ->UseRealTime();
        benchmark::RegisterBenchmark(("attend/decode/int8/depth:" + depth).c_str(),
                                     attention<qad::int8>, length, 1)
            ->UseRealTime();
    }
    benchmark::RegisterBenchmark("attend/prefill/float/tokens:512", attention<float>, 512, 512)
        ->UseRealTime();
    benchmark::RegisterBenchmark("attend/prefill/int8/tokens:512", attention<qad::int8>, 512,
                                 512)
        ->UseRealTime();
    benchmark::RunSpecifiedBenchmarks();
}
