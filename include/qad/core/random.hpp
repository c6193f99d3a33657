// SPDX-License-Identifier: MIT
// The same random numbers on every machine and standard library.
//
// Bits and uniform numbers always; normal numbers to the last bit where the compiler does not
// contract a·b + c to one rounding (-ffp-contract=off), elsewhere but for their last digits.
#ifndef QAD_CORE_RANDOM_HPP
#define QAD_CORE_RANDOM_HPP

#include <bit>      // bit_cast
#include <cmath>    // sqrt, which IEEE 754 rounds correctly everywhere
#include <cstdint>  // uint64_t
#include <iterator> // size
#include <utility>  // swap

namespace qad {

/// ln x for normal x > 0 from basic arithmetic only, so that no two math libraries can differ.
/// x = m·2^e with m in [√½, √2): ln x = e·ln 2 + 2 artanh z, z = (m−1)/(m+1), |z| < 0.172.
constexpr double portable_log(double x) {
    auto bits = std::bit_cast<std::uint64_t>(x);
    int exponent = static_cast<int>(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffULL) | (1023ULL << 52);
    double m = std::bit_cast<double>(bits);
    if (m > 1.4142135623730951) {
        m /= 2;
        ++exponent;
    }
    double const z = (m - 1) / (m + 1), zz = z * z;
    double series = 0;
    for (int k = 21; k >= 1; k -= 2) { series = series * zz + 1.0 / k; }
    return exponent * 0.6931471805599453 + 2 * z * series;
}

/// A seeded stream of random numbers: PCG-XSH-RR 64/32 (O'Neill 2014, "PCG: A Family of Simple
/// Fast Space-Efficient Statistically Good Algorithms for Random Number Generation", §6).
class generator {
  public:
    explicit constexpr generator(std::uint64_t seed = 0, std::uint64_t stream = 0)
        : increment_(2 * stream + 1) {
        next();
        state_ += seed;
        next();
    }

    /// 32 uniformly random bits.
    constexpr std::uint32_t next() {
        std::uint64_t const old = state_;
        state_ = old * 6364136223846793005ULL + increment_;
        auto const mixed = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
        auto const turn = static_cast<unsigned>(old >> 59);
        return (mixed >> turn) | (mixed << (-turn & 31));
    }

    /// Uniform in [0, 1), a multiple of 2⁻³².
    constexpr double uniform() { return next() * 0x1p-32; }

    /// Uniform in [low, high), but for the rounding of this sum.
    constexpr double uniform(double low, double high) { return low + (high - low) * uniform(); }

    /// Uniform among 0, 1, …, bound − 1 (bound ≥ 1; bias below bound/2³²).
    constexpr std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>((std::uint64_t{next()} * bound) >> 32);
    }

    /// Normal with mean 0 and variance 1: Marsaglia's polar method (1964).
    double normal() {
        if (has_spare_) {
            has_spare_ = false;
            return spare_;
        }
        double x = 0, y = 0, square = 0;
        do {
            x = uniform(-1, 1);
            y = uniform(-1, 1);
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double const factor = std::sqrt(-2 * portable_log(square) / square);
        spare_ = y * factor;
        has_spare_ = true;
        return x * factor;
    }

  private:
    std::uint64_t state_ = 0, increment_;
    double spare_ = 0;
    bool has_spare_ = false;
};

/// Puts the list in random order, each equally likely: Fisher and Yates' shuffle, from the end.
template <class List> constexpr void shuffle(generator& random, List& list) {
    for (std::size_t left = std::size(list); left > 1; --left) {
        std::swap(list[left - 1], list[random.below(static_cast<std::uint32_t>(left))]);
    }
}

} // namespace qad

#endif
