// SPDX-License-Identifier: MIT
// Self-check 1.2, "The first memory math".
#include "self_check.hpp"
#include "../contracts/1.2-count.hpp"

using namespace qad::check;

namespace {

using whole = std::int64_t;
using shape = std::vector<whole>;
enum { hidden, layers, heads, kv_heads, head_dim, feed_forward, vocabulary };

mistake const wide_kv{"1.2a", "every query head is given a key and a value head of its own.",
                      "Llama-3.1-8B would be 1.61 GB heavier in fp16 than it is."};
mistake const no_gate{"1.2b", "the feed-forward network is two matrices, without its gate.",
                      "1.88 of the 8.03 billion parameters of Llama-3.1-8B would be missing."};
mistake const no_head{
    "1.2c", "the head is taken for the embedding although it is not tied to it.",
    "the head of Qwen2.5-7B alone is 545 million parameters, 1.09 GB in fp16."};
mistake const no_biases{"1.2d", "the biases are left out.",
                        "Qwen2.5-7B has 129'024 of them: its published total never comes out."};
mistake const bare{"1.2e", "4-bit weights are taken to cost 4 bits each.",
                   "their scales make 70B 36.09 GB in groups of 128, not 35."};
mistake const whole_division{"1.2f", "16 / group is divided in whole numbers.",
                             "16 / 128 of whole numbers is 0, and with it the scale is gone."};
mistake const no_last_norm{"1.2g", "the norm behind the last block is left out.",
                           "4096 numbers of Llama-3.1-8B: every other part would be right, and "
                           "the total never comes out."};
mistake const divided{"1.2h", "a head is taken to be hidden / heads wide.",
                      "Mistral-Nemo's 32 heads of 128 are 4096 wide, not 5120: it would have "
                      "0.52 billion parameters too many."};

/// What the count assumes; the truth, unless told otherwise.
struct beliefs {
    bool wide_kv = false, gate = true, head = true, biases = true, last_norm = true;
    bool divided = false;
};

whole matrix(whole in, whole out) {
    whole n = 0;
    for (whole row = 0; row < out; ++row) {
        for (whole column = 0; column < in; ++column) { ++n; }
    }
    return n;
}

/// Walks through a small model and counts its numbers one by one.
whole walk(shape s, bool tied, bool bias, beliefs b = {}) {
    if (b.divided) { s[head_dim] = s[hidden] / s[heads]; }
    whole n = matrix(s[vocabulary], s[hidden]) + (b.last_norm ? s[hidden] : 0);
    if (!tied && b.head) { n += matrix(s[hidden], s[vocabulary]); }
    for (whole layer = 0; layer < s[layers]; ++layer) {
        n += 2 * s[hidden];                             // norms
        for (whole head = 0; head < s[heads]; ++head) { // its query, and its part of the output
            n += matrix(s[hidden], s[head_dim]) + matrix(s[head_dim], s[hidden]);
            if (bias && b.biases) { n += s[head_dim]; }
        }
        for (whole head = 0; head < (b.wide_kv ? s[heads] : s[kv_heads]); ++head) {
            n += 2 * matrix(s[hidden], s[head_dim]);
            if (bias && b.biases) { n += 2 * s[head_dim]; }
        }
        n += (b.gate ? 3 : 2) * matrix(s[hidden], s[feed_forward]);
    }
    return n;
}

/// Such that no mistake answers by chance as another does: hidden / heads is above head_dim,
/// and the feed-forward network wider than all keys together.
shape drawn() {
    auto const from = [](whole low, whole count, std::uint64_t stream) {
        return low + static_cast<whole>(below(static_cast<std::uint64_t>(count), stream));
    };
    whole const kv = from(1, 3, 1), query = kv * from(2, 3, 4), dim = from(2, 5, 5);
    return {query * (dim + from(1, 2, 2)) + from(0, 2, 8), from(2, 4, 3), query, kv, dim,
            from(20, 9, 6), from(30, 50, 7)};
}

std::string told(shape const& s) { return text("shape ", show(s)); }

} // namespace

TEST_CASE("1.2.1 one block: attention, feed-forward, two norms [P01 P29]") {
    // query and output 4 x 6, key and value 4 x 2, three matrices 4 x 5, two norms of 4
    shape const s = {4, 1, 3, 1, 2, 5, 7};
    judge({impl::block_params(s, false), impl::block_params(s, true)},
          {.input = told(s) + ", without and with biases on query, key, value",
           .expected = {24 + 24 + 8 + 8 + 60 + 8, 132 + 6 + 2 + 2},
           .beliefs = {{wide_kv, {164, 182}}, {no_gate, {112, 122}}, {no_biases, {132, 132}},
                       {divided, {100, 105}}}});
}

