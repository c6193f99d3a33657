// SPDX-License-Identifier: MIT
#include <qad/model/reuse.hpp>

#include "support/fake_session.hpp" // counting_session

#include <doctest/doctest.h>

using namespace qad;
using ids = std::vector<std::int32_t>;

TEST_CASE("what the cache holds of a prompt stays, the rest is forgotten") {
    struct row {
        ids before, prompt;
        index_t kept, dropped;
    };
    for (row const& r : {row{{}, {1, 2}, 0, 0}, row{{1, 2}, {1, 2, 3}, 2, 0},
                         row{{1, 2, 9}, {1, 2, 3}, 2, 1}, row{{5}, {1}, 0, 1},
                         row{{1, 2, 3, 4}, {1, 2}, 1, 2}, row{{1, 2}, {1, 2}, 1, 0}}) {
        test::counting_session past(16);
        if (!r.before.empty()) { past.run(r.before); }
        ids held = r.before;
        auto const [kept, dropped] = reuse(past, held, r.prompt);
        CHECK(kept == r.kept);
        CHECK(dropped == r.dropped);
        CHECK(past.length() == kept);
        CHECK(held == ids(r.prompt.begin(), r.prompt.begin() + kept));
        past.run(std::span(r.prompt).subspan(static_cast<std::size_t>(kept)));
        CHECK(past.all == r.prompt); // the whole prompt, as if it had been run at once
    }
}

TEST_CASE("a session that has run something else is refused") {
    test::counting_session past(16);
    ids held = {1};
    CHECK_THROWS_AS(reuse(past, held, ids{1, 2}), shape_error);
    held.clear();
    CHECK_THROWS_AS(reuse(past, held, ids{}), shape_error);
}
