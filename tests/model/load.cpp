// SPDX-License-Identifier: MIT
#include <qad/model/load.hpp>

#include <doctest/doctest.h>

#include <qad/model/save.hpp>

#include "support/close.hpp"
#include "support/golden.hpp"
#include "support/logits.hpp"

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
    CHECK(compared >= 2);
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
    CHECK(message("/nonexistent") != "");
    CHECK(message(copy.path / "config.json") != ""); // neither a directory nor a .gguf file
}
