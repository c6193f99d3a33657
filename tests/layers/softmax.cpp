// SPDX-License-Identifier: MIT
#include <qad/layers/softmax.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
std::vector<double> shares(std::vector<double> const& x) {
    std::vector<double> out(x.size());
    softmax<double>(out, x);
    return out;
}
} // namespace

TEST_CASE("shares add up to one and keep the order") {
    // Each share is within some u·(|x − lse| + 2) of true, which is at most 20 u here.
    auto const x = random_vector<double>(100, 1);
    auto const p = shares(x);
    double sum = 0;
    for (double value : p) { sum += value; }
    CHECK(std::abs(sum - 1) <= 100 * 0x1p-53 + 20 * 0x1p-53);
    for (std::size_t i = 1; i < x.size(); ++i) {
        CHECK((x[i] > x[i - 1]) == (p[i] > p[i - 1]));
    }
}

TEST_CASE("logits of any size give shares: 1e4, 1e30, and differences of a thousand") {
    auto const even = shares({1e4, 1e4});
    CHECK(std::abs(even[0] - 0.5) <= 0x1p-38); // 1e4 + ln 2 is rounded to 2^-40
    CHECK(even[0] == even[1]);
    auto const far = shares({1e30, 0, -1e30});
    CHECK(far == std::vector<double>{1, 0, 0});
    auto const apart = shares({-1000, 0});
    CHECK(apart[0] == 0); // e^-1000 is below the smallest double
    CHECK(apart[1] == 1);
    std::vector<float> const huge = {3e38f, 3e38f, 3e38f, 3e38f};
    std::vector<float> out(4);
    softmax<float>(out, huge);
    for (float p : out) { CHECK(std::isfinite(p)); }
}

TEST_CASE("the log of the sum is exact where it must be") {
    CHECK(log_sum_exp<double>(std::vector<double>{5}) == 5);
    std::vector<float> const zeros(1024);
    CHECK(std::abs(log_sum_exp<float>(zeros) - std::log(1024.0)) <= 0x1p-50); // exact sum
    // A shift by s moves it by s; both sums round their terms alike, to a few u of the result.
    auto const x = random_vector<double>(50, 2);
    std::vector<double> shifted = x;
    for (double& value : shifted) { value += 64; }
    CHECK(std::abs(log_sum_exp<double>(shifted) - log_sum_exp<double>(x) - 64) <=
          64 * 4 * 0x1p-53);
}

TEST_CASE("in place, and refused when empty or of another size") {
    auto x = random_vector<float>(9, 3);
    std::vector<float> out(9);
    softmax<float>(out, x);
    softmax<float>(x, x);
    CHECK(same_bits<float>(x, out));
    CHECK_THROWS_AS(log_sum_exp<float>(std::span<float const>()), shape_error);
    CHECK_THROWS_AS(softmax<float>(std::span(out).first(3), x), shape_error);
}
