// SPDX-License-Identifier: MIT
#include <qad/model/perplexity.hpp>

#include <doctest/doctest.h>

#include "support/fake_session.hpp"

using namespace qad;

// ln of a probability: the exponentials sum to 1, to a rounding of each of the n terms.
TEST_CASE("log_softmax is the logarithm of a distribution, whatever the size of the logits") {
    for (float offset : {0.0f, 1e4f, -1e4f}) {
        std::vector<float> const logits = {1 + offset, 2 + offset, 4 + offset, -INFINITY};
        auto const p = log_softmax(logits);
        double sum = 0;
        for (double x : p) { sum += std::exp(x); }
        CHECK(std::abs(sum - 1) <= 1e-14);
        CHECK(std::abs(p[2] - p[1] - 2) <= 1e-12);
        CHECK(p[3] == -INFINITY);
    }
}

// All tokens equally likely: nll = ln V at each position, perplexity = V.
TEST_CASE("a model that knows nothing has the vocabulary as perplexity") {
    test::counting_session s(8, 0.0f);
    std::vector<std::int32_t> const text = {1, 5, 2, 7, 7, 0};
    likelihood sum;
    for_each_prediction(std::array<session*, 1>{&s}, text, 6, [&](auto const& rows, std::int32_t next) {
        observe(sum, log_softmax(rows[0]), next);
    });
    CHECK(sum.predicted == 5);
    CHECK(std::abs(sum.perplexity() - 8) <= 1e-12);
}

// By hand: height 1 on the right token, −ln(e / (e + 9)) at each position.
TEST_CASE("a model that expects the text has the hand-computed likelihood") {
    test::counting_session s(10);
    std::vector<std::int32_t> const text = {3, 4, 5, 6, 7};
    likelihood sum;
    for_each_prediction(std::array<session*, 1>{&s}, text, 512, [&](auto const& rows, std::int32_t next) {
        observe(sum, log_softmax(rows[0]), next);
    });
    CHECK(std::abs(sum.mean_nll() + std::log(std::exp(1.0) / (std::exp(1.0) + 9))) <= 1e-12);
}

// Windows start from nothing: the first token of each is not predicted, and none is lost or doubled.
TEST_CASE("windows partition the text") {
    test::counting_session s(1000);
    std::vector<std::int32_t> text;
    for (std::int32_t i = 0; i < 301; ++i) { text.push_back(i); }
    for (index_t length : {2, 7, 100, 130, 301, 400}) {
        std::vector<std::int32_t> seen;
        for_each_prediction(std::array<session*, 1>{&s}, text, length, [&](auto const&, std::int32_t next) {
            seen.push_back(next);
        });
        std::vector<std::int32_t> want;
        for (std::int32_t i = 0; i < 301; ++i) { if (i % length != 0) { want.push_back(i); } }
        CHECK(seen == want);
    }
}

// KL(p‖p) = 0; for two outcomes it is the textbook sum; it is never negative.
TEST_CASE("divergence is zero from itself and the textbook sum otherwise") {
    divergence d;
    auto const p = log_softmax(std::vector<float>{0, 1}), q = log_softmax(std::vector<float>{0, -1});
    observe(d, p, p);
    observe(d, p, q);
    double const a = std::exp(p[0]), b = std::exp(p[1]);
    CHECK(d.kl[0] == 0);
    CHECK(std::abs(d.kl[1] - (a * (p[0] - q[0]) + b * (p[1] - q[1]))) <= 1e-15);
    CHECK(d.kl[1] > 0);
    CHECK(d.same_top == 1);
    CHECK(d.same_top_share() == 0.5);
}

TEST_CASE("quantiles are values that occurred") {
    divergence d;
    for (int i = 100; i >= 1; --i) { d.kl.push_back(i); }
    CHECK(d.quantile(0.99) == 99);
    CHECK(d.quantile(0.5) == 50);
    CHECK(d.quantile(1) == 100);
    CHECK(d.quantile(0) == 1);
    CHECK(d.mean() == 50.5);
}

TEST_CASE("a text or a window too short to predict is an error") {
    test::counting_session s(10);
    auto const nothing = [](auto const&, std::int32_t) {};
    std::vector<std::int32_t> const one = {1}, two = {1, 2};
    CHECK_THROWS_AS(for_each_prediction(std::array<session*, 1>{&s}, one, 8, nothing), shape_error);
    CHECK_THROWS_AS(for_each_prediction(std::array<session*, 1>{&s}, two, 1, nothing), shape_error);
}
