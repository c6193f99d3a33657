// SPDX-License-Identifier: MIT
#include <qad/model/load.hpp>

#include <doctest/doctest.h>

#include <qad/io/gguf_writer.hpp>
#include <qad/model/prepare.hpp>
#include <qad/model/save.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/logits.hpp"
#include "support/random_blocks.hpp"
#include "support/random_matrix.hpp"
#include "support/scratch.hpp"

#include <fstream>
#include <set>

using namespace qad;

namespace {

struct scratch_copy {
    std::filesystem::path path = std::filesystem::temp_directory_path() / text("qad-load-", ::getpid());
    explicit scratch_copy(char const* golden) {
        std::filesystem::remove_all(path);
        std::filesystem::copy(test::golden_directory() / golden, path);
    }
    ~scratch_copy() { std::filesystem::remove_all(path); }
    void replace(char const* from, char const* to) const {
        auto const config = path / "config.json";
        std::string content(mapped_file(config).text());
        auto const at = content.find(from);
        REQUIRE(at != content.npos);
        write_text(config, content.replace(at, std::string_view(from).size(), to));
    }
};

} // namespace

// The GGUF goldens hold the weights of the checkpoint of the same name, query and key rows in
// llama.cpp's order: after loading nothing may differ but 16-bit rounding of what the file rounded.
TEST_CASE("a GGUF file gives the logits of its checkpoint") {
    int compared = 0;
    for (auto const& entry : std::filesystem::directory_iterator(test::golden_directory())) {
        if (entry.path().extension() != ".gguf" || !std::filesystem::exists(entry.path().parent_path() / entry.path().stem())) { continue; }
        CAPTURE(entry.path().filename().string());
        auto const directory = entry.path().parent_path() / entry.path().stem();
        test::golden const want(directory);
        auto const model = load(entry.path());
        // The bound for equal weights.
        CHECK(test::close(test::logits_of(ref, model, want.tokens), want.logits, 1e-4 * want.largest()));
        ++compared;
    }
    CHECK(compared == 6);
}

namespace {

/// A Llama of one layer whose matrices are random blocks; with `plain`, the numbers they stand for.
void write_blocks(std::filesystem::path const& path, ggml_type type, bool plain) {
    constexpr index_t hidden = 256, ff = 512, narrow = 128, vocab = 24;
    std::vector<std::pair<std::string, gguf_matrix>> tensors;
    auto const add = [&](char const* name, index_t rows, index_t cols) {
        auto blocks = test::random_blocks(type, rows, cols, 0.1, tensors.size() + 1);
        tensors.emplace_back(name, plain ? encode(ggml_type::f32, dequantize(blocks)) : std::move(blocks));
    };
    auto const add_norm = [&](char const* name) {
        matrix<float> ones(1, hidden);
        for (float& x : ones.row(0)) { x = 1; }
        tensors.emplace_back(name, encode(ggml_type::f32, ones));
    };
    add("token_embd.weight", vocab, hidden);
    add("blk.0.attn_q.weight", hidden, hidden);
    add("blk.0.attn_k.weight", narrow, hidden);
    add("blk.0.attn_v.weight", narrow, hidden);
    add("blk.0.attn_output.weight", hidden, hidden);
    add("blk.0.ffn_gate.weight", ff, hidden);
    add("blk.0.ffn_up.weight", ff, hidden);
    add("blk.0.ffn_down.weight", hidden, ff);
    for (char const* name : {"output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"}) { add_norm(name); }

    using u32 = std::uint32_t;
    gguf_values const keys = {{"general.architecture", std::string("llama")}, {"llama.context_length", u32{64}},
                              {"llama.embedding_length", u32{hidden}}, {"llama.block_count", u32{1}},
                              {"llama.feed_forward_length", u32{ff}}, {"llama.attention.head_count", u32{4}},
                              {"llama.attention.head_count_kv", u32{2}}, {"llama.rope.freq_base", 10000.0f},
                              {"llama.attention.layer_norm_rms_epsilon", 1e-5f}};
    std::vector<gguf_declaration> declared;
    for (auto const& [name, w] : tensors) {
        auto dims = std::vector{w.cols()};
        if (w.rows() > 1) { dims.push_back(w.rows()); }
        declared.push_back({name, w.type(), dims});
    }
    gguf_writer file(path, keys, declared);
    for (auto const& [name, w] : tensors) { file.write(name, w.data()); }
    file.commit();
}

} // namespace

