// SPDX-License-Identifier: MIT
// The failures of chapter 6.1, each made to happen by the library: a few lines of numbers that
// are computed when you ask for them.
#ifndef QAD_LEARN_FAIL_ROWS_HPP
#define QAD_LEARN_FAIL_ROWS_HPP

#include <qad/adapt/lora.hpp>       // make_lora
#include <qad/attend/page_pool.hpp> // page_pool
#include <qad/fit/decode.hpp>       // amdahl
#include <qad/fit/memory_text.hpp>  // memory_text
#include <qad/fit/serving.hpp>      // fit
#include <qad/fit/training.hpp>     // training_ledger
#include <qad/formats/bf16.hpp>     // bf16
#include <qad/formats/fp16.hpp>     // fp16
#include <qad/quantize/round.hpp>   // quantize

#include <algorithm> // sort
#include <chrono>    // steady_clock
#include <cmath>     // ldexp
#include <cstdio>    // printf

namespace qad::learn::failures {

inline constexpr auto seventy_billion = nominally(70'000'000'000, llama3_70b);
inline constexpr auto seven_billion = nominally(7'000'000'000, llama2_7b);

inline std::string gb(byte_count b) { return memory_text(gigabytes(b)); }

inline matrix<float> normal_matrix(index_t rows, index_t cols, std::uint64_t seed) {
    generator random(seed);
    matrix<float> m(rows, cols);
    for (index_t n = 0; n < m.size(); ++n) {
        m.data()[n] = static_cast<float>(random.normal());
    }
    return m;
}

// ---- Memory ---------------------------------------------------------------------------------

inline void weights_exceed_the_card() {
    for (double bits : {16.0, 8.0, 4.0}) {
        auto const need = fit(seventy_billion, {.weights = {bits}});
        byte_count const left = need.headroom(80_GB);
        std::printf("70B at %2.0f bits: %9s on a card of 80 GB: %s %s\n", bits,
                    gb(need.weights).c_str(),
                    gb(left < byte_count(0) ? byte_count(0) - left : left).c_str(),
                    left < byte_count(0) ? "missing" : "left");
    }
}

inline void every_user_has_a_cache() {
    serving_plan plan{.weights = in_groups(4, 128), .context = 8192};
    for (index_t users : {1, 8, 16, 32}) {
        plan.users = users;
        auto const need = fit(seventy_billion, plan);
        std::printf("%2lld users of 8192 tokens: weights %s + KV %s = %s of 80 GB: %s\n",
                    static_cast<long long>(users), gb(need.weights).c_str(),
                    gb(need.kv()).c_str(), gb(need.total()).c_str(),
                    need.fits_in(80_GB) ? "fits" : "out of memory");
    }
    auto const most = [&](model_shape const& m, storage kv) {
        plan.kv = kv;
        return static_cast<long long>(fit(m, plan).max_users(80_GB));
    };
    model_shape all_heads = seventy_billion;
    all_heads.kv_heads = all_heads.heads;
    std::printf("most users: %lld; with an 8-bit cache %lld; with a KV head for every query "
                "head %lld\n",
                most(seventy_billion, in_fp16), most(seventy_billion, in_groups(8, 128)),
                most(all_heads, in_fp16));
}

inline void the_cache_grows_with_the_prompt() {
    auto const try_prompt = [](index_t tokens) {
        auto const need = fit(llama3_8b, {.context = tokens});
        std::printf("  %6lld tokens: KV %8s, %8s in all: %s\n", static_cast<long long>(tokens),
                    gb(need.kv()).c_str(), gb(need.total()).c_str(),
                    need.fits_in(24_GB) ? "fits" : "out of memory");
    };
    std::printf("Llama-3.1-8B in 16 bits on a card of 24 GB, one user\n");
    for (index_t tokens : {1024, 8192, 32768, 65536, 131072}) { try_prompt(tokens); }
    std::printf("the passages that matter, a sixteenth of the longest, found by search:\n");
    try_prompt(131072 / 16);
}

inline void reserved_and_empty() {
    generator random(4);
    constexpr index_t requests = 64, longest = 4096, page = 16;
    page_pool pool(requests * longest / page);
    index_t written = 0;
    for (index_t r = 0; r < requests; ++r) {
        index_t const tokens = 16 + random.below(1000);
        written += tokens;
        for (index_t n = 0; n < ceil_div(tokens, page); ++n) { pool.acquire(); }
    }
    auto const share = [&](index_t slots) {
        return 100 * static_cast<double>(written) / static_cast<double>(slots);
    };
    std::printf("64 requests, %lld tokens in all, 4096 reserved for each: %.1f %% of the cache "
                "in use\n",
                static_cast<long long>(written), share(requests * longest));
    std::printf("the same in %lld pages of 16 tokens: %.1f %% of the held pages in use\n",
                static_cast<long long>(pool.in_use()), share(pool.in_use() * page));
}

// ---- Formats --------------------------------------------------------------------------------

inline void fp16_runs_out_of_range() {
    generator random(5);
    int zero[3] = {}, infinite[3] = {};
    for (int n = 0; n < 10000; ++n) {
        auto const draw = [&](int low, int high) { // all powers of 2 alike
            int const power =
                low + static_cast<int>(random.below(static_cast<unsigned>(high - low)));
            return static_cast<float>(std::ldexp(1 + random.uniform(), power));
        };
        float const gradient = draw(-36, -4), activation = draw(0, 18);
        zero[0] += fp16::nearest(gradient) == fp16();
        zero[1] += fp16::nearest(1024 * gradient) == fp16();
        zero[2] += bf16::nearest(gradient) == bf16();
        infinite[0] += std::isinf(static_cast<float>(fp16::nearest(activation)));
        infinite[2] += std::isinf(static_cast<float>(bf16::nearest(activation)));
    }
    infinite[1] = infinite[0]; // the loss is scaled, not what flows forward
    std::printf("of 10000 gradients (2^-36 to 2^-4) and activations (1 to 2^18)\n");
    char const* const names[] = {"fp16", "fp16, loss times 1024", "bf16"};
    for (int f = 0; f < 3; ++f) {
        std::printf("  %-22s %5d gradients became 0, %5d activations infinite\n", names[f],
                    zero[f], infinite[f]);
    }
}

inline void bf16_stands_still() {
    auto weight = bf16::nearest(1);
    float master = 1;
    for (int step = 1; step <= 1000; ++step) {
        weight = bf16::nearest(static_cast<float>(weight) + 0.001f);
        master += 0.001f;
        if (step % 500 == 0) {
            std::printf(
                "after %4d updates of 0.001: in bf16 %.4f, with an fp32 master copy %.4f\n",
                step, static_cast<double>(static_cast<float>(weight)),
                static_cast<double>(master));
        }
    }
    float const next = static_cast<float>(bf16(bf16::nearest(1).code + 1));
    std::printf("the next bf16 after 1 is %.7f: less than half that step away, nothing moves\n",
                static_cast<double>(next));
}

// ---- Quantization ---------------------------------------------------------------------------

inline void quiet_rows_vanish() {
    auto w = normal_matrix(64, 128, 7);
    for (index_t i = 0; i < w.rows(); ++i) { // row 0 whispers, row 63 is 100 times louder
        for (float& x : w.row(i)) {
            x *= static_cast<float>(std::pow(100.0, static_cast<double>(i) / 63));
        }
    }
    for (granularity cut : {per_tensor(), per_channel(), per_group(32)}) {
        auto const q = quantize<int4>(w, cut, {.scales = scale_format::fp16});
        int gone = 0;
        for (index_t i = 0; i < q.rows(); ++i) {
            bool zero = true;
            for (index_t j = 0; j < q.cols(); ++j) { zero = zero && q.code(i, j) == int4{0}; }
            gone += zero;
        }
        std::printf("int4 %-18s %.3f bits a weight: %2d of 64 rows are all zero\n",
                    cut.name().c_str(), q.bits_per_weight(), gone);
    }
}

inline void close_weights_far_outputs() {
    double const w[] = {0.4, 0.4}, alike = 0.9; // two inputs of variance 1, almost the same
    auto const output = [&](double q0, double q1) {
        double const e0 = w[0] - q0, e1 = w[1] - q1;
        return e0 * e0 + 2 * alike * e0 * e1 + e1 * e1;
    };
    auto const say = [&](char const* how, double q0, double q1) {
        double const weights = (w[0] - q0) * (w[0] - q0) + (w[1] - q1) * (w[1] - q1);
        std::printf("%-34s codes %.0f %.0f: weights off by %.3f, outputs off by %.3f\n", how,
                    q0, q1, weights, output(q0, q1));
    };
    say("rounded to nearest", std::round(w[0]), std::round(w[1]));
    double const first = std::round(w[0]), pushed = w[1] + alike * (w[0] - first);
    say("error pushed into the next (GPTQ)", first, std::round(pushed));
}

inline void thin_margins_flip() {
    auto const w = normal_matrix(32, 64, 9), x = normal_matrix(2000, 64, 10);
    matrix<float> before(2000, 32), after(2000, 32);
    multiply(ref, before.view(), w.view(), x.view());
    multiply(ref, after.view(), quantize<int4>(w, per_channel()), x.view());
    std::vector<std::pair<float, bool>> items; // margin before, changed
    int changed = 0;
    for (index_t t = 0; t < x.rows(); ++t) {
        std::vector<float> sorted(before.row(t).begin(), before.row(t).end());
        std::sort(sorted.rbegin(), sorted.rend());
        auto const best = [t](matrix<float> const& y) {
            return std::max_element(y.row(t).begin(), y.row(t).end()) - y.row(t).begin();
        };
        items.emplace_back(sorted[0] - sorted[1], best(before) != best(after));
        changed += items.back().second;
    }
    std::sort(items.begin(), items.end());
    std::printf("2000 answers of a linear classifier, rounded to int4: %d changed\n", changed);
    for (int tenth : {0, 1, 2, 9}) {
        int in_it = 0;
        for (std::size_t i = 0; i < 200; ++i) {
            in_it += items[static_cast<std::size_t>(200 * tenth) + i].second;
        }
        std::printf("  tenth %2d by margin (%s): %3d of 200\n", tenth + 1,
                    tenth == 9 ? "what a demo shows" : "thin leads first", in_it);
    }
}

inline void smaller_is_not_faster() {
    auto const w = normal_matrix(1024, 1024, 11), x = normal_matrix(1, 1024, 12);
    auto const q = quantize<int4>(w, per_group(128), {.scales = scale_format::fp16});
    matrix<float> y(1, 1024);
    auto const milliseconds = [&](auto const& weights) {
        double best = INFINITY;
        for (int run = 0; run < 5; ++run) {
            auto const begin = std::chrono::steady_clock::now();
            multiply(ref, y.view(), weights, x.view());
            std::chrono::duration<double, std::milli> const took =
                std::chrono::steady_clock::now() - begin;
            best = std::min(best, took.count());
        }
        return best;
    };
    double const wide = milliseconds(w.view()), narrow = milliseconds(q);
    std::printf("1024 x 1024 weights, the library's plain loop, best of 5 on this machine\n"
                "  fp32 %8lld bytes %8.2f ms\n  int4 %8lld bytes %8.2f ms\n"
                "%.1f times fewer bytes, %.2f times as fast: unpacking is work too\n",
                static_cast<long long>(4 * w.size()), wide, static_cast<long long>(q.bytes()),
                narrow, 4 * static_cast<double>(w.size()) / static_cast<double>(q.bytes()),
                wide / narrow);
    for (double share : {0.3, 0.7, 1.0}) {
        std::printf(
            "where reading is %3.0f %% of a step, 4 times fewer bytes give %.2f times\n",
            100 * share, amdahl(share, 4));
    }
}

inline void nothing_was_touched() {
    std::printf(
        "                in the linear layers     16 bits    int8 there     int8 everywhere\n");
    for (char const* name : {"tiny-gpt2", "Qwen2.5-0.5B", "Llama-3.1-8B"}) {
        model_shape const& m = find_model(name)->shape;
        auto const n = count_parameters(m);
        auto const bytes = [&](storage linear, storage rest) {
            return memory_text(weight_bytes(m, {linear, rest, rest}).total());
        };
        std::printf("%-14s %19.2f %% %13s %13s %19s\n", name,
                    100 * static_cast<double>(n.in_linears()) / static_cast<double>(n.total()),
                    bytes(in_fp16, in_fp16).c_str(), bytes({8}, in_fp16).c_str(),
                    bytes({8}, {8}).c_str());
    }
}

// ---- Adapting -------------------------------------------------------------------------------

inline void the_optimizer_fills_the_card() {
    auto const full = training_ledger(seven_billion);
    std::printf("7B, before activations, on a card of 24 GB\n  full fine-tuning\n");
    for (ledger_line const& line : full) {
        std::printf("    %-14s %3.0f bits a parameter %9s\n", std::string(line.what).c_str(),
                    line.bits(), gb(line.size).c_str());
    }
    auto const total = [](char const* name, ledger const& sum) {
        std::printf("  %-27s total %9s: %s\n", name, gb(sum.total()).c_str(),
                    sum.total() < byte_count(24_GB) ? "fits" : "out of memory");
    };
    total("", full);
    total("LoRA, rank 16", training_ledger(seven_billion, {.method = training_method::lora}));
    total("QLoRA, rank 16", training_ledger(seven_billion, {.method = training_method::qlora}));
}

inline double size_of(matrix<float> const& m) {
    double square = 0;
    for (index_t n = 0; n < m.size(); ++n) { square += double(m.data()[n]) * m.data()[n]; }
    return std::sqrt(square);
}

/// What one token x and the gradient g of its output say: dA = s Bt g xt, dB = s g (A x)t; both
/// are products of two vectors, and as long as these two together.
inline void say_gradients(char const* how, lora const& d, matrix<float> const& x,
                          matrix<float> const& g) {
    matrix<float> inner(1, d.rank()), back(1, d.rank());
    multiply(ref, inner.view(), d.down.view(), x.view());
    for (index_t i = 0; i < d.outputs(); ++i) {
        for (index_t k = 0; k < d.rank(); ++k) { back(0, k) += d.up(i, k) * g(0, i); }
    }
    std::printf("  %-20s gradient of A %6.2f, of B %6.2f\n", how,
                double(d.scale()) * size_of(back) * size_of(x),
                double(d.scale()) * size_of(g) * size_of(inner));
}

inline void an_adapter_that_cannot_learn() {
    generator random(13);
    auto const x = normal_matrix(1, 64, 14), g = normal_matrix(1, 64, 15);
    std::printf("the first step\n");
    auto adapter = make_lora(64, 64, {.rank = 8, .alpha = 16}, random);
    say_gradients("A random, B zero:", adapter, x, g);
    adapter.down = matrix<float>(8, 64);
    say_gradients("A and B zero:", adapter, x, g);

    std::printf("the output after one step of Adam, which moves each number of B by 0.01\n");
    for (index_t rank : {4, 16, 64}) {
        auto d = make_lora(64, 64, {.rank = rank, .alpha = 16}, random);
        matrix<float> inner(1, rank), y(1, 64);
        multiply(ref, inner.view(), d.down.view(), x.view());
        for (index_t i = 0; i < 64; ++i) {
            for (index_t k = 0; k < rank; ++k) {
                d.up(i, k) = g(0, i) * inner(0, k) > 0 ? -0.01f : 0.01f;
            }
        }
        add_lora(y.view(), d, std::as_const(x).view());
        std::printf("  rank %2lld: scaled by alpha/r %6.1f, by alpha %8.1f\n",
                    static_cast<long long>(rank), size_of(y),
                    size_of(y) * static_cast<double>(rank));
    }
}

inline void weights_know_last_month() {
    generator random(14);
    std::vector<int> fact(1000, 0), trained = fact; // the version of each fact
    for (int week = 0; week <= 26; ++week) {
        if (week % 13 == 0 || week == 4) {
            int right = 0;
            for (std::size_t i = 0; i < fact.size(); ++i) { right += trained[i] == fact[i]; }
            std::printf(
                "week %2d: of 1000 facts the weights know %4d, an index written today 1000\n",
                week, right);
        }
        for (int& version : fact) { version += random.below(100) < 3; } // 3 % change in a week
    }
}

} // namespace qad::learn::failures

#endif
