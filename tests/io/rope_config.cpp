// SPDX-License-Identifier: MIT
#include <qad/io/rope_config.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {

rope_config read(json const& object, index_t positions = 64, index_t head_dim = 8) {
    detail::config_reader const top{object, "config.json"};
    return detail::rope_reader(top, positions, head_dim).read();
}
json phi(json const& scaling) {
    return {{"model_type", "phi3"}, {"rope_theta", 1e4}, {"original_max_position_embeddings", 16},
            {"rope_scaling", scaling}};
}
json const factors = {{"short_factor", {1, 1, 1, 1}}, {"long_factor", {1, 2, 4, 8}}};

} // namespace

// (Theta in all its places, llama3 and linear: io/model_config.)
TEST_CASE("LongRoPE under all its names, with the paper's attention factor where none is given") {
    for (char const* name : {"longrope", "su", "yarn"}) { // the first Phi-3 said yarn and meant this
        json scaling = factors;
        scaling["type"] = name;
        auto const rope = read(phi(scaling));
        CHECK(rope.type == "longrope");
        CHECK(rope.long_factor == std::vector<double>{1, 2, 4, 8});
        CHECK(rope.original_context == 16);
        CHECK(rope.attention_factor == doctest::Approx(std::sqrt(1 + std::log(4.0) / std::log(16.0))));
    }
    // Phi-3-mini-128k: 131072 from 4096 positions.
    CHECK(detail::longrope_attention(32, 4096) == doctest::Approx(1.1902381));
    json scaling = factors;
    scaling.update({{"type", "longrope"}, {"attention_factor", 1.5}});
    CHECK(read(phi(scaling)).attention_factor == 1.5);
    scaling["long_factor"] = {1, 2};
    CHECK_THROWS_WITH_AS(read(phi(scaling)), doctest::Contains("4 short and as many long factors"), format_error);
    scaling["long_factor"] = {1, 2, 4, 0};
    CHECK_THROWS_WITH_AS(read(phi(scaling)), doctest::Contains("positive"), format_error);
}

TEST_CASE("YaRN: what is not said follows from the contexts") {
    // Qwen2.5-7B stretched four times: its published attention factor.
    auto const qwen = read({{"rope_theta", 1e6},
                            {"rope_scaling", {{"type", "yarn"}, {"factor", 4},
                                              {"original_max_position_embeddings", 32768}}}},
                           131072, 128);
    CHECK(qwen.type == "yarn");
    CHECK(qwen.attention_factor == doctest::Approx(1.138629));
    CHECK(qwen.beta_fast == 32);
    CHECK(read({{"rope_theta", 1e4},
                {"rope_scaling", {{"rope_type", "yarn"}, {"original_max_position_embeddings", 16}}}}).factor == 4);
}

TEST_CASE("how many coordinates turn") {
    auto const dims = [](double share) {
        return read({{"rope_theta", 1e4}, {"partial_rotary_factor", share}}, 64, 8).dims;
    };
    CHECK(dims(1) == 8);
    CHECK(dims(0.75) == 6);
    for (double share : {1.5, 1e308}) { CHECK_THROWS_AS(dims(share), format_error); }
    CHECK_THROWS_AS(dims(0.4), format_error); // 3 coordinates are no pairs
    CHECK_THROWS_AS(dims(0.1), format_error);
}
