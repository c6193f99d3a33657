// SPDX-License-Identifier: MIT
#include <qad/model/fused_adapter.hpp>

#include "support/golden.hpp"
#include "support/random_matrix.hpp"

#include <qad/adapt/merge.hpp> // merge

#include <doctest/doctest.h>

using namespace qad;

namespace {

model_config phi3_config() { return read_model_config(test::golden_directory() / "phi3"); }
lora random_lora(index_t outputs, index_t inputs, index_t rank, std::uint64_t seed) {
    return {test::random_matrix<float>(rank, inputs, seed), test::random_matrix<float>(outputs, rank, seed + 1), 3.0f};
}
/// s·B·A
matrix<float> detour_of(lora const& l) {
    return merge<float>(matrix<float>(l.outputs(), l.inputs()), l);
}
double largest_difference(matrix_view<float const> a, matrix_view<float const> b) {
    REQUIRE(a.rows() == b.rows());
    REQUIRE(a.cols() == b.cols());
    double worst = 0;
    for (index_t i = 0; i < a.rows(); ++i) {
        for (index_t j = 0; j < a.cols(); ++j) { worst = std::max(worst, std::abs(double{a(i, j)} - b(i, j))); }
    }
    return worst;
}
std::string const attention_1 = "model.layers.1.self_attn.", mlp_0 = "model.layers.0.mlp.";

} // namespace

TEST_CASE("a fused detour is the detours of its parts, and back") {
    auto const config = phi3_config(); // 4 and 2 heads of 8
    adapter a;
    a.layers[attention_1 + "qkv_proj"] = random_lora(64, 32, 4, 1);
    a.layers[mlp_0 + "gate_up_proj"] = random_lora(96, 32, 3, 2);
    a.layers[mlp_0 + "down_proj"] = random_lora(32, 48, 2, 3);
    auto const split = split_fused(a, config);
    CHECK(split.layers.size() == 6);
    require_fit(split, config);
    auto const whole = detour_of(a.layers[attention_1 + "qkv_proj"]);
    CHECK(largest_difference(detour_of(*split.find(attention_1 + "q_proj")), whole.rows(0, 32)) == 0);
    CHECK(largest_difference(detour_of(*split.find(attention_1 + "k_proj")), whole.rows(32, 16)) == 0);
    CHECK(largest_difference(detour_of(*split.find(attention_1 + "v_proj")), whole.rows(48, 16)) == 0);
    // The parts share A, so the ranks do not grow and the numbers stay.
    auto const again = fuse(split, config);
    CHECK(again.layers.size() == 3);
    for (auto const& [name, before] : a.layers) {
        CAPTURE(name);
        auto const* after = again.find(name);
        REQUIRE(after);
        CHECK(after->rank() == before.rank());
        CHECK(after->alpha == before.alpha);
        CHECK(largest_difference(after->up, before.up) == 0);
        CHECK(largest_difference(after->down, before.down) == 0);
    }
}

// Trained apart, parts have an A each: together they are one detour of the ranks' sum.
TEST_CASE("detours of parts become one of the whole, also when a part has none") {
    auto const config = phi3_config();
    for (lora_rule rule : {lora_rule::rank, lora_rule::root_of_rank}) {
        adapter a;
        auto& query = a.layers[attention_1 + "q_proj"] = random_lora(32, 32, 2, 5);
        auto& value = a.layers[attention_1 + "v_proj"] = random_lora(16, 32, 3, 6);
        query.rule = value.rule = rule;
        value.alpha = 7;
        auto const fused = fuse(a, config);
        auto const* whole = fused.find(attention_1 + "qkv_proj");
        REQUIRE(whole);
        CHECK(whole->rank() == 5);
        CHECK(whole->rule == rule);
        auto const got = detour_of(*whole);
        // One more rounding in each scaled number, of sums of some 10.
        CHECK(largest_difference(got.rows(0, 32), detour_of(query)) <= 1e-5);
        CHECK(largest_difference(got.rows(32, 16), matrix<float>(16, 32)) == 0);
        CHECK(largest_difference(got.rows(48, 16), detour_of(value)) <= 1e-5);
    }
}

TEST_CASE("other families' adapters stay as they are; what does not fit is refused") {
    auto const llama = read_model_config(test::golden_directory() / "llama-gqa");
    adapter a;
    a.layers[attention_1 + "q_proj"] = random_lora(32, 32, 2, 7);
    CHECK(split_fused(fuse(a, llama), llama).layers.contains(attention_1 + "q_proj"));
    adapter wrong;
    wrong.layers[attention_1 + "qkv_proj"] = random_lora(60, 32, 2, 8);
    CHECK_THROWS_AS(split_fused(wrong, phi3_config()), shape_error);
    adapter twice = a;
    twice.layers[attention_1 + "qkv_proj"] = random_lora(64, 32, 2, 9);
    CHECK_THROWS_AS(split_fused(twice, phi3_config()), shape_error);
}
