// SPDX-License-Identifier: MIT
// How much of a score is chance: intervals, and differences on the same items.
#ifndef QAD_DECIDE_BOOTSTRAP_HPP
#define QAD_DECIDE_BOOTSTRAP_HPP

#include <qad/core/random.hpp> // generator
#include <qad/core/size.hpp>   // index_t, errors

#include <algorithm> // sort
#include <cmath>     // ceil, floor, pow
#include <span>      // span
#include <vector>    // vector

namespace qad {

/// The interval that holds the middle `level` of the resamples.
struct bootstrap_options {
    index_t resamples = 2000;
    double level = 0.95;
    std::uint64_t seed = 0;
};

struct interval {
    double value = 0; ///< of the items as they are
    double low = 0, high = 0;

    double width() const { return high - low; }
    bool contains(double x) const { return low <= x && x <= high; }
};

/// A row minus another on the same items.
struct difference : interval {
    /// The interval leaves out 0. Where it does not, the pack says "not distinguishable".
    bool distinguishable() const { return !contains(0); }
};

/// The value below which a share q of the sorted values lie; between two values, in proportion.
inline double sorted_quantile(std::span<double const> sorted, double q) {
    double const at = q * static_cast<double>(sorted.size() - 1);
    auto const below = static_cast<std::size_t>(std::floor(at));
    auto const above = std::min(below + 1, sorted.size() - 1);
    double const part = at - static_cast<double>(below);
    // Written so that between equal values stands that value, to the bit.
    return sorted[below] + part * (sorted[above] - sorted[below]);
}

/// The percentile bootstrap (Efron 1979, "Bootstrap Methods: Another Look at the Jackknife"):
/// draw n of n items with replacement, compute the statistic, `resamples` times; the interval
/// is cut from the middle of what came out. `statistic` gets the positions that were drawn, as
/// a span of std::uint32_t, and gives a number: a mean, a macro-F1, anything.
///
/// It knows only the items. Where all are right it has width 0, which does not mean that
/// nothing can go wrong: see `unseen_at_most`. And it does not know that a fine-tuning run
/// with another seed would have ended elsewhere.
template <class Statistic>
interval bootstrap(index_t items, Statistic&& statistic, bootstrap_options const& o = {}) {
    if (items < 1 || items > INT32_MAX) {
        fail<shape_error>("an interval of ", items, " items; at least 1 is needed");
    }
    if (o.resamples < 1 || !(o.level > 0) || !(o.level < 1)) {
        fail<shape_error>("a bootstrap needs at least 1 resample and a level between 0 and 1, "
                          "not ",
                          o.resamples, " and ", o.level);
    }
    std::vector<std::uint32_t> drawn(static_cast<std::size_t>(items));
    for (std::uint32_t i = 0; i < drawn.size(); ++i) { drawn[i] = i; }
    auto const value = [&] {
        return static_cast<double>(statistic(std::span<std::uint32_t const>(drawn)));
    };
    interval result{.value = value()};
    generator random(o.seed, 0xb007);
    std::vector<double> values;
    for (index_t r = 0; r < o.resamples; ++r) {
        for (auto& i : drawn) { i = random.below(static_cast<std::uint32_t>(items)); }
        values.push_back(value());
    }
    std::sort(values.begin(), values.end());
    result.low = sorted_quantile(values, (1 - o.level) / 2);
    result.high = sorted_quantile(values, (1 + o.level) / 2);
    return result;
}

/// The interval of a mean. The sum is taken of differences from the first value, so that equal
/// values have width 0 to the bit.
inline interval bootstrap_mean(std::span<double const> values,
                               bootstrap_options const& o = {}) {
    return bootstrap(
        static_cast<index_t>(values.size()),
        [&](std::span<std::uint32_t const> drawn) {
            double sum = 0;
            for (std::uint32_t i : drawn) { sum += values[i] - values[0]; }
            return values[0] + sum / static_cast<double>(drawn.size());
        },
        o);
}

/// A statistic of row b minus that of row a, both on the same drawn items: what makes an item
/// hard is in both and goes out, so the interval is narrower than that of two rows apart.
template <class A, class B> difference paired_difference(index_t items, A&& of_a, B&& of_b,
                                                         bootstrap_options const& o = {}) {
    return {bootstrap(
        items, [&](auto drawn) { return of_b(drawn) - of_a(drawn); }, o)};
}

/// b − a in the mean score; a[i] and b[i] are the scores of the same item.
inline difference paired_difference(std::span<double const> a, std::span<double const> b,
                                    bootstrap_options const& o = {}) {
    if (a.size() != b.size()) {
        fail<shape_error>("two rows of ", a.size(), " and ", b.size(),
                          " items; a paired comparison needs the same items in both");
    }
    std::vector<double> change;
    for (std::size_t i = 0; i < a.size(); ++i) { change.push_back(b[i] - a[i]); }
    return {bootstrap_mean(change, o)};
}

/// The normal distribution's 97.5 % point: 95 % lie within ± this many standard errors.
inline constexpr double two_sided_95 = 1.959963984540054;

/// How many items a share near p needs for a 95 % interval of ± half_width:
///
///   n = z²·p·(1 − p) / h²     (139 for .90 ± .05, 385 for .50 ± .05)
inline index_t items_needed(double p, double half_width) {
    if (!(p >= 0) || p > 1 || !(half_width > 0)) {
        fail<shape_error>("items_needed wants a share in [0, 1] and a half width above 0, not ",
                          p, " and ", half_width);
    }
    double const n = two_sided_95 * two_sided_95 * p * (1 - p) / (half_width * half_width);
    return std::max<index_t>(1, static_cast<index_t>(std::ceil(n)));
}

/// What happened 0 times in n items happens, with 95 % confidence, at most this often: 1 −
/// .05^(1/n), nearly 3/n (Hanley and Lippman-Hand 1983, "If nothing goes wrong, is everything
/// all right?"). To be said beside a perfect score.
inline double unseen_at_most(index_t items) {
    if (items < 1) { fail<shape_error>("nothing can be said about ", items, " items"); }
    return 1 - std::pow(0.05, 1 / static_cast<double>(items));
}

} // namespace qad

#endif
