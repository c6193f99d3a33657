// SPDX-License-Identifier: MIT
#include <qad/model/forward.hpp>

#include <doctest/doctest.h>

#include <qad/attend/kv_cache.hpp>
#include <qad/attend/paged.hpp>
#include <qad/model/generate.hpp>
#include <qad/model/load.hpp>
#include <qad/model/prepare.hpp>
#include <qad/model/weight.hpp>

#include "support/golden_model.hpp"

#include <cstring>
#include <fstream>
#include <sstream>

using namespace qad;

namespace {

template <class Backend, class T, class Weight, class Store>
matrix<T> all_logits(Backend backend, transformer<T, Weight> const& model,
                     std::span<std::int32_t const> tokens, Store& past) {
    workspace<T> room;
    stretch<Store> const rows{&past, static_cast<index_t>(tokens.size())};
    auto const hidden = forward(backend, model, tokens, std::span<stretch<Store> const>(&rows, 1), room);
    matrix<T> out(hidden.rows(), model.config.vocab);
    logits(backend, model, out.view(), matrix_view<T const>(hidden));
    return out;
}

template <class Backend, class Weight>
void check_against_transformers(Backend backend, transformer<float, Weight> const& model,
                                test::golden const& want) {
    // Float32 sums of another order differ by some 10⁻⁶ of the largest.
    float const bound = 1e-4f * want.largest();
    kv_cache<float> past(model.heads, model.config.layers, 128);
    auto const got = all_logits(backend, model, want.tokens, past);
    float worst = 0;
    for (index_t i = 0; i < got.size(); ++i) {
        worst = std::max(worst, std::abs(got.data()[i] - want.logits.data()[i]));
    }
    CHECK(worst <= bound);

    // Greedy, on the cache of the prompt.
    auto const text = make_session(backend, model, kv_cache<float>(model.heads, model.config.layers, 128));
    std::vector<std::int32_t> tokens;
    generation const options{.max_tokens = static_cast<index_t>(want.greedy.size()), .stop_at_end = false};
    generate(*text, want.tokens, options, [&](std::int32_t token) {
        tokens.push_back(token);
        return true;
    });
    CHECK(tokens == want.greedy);
}

std::vector<std::int32_t> const& tokens = test::some_tokens;

bool same_bits(matrix_view<float const> a, matrix_view<float const> b) {
    return a.rows() == b.rows() && a.cols() == b.cols() &&
           std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * 4) == 0;
}

} // namespace

// What a user compares us with: the same file, the same numbers.
TEST_CASE("ref: logits and greedy tokens equal those of transformers") {
    auto const models = test::golden_models();
    REQUIRE(models.size() >= 21);
    for (auto const& directory : models) {
        CAPTURE(directory.filename().string());
        check_against_transformers(ref, load(directory), test::golden(directory));
    }
}
TEST_CASE("simd: logits and greedy tokens equal those of transformers") {
    for (auto const& directory : test::golden_models()) {
        CAPTURE(directory.filename().string());
        check_against_transformers(simd, prepare(simd, load(directory)), test::golden(directory));
    }
}

// ref adds in one order whatever the number of rows, so nothing may differ, not even a bit.
TEST_CASE("one cached step at a time gives the bits of the whole text at once") {
    auto const model = test::golden_model("llama-gqa");
    kv_cache<float> whole(model.heads, model.config.layers, 32), stepwise = whole, mixed = whole;
    auto const want = all_logits(ref, model, tokens, whole);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        auto const got = all_logits(ref, model, std::span(&tokens[i], 1), stepwise);
        CHECK(same_bits(got, want.rows(static_cast<index_t>(i), 1)));
    }
    all_logits(ref, model, std::span(tokens).first(4), mixed);
    CHECK(same_bits(all_logits(ref, model, std::span(tokens).subspan(4), mixed),
                    want.rows(4, want.rows() - 4)));
}

// simd may add in another order for one row than for many: a few roundings of the largest logit.
TEST_CASE("a cached step of simd stays within rounding of the whole text") {
    auto const model = prepare(simd, test::golden_model("llama-gqa"));
    kv_cache<float> whole(model.heads, model.config.layers, 32), stepwise = whole;
    auto const want = all_logits(simd, model, tokens, whole);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        auto const got = all_logits(simd, model, std::span(&tokens[i], 1), stepwise);
        for (index_t v = 0; v < got.cols(); ++v) {
            CHECK(std::abs(got(0, v) - want(static_cast<index_t>(i), v)) <= 1e-5f * 10);
        }
    }
}

