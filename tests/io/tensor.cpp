// SPDX-License-Identifier: MIT
#include <qad/io/tensor.hpp>

#include <doctest/doctest.h>

using namespace qad;

namespace {
template <class T> tensor_entry entry_of(std::vector<T> const& values,
                                         std::vector<index_t> shape, std::size_t shift = 0) {
    auto const memory =
        std::make_shared<std::vector<std::byte>>(values.size() * sizeof(T) + shift + 64);
    auto const misalign = (64 - reinterpret_cast<std::uintptr_t>(memory->data()) % 64) % 64;
    std::byte* const at = memory->data() + misalign % 64 + (shift ? shift : 0);
    std::memcpy(at, values.data(), values.size() * sizeof(T));
    return {"t", data_type_of<T>(), std::move(shape), {at, values.size() * sizeof(T)}, memory,
            "f"};
}
} // namespace

TEST_CASE("a vector is one row; more dimensions than two are columns") {
    auto const shaped = [](std::vector<index_t> shape) {
        tensor_entry entry;
        entry.shape = std::move(shape);
        return std::pair(entry.rows(), entry.cols());
    };
    CHECK(shaped({}) == std::pair<index_t, index_t>(1, 1));
    CHECK(shaped({5}) == std::pair<index_t, index_t>(1, 5));
    CHECK(shaped({2, 3}) == std::pair<index_t, index_t>(2, 3));
    CHECK(shaped({2, 3, 4}) == std::pair<index_t, index_t>(2, 12));
    CHECK(shaped({0, 3}) == std::pair<index_t, index_t>(0, 3));
    CHECK(shape_text(std::vector<index_t>{2, 3}) == "[2, 3]");
    CHECK(shape_text(std::vector<index_t>{}) == "[]");
}

TEST_CASE("aligned elements are looked at where they are, others are copied; the values are "
          "the same") {
    std::vector<float> const values{1, -2, 3, -4, 5, -6};
    auto const in_place = entry_of(values, {2, 3});
    CHECK(static_cast<void const*>(stored_matrix<float>(in_place).view().data()) ==
          in_place.bytes.data());
    for (std::size_t shift = 1; shift < 4; ++shift) {
        auto const odd = entry_of(values, {2, 3}, shift);
        auto const copy = stored_matrix<float>(odd);
        CHECK(static_cast<void const*>(copy.view().data()) != odd.bytes.data());
        for (index_t i = 0; i < 6; ++i) {
            CHECK(copy.view()(i / 3, i % 3) == values[static_cast<std::size_t>(i)]);
        }
    }
}

TEST_CASE("a matrix keeps the memory of its tensor alive") {
    shared_matrix<float> kept;
    { kept = stored_matrix<float>(entry_of<float>({1, 2}, {2})); }
    CHECK(kept.row(0)[1] == 2);
}

TEST_CASE("16-bit weights become the floats that they are") {
    auto const half = entry_of<fp16>({fp16{0x3c00}, fp16{0xc000}, fp16{0x0001}}, {3});
    CHECK(float_matrix(half)(0, 0) == 1.0f);
    CHECK(float_matrix(half)(0, 1) == -2.0f);
    CHECK(float_matrix(half)(0, 2) == 0x1p-24f);
    auto const brain = entry_of<bf16>({bf16{0x3f80}, bf16{0x0001}}, {2}, 1);
    CHECK(float_matrix(brain)(0, 0) == 1.0f);
    CHECK(float_matrix(brain)(0, 1) == 0x1p-133f);
}

TEST_CASE("another type or shape than expected is named beside the expected one") {
    auto const t = entry_of<float>({1, 2}, {2});
    CHECK_THROWS_WITH_AS(stored_matrix<bf16>(t),
                         doctest::Contains("f: tensor 't' is F32, not BF16"), format_error);
    CHECK_THROWS_WITH_AS(require_shape(t, {1, 2}),
                         doctest::Contains("shape [2] but config.json asks for [1, 2]"),
                         format_error);
    auto const whole = entry_of<std::int32_t>({1}, {1});
    CHECK_THROWS_WITH_AS(float_matrix(whole), doctest::Contains("is I32"), format_error);
}
