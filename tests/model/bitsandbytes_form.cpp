// SPDX-License-Identifier: MIT
#include <qad/model/bitsandbytes_form.hpp>

#include <doctest/doctest.h>

#include "support/tensor_file.hpp"

using namespace qad;
using test::complaint, test::has;

namespace {

std::vector<std::uint8_t> state(index_t rows, index_t cols, index_t blocksize) {
    std::string const said =
        json{{"quant_type", "nf4"}, {"blocksize", blocksize}, {"dtype", "float32"}, {"shape", {rows, cols}}}.dump();
    return {said.begin(), said.end()};
}
std::string const state_name = "x.weight.quant_state.bitsandbytes__nf4";

// Eight weights, 4 × 2, in one block of 8, whose largest is 2: [0.5, −1, 0.25, 0, −0.1, 2, 1, −2].
test::tensor_file bitsandbytes_file() {
    test::tensor_file file;
    file.put<std::uint8_t>("x.weight", {4, 1}, {0xa2, 0x97, 0x6f, 0xc0});
    file.put<float>("x.weight.absmax", {1}, {2});
    file.put<float>("x.weight.quant_map", {16}, {nf4::levels.begin(), nf4::levels.end()});
    auto const said = state(4, 2, 8);
    file.put<std::uint8_t>(state_name, {static_cast<index_t>(said.size())}, said);
    return file;
}
bitsandbytes_form const a_bitsandbytes;

} // namespace

TEST_CASE("the sheet's bytes mean their levels, the first one in the high nibble") {
    auto const w = a_bitsandbytes.read(bitsandbytes_file().read(), "x.weight", 4, 2);
    CHECK(kind(w) == "nf4 per group of 2"); // the block spans four rows
    auto const got = to_float(w);
    int const levels[] = {10, 2, 9, 7, 6, 15, 12, 0};
    for (index_t k = 0; k < 8; ++k) { CHECK(got(k / 2, k % 2) == 2 * nf4::levels[static_cast<std::size_t>(levels[k])]); }
}

TEST_CASE("scales that are quantized again stay so") {
    auto file = bitsandbytes_file();
    file.put<std::uint8_t>("x.weight.absmax", {1}, {255});
    file.put<float>("x.weight.nested_absmax", {1}, {0.5f});
    file.put<float>("x.weight.nested_quant_map", {256}, {dynamic8::levels.begin(), dynamic8::levels.end()});
    std::string const said = json{{"blocksize", 8}, {"shape", {1, 8}}, {"nested_blocksize", 256}, {"nested_offset", 1.5}}.dump();
    file.put<std::uint8_t>(state_name, {static_cast<index_t>(said.size())}, {said.begin(), said.end()});
    auto const w = std::get<quantized_matrix<nf4>>(a_bitsandbytes.read(file.read(), "x.weight", 1, 8));
    CHECK(w.scales().format() == scale_format::double_quantized);
    CHECK(w.scale(0, 0) == 2.0f); // 1 · 0.5 + 1.5
}

TEST_CASE("LLM.int8 has the largest weight of each row") {
    test::tensor_file file;
    file.put<std::int8_t>("x.weight", {2, 2}, {127, -127, 1, 0});
    file.put<float>("x.SCB", {2}, {12.7f, 254});
    file.put<std::uint8_t>("x.weight_format", {}, {0});
    auto const got = to_float(a_bitsandbytes.read(file.read(), "x.weight", 2, 2));
    CHECK(std::abs(got(0, 1) + 12.7f) < 1e-5f);
    CHECK(std::abs(got(1, 0) - 2.0f) < 1e-6f);
    file.put<std::uint8_t>("x.weight_format", {}, {2});
    CHECK(has(complaint(a_bitsandbytes, file, 2, 2), "layout for one kind of GPU"));
    file.erase("x.SCB");
    CHECK(has(complaint(a_bitsandbytes, file, 2, 2), "x.SCB"));
}

TEST_CASE("parts that do not fit together are refused by name") {
    auto const changed = [&](auto change) {
        auto file = bitsandbytes_file();
        change(file);
        return complaint(a_bitsandbytes, file, 4, 2);
    };
    CHECK(complaint(a_bitsandbytes, bitsandbytes_file(), 4, 2) == "");
    CHECK(has(changed([](auto& f) { f.erase(state_name); }), "bnb_4bit_quant_type"));
    CHECK(has(changed([](auto& f) { f.erase("x.weight.absmax"); }), "absmax"));
    CHECK(has(changed([](auto& f) { f.template put<float>("x.weight.absmax", {2}, {1, 2}); }), "absmax"));
    CHECK(has(changed([](auto& f) { f.template put<float>("x.weight.absmax", {1}, {NAN}); }), "is nan"));
    CHECK(has(changed([](auto& f) { f.template put<float>("x.weight.quant_map", {16}, std::vector<float>(16)); }), "level 0"));
    CHECK(has(changed([](auto& f) { f.template put<std::uint8_t>("x.weight", {5, 1}, {1, 2, 3, 4, 5}); }), "[5, 1]"));
    CHECK(has(changed([](auto& f) { f.template put<std::uint8_t>(state_name, {2}, {'{', 'x'}); }), "quant_state"));
    auto const with_state = [&](std::vector<std::uint8_t> said) {
        return changed([&](auto& f) { f.template put<std::uint8_t>(state_name, {static_cast<index_t>(said.size())}, said); });
    };
    CHECK(has(with_state(state(2, 4, 8)), "shape is"));
    CHECK(has(with_state(state(4, 2, 0)), "blocksize"));
}
