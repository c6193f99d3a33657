// SPDX-License-Identifier: MIT
#include <qad/model/scheme_report.hpp>

#include <doctest/doctest.h>

#include "support/tensor_file.hpp"

using namespace qad;

TEST_CASE("a scheme says its name, and who else would refuse it") {
    test::tensor_file file;
    for (char const* part : {"x.qweight", "x.qzeros", "x.g_idx", "y.qzeros"}) {
        file.put<std::int32_t>(part, {1}, {0});
    }
    for (char const* part : {"x.scales", "x.bias", "input_layernorm.weight", "rotary_emb.inv_freq"}) {
        file.put<float>(part, {1}, {0});
    }
    auto const tensors = file.read();
    auto const notes = [&](checkpoint_scheme const& scheme) {
        std::string all;
        for (auto const& note : notes_on(scheme, tensors, {"x.weight"})) { all += note + "\n"; }
        return all;
    };
    gptq_form gptq;
    CHECK(name_of(gptq) == "GPTQ version 1, 4 bits, groups of 128, symmetric");
    CHECK(notes(gptq) == "tensor 'rotary_emb.inv_freq' is never read; remove it, or is config.json that of another model?\n"
                         "tensor 'y.qzeros' is never read; vLLM takes its layer for a quantized one; remove it, or is "
                         "config.json that of another model?\n");
    gptq.symmetric = false, gptq.group = 16, gptq.second_version = true;
    CHECK(name_of(gptq) == "GPTQ version 2, 4 bits, groups of 16");
    CHECK(test::has(notes(gptq), "symmetric codes of 4 or 8 bits"));
    CHECK(test::has(notes(gptq), "groups of 16, where"));
    CHECK(name_of(awq_form{-1}) == "AWQ gemm, 4 bits, one group a row");
    CHECK(test::has(notes(awq_form{}), "llama.cpp"));
    CHECK(name_of(listed_form{}) == "");
    CHECK(name_of(compressed_form{}) == "compressed-tensors");
    CHECK(name_of(bitsandbytes_form{}) == "bitsandbytes");
}
