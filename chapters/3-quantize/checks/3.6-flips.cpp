// SPDX-License-Identifier: MIT
// Self-check 3.6, "What usually breaks first".
#include "self_check.hpp"
#include "../contracts/3.6-flips.hpp"

#include <algorithm>
#include <array>
#include <numeric>

using namespace qad::check;
using counts = std::vector<std::size_t>;

namespace {

mistake const average{
    "3.6a", "only the number of right answers is compared.",
    "4 of 40 answers differ here, and the average is the same to the last digit."};
mistake const after_margin{"3.6b", "the margins are those of the model that is on trial.",
                           "An answer that went over from a lead of 0.1 to one of 7 then "
                           "counts as a sure one."};
mistake const loud{"3.6c", "the largest logit is taken for the margin.",
                   "9.0 against 8.9 is a lead of 0.1: loud, and as thin as they come."};
mistake const still_wrong{"3.6d", "who was wrong and is wrong in another way has not changed.",
                          "Of the 130 answers that int4 changed in the section, 54 were wrong "
                          "before and after."};
mistake const exchanged{"3.6e", "lost and gained have changed places.",
                        "3 lost and 1 gained are two right answers less; exchanged they read "
                        "as two more."};
mistake const last_of_equals{"3.6f", "of several largest logits the last one is the answer.",
                             "That is >= where > is asked: before and after must break a tie "
                             "alike, or nothing changed and counts as changed."};
mistake const cut_elsewhere{"3.6g", "the parts are cut elsewhere than at b*n/bins.",
                            "10 items in 4 parts are 2 3 2 3 of them; by bins*place/n they are "
                            "3 2 3 2, and parts of n/bins lose two items or end in four."};
mistake const no_order{"3.6h", "items of equal margin may stand in any order.",
                       "std::sort by the margin alone leaves them as it likes: two runs of "
                       "two programs then disagree about the same answers."};

/// The class of the largest logit, and the lead that it has, found by looking at all pairs.
std::size_t answer(std::span<float const> item) {
    std::size_t best = 0;
    for (std::size_t k = 0; k < item.size(); ++k) { best = item[k] > item[best] ? k : best; }
    return best;
}
float lead(std::span<float const> item) {
    std::size_t const best = answer(item);
    float least = item[best] - item[best == 0 ? 1 : 0];
    for (std::size_t k = 0; k < item.size(); ++k) {
        if (k != best) { least = std::min(least, item[best] - item[k]); }
    }
    return least;
}
float top(std::span<float const> item) { return item[answer(item)]; }

/// A rank by counting, without sorting: how many items are thinner, or as thin and earlier.
template <class Size> counts report_by(std::span<float const> ranked,
                                       std::span<float const> other, std::size_t classes,
                                       std::size_t bins, Size size) {
    std::size_t const n = ranked.size() / classes;
    counts changed(bins);
    auto const item = [&](std::span<float const> all, std::size_t i) {
        return all.subspan(i * classes, classes);
    };
    for (std::size_t i = 0; i < n; ++i) {
        if (answer(item(ranked, i)) == answer(item(other, i))) { continue; }
        std::size_t place = 0;
        for (std::size_t j = 0; j < n; ++j) {
            float const mine = size(item(ranked, i)), theirs = size(item(ranked, j));
            place += theirs < mine || (theirs == mine && j < i);
        }
        for (std::size_t b = 0; b < bins; ++b) {
            changed[b] += b * n / bins <= place && place < (b + 1) * n / bins;
        }
    }
    return changed;
}

/// Logits of items × classes, and the same, each moved by at most `far`.
struct two_runs {
    std::vector<float> before, after;
    two_runs(std::size_t items, std::size_t classes, float far, std::uint64_t stream)
        : before(normal(items * classes, stream)), after(before) {
        auto const moved = uniform(items * classes, -far, far, stream + 1);
        for (std::size_t n = 0; n < after.size(); ++n) { after[n] += moved[n]; }
    }
};

} // namespace

