// SPDX-License-Identifier: MIT
#include <qad/layers/rope.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

#include <complex> // polar

using namespace qad;
using namespace qad::test;

namespace {
/// What a scaling divides each frequency by, to check against published values.
std::vector<double> divisors(rope const& plain, rope const& scaled) {
    std::vector<double> result;
    for (std::size_t i = 0; i < plain.frequency.size(); ++i) {
        result.push_back(plain.frequency[i] / scaled.frequency[i]);
    }
    return result;
}
double dot(std::span<double const> a, std::span<double const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) { sum += a[i] * b[i]; }
    return sum;
}
matrix<double> rotated(matrix<double> x, index_t head_dim, index_t position, rope const& how) {
    std::vector<index_t> const positions(static_cast<std::size_t>(x.rows()), position);
    rotate<double>(x, head_dim, positions, how);
    return x;
}
} // namespace

TEST_CASE("frequencies fall geometrically from 1 to almost 1/theta") {
    rope const plain = make_rope(10000, 8);
    REQUIRE(plain.frequency.size() == 4);
    double const wanted[] = {1, 0.1, 0.01, 0.001}; // 10000^(-2i/8), to an ulp or two of pow
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(std::abs(plain.frequency[i] - wanted[i]) <= 4 * 0x1p-53 * wanted[i]);
    }
    CHECK(plain.attention_factor == 1);
}

TEST_CASE("Llama 3.2 1B: the divisors that GGUF files of it carry") {
    // 15 ones, three blended ones, 14 times the factor. Published to 7 digits: half a unit of
    // the last one is the bound.
    auto const d =
        divisors(make_rope(5e5, 64), make_rope(5e5, 64, llama3_scaling{.factor = 32}));
    REQUIRE(d.size() == 32);
    for (std::size_t i = 0; i < 15; ++i) { CHECK(d[i] == 1); }
    CHECK(std::abs(d[15] - 1.651329) <= 5e-7);
    CHECK(std::abs(d[16] - 3.292262) <= 5e-7);
    CHECK(std::abs(d[17] - 9.666729) <= 5e-7);
    for (std::size_t i = 18; i < 32; ++i) { CHECK(std::abs(d[i] - 32) <= 32 * 0x1p-52); }
}

TEST_CASE("Llama 3.1 8B: 29 ones, six blended ones, 29 eights") {
    auto const d =
        divisors(make_rope(5e5, 128), make_rope(5e5, 128, llama3_scaling{.factor = 8}));
    REQUIRE(d.size() == 64);
    double const blended[] = {1.20748, 1.55341, 2.02631, 2.69453, 3.68425, 5.25733}; // 6 digits
    for (std::size_t i = 0; i < 29; ++i) { CHECK(d[i] == 1); }
    for (std::size_t i = 0; i < 6; ++i) { CHECK(std::abs(d[29 + i] - blended[i]) <= 5e-6); }
    for (std::size_t i = 35; i < 64; ++i) { CHECK(d[i] == 8); } // division by 8 is exact
}

TEST_CASE("linear scaling by a factor is looking at positions divided by it") {
    auto const x = random_matrix<double>(1, 8, 1);
    auto const slow = rotated(x, 8, 12, make_rope(10000, 8, linear_scaling{4}));
    auto const near = rotated(x, 8, 3, make_rope(10000, 8));
    CHECK(same_bits(slow, near)); // 12·(f/4) and 3·f round alike: division by 4 is exact
}

TEST_CASE("rotation turns pair (i, i + d/2) as multiplication by a complex number") {
    // The library's cos and sin and two products and a sum: a few u of the pair's size.
    auto const x = random_matrix<double>(1, 6, 2);
    rope const how = make_rope(100, 6);
    auto const y = rotated(x, 6, 7, how);
    for (index_t i = 0; i < 3; ++i) {
        std::complex<double> const pair(x(0, i), x(0, i + 3));
        auto const wanted =
            pair * std::polar(1.0, 7 * how.frequency[static_cast<std::size_t>(i)]);
        double const bound = 8 * 0x1p-53 * std::abs(pair);
        CHECK(std::abs(y(0, i) - wanted.real()) <= bound);
        CHECK(std::abs(y(0, i + 3) - wanted.imag()) <= bound);
    }
}

TEST_CASE("a rotation keeps every pair's length, and position 0 every bit") {
    auto const x = random_matrix<double>(3, 16, 3);
    rope const how = make_rope(10000, 8);
    auto const y = rotated(x, 8, 123456, how);
    for (index_t t = 0; t < 3; ++t) {
        for (index_t i = 0; i < 4; ++i) {
            double const before = std::hypot(x(t, i), x(t, i + 4));
            double const after = std::hypot(y(t, i), y(t, i + 4));
            CHECK(std::abs(after - before) <= 8 * 0x1p-53 * before);
        }
    }
    CHECK(same_bits(rotated(x, 8, 0, how), x));
}

