// SPDX-License-Identifier: MIT
#include <qad/model/save.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>

#include "support/golden.hpp"

#include <cstring>

using namespace qad;

namespace {

/// A directory that goes when the test does.
struct scratch {
    std::filesystem::path path = std::filesystem::temp_directory_path() / text("qad-save-", ::getpid());
    ~scratch() { std::filesystem::remove_all(path); }
};

bool same_numbers(transformer<float, weight> const& a, transformer<float, weight> const& b) {
    bool same = true;
    std::vector<matrix<float>> left;
    for_each_tensor(a, [&](std::string const&, auto const& t) {
        if constexpr (std::is_same_v<decltype(t), weight const&>) { left.push_back(to_float(t)); }
    });
    std::size_t next = 0;
    for_each_tensor(b, [&](std::string const&, auto const& t) {
        if constexpr (std::is_same_v<decltype(t), weight const&>) {
            auto const right = to_float(t);
            auto const& l = left.at(next++);
            same = same && l.size() == right.size() &&
                   std::memcmp(l.data(), right.data(), static_cast<std::size_t>(l.size()) * 4) == 0;
        }
    });
    return same && next == left.size() && a.final_norm == b.final_norm &&
           a.blocks[0].query.bias == b.blocks[0].query.bias;
}

transformer<float, weight> rounded(char const* golden, char const* scheme_text, quantize_options const& how) {
    auto scheme = parse_scheme(scheme_text);
    scheme.rounding = how;
    return load(test::golden_directory() / golden,
                {[&](std::string const&, weight w) { return round_to(to_float(w), scheme); }});
}

} // namespace

// What is evaluated is what is written: codes, scales, zero points, to the last bit.
TEST_CASE("a saved model loads as the same numbers, in every kind") {
    scratch directory;
    struct kind_of_weight { char const* scheme; quantize_options how; };
    for (auto const& [scheme, how] : {kind_of_weight{"fp32", {}},
                            kind_of_weight{"bf16", {}},
                            kind_of_weight{"fp16", {}},
                            kind_of_weight{"int8:channel", {.scales = scale_format::bf16}},
                            kind_of_weight{"int4:16", {.scales = scale_format::fp16}},
                            kind_of_weight{"int4:tensor", {}},
                            kind_of_weight{"int4:8", {.grid = grid::asymmetric}},
                            kind_of_weight{"int3:16", {.grid = grid::centred, .scales = scale_format::fp16}},
                            kind_of_weight{"nf4:16", {.scales = scale_format::double_quantized}}}) {
        CAPTURE(scheme);
        auto const model = rounded("llama-bias", scheme, how);
        save(model, directory.path);
        auto const again = load(directory.path);
        CHECK(same_numbers(model, again));
        CHECK(kind(again.blocks[1].down.weight) == kind(model.blocks[1].down.weight));
        CHECK(bytes(again.blocks[1].down.weight) == bytes(model.blocks[1].down.weight));
    }
}

TEST_CASE("the config survives: shapes, RoPE scaling, tokens, tying") {
    scratch directory;
    for (auto const& golden : test::golden_models()) {
        CAPTURE(golden.filename().string());
        auto const model = load(golden);
        save(model, directory.path);
        auto const again = load(directory.path);
        CHECK(same_numbers(model, again));
        CHECK(again.rotary.usual.frequency == model.rotary.usual.frequency);
        CHECK(again.rotary.usual.attention_factor == model.rotary.usual.attention_factor);
        CHECK(again.rotary.beyond.frequency == model.rotary.beyond.frequency);
        CHECK(again.rotary.limit == model.rotary.limit);
        for (index_t i = 0; i < model.config.layers; ++i) {
            CHECK(again.config.sliding.of(i) == model.config.sliding.of(i));
        }
        CHECK(again.config.eos == model.config.eos);
        CHECK(again.config.bos == model.config.bos);
        CHECK(again.config.max_positions == model.config.max_positions);
        CHECK(again.untied_head.has_value() == model.untied_head.has_value());
    }
}

TEST_CASE("a stored form that was tampered with is an error, not a model") {
    scratch directory;
    save(rounded("llama-gqa", "int4:16", {}), directory.path);
    auto const config = directory.path / "config.json";
    std::string const good(mapped_file(config).text());
    auto const with = [&](std::string const& from, std::string const& to) {
        std::string bad = good;
        bad.replace(bad.find(from), from.size(), to);
        write_text(config, bad);
        CHECK_THROWS_AS(load(directory.path), error);
    };
    with("\"int4\"", "\"int5\"");
    with("\"group\": 16", "\"group\": 7");
    with("\"group\": 16", "\"group\": -1");
    with("\"int4\"", "\"int8\"");
    with("\"quant_method\": \"qad\"", "\"quant_method\": \"other\"");
    write_text(config, good);
    CHECK_NOTHROW(load(directory.path));
}
