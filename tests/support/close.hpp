// SPDX-License-Identifier: MIT
// Closeness with its bound in sight: CHECK(close(got, want, bound)) prints all three when it fails.
#ifndef QAD_TESTS_SUPPORT_CLOSE_HPP
#define QAD_TESTS_SUPPORT_CLOSE_HPP

#include <qad/core/matrix.hpp> // matrix_view

#include <cmath>   // abs
#include <cstdio>  // snprintf
#include <limits>  // infinity
#include <ostream> // ostream
#include <span>    // span
#include <string>  // string

namespace qad::test {

/// The answer of `close`: true or false to doctest, and a sentence to the reader.
struct closeness {
    double got = 0, want = 0, bound = 0;
    std::string where = {}; // "[3]", "(2, 5)", or empty for two numbers
    std::string shapes = {}; // says why when the shapes differ

    double error() const {
        if (got == want) { return 0; } // equal infinities too
        double const apart = std::abs(got - want);
        return apart == apart ? apart : std::numeric_limits<double>::infinity(); // NaN is far away
    }
    explicit operator bool() const { return shapes.empty() && error() <= bound; }

    friend std::ostream& operator<<(std::ostream& out, closeness const& c) {
        if (!c.shapes.empty()) { return out << c.shapes; }
        char line[160];
        std::snprintf(line, sizeof line, "got %.9g, want %.9g: apart by %.3g, allowed %.3g", c.got,
                      c.want, c.error(), c.bound);
        return out << (c.where.empty() ? "" : "at " + c.where + ": ") << line;
    }
};

/// |got − want| ≤ bound. The bound is absolute: who means a relative one multiplies it out, and
/// says of what.
inline closeness close(double got, double want, double bound) { return {got, want, bound}; }

/// The same for every element; reports the worst.
template <class A, class B>
closeness close(matrix_view<A> got, matrix_view<B> want, double bound) {
    if (got.rows() != want.rows() || got.cols() != want.cols()) {
        return {0, 0, bound, {}, text("got ", got.rows(), " x ", got.cols(), ", want ", want.rows(),
                                      " x ", want.cols())};
    }
    closeness worst{0, 0, bound};
    for (index_t i = 0; i < got.rows(); ++i) {
        for (index_t j = 0; j < got.cols(); ++j) {
            closeness here{static_cast<double>(got(i, j)), static_cast<double>(want(i, j)), bound};
            if (here.error() > worst.error()) {
                here.where = text("(", i, ", ", j, ")");
                worst = here;
            }
        }
    }
    return worst;
}
template <class A, class B> closeness close(matrix<A> const& got, matrix<B> const& want, double bound) {
    return close(got.view(), want.view(), bound);
}
/// Vectors: anything with data() and size(), as std::span, std::vector and std::array have.
template <class A, class B>
    requires requires(A const& a, B const& b) { std::span(a), std::span(b); }
closeness close(A const& got, B const& want, double bound) {
    if (std::size(got) != std::size(want)) {
        return {0, 0, bound, {}, text("got ", std::size(got), " elements, want ", std::size(want))};
    }
    auto result = close(matrix_view(std::span(got)), matrix_view(std::span(want)), bound);
    if (auto const comma = result.where.find(", "); comma != std::string::npos) {
        result.where = "[" + result.where.substr(comma + 2, result.where.size() - comma - 3) + "]";
    }
    return result;
}

} // namespace qad::test

#endif
