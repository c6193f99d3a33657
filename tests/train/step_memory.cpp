// SPDX-License-Identifier: MIT
#include <qad/train/step_memory.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
constexpr model_shape small{.hidden = 8,
                            .layers = 3,
                            .heads = 4,
                            .kv_heads = 2,
                            .head_dim = 2,
                            .feed_forward = 16,
                            .vocabulary = 100};
} // namespace

TEST_CASE("every line by hand") {
    // A block: 2·8 hidden + 2·8 query + 2·4 key + 2·16 feed-forward = 72 numbers a token.
    auto const sum = step_memory(small, 10, 7);
    CHECK(sum["kept for the backward pass"] == byte_count(4 * 10 * 3 * 72));
    CHECK(sum["room of the forward pass"] == byte_count(4 * 10 * 72));
    CHECK(sum["room of the backward pass"] == byte_count(4 * 10 * (72 + 8 + 32)));
    CHECK(sum["logits and what is beside them"] == byte_count(4 * 7 * (4 * 8 + 100)));
}

TEST_CASE("where heads have a norm, what it was given is kept too") {
    model_shape normed = small;
    normed.qk_norm = true;
    auto const kept = [&](keep what) {
        return step_memory(normed, 10, 7, what)["kept for the backward pass"];
    };
    CHECK(kept(keep::what_is_dear) == byte_count(4 * 10 * 3 * (72 + 8 + 4)));
    CHECK(kept(keep::inputs) == byte_count(4 * 10 * (3 * 8 + 72 + 8 + 4)));
}

TEST_CASE("running blocks again keeps one number for each of the residual stream") {
    auto const kept = step_memory(small, 10, 7, keep::inputs)["kept for the backward pass"];
    CHECK(kept == byte_count(4 * 10 * (3 * 8 + 72)));
}

TEST_CASE("logits never exist for more than a thousand rows, nor all of a large vocabulary") {
    auto const rows = [](index_t vocabulary, index_t asked) {
        model_shape s = small;
        s.vocabulary = vocabulary;
        return step_memory(s, 4096, asked)["logits and what is beside them"].count /
               (4 * (4 * 8 + vocabulary));
    };
    CHECK(rows(2048, 4096) == 1024);
    CHECK(rows(128256, 4096) == 98); // 12 · 2²⁰ / 128,256
    CHECK(rows(2048, 5) == 5);
    CHECK(rows(2048, 0) == 1); // never none
}

TEST_CASE("a batch beyond 64 bits is an error") {
    CHECK_THROWS_AS(step_memory(small, index_t{1} << 62, 1), shape_error);
}