// Sequences of a batch share nothing but the weights.
TEST_CASE("two sequences in one batch are each alone") {
    auto const model = test::golden_model("llama-gqa");
    kv_cache<float> empty(model.heads, model.config.layers, 32);
    auto first = empty, second = empty, alone_first = empty, alone_second = empty;
    std::vector<std::int32_t> const other = {44, 8, 19};
    std::vector<std::int32_t> both = tokens;
    both.insert(both.end(), other.begin(), other.end());
    std::array const rows = {stretch<kv_cache<float>>{&first, 11}, stretch<kv_cache<float>>{&second, 3}};
    workspace<float> room;
    auto const hidden = forward(ref, model, std::span<std::int32_t const>(both),
                                std::span<stretch<kv_cache<float>> const>(rows), room);
    matrix<float> got(hidden.rows(), model.config.vocab);
    logits(ref, model, got.view(), matrix_view<float const>(hidden));
    CHECK(same_bits(got.rows(0, 11), all_logits(ref, model, tokens, alone_first)));
    CHECK(same_bits(got.rows(11, 3), all_logits(ref, model, other, alone_second)));
}

// Paging says where a row lies, not what it is.
TEST_CASE("a paged cache gives the bits of a contiguous one") {
    auto const model = test::golden_model("llama-rope3");
    kv_cache<float> contiguous(model.heads, model.config.layers, 32);
    kv_pages<float> pool(model.heads, model.config.layers, 8, 4);
    paged_cache<float> paged(pool);
    CHECK(same_bits(all_logits(ref, model, tokens, paged), all_logits(ref, model, tokens, contiguous)));
}

TEST_CASE("a token outside the vocabulary is an error, and the sequence stays as it was") {
    auto const model = test::golden_model("llama-gqa");
    kv_cache<float> past(model.heads, model.config.layers, 8);
    for (std::int32_t wrong : {-1, 96, 2147483647}) {
        std::vector<std::int32_t> const text = {5, wrong};
        CHECK_THROWS_AS(all_logits(ref, model, text, past), shape_error);
        CHECK(past.length() == 0);
    }
}

// The tape hears every site of every layer in order, and the linear layers' inputs at full width.
TEST_CASE("the tape hears the one forward") {
    auto const model = test::golden_model("llama-gqa");
    kv_cache<float> past(model.heads, model.config.layers, 32);
    workspace<float> room;
    stretch<kv_cache<float>> const rows{&past, 11};
    std::vector<std::pair<index_t, site>> heard;
    forward(ref, model, std::span<std::int32_t const>(tokens),
            std::span<stretch<kv_cache<float>> const>(&rows, 1), room,
            [&](index_t layer, site where, matrix_view<float> x) {
                heard.emplace_back(layer, where);
                CHECK(x.rows() == 11);
                index_t const width = where == site::mlp_hidden || where == site::gate || where == site::up
                                          ? model.config.ff
                                          : where == site::key || where == site::value ? 16 : 32;
                CHECK(x.cols() == width);
            });
    REQUIRE(heard.size() == 22);
    for (std::size_t i = 0; i < heard.size(); ++i) {
        CHECK(heard[i] == std::pair(static_cast<index_t>(i / 11), static_cast<site>(i % 11)));
    }
}

// A second forward would drift from the first: only forward.hpp may string the layers together.
TEST_CASE("there is no second forward") {
    auto const root = std::filesystem::path(QAD_SOURCE_DIR);
    for (char const* top : {"include/qad", "examples"}) {
        for (auto const& entry : std::filesystem::recursive_directory_iterator(root / top)) {
            auto const folder = entry.path().parent_path().filename();
            auto const extension = entry.path().extension();
            if ((extension != ".hpp" && extension != ".cpp") || folder == "layers" || folder == "attend" ||
                folder == "simd" || entry.path().filename() == "forward.hpp" ||
                entry.path().string().find("simd") != std::string::npos) {
                continue;
            }
            std::ifstream file(entry.path());
            std::stringstream content;
            content << file.rdbuf();
            CAPTURE(entry.path().string());
            // The backward pass computes silu(gate)·up again from what the forward kept of both.
            bool const backward = entry.path().filename() == "backward.hpp";
            CHECK(content.str().find(backward ? " attend<" : "swiglu<") == std::string::npos);
        }
    }
}