TEST_CASE("3.6.1 the margin is the lead of the best over the second [L25]") {
    std::vector<float> const logits = {9.0f, 8.9f, 0.0f, 1.0f, 3.0f, 1.5f, -2.0f, -5.0f, -2.0f};
    judge(impl::margins(logits, 3),
          {.input = "logits 9.0 8.9 0.0 / 1.0 3.0 1.5 / -2.0 -5.0 -2.0, three classes",
           .expected = {0.1, 1.5, 0.0},
           .allowed = 1e-6,
           .why = "the float next to 8.9 is 1e-6 away",
           .beliefs = {{loud, {9.0, 3.0, -2.0}}}});
    auto const drawn = normal(60, 1);
    std::vector<float> leads, tops;
    for (std::size_t i = 0; i < 60; i += 5) {
        leads.push_back(lead(std::span(drawn).subspan(i, 5)));
        tops.push_back(top(std::span(drawn).subspan(i, 5)));
    }
    judge(
        impl::margins(drawn, 5),
        {.input = "12 items of 5 drawn logits", .expected = leads, .beliefs = {{loud, tops}}});
}

TEST_CASE("3.6.2 an average that stands still hides answers that do not [R15 L59]") {
    // 40 items, two classes, the first one right. Of those right before, two go; two come.
    std::vector<float> before, after;
    counts const right(40, 0);
    for (std::size_t i = 0; i < 40; ++i) {
        bool const was = i < 30, is = i < 30 ? i != 7 && i != 8 : i == 33 || i == 38;
        before.insert(before.end(), {was ? 1.0f : 0.0f, was ? 0.0f : 1.0f});
        after.insert(after.end(), {is ? 1.0f : 0.0f, is ? 0.0f : 1.0f});
    }
    judge(impl::count_flips(before, after, right, 2),
          {.input = "40 items, 30 right before and 30 right after: 2 lost, 2 gained",
           .expected = {4, 2, 2},
           .beliefs = {{average, {0, 0, 0}},
                       {still_wrong, {4, 2, 2}},
                       {exchanged, {4, 2, 2}},
                       {last_of_equals, {4, 2, 2}}}});

    // Six items of three classes, as { answer before, after, right }.
    std::vector<std::array<std::size_t, 3>> const items = {{0, 1, 0}, {1, 1, 1}, {2, 0, 2},
                                                           {0, 2, 1}, {2, 1, 1}, {1, 2, 1}};
    std::vector<float> first(18), second(18);
    counts asked;
    for (std::size_t i = 0; i < 6; ++i) {
        first[3 * i + items[i][0]] = second[3 * i + items[i][1]] = 1;
        asked.push_back(items[i][2]);
    }
    judge(impl::count_flips(first, second, asked, 3),
          {.input = "6 items: answers 0 1 2 0 2 1 before, 1 1 0 2 1 2 after, right are 0 1 2 1 "
                    "1 1: 3 lost, 1 gained, one wrong twice in two ways, one right twice",
           .expected = {5, 3, 1},
           .beliefs = {{average, {2, 2, 0}},
                       {still_wrong, {4, 3, 1}},
                       {exchanged, {5, 1, 3}},
                       {last_of_equals, {5, 3, 1}}}});
    judge(impl::count_flips(std::vector<float>{2, 2, 1, 0, 1, 0},
                            std::vector<float>{2, 1, 1, 0, 1, 1}, counts{0, 1}, 3),
          {.input = "before 2 2 1 / 0 1 0, after 2 1 1 / 0 1 1: answers 0 and 1 in both runs, "
                    "the first of equals",
           .expected = {0, 0, 0},
           .beliefs = {{average, {0, 0, 0}},
                       {still_wrong, {0, 0, 0}},
                       {exchanged, {0, 0, 0}},
                       {last_of_equals, {2, 1, 1}}}});
}

