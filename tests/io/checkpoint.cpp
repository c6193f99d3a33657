// SPDX-License-Identifier: MIT
#include <qad/io/checkpoint.hpp>

#include "support/golden.hpp"  // golden_directory
#include "support/scratch.hpp" // scratch_directory

#include <doctest/doctest.h>

using namespace qad;

namespace {

/// A copy of the sharded golden that a test may damage.
struct sharded {
    test::scratch_directory scratch;
    json index;

    sharded() {
        auto const from = test::golden_directory() / "llama-sharded";
        for (auto const& entry : std::filesystem::directory_iterator(from)) {
            std::filesystem::copy(entry.path(), scratch.path() / entry.path().filename());
        }
        index = read_json(scratch / "model.safetensors.index.json");
    }
    void refused(char const* because) {
        write_text(scratch / "model.safetensors.index.json", index.dump());
        CHECK_THROWS_WITH_AS(checkpoint(scratch.path()), doctest::Contains(because), error);
    }
    json& map() { return index["weight_map"]; }
};

} // namespace

TEST_CASE("one file and several hold the same tensors") {
    // Both goldens come from the same seed.
    checkpoint const one(test::golden_directory() / "llama-bf16");
    checkpoint const several(test::golden_directory() / "llama-sharded");
    REQUIRE(one.tensors().size() == several.tensors().size());
    for (auto const& tensor : one.tensors()) {
        auto const& other = several.at(tensor.name);
        CHECK(other.shape == tensor.shape);
        CHECK(std::equal(tensor.bytes.begin(), tensor.bytes.end(), other.bytes.begin(),
                         other.bytes.end()));
    }
    CHECK_THROWS_WITH_AS(several.at("lm_hat"), doctest::Contains("'lm_head.weight'"),
                         format_error);
}

TEST_CASE("an index that does not tell the truth is refused") {
    std::string const first = "model-00001-of-00002.safetensors",
                      second = "model-00002-of-00002.safetensors";
    SUBCASE("a file is missing") {
        sharded s;
        std::filesystem::remove(s.scratch / second);
        s.refused("cannot read");
    }
    SUBCASE("a tensor is in the other file") {
        sharded s;
        for (auto& [name, file] : s.map().items()) {
            if (file == first) {
                file = second;
                break;
            }
        }
        s.refused("is not in");
    }
    SUBCASE("a tensor is nowhere") {
        sharded s;
        s.map()["model.extra.weight"] = first;
        s.refused("'model.extra.weight' is not in");
    }
    SUBCASE("a tensor is in two files") {
        sharded s;
        std::filesystem::copy_file(s.scratch / first, s.scratch / "again.safetensors");
        s.map()["model.extra.weight"] = "again.safetensors";
        s.refused("one of them is stale");
    }
    SUBCASE("a name leaves the directory") {
        sharded s;
        s.map().begin().value() = "../" + first;
        s.refused("no plain file name");
    }
    SUBCASE("no map") {
        sharded s;
        s.index.erase("weight_map");
        s.refused("no weight_map");
    }
    SUBCASE("a map of something else") {
        sharded s;
        s.map().begin().value() = 1;
        s.refused("must be a string");
    }
}

TEST_CASE("a directory without safetensors says what it expected") {
    test::scratch_directory scratch;
    CHECK_THROWS_WITH_AS(checkpoint(scratch.path()),
                         doctest::Contains("expected model.safetensors"), io_error);
    write_text(scratch / "pytorch_model.bin", "x");
    CHECK_THROWS_WITH_AS(checkpoint(scratch.path()),
                         doctest::Contains("convert the weights to safetensors"), format_error);
}
