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
                   "4 bits and a 32nd of 16 are 4.5: 70B take 39.4 GB, not 35."};

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

/// Do weights of so many bits leave room?
bool fits(situation const& s, double bits) { return s.billions * bits / 8 <= 0.8 * s.memory; }

void judge_choice(situation const& s) {
    answer const got = impl::choose_quantization(s.is("hosted"), s.billions, s.memory,
                                                 s.is("cost"), s.is("samples"), s.is("CPU"));
    int const calibrated = s.is("samples") ? 2 : 1, box = s.is("CPU") ? 2 : 1;
    answer gguf = s.expected, blind = s.expected, four = s.expected, codes = s.expected;
    if (gguf[2] == 2) { gguf[1] = 0; }
    if (blind[0] == 4) { blind[1] = 2; }
    if (four[0] > 4) { four = {4, calibrated, box}; }
    if (s.expected[0] != 16 && !s.is("hosted")) {
        codes = fits(s, 8)   ? answer{8, 1, box}
                : fits(s, 4) ? answer{4, calibrated, box}
                             : codes;
    }
    judge_law(got == s.expected,
              {.input = text(s.billions, " billion weights, ", s.memory, " GB, ", s.said),
               .law = "this wants " + words(s.expected),
               .seen = words(got),
               .beliefs = {{method, got == gguf},
                           {no_samples, got == blind},
                           {fewest, got == four},
                           {bare, got == codes}}});
}

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
                      impl::gguf_bytes(14, 2, 576), impl::gguf_bytes(8, 2, 576)},
          {.input = "64 x 256 as Q4_0 and Q8_0; rows of 576 as Q6_K and Q8_0",
           .expected = {9216, 17408, -1, 1224},
           .beliefs = {{bare, {8192, 16384, -1, 1152}}}});
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
    for (situation const& s :
         {situation{70, 80, "a hosted API does the task", {0, 0, 0}},
          {8, 80, "a GPU, few users, samples", {16, 0, 1}},
          {8, 80, "a GPU, so many requests that cost hurts, samples", {8, 1, 1}},
          {70, 80, "a GPU, samples of the traffic", {4, 2, 1}},
          {70, 80, "a GPU, nothing to calibrate on", {4, 1, 1}},
          {8, 24, "a consumer's GPU, nothing to calibrate on", {16, 0, 1}},
          {13, 24, "a consumer's GPU, samples", {8, 1, 1}},
          {19, 24, "a consumer's GPU, samples", {4, 2, 1}},
          {8, 16, "a laptop's CPU, nothing to calibrate on", {8, 1, 2}},
          {8, 8, "an edge board's CPU, samples", {4, 2, 2}},
          {8, 8, "an edge board's CPU, nothing to calibrate on", {4, 1, 2}},
          {3, 16, "a laptop's CPU, few requests, samples", {16, 0, 2}},
          {70, 24, "a consumer's GPU, samples", {-1, 0, 0}}}) {
        judge_choice(s);
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
                   .beliefs = {{method, whole && on_cpu[2] == 2 && on_cpu[1] == 0}}});
        auto const other =
            impl::choose_quantization(false, billions, memory, cost, !samples, false);
        judge_law(whole && other.size() == 3 && other[0] == on_gpu[0] && other[2] == on_gpu[2],
                  {.input = text(billions, "B, ", memory, " GB, with samples and without"),
                   .law = "bits and container do not depend on the samples",
                   .seen = words(on_gpu) + "; " + words(other)});
    }
}
