// SPDX-License-Identifier: MIT
#include <qad/attend/online_softmax.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

namespace {
/// One pass in T.
template <class T>
std::vector<T> one_pass(std::span<T const> scores, matrix_view<T const> values) {
    std::vector<T> out(static_cast<std::size_t>(values.cols()), T(77)); // 77: must not matter
    online_softmax<T> mean(values.cols());
    for (std::size_t j = 0; j < scores.size(); ++j) {
        mean.add(scores[j], kv_row<T>{values.row(static_cast<index_t>(j))});
    }
    mean.finish(out);
    return out;
}
/// Two passes in long double: the shares first, then the mean.
template <class T>
std::vector<long double> two_pass(std::span<T const> scores, matrix_view<T const> values) {
    using real = long double;
    real const largest = *std::max_element(scores.begin(), scores.end());
    real total = 0;
    for (T score : scores) { total += std::exp(real(score) - largest); }
    std::vector<real> out(static_cast<std::size_t>(values.cols()));
    for (std::size_t j = 0; j < scores.size(); ++j) {
        real const share = std::exp(real(scores[j]) - largest) / total;
        auto const row = values.row(static_cast<index_t>(j));
        for (std::size_t i = 0; i < out.size(); ++i) { out[i] += share * real(row[i]); }
    }
    return out;
}
/// What rounding may do in T. Each weight is a product of exponentials whose arguments were
/// rounded: their errors add up to the way the largest score went (at most 2·range) times u,
/// and 3u for each of the n exponentials and products on the way; two sums of n terms and a
/// division add 2n + 1. Numerator and denominator may err in opposite directions.
template <class T> double bound(std::span<T const> scores, matrix_view<T const> values) {
    auto const [low, high] = std::minmax_element(scores.begin(), scores.end());
    double largest = 0;
    for (index_t i = 0; i < values.rows(); ++i) {
        for (T v : values.row(i)) {
            largest = std::max(largest, std::abs(static_cast<double>(v)));
        }
    }
    double const n = static_cast<double>(scores.size());
    double const u = std::is_same_v<T, float> ? 0x1p-24 : 0x1p-53;
    double const range = static_cast<double>(*high) - static_cast<double>(*low);
    return 2 * (2 * range + 3 * n + 2 * n + 1) * u * largest;
}
template <class T> void check(std::vector<T> const& scores, matrix<T> const& values) {
    auto const got = one_pass<T>(scores, values);
    auto const wanted = two_pass<T>(scores, values);
    double const most = bound<T>(scores, values);
    for (std::size_t i = 0; i < got.size(); ++i) {
        CAPTURE(got[i]);
        CAPTURE(wanted[i]);
        CAPTURE(most);
        CHECK(std::abs(got[i] - wanted[i]) <= most);
    }
}
} // namespace

TEST_CASE_TEMPLATE("one pass is two passes, within rounding, in whatever order scores come", T,
                   float, double) {
    auto const values = random_matrix<T>(200, 5, 1);
    auto scores = random_vector<T>(200, 2);
    for (T& score : scores) { score *= 10; }
    check<T>(scores, values);
    std::sort(scores.begin(), scores.end()); // every score is a new largest
    check<T>(scores, values);
    std::reverse(scores.begin(), scores.end()); // the first one stays the largest
    check<T>(scores, values);
}

TEST_CASE("huge scores do not overflow") {
    auto const values = random_matrix<float>(4, 3, 3);
    check<float>({1e4f, 1e4f, 1e4f - 1, -1e4f}, values);
    auto const far = one_pass<float>(std::vector<float>{-3e38f, 0, 3e38f, 0}, values);
    CHECK(same_bits<float>(far, values.row(2))); // all others weigh 0
}

TEST_CASE("the mean over one value is that value, bit for bit") {
    auto const values = random_matrix<float>(1, 9, 4);
    CHECK(
        same_bits<float>(one_pass<float>(std::vector<float>{-123.0f}, values), values.row(0)));
}

TEST_CASE("a row's scale multiplies its values") {
    std::vector<int8> const codes = {int8(3), int8(-4)};
    std::vector<float> out(2);
    online_softmax<float> mean(2);
    for (float score : {1.0f, 0.0f}) { // nothing is left of what came before
        mean.add(score, kv_row<int8>{codes, 0.5f});
        mean.finish(out);
        CHECK(out == std::vector<float>{1.5f, -2.0f});
    }
}
