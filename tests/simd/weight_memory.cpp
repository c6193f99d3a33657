// SPDX-License-Identifier: MIT
#include <qad/simd/weight_memory.hpp>

#include <doctest/doctest.h>

#include <algorithm> // fill_n, all_of
#include <cstdint>   // uintptr_t
#include <utility>   // move
#include <vector>    // vector

using namespace qad;

TEST_CASE("weights begin at a cache line and never overlap, whatever their sizes") {
    std::vector<packed_memory> kept;
    index_t const sizes[] = {1, 0, 63, 64, 65, 5'000'000, 1, 40'000'000, 7, 31'000'000, 128};
    for (index_t size : sizes) {
        kept.emplace_back(size);
        CHECK(kept.back().size() == size);
        CHECK(reinterpret_cast<std::uintptr_t>(kept.back().data()) % 64 == 0);
        std::fill_n(kept.back().data(), std::min<index_t>(size, 1000),
                    static_cast<std::uint8_t>(kept.size()));
        if (size > 0) { kept.back().data()[size - 1] = static_cast<std::uint8_t>(kept.size()); }
    }
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i].size() == 0) { continue; }
        CHECK(kept[i].data()[0] == i + 1);
        CHECK(kept[i].data()[kept[i].size() - 1] == i + 1);
    }
}

TEST_CASE("memory outlives its neighbours and moves with its owner") {
    packed_memory last;
    {
        packed_memory first(100), second(100);
        second.data()[99] = 42;
        last = std::move(second);
    }
    CHECK(last.data()[99] == 42);
    CHECK(packed_memory().size() == 0);
}
