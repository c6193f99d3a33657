// SPDX-License-Identifier: MIT
// A training step beside its limit: the matrix products that it consists of at the machine's sgemm rate.
//   tokens/s     of a step: forward, backward, AdamW
//   GFLOP/s      counted: 6 operations a weight and token where weights are learned, 4 where only their inputs'
//                gradients are needed (attention, adapters, norms are not counted: they are what is lost)
//   of_sgemm     that over sgemm's rate, all threads
//   peak_MB      resident memory of this process at most, so far
#include "measure.hpp"

#include <qad/model/assemble.hpp>       // assemble
#include <qad/simd/attend_gradient.hpp> // the layers' gradients on this backend
#include <qad/simd/loss.hpp>            // cross_entropy_row
#include <qad/train/trainer.hpp>        // trainer

#include <benchmark/benchmark.h>

#include <cmath> // sqrt
#include <sys/resource.h>

namespace {

using namespace qad;

struct shape {
    char const* name;
    index_t hidden, ff, layers, heads, kv_heads, vocab, batch, length;
};
constexpr shape base{"base model", 256, 768, 4, 4, 2, 2048, 24, 43};
constexpr shape smollm2{"135M", 576, 1536, 30, 9, 3, 49152, 4, 256};

model_config config_of(shape const& s) {
    model_config c;
    c.hidden = s.hidden;
    c.ff = s.ff;
    c.layers = s.layers;
    c.heads = s.heads;
    c.kv_heads = s.kv_heads;
    c.head_dim = 64;
    c.vocab = s.vocab;
    c.tied = true;
    return c;
}

/// Random weights of size 1/√inputs, float32, as lora_step measures PyTorch.
transformer<float, weight> random_model(model_config const& c) {
    struct source {
        generator random{1};
        weight matrix(std::string const&, index_t rows, index_t cols) {
            qad::matrix<float> w(rows, cols);
            double const size = std::sqrt(3.0 / static_cast<double>(cols));
            for (index_t i = 0; i < w.size(); ++i) {
                w.data()[i] = static_cast<float>(random.uniform(-size, size));
            }
            return shared_matrix<float>(std::move(w));
        }
        std::vector<float> vector(std::string const&, index_t size) {
            return std::vector<float>(static_cast<std::size_t>(size), 1.0f);
        }
    };
    return assemble(c, source{});
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
    return static_cast<double>(usage.ru_maxrss) / 1e6;
#else
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
#endif
}

void step(benchmark::State& state, shape s, bool adapters) {
    auto const config = config_of(s);
    auto model = adapters ? freeze(random_model(config)) : learn_everything(random_model(config));
    if (adapters) { learn_beside(model, make_adapter(config, {{.rank = 8, .alpha = 16}}, 2)); }
    trainer<simd_t> t(simd, model, {.steps = 1000, .rate = {1e-3}});
    generator random(3);
    training_batch batch;
    for (index_t i = 0; i < s.batch; ++i) {
        std::vector<std::int32_t> tokens(static_cast<std::size_t>(s.length));
        for (auto& token : tokens) {
            token = static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(s.vocab)));
        }
        batch.add(tokens);
    }

    // Five steps on one batch must bring its loss down, or this measures something else.
    double const first = t.step(batch).loss;
    for (int i = 0; i < 4; ++i) { t.step(batch); }
    if (!(t.step(batch).loss < first)) {
        state.SkipWithError("the loss does not fall");
        return;
    }
    for (auto _ : state) { benchmark::DoNotOptimize(t.step(batch).loss); }

    auto const linear = static_cast<double>(s.layers * (s.hidden * 2 * 64 * (s.heads + s.kv_heads) +
                                                        3 * s.hidden * s.ff));
    double const weights = linear + static_cast<double>(s.hidden * s.vocab); // the head is the embedding
    auto const tokens = static_cast<double>(s.batch * s.length);
    double const sum = (adapters ? 4.0 : 6.0) * weights * tokens;
    auto const steps = static_cast<double>(state.iterations());
    state.counters["tokens/s"] = benchmark::Counter(tokens * steps, benchmark::Counter::kIsRate);
    state.counters["GFLOP/s"] = benchmark::Counter(sum * steps / 1e9, benchmark::Counter::kIsRate);
    state.counters["of_sgemm"] = benchmark::Counter(sum * steps / sgemm_rate(), benchmark::Counter::kIsRate);
    state.counters["peak_MB"] = peak_megabytes();
}

} // namespace

BENCHMARK_CAPTURE(step, base_full, base, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(step, base_lora, base, true)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(step, 135M_lora, smollm2, true)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

BENCHMARK_MAIN();
