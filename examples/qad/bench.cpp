// SPDX-License-Identifier: MIT
// ./qad bench MODEL: tokens per second, beside the limit that memory sets.
#include "engine.hpp"
#include "memory.hpp"

#include <qad/core/matrix.hpp>   // matrix
#include <qad/core/random.hpp>   // generator
#include <qad/core/team.hpp>     // threads
#include <qad/io/json.hpp>       // json
#include <qad/model/session.hpp> // session
#include <qad/simd/limits.hpp>   // read_bandwidth

#include <algorithm> // sort
#include <chrono>    // steady_clock
#include <cstdio>    // printf
#include <iostream>  // cout

namespace qad::program {

namespace bench_program {

struct options {
    model_options model;
    index_t prefill = 512, decode = 128, depth = 0;
    int repeat = 5;
};

template <class F> double seconds(F&& f) {
    auto const begin = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct spread {
    double median, lowest, highest;
};
spread spread_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {values[values.size() / 2], values.front(), values.back()};
}

void run(options const& o) {
    index_t const program = heap_now(); // its options and texts, before there is a model
    engine const loaded(o.model);
    heap_peak_from_here();
    auto const past = loaded.start(o.depth + std::max(o.prefill, o.decode) + 1);
    generator random(o.model.shared.seed);
    auto const draw = [&](index_t count) {
        std::vector<std::int32_t> tokens;
        for (index_t i = 0; i < count; ++i) {
            tokens.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(loaded.config().vocab))));
        }
        return tokens;
    };
    matrix<float> next(1, loaded.config().vocab);
    auto const begin = [&] { // every measurement starts at the same depth
        past->rewind(0);
        if (o.depth > 0) { past->run(draw(o.depth)); }
    };

    std::vector<double> prefill, decode;
    for (int r = 0; r <= o.repeat; ++r) { // the first round warms up
        if (o.prefill > 0) {
            begin();
            auto const prompt = draw(o.prefill);
            double const time = seconds([&] {
                past->run(prompt);
                past->logits(o.prefill - 1, next);
            });
            if (r > 0) { prefill.push_back(static_cast<double>(o.prefill) / time); }
        }
        if (o.decode > 0) {
            begin();
            auto const tokens = draw(o.decode);
            double const time = seconds([&] {
                for (std::int32_t const& token : tokens) {
                    past->run(std::span(&token, 1));
                    past->logits(0, next);
                }
            });
            if (r > 0) { decode.push_back(static_cast<double>(o.decode) / time); }
        }
    }

    json memory = memory_json(); // before the limits are measured, which take room of their own

    memory["program"] = program;

    // A token that is decoded reads every weight once: bandwidth / bytes is the ceiling.
    double const bandwidth = read_bandwidth(loaded.bytes_per_token());
    double const ceiling = bandwidth / static_cast<double>(loaded.bytes_per_token());
    json result = {{"threads", threads().size()}, {"weight_bytes", loaded.weight_bytes()},
                   {"bytes_per_token", loaded.bytes_per_token()}, {"read_bytes_per_second", bandwidth},
                   {"decode_ceiling", ceiling}, {"memory", memory}};
    auto const report = [&](char const* name, index_t tokens, std::vector<double> const& rates) {
        if (rates.empty()) { return; }
        auto const [median, lowest, highest] = spread_of(rates);
        result[name] = {{"tokens", tokens}, {"median", median}, {"lowest", lowest}, {"highest", highest}, {"runs", rates}};
        if (!o.model.shared.json) {
            std::printf("%-8s %5lld tokens at depth %lld: %8.1f tokens/s (%.1f to %.1f)\n", name,
                        static_cast<long long>(tokens), static_cast<long long>(o.depth), median, lowest, highest);
        }
    };
    report("prefill", o.prefill, prefill);
    report("decode", o.decode, decode);
    if (o.model.shared.json) {
        std::cout << result.dump() << '\n';
        return;
    }
    std::printf("weights  %.1f MB, %.1f MB read per token; reading that much runs at %.1f GB/s with %d threads\n",
                static_cast<double>(loaded.weight_bytes()) / 1e6, static_cast<double>(loaded.bytes_per_token()) / 1e6,
                bandwidth / 1e9, threads().size());
    if (!decode.empty()) {
        std::printf("limit    %.1f tokens/s by reading the weights; decode reaches %.0f %% of it\n", ceiling,
                    100 * spread_of(decode).median / ceiling);
    }
}

} // namespace bench_program

void add_bench(CLI::App& app) {
    auto o = std::make_shared<bench_program::options>();
    auto* program = app.add_subcommand("bench", "tokens per second, beside the limit that memory sets");
    add_model(*program, o->model);
    program->add_option("--prefill", o->prefill, "tokens of a prompt")->check(CLI::Range(0, 1 << 20))->capture_default_str();
    program->add_option("--decode", o->decode, "tokens one after the other")->check(CLI::Range(0, 1 << 20))->capture_default_str();
    program->add_option("--depth", o->depth, "tokens that are there before")->check(CLI::Range(0, 1 << 20))->capture_default_str();
    program->add_option("--repeat", o->repeat, "rounds; the median counts")->check(CLI::Range(1, 1000))->capture_default_str();
    program->callback([=] { run(*o); });
}

} // namespace qad::program
