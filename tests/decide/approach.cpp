// SPDX-License-Identifier: MIT
#include <qad/decide/approach.hpp>

#include <doctest/doctest.h>

#include <set> // set

using namespace qad;

TEST_CASE("every approach has a name of its own") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < approach_names.size(); ++i) {
        CHECK(names.insert(name_of(static_cast<approach>(i))).second);
    }
    CHECK(name_of(approach::not_enough_evidence) == "not enough evidence"); // the first
    CHECK(name_of(approach::less_kv) == "less KV cache per request");       // the last
    CHECK(static_cast<std::size_t>(approach::less_kv) + 1 == approach_names.size());
}
