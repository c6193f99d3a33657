// SPDX-License-Identifier: MIT
// Chapter 3.6, "What usually breaks first" — chapters/3-quantize/README.md#s3-6
#ifndef QAD_DECIDE_FLIPS_HPP
#define QAD_DECIDE_FLIPS_HPP

#include <qad/decide/graded.hpp> // graded

#include <algorithm> // stable_sort
#include <map>       // map
#include <numeric>   // iota

namespace qad {

/// What happened to some items between a row and another.
struct flip_count {
    index_t items = 0;
    index_t changed = 0;          ///< another answer, right or wrong
    index_t lost = 0;             ///< a lower score than before
    index_t gained = 0;           ///< a higher one
    double before = 0, after = 0; ///< sums of the scores

    double share_changed() const { return over(static_cast<double>(changed)); }
    double mean_before() const { return over(before); }
    double mean_after() const { return over(after); }

  private:
    double over(double sum) const { return items == 0 ? 0 : sum / static_cast<double>(items); }
};

/// Items whose margin in the first row has a size in [low, high].
struct margin_bin : flip_count {
    double low = 0, high = 0;
};

struct flip_report {
    flip_count all;
    std::vector<margin_bin> by_margin;           ///< from the thinnest margins to the widest
    std::map<std::string, flip_count> by_bucket; ///< fact frequency, or what the set sorts by
    std::vector<std::size_t> flipped;            ///< positions of the items that changed
};

/// Compares two rows on the same items: an average hides what two that cancel do not.
///
/// The items are sorted by the size of their margin *in the first row* (the margins of the
/// second are what came out, not what was at stake) and cut into `bins` parts that differ by
/// one item at most. A change of the logits by at most ε flips no choice between two of them
/// whose margin is above 2ε; so flips gather in the first bins.
inline flip_report flips(std::span<graded const> before, std::span<graded const> after,
                         std::size_t bins = 10) {
    if (bins < 1) { fail<shape_error>("flips are sorted into at least one bin"); }
    require_same_items(before, after);
    flip_report report;
    auto const count = [&](flip_count& into, std::size_t i) {
        ++into.items;
        into.changed += before[i].answer != after[i].answer;
        into.lost += after[i].score < before[i].score;
        into.gained += after[i].score > before[i].score;
        into.before += before[i].score;
        into.after += after[i].score;
    };

    // Over all, and by bucket.
    for (std::size_t i = 0; i < before.size(); ++i) {
        count(report.all, i);
        count(report.by_bucket[before[i].bucket], i);
        if (before[i].answer != after[i].answer) { report.flipped.push_back(i); }
    }

    // By margin: bin b holds the positions [b·n / bins, (b + 1)·n / bins) of the sorted items.
    std::vector<std::size_t> order(before.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto const size_of = [&](std::size_t i) { return std::abs(before[i].margin); };
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return size_of(a) < size_of(b); });
    std::size_t const n = order.size();
    for (std::size_t b = 0; b < bins; ++b) {
        std::size_t const first = b * n / bins, last = (b + 1) * n / bins;
        if (first == last) { continue; } // fewer items than bins
        margin_bin bin;
        bin.low = size_of(order[first]);
        bin.high = size_of(order[last - 1]);
        for (std::size_t k = first; k < last; ++k) { count(bin, order[k]); }
        report.by_margin.push_back(bin);
    }
    return report;
}

} // namespace qad

#endif
