// SPDX-License-Identifier: MIT
#include <qad/io/shape_of.hpp>

#include "support/golden.hpp" // golden_models

#include <doctest/doctest.h>

using namespace qad;

// The files know best: every parameter of every golden checkpoint is counted, biases and the
// norms of heads among them.
TEST_CASE("the shape counts what the checkpoint holds") {
    for (auto const& directory : test::golden_models()) {
        if (std::filesystem::exists(directory / "model.safetensors.index.json")) { continue; }
        CAPTURE(directory.filename().string());
        index_t held = 0;
        safetensors_file const file(directory / "model.safetensors");
        for (auto const& tensor : file.tensors()) { held += tensor.rows() * tensor.cols(); }
        CHECK(parameters(shape_of(read_model_config(directory))) == held);
    }
}
