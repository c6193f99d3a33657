// SPDX-License-Identifier: MIT
#include <qad/model/adapted_weight.hpp>

#include <doctest/doctest.h>

#include <qad/attend/kv_cache.hpp>
#include <qad/model/adapter_file.hpp>
#include <qad/model/fused_adapter.hpp>
#include <qad/model/generate.hpp>
#include <qad/model/load.hpp>
#include <qad/model/merge_model.hpp>
#include <qad/model/scheme.hpp>
#include <qad/model/session.hpp>

#include "support/close.hpp"
#include "support/golden_model.hpp"
#include "support/logits.hpp"
#include "support/random_matrix.hpp"

using namespace qad;

namespace {

template <class Backend, class Weight>
matrix<float> logits_of(Backend backend, transformer<float, Weight> const& model) {
    return test::logits_of(backend, model, test::some_tokens);
}

float largest(matrix<float> const& m) {
    float result = 0;
    for (index_t i = 0; i < m.size(); ++i) { result = std::max(result, std::abs(m.data()[i])); }
    return result;
}

/// An adapter that was trained, as far as numbers go.
adapter trained(model_config const& config, index_t rank, std::uint64_t seed,
                std::vector<std::string> targets = {}) {
    adapter a = make_adapter(
        config, {.lora = {.rank = rank, .alpha = 8}, .targets = std::move(targets)}, seed);
    for (auto& [name, delta] : a.layers) {
        delta.up = test::random_matrix<float>(delta.outputs(), rank, ++seed);
        for (index_t i = 0; i < delta.up.size(); ++i) { delta.up.data()[i] *= 0.2f; }
    }
    return a;
}

template <class Backend, class Weight>
void check_against_peft(Backend backend, adapted_transformer<float, Weight> model,
                        char const* name) {
    auto const directory = test::golden_directory() / name;
    test::golden const want(directory);
    adapter const a = split_fused(load_adapter(directory), model.config);
    attach(model, a);
    // The bound for logits: float32 sums of another order differ by some 10⁻⁶ of the largest.
    CHECK(test::close(test::logits_of(backend, model, want.tokens), want.logits,
                      1e-4 * want.largest()));

    // Greedy, one token at a time on the cache: the path for few tokens.
    auto const past =
        make_session(backend, model, kv_cache<float>(model.heads, model.config.layers, 64));
    std::vector<std::int32_t> made;
    generate(*past, want.tokens, {.max_tokens = 16, .stop_at_end = false},
             [&](std::int32_t token) {
                 made.push_back(token);
                 return true;
             });
    CHECK(made == want.greedy);
}

} // namespace

// What a user compares us with: the same base, the same adapter, the same numbers.
TEST_CASE("logits and greedy tokens beside an adapter equal those of PEFT") {
    struct golden_pair {
        char const *base, *adapter;
    };
    for (auto const& [base, name] :
         {golden_pair{"llama-gqa", "adapter-all-linear"},
          {"llama-bias", "adapter-patterns"},
          {"phi3", "adapter-fused"}}) {
        CAPTURE(name);
        check_against_peft(ref, adaptable(test::golden_model(base)), name);
        check_against_peft(simd, adaptable(prepare(simd, test::golden_model(base))), name);
    }
}

template <class Backend, class Weight>
void check_swapping(Backend backend, transformer<float, Weight> const& base,
                    adapted_transformer<float, Weight> model) {
    auto const plain = logits_of(backend, base);
    auto const same = [](matrix<float> const& a, matrix<float> const& b) {
        return test::same_bits(a, b);
    };
    CHECK(same(logits_of(backend, model), plain)); // adaptable, and nothing attached yet

    adapter const one = trained(model.config, 4, 10),
                  two = trained(model.config, 3, 20, {"q_proj", "down_proj"});
    attach(model, one);
    auto const first = logits_of(backend, model);
    attach(model, two); // no detach: what `one` had and `two` lacks must go
    auto const second = logits_of(backend, model);
    attach(model, one);
    CHECK(same(logits_of(backend, model), first));
    attach(model, two);
    CHECK(same(logits_of(backend, model), second));
    CHECK_FALSE(same(first, plain));
    CHECK_FALSE(same(second, plain));
    CHECK_FALSE(same(first, second));
    detach(model);
    CHECK(same(logits_of(backend, model), plain));

    // A fresh adapter has B = 0 and changes no bit either.
    adapter const fresh = make_adapter(model.config, {}, 1);
    attach(model, fresh);
    CHECK(same(logits_of(backend, model), plain));
}

TEST_CASE("adapters are swapped, and taken away without a trace, beside every kind of base") {
    for (char const* scheme : {"fp32", "bf16", "int8:channel", "int4:16", "nf4:16"}) {
        CAPTURE(std::string(scheme));
        check_swapping(ref, test::golden_model("llama-gqa", scheme),
                       adaptable(test::golden_model("llama-gqa", scheme)));
        check_swapping(simd, prepare(simd, test::golden_model("llama-gqa", scheme)),
                       adaptable(prepare(simd, test::golden_model("llama-gqa", scheme))));
    }
    auto const file = test::golden_directory() / "llama-mha-tied.gguf"; // GGUF blocks
    check_swapping(ref, load(file), adaptable(load(file)));
    check_swapping(simd, prepare(simd, load(file)), adaptable(prepare(simd, load(file))));
}

