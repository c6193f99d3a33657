// SPDX-License-Identifier: MIT
#include <qad/model/fused.hpp>

#include <doctest/doctest.h>

#include <qad/model/scheme.hpp>

using namespace qad;

namespace {

model_config phi() {
    model_config c;
    c.model_type = "phi3";
    c.heads = 4, c.kv_heads = 2, c.head_dim = 2, c.hidden = 8, c.ff = 6, c.layers = 1, c.vocab = 10;
    return c;
}
matrix<float> numbered(index_t rows, index_t cols) {
    matrix<float> w(rows, cols);
    for (index_t i = 0; i < w.size(); ++i) { w.data()[i] = static_cast<float>((i * 7) % 31 - 15) / 16; }
    return w;
}
bool same(weight const& a, weight const& b) {
    auto const x = to_float(a), y = to_float(b);
    return x.rows() == y.rows() && x.cols() == y.cols() && std::equal(x.data(), x.data() + x.size(), y.data());
}

} // namespace

TEST_CASE("where the parts lie") {
    auto const value = find_fused(phi(), "model.layers.0.self_attn.v_proj.weight");
    REQUIRE(value);
    CHECK(value->name == "model.layers.0.self_attn.qkv_proj.weight");
    CHECK(value->first == 12); // after 4 query and 2 key heads of 2
    CHECK(value->all == 16);
    CHECK(find_fused(phi(), "model.layers.0.mlp.up_proj.weight")->first == 6);
    CHECK_FALSE(find_fused(phi(), "model.layers.0.self_attn.o_proj.weight"));
    model_config llama = phi();
    llama.model_type = "llama";
    CHECK_FALSE(find_fused(llama, "model.layers.0.self_attn.v_proj.weight"));
}

TEST_CASE("rows of a weight are the weight of those rows, and stacked they are it again") {
    matrix<float> const w = numbered(10, 32);
    for (char const* scheme : {"fp32", "bf16", "int4:16", "int8:channel", "nf4:16", "int3:32"}) {
        CAPTURE(scheme);
        weight const whole = round_to(w, parse_scheme(scheme));
        weight const upper = rows_of(whole, 0, 4), lower = rows_of(whole, 4, 6);
        auto const all = to_float(whole), part = to_float(lower);
        CHECK(std::equal(part.data(), part.data() + part.size(), all.row(4).data()));
        CHECK(kind(upper) == kind(whole));
        weight const* const parts[] = {&upper, &lower};
        CHECK(same(stack_rows(parts), whole));
    }
    weight const blocks = encode(ggml_type::q8_0, w);
    weight const upper = rows_of(blocks, 0, 4), lower = rows_of(blocks, 4, 6);
    weight const* parts[] = {&upper, &lower};
    CHECK(same(stack_rows(parts), blocks));
}

TEST_CASE("what cannot be one matrix is refused") {
    matrix<float> const w = numbered(4, 32);
    weight const a = round_to(w, parse_scheme("int4:16")), b = round_to(w, parse_scheme("int4:32")),
                 c = round_to(w, parse_scheme("int8:16"));
    weight const* parts[] = {&a, &b};
    CHECK_THROWS_WITH_AS(stack_rows(parts), doctest::Contains("per channel or per group"), shape_error);
    parts[1] = &c;
    CHECK_THROWS_AS(stack_rows(parts), shape_error);
}

TEST_CASE("matrices with one scale each are one that has a scale a row") {
    matrix<float> const w = numbered(4, 32);
    matrix<float> louder = numbered(6, 32);
    for (index_t i = 0; i < louder.size(); ++i) { louder.data()[i] *= 3; }
    for (grid how : {grid::symmetric, grid::asymmetric}) {
        auto scheme = parse_scheme("int4:tensor");
        scheme.rounding.grid = how;
        weight const a = round_to(w, scheme), b = round_to(louder, scheme);
        weight const* const parts[] = {&a, &b};
        weight const all = stack_rows(parts);
        CHECK(same(rows_of(all, 0, 4), a));
        CHECK(same(rows_of(all, 4, 6), b));
    }
}
