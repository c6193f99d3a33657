// SPDX-License-Identifier: MIT
#include <qad/model/gptq_form.hpp>

#include <doctest/doctest.h>

#include "support/tensor_file.hpp"

using namespace qad;
using test::complaint, test::has;

namespace {

// Eight inputs, eight outputs with the codes 8, 9, 10, 7, 0, 15, 1, 2 each, two groups.
test::tensor_file gptq_file() {
    test::tensor_file file;
    file.put<std::int32_t>("x.qweight", {1, 8}, std::vector<std::int32_t>(8, 0x21f07a98));
    file.put<std::int32_t>("x.qzeros", {2, 1}, {0x77777777, 0x77777777});
    file.put<fp16>("x.scales", {2, 8}, std::vector<fp16>(16, fp16::nearest(0.5f)));
    file.put<std::int32_t>("x.g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, 1});
    return file;
}
gptq_form const a_gptq{.bits = 4, .group = 4};

} // namespace

TEST_CASE("the sheet's word means its codes, one above the zero points of version 1") {
    auto const w = a_gptq.read(gptq_file().read(), "x.weight", 8, 8);
    CHECK(kind(w) == "int4 per group of 4");
    float const want[] = {0, 0.5f, 1, -0.5f, -4, 3.5f, -3.5f, -3};
    auto const got = to_float(w);
    for (index_t j = 0; j < 8; ++j) { CHECK(got(5, j) == want[j]); }
    CHECK(std::get<quantized_matrix<int4>>(w).symmetric());
    CHECK(std::get<quantized_matrix<int4>>(w).group_of_column().empty()); // g_idx is in order
}

TEST_CASE("a borrow from a zero point of 0 is given back") {
    // Zero points 0, 1, 2, …, 7 are 0x76543210; version 1 takes 0x11111111 from the word.
    auto file = gptq_file();
    file.put<std::int32_t>("x.qzeros", {2, 1}, {0x76543210 - 0x11111111, 0x77777777});
    auto asymmetric = a_gptq;
    asymmetric.symmetric = false;
    auto const w = std::get<quantized_matrix<int4>>(asymmetric.read(file.read(), "x.weight", 8, 8));
    for (index_t o = 0; o < 8; ++o) { CHECK(w.zero(o, 0).value == o - 8); }
}

TEST_CASE("columns may belong to any group") {
    auto file = gptq_file();
    file.put<std::int32_t>("x.g_idx", {8}, {1, 0, 1, 0, 0, 1, 0, 1});
    file.put<fp16>("x.scales", {2, 8}, [] {
        std::vector<fp16> scales(16, fp16::nearest(0.5f));
        std::fill(scales.begin() + 8, scales.end(), fp16::nearest(2.0f));
        return scales;
    }());
    auto const got = to_float(a_gptq.read(file.read(), "x.weight", 8, 8));
    CHECK(got(0, 1) == 0.5f);
    CHECK(got(0, 2) == 4.0f);
}

TEST_CASE("zero points of the other version are found by their value") {
    auto file = gptq_file();
    file.put<std::int32_t>("x.qzeros", {2, 1}, std::vector<std::int32_t>(2, static_cast<std::int32_t>(0x88888888)));
    CHECK(has(complaint(a_gptq, file, 8, 8), "write gptq_v2"));
    auto second = a_gptq;
    second.second_version = true;
    CHECK(complaint(second, file, 8, 8) == "");
    CHECK(has(complaint(second, gptq_file(), 8, 8), "write gptq there"));
}

TEST_CASE("parts that do not fit together are refused by name") {
    auto const changed = [&](auto change) {
        auto file = gptq_file();
        change(file);
        return complaint(a_gptq, file, 8, 8);
    };
    CHECK(complaint(a_gptq, gptq_file(), 8, 8) == "");
    for (char const* part : {"x.qzeros", "x.scales"}) {
        CHECK(has(changed([&](auto& f) { f.erase(part); }), part));
    }
    CHECK(has(changed([](auto& f) { f.template put<float>("x.weight", {8, 8}, std::vector<float>(64)); }), "has both"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.qzeros", {1, 2}, {1, 2}); }), "[2, 1]"));
    CHECK(has(changed([](auto& f) { f.template put<float>("x.qzeros", {2, 1}, {1, 2}); }), "not I32"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.g_idx", {8}, {0, 0, 0, 0, 1, 1, 1, 2}); }),
              "group 2 of 2"));
    CHECK(has(changed([](auto& f) { f.template put<std::int32_t>("x.g_idx", {4}, {0, 0, 1, 1}); }), "x.g_idx"));
    CHECK(has(changed([](auto& f) {
              f.template put<fp16>("x.scales", {2, 8}, std::vector<fp16>(16, fp16::nearest(NAN)));
          }),
              "scale of row 0, group 0"));
    CHECK(has(complaint(gptq_form{.bits = 8, .group = 4}, gptq_file(), 8, 8), "does not hold 8 bits"));
    CHECK(has(complaint(gptq_form{.bits = 4, .group = 8}, gptq_file(), 8, 8), "group_size 8"));
    CHECK(has(complaint(a_gptq, gptq_file(), 8, 16), "does not hold"));
}
