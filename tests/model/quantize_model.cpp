// SPDX-License-Identifier: MIT
#include <qad/model/quantize_model.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>

#include "support/close.hpp"
#include "support/golden_model.hpp"
#include "support/logits.hpp"
#include "support/random_matrix.hpp"

using namespace qad;

namespace {

matrix<std::int32_t> texts(index_t samples, index_t length, std::uint64_t seed) {
    generator random(seed);
    matrix<std::int32_t> tokens(samples, length);
    for (index_t i = 0; i < tokens.size(); ++i) { tokens.data()[i] = static_cast<std::int32_t>(3 + random.below(93)); }
    return tokens;
}

model_plan plan_of(quantize_method method, char const* scheme) {
    model_plan plan;
    plan.method = method;
    plan.linears = parse_scheme(scheme);
    return plan;
}

quantization_report run(transformer<float, weight>& model, model_plan const& plan, matrix<std::int32_t> const& tokens) {
    quantization_report sum;
    quantize_model(ref, model, plan, tokens, [&](layer_result const& layer) { sum += layer.report; });
    return sum;
}

} // namespace

TEST_CASE("rounding a model rounds each linear layer by itself, and nothing else") {
    auto const before = test::golden_model("llama-gqa");
    auto model = before;
    auto const plan = plan_of(quantize_method::rtn, "int4:16");
    auto const sum = run(model, plan, {});
    CHECK(sum.weights == 15360); // 2 layers · (32·32 + 16·32 + 16·32 + 32·32 + 3·48·32)
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(test::same_bits(to_float(model.blocks[i].down.weight),
                              to_float(round_to(to_float(before.blocks[i].down.weight), plan.linears))));
    }
    CHECK(kind(model.embedding) == "fp32");
    CHECK_FALSE(sum.has_outputs());
}

// What GPTQ is for: less error where it counts, on the inputs it was given.
TEST_CASE("gptq leaves less output error than rounding, layer after layer") {
    auto const tokens = texts(16, 32, 1);
    auto rounded = test::golden_model("llama-gqa"), solved = rounded;
    auto const rtn = run(rounded, plan_of(quantize_method::rtn, "int3:16"), tokens);
    auto const gptq = run(solved, plan_of(quantize_method::gptq, "int3:16"), tokens);
    CHECK(gptq.output_relative() < rtn.output_relative());
    CHECK(gptq.weight_relative() >= rtn.weight_relative()); // and the price of it
}

// Folding must not change the model: with 8-bit codes in groups of 8 hardly anything is rounded away,
// so whatever AWQ moved from a weight into a norm must still be there.
TEST_CASE("awq folds its scales into what comes before, exactly") {
    for (char const* golden : {"llama-gqa", "llama-mha-tied", "llama-bias"}) {
        CAPTURE(golden);
        auto const before = test::golden_model(golden);
        auto model = before;
        auto const tokens = texts(8, 16, 2);
        calibration<ref_t> flow(ref, before, tokens);
        auto const plan = plan_of(quantize_method::awq, "int4:16");
        for (std::size_t i = 0; i < 2; ++i) {
            detail::layer_inputs inputs;
            flow.stage(before.blocks[i]);
            flow.listen([&](index_t, site where, matrix_view<float> x) {
                if (where == site::attention_input || where == site::attended || where == site::mlp_input ||
                    where == site::mlp_hidden) {
                    inputs.hear(where, x, flow.tokens(), 64);
                }
            });
            detail::fold_awq(model.blocks[i], model.heads, plan, inputs);
            flow.advance();
        }
        CHECK_FALSE(test::same_bits(to_float(model.blocks[0].gate.weight), to_float(before.blocks[0].gate.weight)));
        auto const text = tokens.row(0);
        auto const want = test::logits_of(ref, before, text);
        // Sheet 2.3 of the format notes: float32, 1e-5 relative; the norms divide, the weights multiply.
        CHECK(test::close(test::logits_of(ref, model, text), want, 1e-4 * 10));
    }
}

TEST_CASE("awq leaves no more output error than rounding, summed over the model") {
    auto const tokens = texts(16, 32, 3);
    auto rounded = test::golden_model("llama-gqa"), scaled = rounded;
    auto const rtn = run(rounded, plan_of(quantize_method::rtn, "int4:16"), tokens);
    auto const awq = run(scaled, plan_of(quantize_method::awq, "int4:16"), tokens);
    // Its search contains "no scaling"; but each layer sees the inputs that the layers before it made,
    // which differ between the two runs, so equality may be missed by a little.
    CHECK(awq.output_relative() <= 1.02 * rtn.output_relative());
}

// The inputs of layer 1 must come from layer 0 as it is after quantization.
TEST_CASE("a layer is calibrated on what the quantized layers before it make") {
    auto const tokens = texts(4, 16, 4);
    auto with_broken_start = test::golden_model("llama-gqa"), plain = with_broken_start;
    auto const plan = plan_of(quantize_method::gptq, "int4:16");
    std::vector<double> a, b;
    quantize_model(ref, plain, plan, tokens, [&](layer_result const& r) { a.push_back(r.report.output_square); });
    // Three bits in layer 0 only would change what layer 1 hears: emulate by other damping.
    auto other = plan;
    other.damping = 10;
    quantize_model(ref, with_broken_start, other, tokens, [&](layer_result const& r) { b.push_back(r.report.output_square); });
    CHECK(a[0] == b[0]);  // layer 0 hears the embedding in both
    CHECK(a[7] != b[7]);  // layer 1 hears what layer 0 became
}

TEST_CASE("simd quantizes to nearly the same model as ref") {
    auto const tokens = texts(8, 32, 5);
    auto a = test::golden_model("llama-gqa"), b = a;
    quantization_report one, two;
    auto const plan = plan_of(quantize_method::gptq, "int4:16");
    quantize_model(ref, a, plan, tokens, [&](layer_result const& layer) { one += layer.report; });
    quantize_model(simd, b, plan, tokens, [&](layer_result const& layer) { two += layer.report; });
    // A sum in another order can turn a few codes; it cannot turn the result.
    CHECK(std::abs(one.output_relative() - two.output_relative()) <= 0.05 * one.output_relative());
}

TEST_CASE("products are counted as the shapes say") {
    auto model = test::golden_model("llama-gqa");
    auto const tokens = texts(4, 8, 6);
    auto const n = quantize_model(ref, model, plan_of(quantize_method::gptq, "int4:16"), tokens, [](layer_result const&) {});
    double const t = 32, weights = 7680, width = 32;
    CHECK(n.forward == 2 * 2 * t * (2 * weights + 2 * 9 * width)); // two layers, two passes
    CHECK(n.hessians == 2 * t * (3 * 32 * 33 + 48 * 49));
}

TEST_CASE("no texts, wrong tokens and indivisible groups are errors before anything changes") {
    auto model = test::golden_model("llama-gqa");
    CHECK_THROWS_AS(run(model, plan_of(quantize_method::gptq, "int4:16"), {}), error);
    auto tokens = texts(2, 4, 7);
    tokens(1, 2) = 96;
    CHECK_THROWS_AS(run(model, plan_of(quantize_method::gptq, "int4:16"), tokens), shape_error);
    CHECK_THROWS_AS(run(model, plan_of(quantize_method::rtn, "int4:24"), {}), shape_error);
    CHECK(kind(model.blocks[0].query.weight) == "fp32");
}
