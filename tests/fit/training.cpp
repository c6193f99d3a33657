// SPDX-License-Identifier: MIT
#include <qad/fit/training.hpp>

#include <qad/fit/models.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
constexpr model_shape seven = nominally(7'000'000'000, llama2_7b);
constexpr auto full = training_method::full;
constexpr auto lora = training_method::lora;
constexpr auto qlora = training_method::qlora;

/// What the adapter and its state cost: everything but the frozen weights.
constexpr byte_count trained(ledger const& sum) { return sum.total() - sum["frozen weights"]; }
} // namespace

TEST_CASE("full fine-tuning is 16 bytes per parameter: 112 GB for 7B, 128.5 GB for 8.03B") {
    static_assert(adam_mixed.total() == 16);
    static_assert(training_ledger(seven).total() == byte_count(112_GB));
    static_assert(training_ledger(llama3_8b).total() == byte_count(16 * 8'030'261'248)); // 128.48 GB
    constexpr auto sum = training_ledger(seven);
    static_assert(sum["weights"] == byte_count(14_GB) && sum["gradients"] == byte_count(14_GB));
    static_assert(sum["master weights"] == byte_count(28_GB));
    static_assert(sum["first moment"] == byte_count(28_GB));
    static_assert(sum["second moment"] == byte_count(28_GB));
    CHECK(sum["frozen weights"] == byte_count(0));
}

TEST_CASE("the two public \"84 GB\" are two different sums, each with lines left out (F8)") {
    // fp32 without the weights: 4 + 4 + 4. Mixed without the master copy: 2 + 2 + 4 + 4.
    constexpr training_state without_weights{0, 4, 0, 4, 4}, without_master{2, 2, 0, 4, 4};
    static_assert(training_ledger(seven, {.state = without_weights}).total() == byte_count(84_GB));
    static_assert(training_ledger(seven, {.state = without_master}).total() == byte_count(84_GB));
    CHECK(training_ledger(seven, {.state = adam_fp32}).total() == byte_count(112_GB));
}

TEST_CASE("LoRA, rank 16 on all linear layers of the 7B: 14 GB frozen, 0.64 GB trained") {
    constexpr auto sum = training_ledger(seven, {.method = lora});
    static_assert(sum["frozen weights"] == byte_count(14_GB));
    static_assert(trained(sum) == byte_count(16 * 39'976'960)); // 0.6396 GB
    CHECK(sum.total() == byte_count(14'639'631'360));
}

TEST_CASE("QLoRA: the same 0.64 GB over a base of 3.61 GB, so that 24 GB suffice") {
    constexpr auto sum = training_ledger(seven, {.method = qlora});
    static_assert(trained(sum) == trained(training_ledger(seven, {.method = lora})));
    // 7·10⁹ nf4 codes, a byte for each 64, a float for each 256 of those: 3.611 GB.
    CHECK(sum["frozen weights"] == byte_count(3'500'000'000 + 109'375'000 + 4 * 427'247));
    CHECK(sum.total() < byte_count(24_GB));
}

TEST_CASE("QLoRA of Llama-3.1-8B: 6.4 GB, of which 2.1 are the unquantized embedding and head") {
    auto const sum = training_ledger(llama3_8b, {.method = qlora});
    index_t const outer = 2LL * 128256 * 4096 * 2;
    CHECK(sum["frozen weights"].count - outer > 3'590'000'000); // 6.98e9 · 4.127 / 8 = 3.60
    CHECK(sum["frozen weights"].count - outer < 3'605'000'000);
    CHECK(trained(sum) == byte_count(16 * 41'943'040)); // 0.67
    CHECK(gigabytes(sum.total()).value == doctest::Approx(6.37).epsilon(0.001)); // 2 digits of the sum
}

TEST_CASE("the adapter's lines grow with its rank, the base's do not (chapter 5.1)") {
    auto const at = [](index_t rank) {
        return training_ledger(llama3_8b, {.method = qlora, .rank = rank});
    };
    CHECK(at(64)["frozen weights"] == at(8)["frozen weights"]);
    for (auto what : {"weights", "gradients", "master weights", "first moment", "second moment"}) {
        CHECK(at(64)[what] == 8 * at(8)[what]);
    }
}

TEST_CASE("frozen weights have no optimizer state (M5.1a), and the optimizer counts (M5.1b)") {
    CHECK(trained(training_ledger(llama3_8b, {.method = lora})).count ==
          16 * lora_parameters(llama3_8b, 16));
    CHECK(training_ledger(seven, {.state = sgd_mixed}).total() == byte_count(56_GB));
    CHECK(training_ledger(seven, {.state = adam_8bit}).total() == byte_count(70_GB));
}

TEST_CASE("activations do not vanish with LoRA (M5.1c): they depend on the batch alone") {
    training_plan plan{.method = full, .tokens = 2048};
    auto const a = training_ledger(llama3_8b, plan);
    plan.method = qlora;
    auto const b = training_ledger(llama3_8b, plan);
    CHECK(a["layer inputs"] == b["layer inputs"]);
    CHECK(a["layer inputs"] == byte_count(2LL * 2048 * 32 * 4096)); // 2 bytes · T · layers · h
    CHECK(a["logits and gradient"] == b["logits and gradient"]);
    // 1.05 GB of logits at 2048 tokens of Llama 3's vocabulary, and as much for their gradient.
    CHECK(logits_bytes(llama3_8b, 2048) == byte_count(1'050'673'152));
    CHECK(a["logits and gradient"] == 2 * logits_bytes(llama3_8b, 2048));
}

TEST_CASE("a base of one's own: 8-bit LoRA, nf4 everywhere") {
    auto const eight = training_ledger(seven, {.method = lora, .base = weight_storage{{8}}});
    CHECK(eight["frozen weights"] == byte_count(7_GB));
}
