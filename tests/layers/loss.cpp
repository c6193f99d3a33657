// SPDX-License-Identifier: MIT
#include <qad/layers/loss.hpp>

#include <support/gradient.hpp>
#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

using namespace qad;
using namespace qad::test;

using targets = std::vector<std::int32_t>;

TEST_CASE("who knows nothing is surprised by ln V, who knows all by 0") {
    matrix<float> const even(2, 1000);
    CHECK(std::abs(cross_entropy<float>(even, targets{0, 999}) - std::log(1000.0)) <= 0x1p-50);
    matrix<float> sure(1, 4);
    sure(0, 2) = 200; // e^-200 vanishes beside 1
    CHECK(cross_entropy<float>(sure, targets{2}) == 0);
    CHECK(cross_entropy<float>(sure, targets{0}) == 200);
}

TEST_CASE("a row by hand: logits 0 and ln 3, target the second") {
    matrix<double> logits(1, 2);
    logits(0, 1) = std::log(3.0);
    CHECK(std::abs(cross_entropy<double>(logits, targets{1}) - std::log(4.0 / 3)) <=
          4 * 0x1p-53);
}

TEST_CASE("huge logits are as good as small ones") {
    // Shifting all logits of a row by a power of two that leaves them exact changes nothing but
    // the last bits of the result's sum with it: 2^-53 of 2^14.
    matrix<double> logits(1, 3), shifted(1, 3);
    for (index_t j = 0; j < 3; ++j) {
        logits(0, j) = static_cast<double>(j) / 4;
        shifted(0, j) = logits(0, j) + 16384;
    }
    double const apart =
        cross_entropy<double>(logits, targets{1}) - cross_entropy<double>(shifted, targets{1});
    CHECK(std::abs(apart) <= 2 * 16384 * 0x1p-53);
}

TEST_CASE("masked rows count neither in the mean nor in the gradient") {
    auto const logits = random_matrix<float>(3, 7, 1);
    auto const alone = cross_entropy<float>(logits.rows(1, 1), targets{4});
    CHECK(cross_entropy<float>(logits, targets{no_target, 4, no_target}) == alone);
    matrix<float> d(3, 7), only(1, 7);
    cross_entropy_gradient<float>(d, logits, targets{no_target, 4, no_target});
    cross_entropy_gradient<float>(only, logits.rows(1, 1), targets{4});
    CHECK(same_bits<float>(d.row(1), only.row(0)));
    for (index_t t : {0, 2}) {
        for (float x : d.row(t)) { CHECK(x == 0); }
    }
}

TEST_CASE("the gradient is that of central differences, times what comes from above") {
    auto logits = random_matrix<double>(4, 6, 2);
    targets const next = {5, no_target, 0, 2};
    auto const loss = [&] { return 3 * cross_entropy<double>(logits, next); };
    auto d = filled(4, 6, start);
    cross_entropy_gradient<double>(d, logits, next, 3);
    CHECK(gradient_error(logits, d, loss) <= gradient_bound);
}

TEST_CASE("a row's gradient adds up to zero: probability is only moved") {
    auto const logits = random_matrix<double>(2, 50, 3);
    matrix<double> d(2, 50);
    cross_entropy_gradient<double>(d, logits, targets{7, 49});
    for (index_t t = 0; t < 2; ++t) {
        double sum = 0;
        for (double x : d.row(t)) { sum += x; }
        CHECK(std::abs(sum) <= 100 * 0x1p-53); // 50 shares, each within about 2u of true
    }
}

TEST_CASE("targets that cannot be are refused") {
    matrix<float> logits(2, 3), d(2, 3), other(2, 4);
    CHECK_THROWS_AS(cross_entropy<float>(logits, targets{0}), shape_error);
    CHECK_THROWS_AS(cross_entropy<float>(logits, targets{0, 3}), shape_error);
    CHECK_THROWS_AS(cross_entropy<float>(logits, targets{0, -2}), shape_error);
    CHECK_THROWS_AS(cross_entropy<float>(logits, targets{no_target, no_target}), shape_error);
    CHECK_THROWS_AS(cross_entropy_gradient<float>(other, logits, targets{0, 1}), shape_error);
    CHECK_NOTHROW(cross_entropy_gradient<float>(d, logits, targets{0, 1}));
}
