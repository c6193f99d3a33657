// SPDX-License-Identifier: MIT
#include <qad/core/shared_matrix.hpp>

#include <doctest/doctest.h>

#include <memory>  // shared_ptr, weak_ptr
#include <utility> // move
#include <vector>  // vector

using namespace qad;

TEST_CASE("copies see the same elements, and the last one releases them") {
    auto owner = std::make_shared<std::vector<float>>(6, 2.0f);
    std::weak_ptr<std::vector<float>> const watch = owner;
    auto first = std::make_unique<shared_matrix<float>>(
        matrix_view<float const>(owner->data(), 2, 3), owner);
    owner.reset();
    shared_matrix<float> const second = *first;
    CHECK(second.row(1).data() == first->row(1).data());
    first.reset();
    CHECK_FALSE(watch.expired());
    CHECK(second.view()(1, 2) == 2);
    {
        shared_matrix<float> last = second;
        CHECK_FALSE(watch.expired());
    }
    CHECK_FALSE(watch.expired());
}

TEST_CASE("a matrix moves in without a copy, and counts its bytes") {
    matrix<double> m(3, 5);
    m(2, 4) = 7;
    double const* const where = m.data();
    shared_matrix<double> const shared(std::move(m));
    CHECK(shared.view().data() == where);
    CHECK(shared.row(2)[4] == 7);
    CHECK(shared.rows() == 3);
    CHECK(shared.cols() == 5);
    CHECK(shared.bytes() == 3 * 5 * 8);
    CHECK(shared_matrix<double>().bytes() == 0);
}