TEST_CASE("only the distance of two positions matters to the product of query and key") {
    // Su et al. 2021, equation 11. The angle p·f is off by at most p·f·u, so the products are
    // apart by at most some (m + n)·u·|q||k|.
    auto const q = random_matrix<double>(1, 64, 4), k = random_matrix<double>(1, 64, 5);
    rope const how = make_rope(10000, 64);
    double const size = std::sqrt(dot(q.row(0), q.row(0)) * dot(k.row(0), k.row(0)));
    double const at_home = dot(rotated(q, 64, 5, how).row(0), rotated(k, 64, 2, how).row(0));
    for (index_t shift : {1, 10, 1000, 30000}) {
        auto const a = rotated(q, 64, 5 + shift, how), b = rotated(k, 64, 2 + shift, how);
        double const bound = static_cast<double>(2 * shift + 100) * 0x1p-53 * size;
        CHECK(std::abs(dot(a.row(0), b.row(0)) - at_home) <= bound);
    }
}

TEST_CASE("partial rotary dimensions leave the rest of each head alone") {
    auto const x = random_matrix<double>(2, 20, 6); // two heads of 10, of which 4 turn
    auto const y = rotated(x, 10, 9, make_rope(10000, 4));
    for (index_t t = 0; t < 2; ++t) {
        for (index_t j = 0; j < 20; ++j) { CHECK((y(t, j) == x(t, j)) == (j % 10 >= 4)); }
    }
}

TEST_CASE("rows do not influence each other, nor do heads") {
    auto const x = random_matrix<float>(4, 24, 7);
    std::vector<index_t> const positions = {3, 0, 77, 4};
    rope const how = make_rope(10000, 8);
    matrix<float> together = x;
    rotate<float>(ref, together, 8, positions, how);
    for (index_t t = 0; t < 4; ++t) {
        for (index_t head = 0; head < 3; ++head) {
            matrix<float> alone(x.view().rows(t, 1).cols(head * 8, 8));
            rotate<float>(alone, 8,
                          std::span(positions).subspan(static_cast<std::size_t>(t), 1), how);
            auto const there = std::as_const(together).view().rows(t, 1).cols(head * 8, 8);
            CHECK(same_bits<float>(alone.row(0), there.row(0)));
        }
    }
}

TEST_CASE("the attention factor scales what turns") {
    auto const x = random_matrix<double>(1, 8, 8);
    rope how = make_rope(10000, 8);
    auto const plain = rotated(x, 8, 5, how);
    how.attention_factor = 2; // exact in binary
    auto const scaled = rotated(x, 8, 5, how);
    for (index_t j = 0; j < 8; ++j) { CHECK(scaled(0, j) == 2 * plain(0, j)); }
}

TEST_CASE("the gradient of rotate is that of central differences") {
    auto x = random_matrix<double>(3, 12, 9);
    auto const c = random_matrix<double>(3, 12, 10);
    std::vector<index_t> const positions = {2, 11, 5};
    rope how = make_rope(100, 4); // heads of 6: two coordinates of each stay
    how.attention_factor = 1.25;
    auto const loss = [&] {
        matrix<double> y = x;
        rotate<double>(y, 6, positions, how);
        return weighted_sum(c, y);
    };
    matrix<double> dx = c; // in place, as the forward
    rotate_gradient<double>(dx, 6, positions, how);
    for (index_t i = 0; i < dx.size(); ++i) { dx.data()[i] += start; }
    CHECK(gradient_error(x, dx, loss) <= gradient_bound);
}

TEST_CASE("shapes that do not fit are refused") {
    matrix<float> x(2, 12);
    std::vector<index_t> const two = {0, 1};
    CHECK_THROWS_AS(make_rope(10000, 7), shape_error);
    CHECK_THROWS_AS(make_rope(10000, 0), shape_error);
    CHECK_THROWS_AS(make_rope(0, 8), shape_error);
    CHECK_THROWS_AS(rotate<float>(x, 5, two, make_rope(10000, 4)), shape_error);
    CHECK_THROWS_AS(rotate<float>(x, 6, two, make_rope(10000, 8)), shape_error);
    CHECK_THROWS_AS(rotate<float>(x, 6, std::vector<index_t>{0}, make_rope(10000, 6)),
                    shape_error);
}