// On ref a block is decoded before it is multiplied, so nothing can differ. On simd the inputs are
// rounded, to 1/254 of the largest of a block: 2% of the largest logit is ten times what that does.
TEST_CASE("a GGUF file of every block type equals the same file in F32") {
    test::scratch_directory const scratch;
    std::vector<std::int32_t> const tokens = {5, 9, 20, 7, 12, 3, 11};
    for (ggml_type type : test::block_types) {
        CAPTURE(facts(type).name);
        write_blocks(scratch / "blocks.gguf", type, false);
        write_blocks(scratch / "plain.gguf", type, true);
        auto model = load(scratch / "blocks.gguf");
        CHECK(kind(model.blocks[0].key.weight) == facts(type).name); // q and k are copied, as blocks
        auto const want = test::logits_of(ref, load(scratch / "plain.gguf"), tokens);
        CHECK(test::same_bits(test::logits_of(ref, model, tokens), want));
        float largest = 0;
        for (index_t i = 0; i < want.size(); ++i) { largest = std::max(largest, std::abs(want.data()[i])); }
        CHECK(test::close(test::logits_of(simd, prepare(simd, std::move(model)), tokens), want, 0.02 * largest));
    }
}

TEST_CASE("weights stay in the mapped file") {
    auto const model = load(test::golden_directory() / "llama-bf16");
    CHECK(kind(model.blocks[0].gate.weight) == "bf16");
    CHECK(kind(model.embedding) == "bf16");
}

TEST_CASE("load-time conversion sees every matrix once, by name") {
    std::multiset<std::string> names;
    auto const model = load(test::golden_directory() / "llama-gqa", {[&](std::string const& name, weight w) {
        names.insert(name);
        return round_to(to_float(w), parse_scheme("int4:16"));
    }});
    CHECK(names.size() == 2 + 2 * 7); // embedding, head, seven a layer
    CHECK(names.count("model.layers.1.self_attn.o_proj.weight") == 1);
    CHECK(kind(model.head()) == "int4 per group of 16");
}

TEST_CASE("what is missing or of another shape is named") {
    auto const message = [](std::filesystem::path const& path) -> std::string {
        try {
            load(path);
        } catch (error const& e) { return e.what(); }
        return "";
    };
    scratch_copy const copy("llama-gqa");
    copy.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    CHECK(message(copy.path).find("model.layers.2.") != std::string::npos);
    copy.replace("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2");
    copy.replace("\"intermediate_size\": 48", "\"intermediate_size\": 64");
    CHECK(message(copy.path).find("[64, 32]") != std::string::npos);
    copy.replace("\"intermediate_size\": 64", "\"intermediate_size\": 9223372036854775807");
    CHECK(message(copy.path) != "");
    copy.replace("\"intermediate_size\": 9223372036854775807", "\"intermediate_size\": 48");
    CHECK(message(copy.path) == "");
    // A size that only RoPE would believe is refused before it costs 16 GB.
    copy.replace("\"head_dim\": 8", "\"head_dim\": 2147483646");
    CHECK(message(copy.path).find("q_proj") != std::string::npos);
    copy.replace("\"head_dim\": 2147483646", "\"head_dim\": 8");
    CHECK(message(copy.path) == "");
    CHECK(message("/nonexistent") != "");
    CHECK(message(copy.path / "config.json") != ""); // neither a directory nor a .gguf file
}
