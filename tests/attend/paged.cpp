// SPDX-License-Identifier: MIT
#include <qad/attend/attend.hpp>
#include <qad/attend/paged.hpp>

#include <support/random_matrix.hpp>

#include <doctest/doctest.h>

#include <optional> // optional

using namespace qad;
using namespace qad::test;

namespace {
/// Appends rows [first, first + count) of k and v to every layer.
template <class Store>
void append(Store& past, index_t layers, matrix<float> const& k, matrix<float> const& v,
            index_t first, index_t count) {
    for (index_t layer = 0; layer < layers; ++layer) {
        past.template append<float>(layer, k.rows(first, count), v.rows(first, count));
    }
}
template <class Store>
matrix<float> attended(Store const& past, matrix<float> const& q, head_layout const& heads) {
    matrix<float> out(q.rows(), q.cols());
    attend<float>(out, q, past, 0, heads);
    return out;
}
std::vector<index_t> table(paged_cache<float> const& past) {
    return {past.table().begin(), past.table().end()};
}
} // namespace

TEST_CASE_TEMPLATE("attention over pages is attention over one piece, bit for bit", E, float,
                   int8) {
    // Paging moves memory, not numbers: the same rows in the same order.
    head_layout const heads = gqa(4, 2, 8);
    auto const q = random_matrix<float>(40, 32, 1);
    auto const k = random_matrix<float>(40, 16, 2), v = random_matrix<float>(40, 16, 3);
    for (index_t page : {1, 3, 16, 64}) {
        kv_cache<E> contiguous(heads, 2, 40);
        kv_pages<E> pool(heads, 2, 80, page);
        paged_cache<E> other(pool), paged(pool);
        for (index_t t = 0; t < 40; t += 5) { // two sequences grow in turns: pages are mixed
            append(contiguous, 2, k, v, t, 5);
            append(other, 2, v, k, t, 5);
            append(paged, 2, k, v, t, 5);
        }
        CHECK(same_bits(attended(paged, q, heads), attended(contiguous, q, heads)));
    }
}

