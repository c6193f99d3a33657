// SPDX-License-Identifier: MIT
// Chapter 1.1, "Opening failure" — chapters/1-fit/README.md#s1-1
#ifndef QAD_FIT_UNITS_HPP
#define QAD_FIT_UNITS_HPP

#include <qad/core/size.hpp> // index_t, fail

#include <compare> // operator<=>

namespace qad {

/// A number of bytes, exact, and signed so that a shortage can be told. It does not convert to
/// or from integers by itself, and its sums are checked for overflow.
struct byte_count;

/// An amount in one unit of memory, for people: 140 GB, 130.4 GiB. Amounts of different units
/// do not mix: `80_GB - 6_GiB` does not compile. Say what is meant:
/// `byte_count(80_GB) - byte_count(6_GiB)`.
template <index_t Unit> struct amount {
    double value = 0;

    constexpr amount() = default;
    explicit constexpr amount(double number) : value(number) {}
    explicit constexpr amount(byte_count exact);

    constexpr amount operator-() const { return amount(-value); }
    friend constexpr amount operator+(amount a, amount b) { return amount(a.value + b.value); }
    friend constexpr amount operator-(amount a, amount b) { return amount(a.value - b.value); }
    friend constexpr amount operator*(double times, amount a) {
        return amount(times * a.value);
    }
    constexpr auto operator<=>(amount const&) const = default;
};

using kilobytes = amount<1'000>;
using megabytes = amount<1'000'000>;
using gigabytes = amount<1'000'000'000>;         ///< what a card and a download are sold by
using kibibytes = amount<index_t{1} << 10>;
using mebibytes = amount<index_t{1} << 20>;
using gibibytes = amount<index_t{1} << 30>;      ///< what many tools print, often as "GB"

struct byte_count {
    index_t count = 0;

    constexpr byte_count() = default;
    explicit constexpr byte_count(index_t exact) : count(exact) {}
    /// The nearest whole byte.
    template <index_t Unit> explicit constexpr byte_count(amount<Unit> a) {
        double const exact = a.value * static_cast<double>(Unit);
        if (!(exact > -0x1p62 && exact < 0x1p62)) { overflow(); } // NaN too
        count = static_cast<index_t>(exact);
        double const rest = exact - static_cast<double>(count);
        count += rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0;
    }

    friend constexpr byte_count operator+(byte_count a, byte_count b) {
        index_t sum = 0;
        if (__builtin_add_overflow(a.count, b.count, &sum)) { overflow(); }
        return byte_count(sum);
    }
    friend constexpr byte_count operator-(byte_count a, byte_count b) {
        index_t difference = 0;
        if (__builtin_sub_overflow(a.count, b.count, &difference)) { overflow(); }
        return byte_count(difference);
    }
    friend constexpr byte_count operator*(index_t times, byte_count a) {
        index_t product = 0;
        if (__builtin_mul_overflow(times, a.count, &product)) { overflow(); }
        return byte_count(product);
    }
    constexpr byte_count& operator+=(byte_count other) { return *this = *this + other; }
    constexpr auto operator<=>(byte_count const&) const = default;

  private:
    [[noreturn]] static void overflow() {
        fail<shape_error>("a sum of bytes leaves 64 bits: a size is damaged (chapter 1.1)");
    }
};

template <index_t Unit>
constexpr amount<Unit>::amount(byte_count exact)
    : value(static_cast<double>(exact.count) / static_cast<double>(Unit)) {}

inline namespace literals {
constexpr gigabytes operator""_GB(long double n) { return gigabytes(static_cast<double>(n)); }
constexpr gibibytes operator""_GiB(long double n) { return gibibytes(static_cast<double>(n)); }
constexpr gigabytes operator""_GB(unsigned long long n) {
    return gigabytes(static_cast<double>(n));
}
constexpr gibibytes operator""_GiB(unsigned long long n) {
    return gibibytes(static_cast<double>(n));
}
} // namespace literals

// Why a unit belongs to a number.
static_assert(byte_count(6_GiB) - byte_count(6_GB) == byte_count(442'450'944));

} // namespace qad

#endif
