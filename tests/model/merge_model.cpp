// SPDX-License-Identifier: MIT
#include <qad/model/merge_model.hpp>

#include <doctest/doctest.h>

#include <qad/model/adapted_weight.hpp>
#include <qad/model/adapter_file.hpp>
#include <qad/model/fused_adapter.hpp>
#include <qad/model/load.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/logits.hpp"
#include "support/random_matrix.hpp"
#include "support/scratch.hpp"

#include <cmath>

using namespace qad;

namespace {

transformer<float, weight> base() { return load(test::golden_directory() / "llama-gqa"); }
adapter peft() { return load_adapter(test::golden_directory() / "adapter-all-linear"); }

load_options rounded(char const* scheme) {
    return {[=](std::string const&, weight w) {
        return round_to(to_float(w), parse_scheme(scheme));
    }};
}

} // namespace

TEST_CASE(
    "merged = adapted, layer by layer, within what float sums and the stored type allow") {
    // With M = Ŵ + s·B·A in exact numbers and m[i][j] = |ŵ| + s·Σ_k |b·a|: a float sum of n terms
    // errs by n·2⁻²⁴ of the sum of magnitudes (Higham 2002, §3.1), on either side; the stored type
    // rounds each merged weight by u·m. Both are compared with the exact product.
    for (char const* scheme : {"fp32", "int4:16", "nf4:16"}) {
        lora const delta{test::random_matrix<float>(4, 48, 1),
                         test::random_matrix<float>(20, 4, 2), 8};
        weight const w = round_to(test::random_matrix<float>(20, 48, 3), parse_scheme(scheme));
        auto const x = test::random_matrix<float>(5, 48, 4);
        auto const decoded = to_float(w);
        struct kept {
            weight_format format;
            double roundoff;
        };
        for (auto const& [format, roundoff] : {kept{weight_format::fp32, 0x1p-24},
                                               {weight_format::bf16, 0x1p-8},
                                               {weight_format::fp16, 0x1p-11}}) {
            weight const merged = merge(w, delta, format);
            CHECK(kind(merged) == weight_format_names[static_cast<std::size_t>(format)]);
            matrix<float> y(5, 20), detoured(5, 20);
            multiply(ref, y.view(), merged, x.view());
            multiply(ref, detoured.view(), w, x.view());
            add_lora<float>(detoured, delta, x);
            double worst = 0, worst_detour = 0; // of the allowed
            for (index_t t = 0; t < 5; ++t) {
                for (index_t i = 0; i < 20; ++i) {
                    double exact = 0, magnitude = 0;
                    for (index_t j = 0; j < 48; ++j) {
                        double m = decoded(i, j), size = std::fabs(m);
                        for (index_t k = 0; k < 4; ++k) {
                            double const ba = 2.0 * delta.up(i, k) * delta.down(k, j);
                            m += ba;
                            size += std::fabs(ba);
                        }
                        exact += m * x(t, j);
                        magnitude += size * std::fabs(x(t, j));
                    }
                    double const sums = (48 + 4 + 8) * 0x1p-24 * magnitude;
                    worst = std::max(worst, std::fabs(y(t, i) - exact) /
                                                (sums + roundoff * magnitude));
                    worst_detour =
                        std::max(worst_detour, std::fabs(detoured(t, i) - exact) / sums);
                }
            }
            CHECK(worst <= 1);
            CHECK(worst_detour <= 1);
        }
    }
}

TEST_CASE("the merged model has the logits of PEFT, and only adapted layers change") {
    test::golden const want(test::golden_directory() / "adapter-all-linear");
    auto const merged = merge(base(), peft(), weight_format::fp32);
    CHECK(test::close(test::logits_of(ref, merged, want.tokens), want.logits, 1e-4 * want.largest()));

    auto const model = load(test::golden_directory() / "llama-gqa", rounded("int4:16"));
    adapter some = peft();
    std::erase_if(some.layers,
                  [](auto const& layer) { return !layer.first.ends_with("up_proj"); });
    auto const partly = merge(model, some);
    CHECK(kind(partly.blocks[1].up.weight) == "bf16");
    CHECK(kind(partly.blocks[1].gate.weight) == "int4 per group of 16");
    CHECK(kind(partly.embedding) == "int4 per group of 16");
    CHECK(kind(model.blocks[1].up.weight) == "int4 per group of 16"); // the given model stays
    CHECK(test::same_bits(to_float(partly.blocks[0].gate.weight),
                          to_float(model.blocks[0].gate.weight)));
}