TEST_CASE("chapter 4.5: five requests in reserved room, and in pages of 16") {
    // 100, 700, 33, 1500 and 4000 positions, room reserved for 8192 each: 6,333 of 40,960 used.
    index_t const lengths[] = {100, 700, 33, 1500, 4000};
    index_t used = 0, reserved = 0;
    kv_pages<float> pool(mqa(1, 1), 1, 1000);
    std::vector<paged_cache<float>> sequences(5, paged_cache<float>(pool));
    for (std::size_t i = 0; i < 5; ++i) {
        matrix<float> const rows(lengths[i], 1);
        sequences[i].append<float>(0, rows, rows);
        used += sequences[i].length();
        reserved += 8192;
    }
    CHECK(used == 6'333);
    CHECK(reserved == 40'960);
    index_t const slots = pool.pages().in_use() * pool.page_positions();
    CHECK(slots == 6'368);
    double const share = 100.0 * static_cast<double>(used) / static_cast<double>(slots);
    CHECK(std::abs(share - 99.45) <= 0.005); // the chapter's number has two decimals
}

TEST_CASE("20 tokens, a fork, and the write that copies one page") {
    // 20 tokens take two pages; the fork shares both; its next token goes into the second page,
    // which it gets a copy of, while the first stays shared.
    head_layout const heads = mha(1, 2);
    auto const k = random_matrix<float>(22, 2, 4), v = random_matrix<float>(22, 2, 5);
    kv_pages<float> pool(heads, 1, 3);
    paged_cache<float> original(pool);
    append(original, 1, k, v, 0, 20);
    auto const pages = table(original);
    REQUIRE(pages.size() == 2);
    paged_cache<float> fork = original;
    CHECK(pool.pages().in_use() == 2);
    CHECK(pool.pages().owners(pages[0]) == 2);
    append(fork, 1, k, v, 21, 1);
    CHECK(pool.pages().in_use() == 3);
    CHECK(table(fork)[0] == pages[0]);
    CHECK(table(fork)[1] != pages[1]);
    CHECK(pool.pages().owners(pages[0]) == 2);
    CHECK(pool.pages().owners(pages[1]) == 1);
    append(original, 1, k, v, 20, 1); // its page is its own again: no copy
    CHECK(table(original) == pages);
    for (index_t t = 0; t < 20; ++t) {
        CHECK(same_bits<float>(fork.key(0, 0, t).values, k.row(t)));
        CHECK(same_bits<float>(fork.value(0, 0, t).values, v.row(t)));
    }
    CHECK(same_bits<float>(original.key(0, 0, 20).values, k.row(20)));
    CHECK(same_bits<float>(fork.key(0, 0, 20).values, k.row(21)));
}

TEST_CASE("a copy that is cut shares a prefix, stored once") {
    head_layout const heads = mha(1, 1);
    auto const k = random_matrix<float>(40, 1, 6);
    kv_pages<float> pool(heads, 1, 10);
    paged_cache<float> prompt(pool);
    append(prompt, 1, k, k, 0, 40); // 3 pages
    paged_cache<float> request = prompt;
    request.truncate(32); // 2 full pages in common
    append(request, 1, k, k, 0, 8);
    CHECK(pool.pages().in_use() == 4); // not 6
    CHECK(same_bits<float>(request.key(0, 0, 33).values, k.row(1)));
    CHECK(same_bits<float>(prompt.key(0, 0, 33).values, k.row(33)));
}

TEST_CASE("when pages run out nothing changes, and ending a sequence makes room") {
    head_layout const heads = mha(1, 1);
    auto const k = random_matrix<float>(40, 1, 7);
    kv_pages<float> pool(heads, 1, 3);
    std::optional<paged_cache<float>> first(pool);
    append(*first, 1, k, k, 0, 20); // 2 pages
    paged_cache<float> second(pool);
    CHECK_THROWS_AS(append(second, 1, k, k, 0, 17), shape_error); // needs 2, and 1 is free
    CHECK(second.length() == 0);
    CHECK(pool.pages().free() == 1);
    append(second, 1, k, k, 0, 16); // exactly the free one
    append(*first, 1, k, k, 0, 12); // fills its second page: needs none
    CHECK_THROWS_AS(append(*first, 1, k, k, 0, 1), shape_error);
    CHECK(first->length() == 32);
    first.reset();
    CHECK(pool.pages().free() == 2);
    append(second, 1, k, k, 0, 17);
    CHECK(second.length() == 33);
}

TEST_CASE("runs end with the page, and follow each other through the table") {
    head_layout const heads = gqa(2, 2, 3);
    auto const k = random_matrix<float>(21, 6, 8), v = random_matrix<float>(21, 6, 9);
    kv_pages<float> pool(heads, 2, 8, 8);
    paged_cache<float> other(pool), past(pool);
    for (index_t t = 0; t < 21; t += 7) {
        append(past, 2, k, v, t, 7);
        append(other, 2, v, k, t, 7);
    }
    index_t t = 5;
    std::vector<index_t> counts;
    while (t < past.length(1)) {
        auto const keys = past.key_run(1, 1, t), values = past.value_run(1, 1, t);
        CHECK(keys.count == values.count);
        for (index_t i = 0; i < keys.count; ++i) {
            CHECK(keys.values + i * keys.stride == past.key(1, 1, t + i).values.data());
            CHECK(values.values + i * values.stride == past.value(1, 1, t + i).values.data());
        }
        counts.push_back(keys.count);
        t += keys.count;
    }
    CHECK(counts == std::vector<index_t>{3, 8, 5});
}

TEST_CASE("10,000 random operations against sequences that copy everything") {
    // The model: each sequence is a plain list of numbers. The pool must agree with it on every
    // number, own no page twice, and refuse exactly when there are too few pages.
    constexpr index_t page = 4, pages = 40, layers = 2;
    head_layout const heads = gqa(2, 1, 1);
    kv_pages<float> pool(heads, layers, pages, page);
    struct pair {
        paged_cache<float> past;
        std::vector<float> model;
    };
    std::vector<pair> live;
    generator random(10);
    auto const below = [&](index_t n) {
        return static_cast<index_t>(random.below(static_cast<std::uint32_t>(n)));
    };
    // Owners of each page, counted by looking at all tables.
    auto const count_owners = [&] {
        std::vector<index_t> owners(pages);
        for (auto const& sequence : live) {
            for (index_t p : sequence.past.table()) { ++owners[static_cast<std::size_t>(p)]; }
        }
        return owners;
    };
    int refused = 0, copied = 0;
    float fresh = 0;
    for (int step = 0; step < 10'000; ++step) {
        index_t const what = below(10);
        if (live.empty() || (what == 0 && live.size() < 12)) {
            live.push_back({paged_cache<float>(pool), {}});
        } else if (what == 1 && live.size() < 12) { // fork
            pair fork =
                live[static_cast<std::size_t>(below(static_cast<index_t>(live.size())))];
            live.push_back(std::move(fork));
        } else if (what == 2) { // end
            live.erase(live.begin() + below(static_cast<index_t>(live.size())));
        } else {
            auto& [past, model] =
                live[static_cast<std::size_t>(below(static_cast<index_t>(live.size())))];
            auto const length = static_cast<index_t>(model.size());
            if (what == 3) { // cut
                index_t const keep = below(length + 1);
                past.truncate(keep);
                model.resize(static_cast<std::size_t>(keep));
            } else { // append
                matrix<float> rows(1 + below(9), 1);
                for (index_t i = 0; i < rows.rows(); ++i) { rows(i, 0) = fresh += 1; }
                // New pages, and copies of shared pages that the new positions fall into.
                auto const owners = count_owners();
                index_t const held = ceil_div(length, page), end = length + rows.rows();
                bool const copy = length % page != 0 &&
                                  owners[static_cast<std::size_t>(past.table().back())] > 1;
                index_t const needed = ceil_div(end, page) - held + (copy ? 1 : 0);
                auto const unowned = std::count(owners.begin(), owners.end(), 0);
                if (needed > unowned) {
                    REQUIRE_THROWS_AS(append(past, layers, rows, rows, 0, rows.rows()),
                                      shape_error);
                    ++refused;
                } else {
                    append(past, layers, rows, rows, 0, rows.rows());
                    copied += copy ? 1 : 0;
                    for (index_t i = 0; i < rows.rows(); ++i) { model.push_back(rows(i, 0)); }
                }
            }
        }

        // The pool's own count is the tables', and every sequence holds its numbers.
        auto const owners = count_owners();
        for (index_t p = 0; p < pages; ++p) {
            REQUIRE(pool.pages().owners(p) == owners[static_cast<std::size_t>(p)]);
        }
        REQUIRE(pool.pages().free() == std::count(owners.begin(), owners.end(), 0));
        for (auto const& [past, model] : live) {
            REQUIRE(past.length() == static_cast<index_t>(model.size()));
            REQUIRE(static_cast<index_t>(past.table().size()) == ceil_div(past.length(), page));
            bool equal = true;
            for (index_t t = 0; t < past.length(); ++t) {
                float const wanted = model[static_cast<std::size_t>(t)];
                equal = equal && past.key(0, 0, t).values[0] == wanted;
                equal = equal && past.value(layers - 1, 0, t).values[0] == wanted;
            }
            REQUIRE(equal);
        }
    }
    CHECK(refused > 100); // the run did get into the corners it is for
    CHECK(copied > 100);
    live.clear();
    CHECK(pool.pages().in_use() == 0);
}

TEST_CASE("moved and assigned sequences keep the counts right") {
    head_layout const heads = mha(1, 1);
    auto const k = random_matrix<float>(16, 1, 11);
    kv_pages<float> pool(heads, 1, 4);
    paged_cache<float> a(pool), b(pool);
    append(a, 1, k, k, 0, 16);
    append(b, 1, k, k, 0, 16);
    paged_cache<float> moved = std::move(a);
    CHECK(pool.pages().in_use() == 2);
    b = moved; // b's page is freed, a's shared
    CHECK(pool.pages().in_use() == 1);
    CHECK(pool.pages().owners(moved.table()[0]) == 2);
    b = std::move(moved);
    CHECK(pool.pages().owners(b.table()[0]) == 1);
    CHECK(b.length() == 16);
}

TEST_CASE("what does not fit is refused") {
    kv_pages<float> pool(gqa(4, 2, 2), 2, 4);
    paged_cache<float> past(pool);
    matrix<float> right(3, 4), wide(3, 8), few(2, 4);
    CHECK_THROWS_AS(past.append<float>(2, right, right), shape_error);
    CHECK_THROWS_AS(past.append<float>(0, wide, wide), shape_error);
    CHECK_THROWS_AS(past.append<float>(0, right, few), shape_error);
    CHECK_THROWS_AS(past.length(-1), shape_error);
    CHECK_THROWS_AS(past.truncate(-1), shape_error);
}
