// SPDX-License-Identifier: MIT
#include <qad/model/layer_parts.hpp>

#include <doctest/doctest.h>

#include <qad/model/save_gguf.hpp>

#include "support/golden_model.hpp"
#include "support/random_matrix.hpp"
#include "support/scratch.hpp"

using namespace qad;

namespace {

matrix<std::int32_t> some_texts() {
    generator random(4);
    matrix<std::int32_t> tokens(4, 16);
    for (index_t i = 0; i < tokens.size(); ++i) { tokens.data()[i] = static_cast<std::int32_t>(3 + random.below(90)); }
    return tokens;
}

model_plan plan_for(quantize_method method, char const* scheme, bool ordered = false) {
    model_plan plan;
    plan.method = method;
    plan.linears = parse_scheme(scheme);
    plan.activation_order = ordered;
    return plan;
}

std::string content(std::filesystem::path const& file) { return std::string(mapped_file(file).text()); }

struct interrupted {};

} // namespace

// The way over the disk changes nothing, whatever the method and the family: fused matrices (Phi-3),
// norms of query and key (Qwen3), biases (Qwen2), groups in GPTQ's order, zero points.
TEST_CASE("a model whose layers go to disk one by one is written as one that stays in memory") {
    struct way { char const* golden; model_plan plan; };
    auto asymmetric = plan_for(quantize_method::rtn, "int4:16");
    asymmetric.linears.rounding.grid = grid::asymmetric;
    for (auto const& [golden, plan] : {way{"llama-gqa", plan_for(quantize_method::gptq, "int4:16", true)},
                                       way{"qwen3", plan_for(quantize_method::awq, "int4:16")},
                                       way{"qwen2", asymmetric},
                                       way{"phi3", plan_for(quantize_method::rtn, "int8:channel")}}) {
        CAPTURE(golden);
        test::scratch_directory scratch;
        auto const texts = some_texts();
        auto whole = test::golden_model(golden), model = whole;
        std::vector<double> a, b;
        quantize_model(ref, whole, plan, texts, [&](layer_result const& r) { a.push_back(r.report.output_error); });
        save(whole, scratch / "whole");

        layer_parts parts(scratch / "parts", model.config, {{"plan", 1}});
        quantize_model(ref, model, plan, texts, [&](layer_result const& r) { b.push_back(r.report.output_error); }, parts);
        CHECK(rows(model.blocks[0].down.weight) == 0); // it is not in memory
        CHECK(parts.finished() == model.config.layers);
        save(model, scratch / "streamed", parts);

        CHECK(a == b);
        for (char const* file : {"model.safetensors", "config.json"}) {
            CHECK(content(scratch / "whole" / file) == content(scratch / "streamed" / file));
        }
    }
}

TEST_CASE("a .gguf file comes out the same too") {
    test::scratch_directory scratch;
    auto model = test::golden_model("llama-bias");
    auto const blocks = parse_scheme("int4:32");
    for (auto& layer : model.blocks) {
        layer.query.weight = round_to(to_float(layer.query.weight), blocks);
    }
    save_gguf(model, {}, scratch / "whole.gguf");

    layer_parts parts(scratch / "parts", model.config, {});
    for (index_t i = 0; i < model.config.layers; ++i) { parts.finish(i, model.blocks[static_cast<std::size_t>(i)], {}); }
    std::filesystem::create_directory(scratch / "b"); // the name of the file is a key in it
    save_gguf(model, {}, scratch / "b" / "whole.gguf", parts);
    CHECK(content(scratch / "whole.gguf") == content(scratch / "b" / "whole.gguf"));
}

TEST_CASE("an interrupted run goes on behind its last finished layer, with the same end") {
    test::scratch_directory scratch;
    auto const plan = plan_for(quantize_method::gptq, "int4:16");
    auto const texts = some_texts();
    auto const source = test::golden_model("llama-gqa");
    auto whole = source;
    std::vector<double> expected;
    quantize_model(ref, whole, plan, texts, [&](layer_result const& r) { expected.push_back(r.report.weight_error); });
    save(whole, scratch / "whole");

    auto const directory = scratch / "parts";
    {
        auto model = source;
        layer_parts parts(directory, model.config, {{"plan", 1}});
        int matrices = 0;
        CHECK_THROWS_AS(quantize_model(ref, model, plan, texts,
                                       [&](layer_result const&) { if (++matrices == 10) { throw interrupted(); } }, parts),
                        interrupted);
        CHECK(parts.finished() == 1);
    }
    auto model = source;
    layer_parts parts(directory, model.config, {{"plan", 1}});
    CHECK(parts.finished() == 1);
    model.blocks[0] = {}; // nobody needs the finished layer's weights
    std::vector<double> results;
    auto const products = quantize_model(ref, model, plan, texts,
                                         [&](layer_result const& r) { results.push_back(r.report.weight_error); }, parts);
    CHECK(results == expected);
    CHECK(products.hessians > 0);
    save(model, scratch / "resumed", parts);
    CHECK(content(scratch / "whole" / "model.safetensors") == content(scratch / "resumed" / "model.safetensors"));

    parts.remove();
    CHECK_FALSE(std::filesystem::exists(directory));
}

TEST_CASE("layers of another plan are not taken, and what is not ours is not removed") {
    test::scratch_directory scratch;
    auto model = test::golden_model("llama-gqa");
    auto const ignore = [](layer_result const&) {};
    layer_parts first(scratch / "parts", model.config, {{"plan", 1}});
    quantize_model(ref, model, plan_for(quantize_method::rtn, "int4:16"), {}, ignore, first);
    CHECK(first.finished() == 2);
    CHECK(layer_parts(scratch / "parts", model.config, {{"plan", 1}}).finished() == 2);
    CHECK(layer_parts(scratch / "parts", model.config, {{"plan", 2}}).finished() == 0);

    std::filesystem::create_directory(scratch / "holiday");
    write_text(scratch / "holiday" / "letter", "Dear");
    CHECK_THROWS_WITH_AS(layer_parts(scratch / "holiday", model.config, {}), doctest::Contains("not from an earlier run"), io_error);
    CHECK(content(scratch / "holiday" / "letter") == "Dear");
}
