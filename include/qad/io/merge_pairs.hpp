// SPDX-License-Identifier: MIT
// The loop of byte pair encoding: join the best pair of neighbours, again and again.
#ifndef QAD_IO_MERGE_PAIRS_HPP
#define QAD_IO_MERGE_PAIRS_HPP

#include <algorithm> // push_heap
#include <cstdint>   // int32_t
#include <vector>    // vector

namespace qad {

/// Part of a piece that is being merged: bytes begin … begin + size of it.
struct merge_symbol {
    std::int32_t token; ///< -1: no token of the vocabulary
    std::uint32_t begin, size;
    std::int32_t left = 0, right = 0; ///< neighbours by number, in long pieces
};

/// What two neighbours become, or priority `no_merge`.
struct merge_result {
    float priority; ///< the lowest is joined first
    std::int32_t token;
};
inline constexpr float no_merge = 3e38f;

/// Room for merging that is used again and again.
struct merge_space {
    struct candidate {
        float priority;
        std::int32_t where, token;
        std::uint32_t size; // of both together: another size means that one has changed since
        bool operator<(candidate const& other) const { // the heap's front is the largest
            return priority != other.priority ? priority > other.priority : where > other.where;
        }
    };
    std::vector<merge_symbol> symbols;
    std::vector<candidate> heap;
    std::vector<merge_result> pairs;
};

namespace detail {

/// Short pieces: look at all pairs each time. A dozen symbols take less time than a heap.
template <class Lookup> void merge_few(merge_space& space, Lookup const& lookup) {
    auto& symbols = space.symbols;
    auto& pairs = space.pairs; // of each symbol and the next
    pairs.clear();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
        pairs.push_back(lookup(symbols[i], symbols[i + 1]));
    }
    while (!pairs.empty()) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < pairs.size(); ++i) {
            if (pairs[i].priority < pairs[best].priority) { best = i; }
        }
        if (pairs[best].priority == no_merge) { break; }
        symbols[best].token = pairs[best].token;
        symbols[best].size += symbols[best + 1].size;
        auto const at = static_cast<std::ptrdiff_t>(best);
        symbols.erase(symbols.begin() + at + 1);
        pairs.erase(pairs.begin() + at);
        if (best > 0) { pairs[best - 1] = lookup(symbols[best - 1], symbols[best]); }
        if (best < pairs.size()) { pairs[best] = lookup(symbols[best], symbols[best + 1]); }
    }
}

/// Long pieces: every known pair waits in a heap, so n symbols take O(n log n) steps.
template <class Lookup> void merge_many(merge_space& space, Lookup const& lookup) {
    auto const count = static_cast<std::int32_t>(space.symbols.size());
    auto& heap = space.heap;
    auto const at = [&](std::int32_t i) -> merge_symbol& {
        return space.symbols[static_cast<std::size_t>(i)];
    };
    auto const consider = [&](std::int32_t i) {
        if (i < 0 || at(i).right >= count) { return false; }
        merge_symbol const &left = at(i), &right = at(left.right);
        merge_result const made = lookup(left, right);
        if (made.priority == no_merge) { return false; }
        heap.push_back({made.priority, i, made.token, left.size + right.size});
        return true;
    };
    heap.clear();
    for (std::int32_t i = 0; i < count; ++i) {
        at(i).left = i - 1;
        at(i).right = i + 1;
    }
    for (std::int32_t i = 0; i < count; ++i) { consider(i); }
    std::make_heap(heap.begin(), heap.end());

    while (!heap.empty()) {
        merge_space::candidate const best = heap.front();
        std::pop_heap(heap.begin(), heap.end());
        heap.pop_back();
        // Skip a pair that an earlier merge has changed; joined symbols have size 0.
        merge_symbol& left = at(best.where);
        if (left.size == 0 || left.right >= count ||
            left.size + at(left.right).size != best.size) {
            continue;
        }
        // Join the pair and look at its new neighbours.
        merge_symbol& right = at(left.right);
        left.token = best.token;
        left.size = best.size;
        left.right = right.right;
        right.size = 0;
        if (left.right < count) { at(left.right).left = best.where; }
        for (std::int32_t i : {left.left, best.where}) {
            if (consider(i)) { std::push_heap(heap.begin(), heap.end()); }
        }
    }
    std::erase_if(space.symbols, [](merge_symbol const& s) { return s.size == 0; });
}

} // namespace detail

/// Joins neighbours among space.symbols until lookup(left, right) gives `no_merge` for all of
/// them: the pair of lowest priority first, of equals the leftmost.
template <class Lookup> void merge_pairs(merge_space& space, Lookup const& lookup) {
    if (space.symbols.size() <= 48) {
        detail::merge_few(space, lookup);
    } else {
        detail::merge_many(space, lookup);
    }
}

} // namespace qad

#endif
