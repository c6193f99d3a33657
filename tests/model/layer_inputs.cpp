// SPDX-License-Identifier: MIT
#include <qad/model/layer_inputs.hpp>

#include <doctest/doctest.h>

#include "support/close.hpp"
#include "support/random_matrix.hpp"

using namespace qad;

TEST_CASE("texts heard one by one are one text, and samples come evenly from all of them") {
    auto const x = test::random_matrix<float>(20, 6, 3);
    detail::layer_inputs whole, parts;
    whole.hear(site::mlp_input, x, 20, 5);
    for (index_t first : {0, 10}) { parts.hear(site::mlp_input, x.rows(first, 10), 20, 5); }
    auto const& a = whole.moments.at(site::mlp_input);
    auto const& b = parts.moments.at(site::mlp_input);
    CHECK(a.tokens() == b.tokens());
    for (index_t i = 0; i < 6; ++i) {
        for (index_t j = 0; j < 6; ++j) { CHECK(a.view()(i, j) == doctest::Approx(b.view()(i, j)).epsilon(1e-5)); }
    }
    auto const& samples = parts.samples.at(site::mlp_input);
    CHECK(test::same_bits(samples, whole.samples.at(site::mlp_input)));
    for (index_t i = 0; i < 5; ++i) { CHECK(samples(i, 0) == x(4 * i, 0)); }
}

// ‖E·X‖² needs no tokens, only their second moments; and E·diag(s) on x/s is E on x.
TEST_CASE("output errors come from the moments, also after the inputs were divided") {
    auto const x = test::random_matrix<float>(30, 4, 5);
    auto e = test::random_matrix<float>(3, 4, 6);
    detail::layer_inputs inputs;
    inputs.hear(site::attended, x, 30, 0);
    double expected = 0;
    for (index_t t = 0; t < 30; ++t) {
        for (index_t i = 0; i < 3; ++i) {
            double y = 0;
            for (index_t j = 0; j < 4; ++j) { y += static_cast<double>(e(i, j)) * static_cast<double>(x(t, j)); }
            expected += y * y;
        }
    }
    double const whole = inputs.squared(e, site::attended);
    std::vector<float> const s = {2, 0.5f, 4, 1};
    inputs.divide(site::attended, s);
    for (index_t i = 0; i < 3; ++i) {
        for (index_t j = 0; j < 4; ++j) { e(i, j) *= s[static_cast<std::size_t>(j)]; }
    }
    CHECK(inputs.squared(e, site::attended) == doctest::Approx(whole).epsilon(1e-5));
    CHECK(whole == doctest::Approx(expected).epsilon(1e-5));
}
