// SPDX-License-Identifier: MIT
#include <qad/core/team.hpp>

#include <doctest/doctest.h>

#include <algorithm>        // sort
#include <atomic>           // atomic
#include <initializer_list> // for over a few sizes
#include <mutex>            // mutex
#include <set>              // set
#include <stdexcept>        // runtime_error
#include <thread>           // sleep_for
#include <utility>          // pair
#include <vector>           // vector

using namespace qad;

namespace {

/// The shares that `parallel` made, in order.
std::vector<std::pair<index_t, index_t>> shares_of(index_t count, index_t grain) {
    std::mutex lock;
    std::vector<std::pair<index_t, index_t>> shares;
    parallel(count, grain, [&](index_t begin, index_t end) {
        std::lock_guard const held(lock);
        shares.emplace_back(begin, end);
    });
    std::sort(shares.begin(), shares.end());
    return shares;
}

} // namespace

TEST_CASE("every share runs once, with its number, and run returns when all are done") {
    for (int threads : {1, 2, 3, 5}) {
        team crew(threads);
        CHECK(crew.size() == threads);
        std::vector<std::atomic<int>> runs(static_cast<std::size_t>(threads));
        for (int round = 0; round < 200; ++round) {
            crew.run([&](int share, int shares) {
                REQUIRE(shares == threads);
                ++runs[static_cast<std::size_t>(share)];
            });
            for (auto const& times : runs) { REQUIRE(times == round + 1); }
        }
    }
}

TEST_CASE("workers that fell asleep wake up again") {
    team crew(3);
    std::atomic<int> sum = 0;
    for (int round = 0; round < 5; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2)); // far beyond their spinning
        crew.run([&](int share, int) { sum += share; });
    }
    CHECK(sum == 5 * (0 + 1 + 2));
}

TEST_CASE("an exception comes out of run, of the lowest share that threw; the team works on") {
    team crew(4);
    for (int round = 0; round < 20; ++round) {
        CHECK_THROWS_WITH(crew.run([](int share, int) {
            if (share >= 1) { throw std::runtime_error(share == 1 ? "share 1" : "a later share"); }
        }), "share 1");
        std::atomic<int> done = 0;
        crew.run([&](int, int) { ++done; });
        CHECK(done == 4);
    }
    CHECK_THROWS_AS(crew.run([](int share, int) {
        if (share == 0) { throw std::runtime_error("the caller's own share"); }
    }), std::runtime_error);
}

TEST_CASE("inside a share a further run is serial: no deadlock, no share lost") {
    team crew(3);
    std::atomic<int> inner = 0;
    crew.run([&](int, int) {
        crew.run([&](int share, int shares) {
            CHECK(share == 0);
            CHECK(shares == 1);
            ++inner;
        });
    });
    CHECK(inner == 3);
}

TEST_CASE("a team of no thread is a team of the caller") {
    team crew(0);
    int runs = 0;
    crew.run([&](int share, int shares) { runs += share == 0 && shares == 1; });
    CHECK(runs == 1);
}

TEST_CASE("parallel covers every index once, in shares that begin at multiples of the grain") {
    for (int threads : {1, 2, 3, 7}) {
        set_threads(threads);
        for (index_t count : {0, 1, 2, 15, 16, 17, 100, 1000}) {
            for (index_t grain : {1, 4, 16, 1000, 5000}) {
                CAPTURE(threads);
                CAPTURE(count);
                CAPTURE(grain);
                index_t next = 0;
                for (auto const& [begin, end] : shares_of(count, grain)) {
                    CHECK(begin == next);
                    CHECK(begin % grain == 0);
                    CHECK(begin < end);
                    next = end;
                }
                CHECK(next == count);
            }
        }
    }
    set_threads(0);
}

TEST_CASE("shares are static: they depend on count, grain and threads, never on timing") {
    set_threads(3);
    auto const first = shares_of(1001, 8);
    CHECK(first.size() == 3);
    for (int again = 0; again < 50; ++again) { CHECK(shares_of(1001, 8) == first); }
    set_threads(0);
}

TEST_CASE("--threads: 0 means all of the processor, nonsense is an error") {
    set_threads(2);
    CHECK(threads().size() == 2);
    set_threads(0);
    CHECK(threads().size() == std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    CHECK_THROWS_AS(set_threads(-1), error);
    CHECK_THROWS_AS(set_threads(100'000), error);
}