// QLoRA at inference: the base in four bits, the detour in floats beside it.
TEST_CASE("beside a 4-bit base the logits are those of the decoded base, merged") {
    for (char const* scheme : {"int4:16", "nf4:16", "int3:16"}) {
        CAPTURE(std::string(scheme));
        auto model = adaptable(test::golden_model("llama-gqa", scheme));
        adapter const a = trained(model.config, 4, 30);
        attach(model, a);
        auto const got = logits_of(ref, model);
        auto const want =
            logits_of(ref, merge(test::golden_model("llama-gqa", scheme), a, weight_format::fp32));
        // Both add in float, in another order: the bound for equal weights.
        CHECK(test::close(got, want, 1e-4 * largest(want)));
        // simd rounds activations to int8 in blocks, half a step of 1/127 each; through two layers
        // that stays below a tenth of the largest logit, and the adapter moves logits by more.
        auto fast = adaptable(prepare(simd, test::golden_model("llama-gqa", scheme)));
        attach(fast, a);
        CHECK(test::close(logits_of(simd, fast), want, 0.1 * largest(want)));
    }
}

// The program swaps under a session that goes on: only keys and values of the past must go.
TEST_CASE("a session that was rewound runs with the adapter of now") {
    auto model = adaptable(prepare(simd, test::golden_model("llama-gqa")));
    adapter const one = trained(model.config, 4, 35), two = trained(model.config, 2, 36);
    auto const past =
        make_session(simd, model, kv_cache<float>(model.heads, model.config.layers, 64));
    attach(model, one);
    past->run(test::some_tokens);
    attach(model, two);
    past->rewind(0);
    past->run(test::some_tokens);
    matrix<float> got(static_cast<index_t>(test::some_tokens.size()), model.config.vocab);
    past->logits(0, got);
    CHECK(test::same_bits(got, logits_of(simd, model)));
}

TEST_CASE("copies share the base and have adapters of their own") {
    auto model = adaptable(prepare(simd, test::golden_model("llama-gqa")));
    auto const plain = logits_of(simd, model);
    auto tenant = model;
    CHECK(tenant.blocks[0].query.weight.base == model.blocks[0].query.weight.base);
    adapter const a = trained(model.config, 4, 40);
    attach(tenant, a);
    CHECK(test::same_bits(logits_of(simd, model), plain));
    CHECK_FALSE(test::same_bits(logits_of(simd, tenant), plain));
    CHECK(bytes(tenant.blocks[0].query.weight) ==
          bytes(model.blocks[0].query.weight) +
              4 * a.find("model.layers.0.self_attn.q_proj")->parameters());
}

TEST_CASE("an adapter of the head leaves the embedding alone, tied or not") {
    for (char const* name : {"llama-gqa", "llama-mha-tied"}) {
        CAPTURE(name);
        auto model = adaptable(test::golden_model(name));
        adapter const a = trained(model.config, 4, 50, {"lm_head"});
        std::vector<float> before(static_cast<std::size_t>(model.config.hidden)),
            after = before;
        decode_row<float>(model.embedding, 7, before);
        attach(model, a);
        decode_row<float>(model.embedding, 7, after);
        CHECK(before == after);
        auto const want = logits_of(ref, merge(test::golden_model(name), a, weight_format::fp32));
        CHECK(test::close(logits_of(ref, model), want, 1e-4 * largest(want)));
    }
}

TEST_CASE("an adapter of another model is refused, and the one before stays") {
    auto model = adaptable(test::golden_model("llama-gqa"));
    adapter const a = trained(model.config, 4, 60);
    attach(model, a);
    auto const with = logits_of(ref, model);
    auto other = model.config;
    other.ff = 64;
    adapter const foreign = trained(other, 4, 61);
    CHECK_THROWS_AS(attach(model, foreign), shape_error);
    CHECK(test::same_bits(logits_of(ref, model), with));
}

// The gradients of training are checked in double, through the same template.
TEST_CASE("adapted weights run in double on ref") {
    basic_lora<double> delta{test::random_matrix<double>(2, 5, 70),
                             test::random_matrix<double>(3, 2, 71), 4};
    auto const w = test::random_matrix<double>(3, 5, 72),
               x = test::random_matrix<double>(4, 5, 73);
    adapted_weight<double, shared_matrix<double>> const adapted{
        std::make_shared<shared_matrix<double> const>(matrix<double>(w)), &delta};
    matrix<double> got(4, 3), want(4, 3);
    multiply(ref, got.view(), adapted, x.view());
    multiply(ref, want.view(), w.view(), x.view());
    add_lora<double>(want, delta, x);
    CHECK(test::same_bits(got, want));
}