TEST_CASE("1.2.2 the published totals, to the last parameter [L05 L06 L07 L08 L52]") {
    struct model {
        shape s;
        bool tied, bias;
        whole published;
    };
    std::vector<model> const models = {
        {{4096, 32, 32, 32, 128, 11008, 32000}, false, false, 6'738'415'616},
        {{4096, 32, 32, 8, 128, 14336, 32000}, false, false, 7'241'732'096},
        {{3584, 28, 28, 4, 128, 18944, 152064}, false, true, 7'615'616'512},
        {{4096, 32, 32, 8, 128, 14336, 128256}, false, false, 8'030'261'248},
        {{8192, 80, 64, 8, 128, 28672, 128256}, false, false, 70'553'706'496},
        {{3072, 32, 32, 32, 96, 8192, 32064}, false, false, 3'821'079'552},
        {{896, 24, 14, 2, 64, 4864, 151936}, true, true, 494'032'768},
        {{5120, 40, 32, 8, 128, 14336, 131072}, false, false, 12'247'782'400},
        {{16384, 126, 128, 8, 128, 53248, 128256}, false, false, 405'853'388'800}};
    std::vector<whole> got, expected, wide, ungated, headless, unbiased, unnormed, widened;
    for (auto const& [s, tied, bias, published] : models) {
        got.push_back(impl::param_count(s, tied, bias));
        expected.push_back(published);
        whole const dims = s[layers] * s[head_dim];
        wide.push_back(published +
                       2 * dims * (s[heads] - s[kv_heads]) * (s[hidden] + (bias ? 1 : 0)));
        ungated.push_back(published - s[layers] * s[hidden] * s[feed_forward]);
        headless.push_back(published - (tied ? 0 : s[vocabulary] * s[hidden]));
        unnormed.push_back(published - s[hidden]);
        unbiased.push_back(published - (bias ? dims * (s[heads] + 2 * s[kv_heads]) : 0));
        whole const too_wide = s[hidden] / s[heads] - s[head_dim]; // 0 for all but Mistral-Nemo
        widened.push_back(published +
                          s[layers] * 2 * s[hidden] * (s[heads] + s[kv_heads]) * too_wide);
    }
    judge(
        got,
        {.input = "0 Llama-2-7B, 1 Mistral-7B, 2 Qwen2.5-7B, 3 Llama-3.1-8B, 4 Llama-3.1-70B, "
                  "5 Phi-3-mini, 6 Qwen2.5-0.5B (tied), 7 Mistral-Nemo, 8 Llama-3.1-405B",
         .expected = expected,
         .beliefs = {
             {wide_kv, wide}, {no_gate, ungated}, {no_head, headless}, {no_biases, unbiased},
             {no_last_norm, unnormed}, {divided, widened}}});
}

TEST_CASE("1.2.3 the same number as counting them one by one [P01]") {
    auto const s = drawn();
    auto const all = [&](beliefs b) {
        return std::vector{walk(s, false, true, b), walk(s, true, true, b),
                           walk(s, false, false, b)};
    };
    judge({impl::param_count(s, false, true), impl::param_count(s, true, true),
           impl::param_count(s, false, false)},
          {.input = told(s) + " with biases, head untied and tied; then untied without biases",
           .expected = all({}),
           .beliefs = {{wide_kv, all({.wide_kv = true})},
                       {no_gate, all({.gate = false})},
                       {no_head, all({.head = false})},
                       {no_biases, all({.biases = false})},
                       {no_last_norm, all({.last_norm = false})},
                       {divided, all({.divided = true})}}});
}

TEST_CASE("1.2.4 what one more block, one more KV head and a tied head change [P01 P35]") {
    auto const s = drawn();
    auto deeper = s, wider = s;
    deeper[layers] += 1;
    wider[kv_heads] += 1;
    auto const now = impl::param_count(s, false, true);
    auto const unbiased = impl::param_count(s, false, false);
    auto const block = impl::block_params(s, true);
    whole const kv_head = s[layers] * 2 * s[head_dim];
    whole const biases = s[layers] * s[head_dim] * (s[heads] + 2 * s[kv_heads]);
    whole const table = s[vocabulary] * s[hidden];
    judge({impl::param_count(deeper, false, true) - now,
           impl::param_count(wider, false, true) - now, now - unbiased,
           unbiased - impl::param_count(s, true, false)},
          {.input = told(s) + ": with biases a block more, a KV head more; the biases; without "
                              "them the head",
           .expected = {block, kv_head * (s[hidden] + 1), biases, table},
           .beliefs = {{no_biases, {block, kv_head * s[hidden], whole{0}, table}}}});
}

TEST_CASE("1.2.5 a weight pays its part of the scale [L12 L52]") {
    std::vector<double> const got = {impl::effective_bits(4, 128), impl::effective_bits(4, 32),
                                     impl::effective_bits(8, 1024), impl::effective_bits(3, 48),
                                     impl::effective_bits(2, 1)};
    judge(got, {.input = "4 bits in groups of 128 and 32, 8 bits in groups of 1024, 3 bits in "
                         "groups of 48, 2 bits alone",
                .expected = {4.125, 4.5, 8.015625, 3 + 1.0 / 3, 18.0},
                .allowed = 1e-5,
                .why = "whoever counts in float may",
                .beliefs = {{bare, {4, 4, 8, 3, 2}}, {whole_division, {4, 4, 8, 3, 18}}}});
}
