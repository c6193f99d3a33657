// SPDX-License-Identifier: MIT
#include <qad/attend/page_pool.hpp>

#include <qad/core/random.hpp>

#include <doctest/doctest.h>

#include <map> // map

using namespace qad;

TEST_CASE("every page is handed out once, and the next request fails") {
    page_pool pool(5);
    std::vector<bool> seen(5);
    for (int i = 0; i < 5; ++i) {
        auto const page = static_cast<std::size_t>(pool.acquire());
        REQUIRE(page < 5);
        CHECK_FALSE(seen[page]);
        seen[page] = true;
    }
    CHECK(pool.free() == 0);
    CHECK(pool.in_use() == 5);
    CHECK_THROWS_AS(pool.acquire(), shape_error);
    CHECK(pool.in_use() == 5);
    CHECK_THROWS_AS(page_pool(-1), shape_error);
}

TEST_CASE("a freed page is used again, a shared one only after its last owner") {
    page_pool pool(2);
    index_t const a = pool.acquire(), b = pool.acquire();
    pool.share(a);
    CHECK(pool.owners(a) == 2);
    pool.release(a);
    CHECK(pool.free() == 0);
    CHECK_THROWS_AS(pool.acquire(), shape_error);
    pool.release(b);
    CHECK(pool.acquire() == b);
    pool.release(a);
    CHECK(pool.acquire() == a);
}

TEST_CASE("10,000 random operations against counting on fingers") {
    page_pool pool(16);
    std::map<index_t, index_t> owners; // the simple model: pages in use
    generator random(1);
    auto const any = [&] {
        auto it = owners.begin();
        std::advance(it, random.below(static_cast<std::uint32_t>(owners.size())));
        return it;
    };
    for (int step = 0; step < 10'000; ++step) {
        switch (random.below(4)) {
        case 0:
        case 1: // acquire
            if (owners.size() == 16) {
                CHECK_THROWS_AS(pool.acquire(), shape_error); // only when no page is free
            } else {
                index_t const page = pool.acquire();
                REQUIRE_FALSE(owners.contains(page)); // nobody owns it already
                owners[page] = 1;
            }
            break;
        case 2: // share
            if (!owners.empty()) {
                auto const it = any();
                pool.share(it->first);
                ++it->second;
            }
            break;
        case 3: // release
            for (int times = 0; times < 2 && !owners.empty(); ++times) {
                auto const it = any();
                pool.release(it->first);
                if (--it->second == 0) { owners.erase(it); }
            }
            break;
        }
        REQUIRE(pool.in_use() == static_cast<index_t>(owners.size()));
        for (auto const& [page, count] : owners) { REQUIRE(pool.owners(page) == count); }
    }
}
