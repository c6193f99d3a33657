// SPDX-License-Identifier: MIT
#include <qad/model/calibrate.hpp>

#include <doctest/doctest.h>

#include <qad/model/load.hpp>

#include "support/golden.hpp"
#include "support/random_matrix.hpp"

using namespace qad;

namespace {

matrix<std::int32_t> const& texts() {
    static matrix<std::int32_t> const tokens = [] {
        matrix<std::int32_t> t(2, 5);
        std::int32_t const ids[] = {5, 9, 33, 7, 80, 12, 3, 61, 22, 40};
        std::copy(std::begin(ids), std::end(ids), t.data());
        return t;
    }();
    return tokens;
}

/// What a tape hears at the second norm of the layer on stage.
matrix<float> heard(calibration<ref_t>& flow) {
    matrix<float> all(flow.tokens(), 32);
    index_t row = 0;
    flow.listen([&](index_t, site where, matrix_view<float> x) {
        for (index_t t = 0; where == site::mlp_input && t < x.rows(); ++t, ++row) {
            std::copy(x.row(t).begin(), x.row(t).end(), all.row(row).begin());
        }
    });
    CHECK(row == flow.tokens());
    return all;
}

} // namespace

// Calibration is the one forward, cut at the layers: the same bits must come by.
TEST_CASE("layer by layer hears what the whole model hears") {
    auto const model = load(test::golden_directory() / "llama-gqa");
    std::vector<matrix<float>> want(2, matrix<float>(10, 32));
    for (index_t i = 0; i < 2; ++i) {
        kv_cache<float> past(model.heads, 2, 5);
        workspace<float> room;
        stretch<kv_cache<float>> const rows{&past, 5};
        forward(ref, model, texts().row(i), std::span<stretch<kv_cache<float>> const>(&rows, 1), room,
                [&](index_t layer, site where, matrix_view<float> x) {
                    for (index_t t = 0; where == site::mlp_input && t < 5; ++t) {
                        std::copy(x.row(t).begin(), x.row(t).end(),
                                  want[static_cast<std::size_t>(layer)].row(5 * i + t).begin());
                    }
                });
    }
    calibration<ref_t> flow(ref, model, texts());
    for (std::size_t layer = 0; layer < 2; ++layer) {
        flow.stage(model.blocks[layer]);
        CHECK(test::same_bits(heard(flow), want[layer]));
        flow.advance();
    }
}

TEST_CASE("listening leaves the streams where they are") {
    auto const model = load(test::golden_directory() / "llama-gqa");
    calibration<ref_t> flow(ref, model, texts());
    flow.stage(model.blocks[0]);
    auto const first = heard(flow);
    CHECK(test::same_bits(heard(flow), first));
}

TEST_CASE("a token outside the vocabulary is refused at the start") {
    auto const model = load(test::golden_directory() / "llama-gqa");
    matrix<std::int32_t> wrong(1, 2);
    wrong(0, 1) = 96;
    CHECK_THROWS_AS(calibration<ref_t>(ref, model, wrong), shape_error);
    wrong(0, 1) = -1;
    CHECK_THROWS_AS(calibration<ref_t>(ref, model, wrong), shape_error);
}
