// SPDX-License-Identifier: MIT
#include <qad/core/matrix.hpp>

#include <doctest/doctest.h>

#include <array>       // array
#include <cstdint>     // uintptr_t
#include <type_traits> // is_convertible_v
#include <utility>     // move

using namespace qad;

static_assert(std::is_convertible_v<matrix_view<float>, matrix_view<float const>>);
static_assert(!std::is_convertible_v<matrix_view<float const>, matrix_view<float>>);
static_assert(!std::is_convertible_v<matrix_view<float>, matrix_view<double>>);
static_assert(!std::is_convertible_v<matrix<float> const, matrix_view<float>>);
static_assert(!std::is_convertible_v<std::span<float>, matrix_view<float>>); // say that it is a row
static_assert(std::is_nothrow_move_constructible_v<matrix<float>>);

namespace {
matrix<float> counted(index_t rows, index_t cols) {
    matrix<float> m(rows, cols);
    for (index_t i = 0; i < m.size(); ++i) { m.data()[i] = static_cast<float>(i); }
    return m;
}
} // namespace

TEST_CASE("element (i, j) lies at i·stride + j; a row is a span of cols elements") {
    std::array<int, 12> memory{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    matrix_view<int> const m(memory.data(), 3, 2, 4);
    CHECK(m(0, 0) == 0);
    CHECK(m(2, 1) == 9);
    CHECK(m.size() == 6);
    CHECK(m.row(1).size() == 2);
    CHECK(m.row(1)[1] == 5);
    m(1, 0) = -1;
    CHECK(memory[4] == -1);
}

TEST_CASE("parts of a view look at the same elements, parts of parts too") {
    auto m = counted(5, 7);
    auto const part = m.view().rows(1, 3).cols(2, 4);
    CHECK(part.rows() == 3);
    CHECK(part.cols() == 4);
    for (index_t i = 0; i < 3; ++i) {
        for (index_t j = 0; j < 4; ++j) { CHECK(&part(i, j) == &m(1 + i, 2 + j)); }
    }
    CHECK(&part.rows(1, 1).cols(3, 1)(0, 0) == &m(2, 5));
    CHECK(part.rows(3, 0).rows() == 0);
}

TEST_CASE("one vector is a matrix of one row") {
    std::array<float, 3> v{1, 2, 3};
    matrix_view const m{std::span<float>(v)};
    CHECK(m.rows() == 1);
    CHECK(m.cols() == 3);
    CHECK(m(0, 2) == 3);
}

TEST_CASE("a new matrix is zero, aligned to a cache line, and may be empty") {
    for (index_t cols : {1, 3, 16, 33}) {
        matrix<float> const m(3, cols);
        for (index_t i = 0; i < m.size(); ++i) { CHECK(m.data()[i] == 0); }
        CHECK(reinterpret_cast<std::uintptr_t>(m.data()) % 64 == 0);
    }
    CHECK(matrix<float>(0, 5).size() == 0);
    CHECK(matrix<float>(5, 0).size() == 0);
    CHECK(matrix<float>().rows() == 0);
}

TEST_CASE("a copy has its own elements; a view with a stride is copied densely") {
    auto m = counted(3, 4);
    matrix<float> copy = m;
    copy(1, 1) = -1;
    CHECK(m(1, 1) == 5);
    matrix<float> const part(matrix_view<float const>(m.view().cols(1, 2)));
    CHECK(part.cols() == 2);
    CHECK(part(2, 1) == m(2, 2));
    CHECK(part.view().stride() == 2);
}

TEST_CASE("what was moved from is empty, and assignment to itself changes nothing") {
    auto m = counted(2, 2);
    float const* const where = m.data();
    matrix<float> moved = std::move(m);
    CHECK(moved.data() == where);
    CHECK(m.rows() == 0); // NOLINT: what a moved-from matrix is belongs to its contract
    CHECK(m.size() == 0);
    auto& same = moved;
    moved = same;
    CHECK(moved(1, 1) == 3);
    m = moved;
    CHECK(m(1, 1) == 3);
}

TEST_CASE("sizes that no memory has are an error and not a small allocation") {
    CHECK_THROWS_AS(matrix<float>(index_t{1} << 32, index_t{1} << 32), shape_error);
    CHECK_THROWS_AS(matrix<double>(index_t{1} << 31, index_t{1} << 30), shape_error); // · 8 bytes
    CHECK_THROWS_AS(matrix<float>(-1, 4), shape_error);
}
