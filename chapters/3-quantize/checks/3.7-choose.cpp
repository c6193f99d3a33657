// SPDX-License-Identifier: MIT
// Self-check 3.7, "How to choose in practice".
#include "self_check.hpp"
#include "../contracts/3.7-choose.hpp"

#include <cmath>

using namespace qad::check;

namespace {

mistake const method{"3.7a", "GGUF is taken for a method of quantization.",
                     "Two Q4_0 tensors of 9216 bytes: rounded 8.6 % off, by GPTQ 5.0 %. "
                     "GGUF only holds them."};
mistake const no_samples{"3.7b",
                         "a method that calibrates is chosen without anything to "
                         "calibrate on.",
                         "Of 0 samples GPTQ's Hessian and AWQ's busy channels are all 0."};
mistake const fewest{
    "3.7c", "the fewest bits are taken, whether they are needed or not.",
    "8B fill a fifth of 80 GB as they are; int4 changed 130 of 4000 answers (3.6)."};
mistake const bare{"3.7d", "the codes are counted, and the scales beside them are not.",
                   "a scale of 16 bits for 32 codes is half a bit for each: 19B in 8 bits take "
                   "20.2 GB, not 19, and 36B in 4 bits 20.3, not 18."};
mistake const of_32_bits{"3.7e", "the bytes of a tensor fit into 32 bits.",
                         "200019 x 8192 weights in F32 are 6.6 GB: an int ends at 2.1, and a "
                         "float has 24 bits to count with."};
mistake const across_rows{"3.7f", "a block may begin in one row and end in the next.",
                          "4 rows of 576 are 9 times 256 weights, and a row is 2.25 blocks: "
                          "the third would belong to two rows."};

using answer = std::vector<int>;

/// { 4, 2, 1 } in words.
std::string words(answer const& a) {
    if (a.size() != 3) { return text(a.size(), " numbers"); }
    if (a[0] == 0) {
        return "nothing of ours is rounded" + (a == answer{0, 0, 0} ? "" : ", and " + show(a));
    }
    if (a[0] == -1) {
        return "a smaller model" + (a == answer{-1, 0, 0} ? "" : ", and " + show(a));
    }
    auto const name = [](int i, std::vector<std::string> const& names) {
        return i >= 0 && i < static_cast<int>(names.size()) ? names[static_cast<std::size_t>(i)]
                                                            : text("(", i, ")");
    };
    return text(a[0], " bits, ", name(a[1], {"no method", "round to nearest", "GPTQ or AWQ"}),
                ", ", name(a[2], {"no container", "safetensors", "GGUF"}));
}

struct situation {
    double billions, memory;
    std::string said; ///< any of: hosted, cost, samples, CPU
    answer expected;
    bool is(char const* what) const { return said.find(what) != said.npos; }
};

/// The right answer, with the bits that 8 and 4 bits are said to take.
answer decided(situation const& s, double eight, double four) {
    auto const fits = [&](double bits) { return s.billions * bits / 8 <= 0.8 * s.memory; };
    if (s.is("hosted")) { return {0, 0, 0}; }
    int const bits = !s.is("cost") && fits(16) ? 16 : fits(eight) ? 8 : fits(four) ? 4 : -1;
    if (bits < 0) { return {-1, 0, 0}; }
    int const how = bits == 16 ? 0 : bits == 4 && s.is("samples") ? 2 : 1;
    return {bits, how, s.is("CPU") ? 2 : 1};
}

/// A belief, as what it makes of a situation whose right answer is `a`.
struct choice {
    mistake const& what;
    answer (*made)(situation const&, answer a);
};
std::vector<choice> const choices = {
    {method,
     [](auto&, answer a) {
         return a[2] == 2 ? answer{a[0], 0, 2} : a;
     }},
    {method,
     [](auto&, answer a) {
         return a[2] == 2 ? answer{a[0], 1, 2} : a;
     }},
    {method,
     [](auto&, answer a) {
         return a == answer{4, 2, 2} ? answer{4, 1, 2} : a;
     }},
    {no_samples,
     [](auto&, answer a) {
         return a[0] == 4 ? answer{4, 2, a[2]} : a;
     }},
    {fewest,
     [](auto& s, answer a) {
         return a[0] > 4 ? answer{4, s.is("samples") ? 2 : 1, a[2]} : a;
     }},
    {bare, [](auto& s, answer) { return decided(s, 8, 4); }},
    {bare, [](auto& s, answer) { return decided(s, 8, 4.5); }},
    {bare, [](auto& s, answer) { return decided(s, 8.5, 4); }}};

} // namespace

