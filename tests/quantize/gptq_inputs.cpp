// SPDX-License-Identifier: MIT
#include <qad/quantize/gptq_inputs.hpp>

#include "random_matrix.hpp"
#include <doctest/doctest.h>

using namespace qad;
using namespace qad::testing;

// Loud inputs first: their errors find the most columns that can still make them good.
TEST_CASE(
    "activation order is by loudness, equal inputs keep their places, dead ones come last") {
    exact_hessian const h(rows_of<double>({{1, 0, 0, 0, 0},
                                           {0, 3, 0, 0, 0},
                                           {0, 0, 0, 0, 0},
                                           {0, 0, 0, 3, 0},
                                           {0, 0, 0, 0, 2}}),
                          1);
    auto const as_is = prepare_inputs(h, 0, false), loud = prepare_inputs(h, 0, true);
    CHECK(as_is.order == std::vector<index_t>{0, 1, 2, 3, 4});
    CHECK(loud.order == std::vector<index_t>{1, 3, 4, 0, 2});
    CHECK(loud.dead == std::vector<char>{0, 0, 1, 0, 0});
    CHECK(loud.mean == 9.0 / 4); // of the living
}

// λ is relative to the mean square of the inputs: the same model with louder inputs is the
// same.
TEST_CASE("U scales with the inputs") {
    auto x = correlated_tokens(40, 6, 0.7, 51);
    exact_hessian quiet(6), loud(6);
    quiet.accumulate(x);
    for (index_t k = 0; k < x.size(); ++k) { x.data()[k] *= 4; }
    loud.accumulate(x);
    auto const a = prepare_inputs(quiet, 0.01, true), b = prepare_inputs(loud, 0.01, true);
    CHECK(a.order == b.order);
    for (index_t i = 0; i < 6; ++i) {
        for (index_t j = 0; j < 6; ++j) {
            CHECK(a.upper(i, j) == 4 * b.upper(i, j));
        } // powers of two are exact
    }
}

TEST_CASE("a Hessian that is no sum of squares is an error") {
    CHECK_THROWS_AS(
        (void)prepare_inputs(exact_hessian(rows_of<double>({{-1, 0}, {0, 1}}), 1), 0.01, false),
        shape_error);
    CHECK_THROWS_AS(
        (void)prepare_inputs(exact_hessian(rows_of<double>({{1, 0}, {0, std::nan("")}}), 1),
                             0.01, false),
        shape_error);
}