TEST_CASE("3.6.3 no margin above twice the largest movement of a logit flips [R15 D16]") {
    std::size_t const n = 80, classes = 4;
    two_runs const run(n, classes, 0.4f, 20);
    double movement = 0;
    for (std::size_t k = 0; k < n * classes; ++k) {
        movement = std::max(movement, std::abs(double(run.after[k]) - run.before[k]));
    }
    std::size_t safe_from = 0, changed = 0; // the first place whose margin cannot flip
    for (std::size_t i = 0; i < n; ++i) {
        auto const item = std::span(run.before).subspan(i * classes, classes);
        safe_from += lead(item) <= 2 * movement;
        changed += answer(item) != answer(std::span(run.after).subspan(i * classes, classes));
    }
    auto const got =
        impl::flip_report(run.before, run.after, classes, n); // a part for each item
    std::size_t in_danger = 0, safe = 0;
    for (std::size_t place = 0; place < got.size(); ++place) {
        (place < safe_from ? in_danger : safe) += got[place];
    }
    judge(counts{got.size(), in_danger, safe},
          {.input = text(n, " drawn items; all logits move by less than ", movement,
                         ": parts, flips among the ", safe_from, " margins below twice that, ",
                         "flips above"),
           .expected = counts{n, changed, 0}});
}

TEST_CASE("3.6.4 the parts hold all items, the thinnest of the first run first [L22 L53]") {
    // The first item was thin, and would be the widest if the second run were asked.
    std::vector<float> const before = {3.0f, 2.9f, 0.0f, 0.5f, 2.0f, 0.9f, 1.0f, 4.0f};
    std::vector<float> const after = {2.0f, 9.0f, 0.0f, 0.5f, 2.0f, 0.9f, 1.0f, 4.0f};
    judge(
        impl::flip_report(before, after, 2, 4),
        {.input = "leads of 0.1, 0.5, 1.1, 3 before and 7, 0.5, 1.1, 3 after; the first flips",
         .expected = {1, 0, 0, 0},
         .beliefs = {{after_margin, {0, 0, 0, 1}}, {loud, {0, 0, 1, 0}}}});

    std::vector<float> wider, turned; // leads of 1 to 10, and every answer another one
    for (int i = 1; i <= 10; ++i) {
        wider.insert(wider.end(), {float(i), 0.0f});
        turned.insert(turned.end(), {0.0f, float(i)});
    }
    judge(impl::flip_report(wider, turned, 2, 4),
          {.input = "10 items, all of them flip, in 4 parts: cuts at 0, 2, 5, 7 and 10",
           .expected = {2, 3, 2, 3},
           .beliefs = {{cut_elsewhere, {3, 2, 3, 2}},
                       {cut_elsewhere, {2, 2, 2, 2}},
                       {cut_elsewhere, {2, 2, 2, 4}}}});

    std::vector<float> same, moved; // leads of 1, and the first five flip
    for (int i = 0; i < 40; ++i) {
        same.insert(same.end(), {1.0f, 0.0f});
        moved.insert(moved.end(), {i < 5 ? 0.0f : 1.0f, i < 5 ? 1.0f : 0.0f});
    }
    counts order(40), by_sort(8);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [](auto, auto) { return false; });
    for (std::size_t place = 0; place < 40; ++place) { by_sort[place / 5] += order[place] < 5; }
    judge(impl::flip_report(same, moved, 2, 8),
          {.input = "40 items with a lead of 1 each, in 8 parts; the first five flip",
           .expected = {5, 0, 0, 0, 0, 0, 0, 0},
           .beliefs = {{no_order, by_sort}, {no_order, {0, 0, 0, 0, 0, 0, 0, 5}}}});

    for (std::size_t bins : {10, 7}) {
        two_runs const run(100, 5, 0.7f, 40 + bins);
        judge(impl::flip_report(run.before, run.after, 5, bins),
              {.input = text("100 drawn items of 5 classes in ", bins, " parts"),
               .expected = report_by(run.before, run.after, 5, bins, lead),
               .beliefs = {{after_margin, report_by(run.after, run.before, 5, bins, lead)},
                           {loud, report_by(run.before, run.after, 5, bins, top)}}});
    }
}