TEST_CASE("what a family's files hold as one is merged and written as one") {
    test::golden const want(test::golden_directory() / "adapter-fused");
    auto const model = load(test::golden_directory() / "phi3");
    auto const a = split_fused(load_adapter(test::golden_directory() / "adapter-fused"), model.config);
    test::scratch_directory const directory;
    save_merged(model, a, directory.path(), weight_format::fp32, to_json(model.config));
    checkpoint const written(directory.path());
    CHECK(written.contains("model.layers.1.self_attn.qkv_proj.weight"));
    CHECK_FALSE(written.contains("model.layers.1.self_attn.q_proj.weight"));
    auto const again = load(directory.path());
    CHECK(test::close(test::logits_of(ref, again, want.tokens), want.logits, 1e-4 * want.largest()));
}

TEST_CASE("an adapted head that was tied stands alone afterwards") {
    auto const model = load(test::golden_directory() / "llama-mha-tied");
    adapter a = make_adapter(model.config, {.targets = {"lm_head"}}, 1);
    a.layers.at("lm_head").up = test::random_matrix<float>(320, 8, 2);
    auto const merged = merge(model, a);
    CHECK_FALSE(merged.config.tied);
    CHECK(merged.untied_head.has_value());
    CHECK(test::same_bits(to_float(merged.embedding), to_float(model.embedding)));
    // Written, it is read as what it has become.
    test::scratch_directory const directory;
    save_merged(model, a, directory.path(), weight_format::fp32, to_json(model.config));
    auto const again = load(directory.path());
    CHECK_FALSE(again.config.tied);
    CHECK(test::close(to_float(*again.untied_head),
                      to_float(merge(model, a, weight_format::fp32).head()), 0));
}

TEST_CASE(
    "what is written has the logits of what was merged, in every type and from every base") {
    test::golden const want(test::golden_directory() / "adapter-all-linear");
    test::scratch_directory const directory;
    for (char const* scheme : {"fp32", "nf4:16"}) {
        CAPTURE(scheme);
        auto const model = load(test::golden_directory() / "llama-gqa", rounded(scheme));
        for (auto format : {weight_format::fp32, weight_format::bf16, weight_format::fp16}) {
            CAPTURE(static_cast<int>(format));
            json config = to_json(model.config);
            config["quantization_config"] = {{"quant_method", "qad"},
                                             {"tensors", json::object()}};
            save_merged(model, peft(), directory.path(), format, config);
            auto const again = load(directory.path());
            auto const name = weight_format_names[static_cast<std::size_t>(format)];
            CHECK(kind(again.embedding) == name);
            CHECK(kind(again.blocks[1].up.weight) == name);
            CHECK_FALSE(read_json(directory / "config.json").contains("quantization_config"));
            // Merged in memory and rounded as the file is.
            auto wanted = merge(model, peft(), format);
            wanted.embedding = round_to(to_float(wanted.embedding), {.format = format});
            wanted.untied_head = round_to(to_float(*wanted.untied_head), {.format = format});
            for (std::size_t i = 0; i < 2; ++i) {
                CHECK(test::same_bits(to_float(again.blocks[i].up.weight),
                                      to_float(wanted.blocks[i].up.weight)));
                wanted.blocks[i].attention_norm =
                    again.blocks[i].attention_norm; // rounded as well
                wanted.blocks[i].mlp_norm = again.blocks[i].mlp_norm;
            }
            wanted.final_norm = again.final_norm;
            CHECK(
                test::same_bits(test::logits_of(ref, again, want.tokens), test::logits_of(ref, wanted, want.tokens)));
        }
    }
}

TEST_CASE("an adapter of another model is refused, and so are quantized results") {
    auto model = base();
    adapter a = peft();
    CHECK_THROWS_AS(merge(model, a, weight_format::int4), shape_error);
    test::scratch_directory const directory;
    CHECK_THROWS_AS(save_merged(model, a, directory.path(), weight_format::nf4, json::object()),
                    shape_error);
    a.layers.at("model.layers.1.mlp.up_proj").down = matrix<float>(4, 31);
    CHECK_THROWS_AS(merge(model, a), shape_error);
    CHECK_THROWS_AS(
        save_merged(model, a, directory.path(), weight_format::fp32, json::object()),
        shape_error);
    CHECK(directory.empty());
}
