// SPDX-License-Identifier: MIT
#include <qad/model/checkpoint_scheme.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>
#include <qad/model/prepare.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/logits.hpp"
#include "support/scratch.hpp"

#include <set>

using namespace qad;

namespace {

std::filesystem::path const quantized = test::golden_directory() / "quantized";

template <class Backend, class Weight>
void check(Backend backend, transformer<float, Weight> const& model, test::golden const& want, double bound) {
    CHECK(test::close(test::logits_of(backend, model, want.tokens), want.logits, bound * want.largest()));
    auto text = want.tokens;
    for (std::int32_t token : want.greedy) {
        auto const last = test::logits_of(backend, model, text);
        auto const row = std::as_const(last).row(last.rows() - 1);
        CHECK(std::max_element(row.begin(), row.end()) - row.begin() == token);
        text.push_back(token);
    }
}

std::string refusal(json const& config) {
    try {
        detail::parse_scheme_of(config, "config.json: quantization_config");
    } catch (format_error const& e) { return e.what(); }
    return "";
}

} // namespace

// On ref nothing is rounded but float sums. On simd the inputs of each layer are, to 1/254 of the
// largest of a block, some 1% of a typical one; with 32 inputs a row little of that averages out.
TEST_CASE("checkpoints of every quantizer give the logits of transformers, in their own codes") {
    std::set<std::string> kinds;
    int compared = 0;
    for (auto const& entry : std::filesystem::directory_iterator(quantized)) {
        CAPTURE(entry.path().filename().string());
        test::golden const want(entry.path());
        auto model = load(entry.path());
        for_each_linear(model.blocks[0], [&](char const*, auto const& layer) {
            kinds.insert(kind(layer.weight));
            // At most 8 bits and their scales, and four bytes a column for its group.
            CHECK(bytes(layer.weight) < 13 * rows(layer.weight) * cols(layer.weight) / 10);
        });
        CHECK(model.embedding.index() < 3); // embeddings and norms stay float
        check(ref, model, want, 1e-4);
        check(simd, prepare(simd, std::move(model)), want, 0.05);
        ++compared;
    }
    CHECK(compared == 11);
    for (char const* name : {"int4 per channel", "int4 per group of 32", "int4 per group of 16", "int8 per channel",
                             "int8 per group of 32", "int3 per channel", "nf4 per group of 32"}) {
        CHECK(kinds.contains(name));
    }
}

TEST_CASE("what no reader knows is refused by its name") {
    json const gptq = {{"quant_method", "gptq"}, {"bits", 4}, {"group_size", 128}};
    auto const with = [](json object, json const& changes) {
        object.update(changes);
        return object;
    };
    auto const has = [](std::string const& message, char const* part) { return message.find(part) != message.npos; };
    CHECK(refusal(gptq) == "");
    CHECK(has(refusal(with(gptq, {{"checkpoint_format", "marlin"}})), "marlin"));
    CHECK(has(refusal({{"quant_method", "gptq"}, {"group_size", 128}}), "has no bits"));
    CHECK(has(refusal({{"quant_method", "hqq"}}), "hqq"));
    CHECK(has(refusal({{"quant_method", "fp8"}}), "fp8"));
    CHECK(has(refusal(json::array()), "object"));
    CHECK(has(refusal(json{{"bits", 4}}), "null"));

    json const awq = {{"quant_method", "awq"}, {"w_bit", 4}, {"q_group_size", 64}, {"version", "GEMM"}};
    CHECK(refusal(awq) == "");
    CHECK(has(refusal(with(awq, {{"version", "gemv"}})), "gemv"));
    CHECK(has(refusal(with(awq, {{"version", "exllama"}})), "exllama"));
    CHECK(has(refusal(with(awq, {{"w_bit", 3}})), "3 bits"));
    CHECK(has(refusal(with(awq, {{"zero_point", false}})), "zero_point false"));

    json const weights = {{"num_bits", 4}, {"type", "int"}, {"strategy", "group"}, {"group_size", 32}};
    json const compressed = {{"quant_method", "compressed-tensors"}, {"format", "pack-quantized"},
                             {"config_groups", {{"group_0", {{"weights", weights}}}}}};
    CHECK(refusal(compressed) == "");
    CHECK(has(refusal(with(compressed, {{"format", "float-quantized"}})), "float-quantized"));
    CHECK(has(refusal(with(compressed, {{"format", "nvfp4-pack-quantized"}})), "nvfp4"));
    CHECK(has(refusal(with(compressed, {{"sparsity_config", {{"format", "sparse-24-bitmask"}}}})), "sparsity_config"));
    CHECK(has(refusal(with(compressed, {{"transform_config", {{"config_groups", 1}}}})), "transform_config"));
    CHECK(has(refusal(with(compressed, {{"config_groups", 3}})), "config_groups"));
    auto const group = [&](json const& changes) {
        return with(compressed, {{"config_groups", {{"group_0", with({{"weights", weights}}, changes)}}}});
    };
    CHECK(has(refusal(group({{"weights", with(weights, {{"type", "float"}, {"num_bits", 8}})}})), "float of 8 bits"));
    CHECK(has(refusal(group({{"weights", with(weights, {{"num_bits", 5}})}})), "5 bits"));
    CHECK(has(refusal(group({{"weights", with(weights, {{"strategy", "block"}})}})), "per block"));
    CHECK(has(refusal(group({{"input_activations", {{"type", "int"}, {"dynamic", false}}}})), "dynamic false"));
    CHECK(refusal(group({{"input_activations", {{"type", "int"}, {"dynamic", true}}}})) == "");

    json const bnb = {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}, {"bnb_4bit_quant_type", "nf4"}};
    CHECK(refusal(bnb) == "");
    CHECK(has(refusal(with(bnb, {{"bnb_4bit_quant_type", "fp4"}})), "fp4"));
    CHECK(has(refusal(with(bnb, {{"bnb_4bit_quant_storage", "bfloat16"}})), "bfloat16"));
    CHECK(has(refusal({{"quant_method", "bitsandbytes"}}), "neither"));
}

TEST_CASE("the first quantizers wrote their settings beside config.json") {
    test::scratch_directory const scratch;
    auto config = read_json(quantized / "awq" / "config.json");
    json const settings = {{"zero_point", true}, {"q_group_size", 16}, {"w_bit", 4}, {"version", "GEMM"}};
    config.erase("quantization_config");
    for (char const* file : {"model.safetensors", "expected.safetensors"}) {
        std::filesystem::copy(quantized / "awq" / file, scratch / file);
    }
    write_text(scratch.path() / "config.json", config.dump());
    write_text(scratch.path() / "quant_config.json", settings.dump());
    test::golden const want(scratch.path());
    CHECK(test::close(test::logits_of(ref, load(scratch.path()), want.tokens), want.logits, 1e-4 * want.largest()));
}
