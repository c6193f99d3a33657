// SPDX-License-Identifier: MIT
#include <qad/decide/pack_memory.hpp>

#include "sample_evidence.hpp"

#include <qad/fit/models.hpp> // llama3_8b

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
bool says(std::string const& all, std::string const& words) {
    return all.find(words) != all.npos;
}
} // namespace

TEST_CASE(
    "the course's 8B: weights, cache and the three ways to train, with formula and units") {
    evidence run;
    run.model = "Llama-3.1-8B";
    run.shape = llama3_8b;
    run.hardware = {"one card", byte_count(24_GB), 0, 8192, 4};
    run.rows = {sample_row("base", row_kind::base, "bf16", {}, 0.5)};
    run.rows[0].weight_bytes = weight_bytes(llama3_8b, in_bf16).total();
    std::string const all = memory_math(run);
    CHECK(says(all, "8,030,261,248 parameters × 16 bits / 8 = 16,060,522,496 B = 16.06 GB = "
                    "14.96 GiB"));
    CHECK(says(all, "2 × 32 layers × 8 KV heads × 128 head size × 16 bits / 8 = 131,072 B"));
    CHECK(says(all, "8,192 tokens: 1,073,741,824 B = 1.074 GB = 1.000 GiB"));
    CHECK(says(all, "KV cache of 4 users"));
    CHECK(says(all, "training, full fine-tuning, before activations: 128,484,179,968 B"));
    CHECK(says(all, "41,943,040")); // LoRA, rank 16, all linear layers
    CHECK(says(all, "serves them; at most 7 such users"));
}

TEST_CASE("the parameters add up to their sum, line by line") {
    auto models = std::vector(published_models.begin(), published_models.end());
    auto& normed = models.emplace_back(models.front()); // norms on query and key, as in Qwen3
    normed.shape.qk_norm = true;
    normed.stated += 2 * normed.shape.layers * normed.shape.head_dim;
    for (auto const& model : models) {
        CAPTURE(model.name);
        std::string const lines = detail::parameter_lines(model.shape);
        index_t sum = 0, total = 0;
        for (std::size_t at = 0; at < lines.size();) {
            std::size_t const end = lines.find('\n', at);
            std::string const line = lines.substr(at, end - at);
            std::string digits; // the last number of the line that parameters are counted in
            std::size_t const last = line.find(" parameters");
            std::size_t const begin = line.find_last_not_of("0123456789,", last - 1) + 1;
            for (char c : line.substr(begin, last - begin)) {
                if (c != ',') { digits += c; }
            }
            (line.starts_with("- sum") ? total : sum) += std::stoll(digits);
            at = end + 1;
        }
        CHECK(sum == total);
        CHECK(total == model.stated);
    }
}

TEST_CASE("loads is not serves: the sentence changes with the users") {
    evidence run = sample_evidence();
    run.hardware.reserve = 0;
    auto const with = [&](index_t memory) {
        run.hardware.memory = byte_count(memory);
        return detail::serving_lines(run);
    };
    CHECK(says(with(5'000'000), "[base]: 7.345 MB"));
    CHECK(says(with(5'000'000), "does not load"));
    CHECK(says(with(8'000'000), "loads and cannot serve one user"));
    CHECK(says(with(12'000'000), "loads, and serves 4 of 16 users"));
    CHECK(says(with(30'000'000), "serves them"));
}

TEST_CASE("a quick run says so") {
    evidence run = sample_evidence();
    CHECK_FALSE(says(memory_math(run), "Quick run"));
    run.quick = true;
    CHECK(says(memory_math(run), "Quick run"));
}

TEST_CASE("every row's sum stands line by line beside what was measured, and its training's") {
    std::string const all = memory_math(sample_evidence());
    CHECK(says(all, "- row [base]: weights (bf16) 7.345 MB + workspace (fp32) 2.000 MB; "
                    "together 9,344,640 B"));
    CHECK(says(all, "- row [lora], its training: frozen weights"));
}
