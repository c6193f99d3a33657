// SPDX-License-Identifier: MIT
#include <qad/model/compressed_form.hpp>

#include <doctest/doctest.h>

#include "support/tensor_file.hpp"

using namespace qad;
using test::complaint, test::has;

namespace {

// One row with the codes 0, 1, −1, 7, −8, 2, −3, 4 in two groups.
test::tensor_file compressed_file() {
    test::tensor_file file;
    file.put<std::int32_t>("x.weight_packed", {1, 1}, {static_cast<std::int32_t>(0xc5a0f798)});
    file.put<std::int64_t>("x.weight_shape", {2}, {1, 8});
    file.put<bf16>("x.weight_scale", {1, 2}, {bf16::nearest(0.5f), bf16::nearest(2.0f)});
    return file;
}
compressed_form const a_compressed;

} // namespace

TEST_CASE("the sheet's word means its codes, each group with its scale") {
    auto const got = to_float(a_compressed.read(compressed_file().read(), "x.weight", 1, 8));
    float const want[] = {0, 0.5f, -0.5f, 3.5f, -16, 4, -6, 8};
    for (index_t j = 0; j < 8; ++j) { CHECK(got(0, j) == want[j]); }
}

TEST_CASE("zero points are packed down the columns") {
    auto file = compressed_file();
    // Zero points 1 and −1 for the one row: words of column 0 and 1.
    file.put<std::int32_t>("x.weight_zero_point", {1, 2}, {9, 7});
    auto const got = to_float(a_compressed.read(file.read(), "x.weight", 1, 8));
    CHECK(got(0, 0) == -0.5f);
    CHECK(got(0, 7) == 10.0f);
}

TEST_CASE("eight bits lie unpacked, with a scale for each channel or for all") {
    test::tensor_file file;
    file.put<std::int8_t>("x.weight", {2, 2}, {-128, 127, 1, 0});
    file.put<bf16>("x.weight_scale", {2, 1}, {bf16::nearest(0.5f), bf16::nearest(2.0f)});
    auto const got = to_float(a_compressed.read(file.read(), "x.weight", 2, 2));
    CHECK(got(0, 0) == -64.0f);
    CHECK(got(1, 0) == 2.0f);
    file.put<bf16>("x.weight_scale", {1}, {bf16::nearest(0.25f)});
    CHECK(to_float(a_compressed.read(file.read(), "x.weight", 2, 2))(0, 0) == -32.0f);
}

TEST_CASE("parts that do not fit together are refused by name") {
    auto const changed = [&](auto change) {
        auto file = compressed_file();
        change(file);
        return complaint(a_compressed, file, 1, 8);
    };
    CHECK(complaint(a_compressed, compressed_file(), 1, 8) == "");
    CHECK(has(changed([](auto& f) { f.erase("x.weight_shape"); }), "x.weight_shape"));
    CHECK(has(changed([](auto& f) { f.erase("x.weight_scale"); }), "x.weight_scale"));
    CHECK(has(changed([](auto& f) { f.template put<std::int64_t>("x.weight_shape", {2}, {8, 1}); }), "8 x 1"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.weight_packed", {1, 3}, {1, 2, 3}); }),
              "neither 4 nor 8 bits"));
    CHECK(has(changed([](auto& f) { f.template put<bf16>("x.weight", {1, 8}, std::vector<bf16>(8)); }), "has both"));
    CHECK(has(changed([](auto& f) { f.template put<bf16>("x.weight_scale", {1, 3}, std::vector<bf16>(3)); }),
              "3 groups for 8 columns"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.weight_zero_point", {2, 2}, {1, 2, 3, 4}); }),
              "x.weight_zero_point"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.weight_g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, -1}); }),
              "group -1 of 2"));
}