TEST_CASE("3.7.1 a type costs its codes and its scales [L21 L23]") {
    std::vector<double> got;
    for (int type : {0, 1, 2, 8, 14, 5}) { got.push_back(impl::gguf_bits_per_weight(type)); }
    judge(got, {.input = "bits a weight of types 0, 1, 2, 8, 14, and of 5, which was withdrawn",
                .expected = {32.0, 16.0, 4.5, 8.5, 6.5625, 0.0},
                .beliefs = {{bare, {32.0, 16.0, 4.0, 8.0, 6.0, 0.0}}}});
}

TEST_CASE("3.7.2 a row is whole blocks, and a tensor is whole rows [L21]") {
    judge(std::vector{impl::gguf_bytes(2, 64, 256), impl::gguf_bytes(8, 64, 256),
                      impl::gguf_bytes(14, 4, 576), impl::gguf_bytes(8, 4, 576)},
          {.input = "64 x 256 as Q4_0 and Q8_0; 4 rows of 576 as Q6_K and Q8_0",
           .expected = {9216, 17408, -1, 2448},
           .beliefs = {{bare, {8192, 16384, -1, 2304}},
                       {across_rows, {9216, 17408, 1890, 2448}}}});
    judge(impl::gguf_bytes(5, 64, 256),
          {.input = "64 x 256 of type 5, which was withdrawn", .expected = -1});
    std::vector<std::int64_t> large, exact, wrapped, rounded;
    for (int type : {0, 1, 14}) {
        std::int64_t const bytes = 200019 * 32LL * (type == 0 ? 1024 : type == 1 ? 512 : 210);
        large.push_back(impl::gguf_bytes(type, 200019, 8192));
        exact.push_back(bytes);
        wrapped.push_back(static_cast<std::int32_t>(bytes));
        rounded.push_back(static_cast<std::int64_t>(static_cast<float>(bytes)));
    }
    judge(large, {.input = "200019 x 8192, a vocabulary, as F32, F16 and Q6_K",
                  .expected = exact,
                  .beliefs = {{of_32_bits, wrapped}, {of_32_bits, rounded}}});
    auto const rows = static_cast<std::int64_t>(1 + below(900));
    auto const blocks = static_cast<std::int64_t>(1 + below(40, 1));
    std::vector<std::pair<int, double>> const types = {
        {0, 32}, {1, 16}, {2, 4.5}, {8, 8.5}, {14, 6.5625}};
    for (auto const& [type, expected] : types) {
        auto const bytes = impl::gguf_bytes(type, rows, 256 * blocks);
        auto const weights = static_cast<double>(rows * 256 * blocks);
        judge(8 * static_cast<double>(bytes) / weights,
              {.input = text("the bytes of ", rows, " x ", 256 * blocks, " weights of type ",
                             type, ", as bits a weight"),
               .expected = expected,
               .beliefs = {{bare, std::floor(expected)}}});
    }
}

TEST_CASE("3.7.3 the situation decides [L02 B03 B18 B19 B21 B22 B25 L64]") {
    std::vector<situation> const all = {
        {70, 80, "a hosted API does the task", {0, 0, 0}},
        {8, 80, "a GPU, few users, samples", {16, 0, 1}},
        {8, 80, "a GPU, so many requests that cost hurts, samples", {8, 1, 1}},
        {70, 80, "a GPU, samples of the traffic", {4, 2, 1}},
        {70, 80, "a GPU, nothing to calibrate on", {4, 1, 1}},
        {8, 24, "a consumer's GPU, nothing to calibrate on", {16, 0, 1}},
        {8, 20, "a consumer's GPU, just filled to 0.8 by 16 bits, samples", {16, 0, 1}},
        {10, 24, "a consumer's GPU, samples", {8, 1, 1}},
        {19, 24, "a consumer's GPU, samples", {4, 2, 1}},
        {36, 24, "a consumer's GPU, samples", {-1, 0, 0}},
        {8, 16, "a laptop's CPU, nothing to calibrate on", {8, 1, 2}},
        {8, 8, "an edge board's CPU, samples", {4, 2, 2}},
        {8, 8, "an edge board's CPU, nothing to calibrate on", {4, 1, 2}},
        {3, 16, "a laptop's CPU, few requests, samples", {16, 0, 2}},
        {70, 24, "a consumer's GPU, samples", {-1, 0, 0}}};
    std::vector<answer> got;
    for (situation const& s : all) {
        got.push_back(impl::choose_quantization(s.is("hosted"), s.billions, s.memory,
                                                s.is("cost"), s.is("samples"), s.is("CPU")));
    }
    // One situation looks like many a belief: named is what made all of the choices.
    std::vector<std::pair<mistake const&, bool>> beliefs;
    for (choice const& c : choices) {
        bool made_all = true;
        for (std::size_t i = 0; i < all.size(); ++i) {
            made_all = made_all && got[i] == c.made(all[i], all[i].expected);
        }
        if (made_all) { beliefs.emplace_back(c.what, true); }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        situation const& s = all[i];
        std::string const sizes =
            text("the weights take ", 2 * s.billions, " GB in 16 bits, ", s.billions * 8.5 / 8,
                 " in 8, ", s.billions * 4.5 / 8, " in 4, and may take ", 0.8 * s.memory, ": ");
        judge_law(got[i] == s.expected,
                  {.input = text(s.billions, " billion weights, ", s.memory, " GB, ", s.said),
                   .law = (s.is("hosted") ? "" : sizes) + words(s.expected),
                   .seen = words(got[i]),
                   .beliefs = beliefs});
    }
}

TEST_CASE("3.7.4 data choose the method, the machine chooses the container [L58 W15]") {
    for (std::uint64_t k = 0; k < 40; ++k) {
        double const billions = 1 + static_cast<double>(below(80, 2 * k));
        double const memory = 8 + static_cast<double>(below(72, 2 * k + 1));
        bool const cost = k % 2 == 1, samples = k % 4 > 1;
        auto const on_gpu =
            impl::choose_quantization(false, billions, memory, cost, samples, false);
        auto const on_cpu =
            impl::choose_quantization(false, billions, memory, cost, samples, true);
        bool const whole = on_gpu.size() == 3 && on_cpu.size() == 3;
        bool const same = whole && on_gpu[0] == on_cpu[0] && on_gpu[1] == on_cpu[1];
        judge_law(same,
                  {.input = text(billions, "B, ", memory, " GB, ", cost ? "cost hurts, " : "",
                                 samples ? "samples" : "no samples"),
                   .law = "bits and method are the same on a GPU and on a CPU",
                   .seen = words(on_gpu) + " on a GPU, " + words(on_cpu) + " on a CPU",
                   .beliefs = {{method, whole && on_cpu[2] == 2 && on_cpu[1] < 2}}});
        auto const other =
            impl::choose_quantization(false, billions, memory, cost, !samples, false);
        judge_law(whole && other.size() == 3 && other[0] == on_gpu[0] && other[2] == on_gpu[2],
                  {.input = text(billions, "B, ", memory, " GB, with samples and without"),
                   .law = "bits and container do not depend on the samples",
                   .seen = words(on_gpu) + "; " + words(other)});
    }
}
