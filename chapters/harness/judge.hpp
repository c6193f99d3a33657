// SPDX-License-Identifier: MIT
// How a self-check compares answers, and names the mistake behind a wrong one. Nothing in here
// depends on what is judged, so it is parsed once for all checks.
#ifndef QAD_CHAPTERS_JUDGE_HPP
#define QAD_CHAPTERS_JUDGE_HPP

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace qad::check {

/// Any answer as numbers: a number, a truth value, or a range of them.
struct values {
    std::vector<double> numbers = {};

    values() = default;
    template <class T>
        requires std::is_arithmetic_v<T>
    values(T one) : numbers{static_cast<double>(one)} {}
    template <class T>
        requires std::is_arithmetic_v<T>
    values(std::initializer_list<T> list) {
        for (T one : list) { numbers.push_back(static_cast<double>(one)); }
    }
    template <class Range>
        requires requires(Range const& r) { r.begin() != r.end(); }
    values(Range const& range) {
        for (auto const& one : range) { numbers.push_back(static_cast<double>(one)); }
    }
};

/// A belief that the text argues against, known well enough to recognise its answers.
struct mistake {
    std::string id;         ///< "3.3a", as in mistakes/3.3a-….hpp
    std::string believes;   ///< the belief, never the person
    std::string so_what;    ///< one number that shows what it costs
};

/// What somebody who holds a belief would have answered; several such answers stand one after
/// the other.
struct belief {
    mistake const& what;
    values answer;
};

struct question {
    std::string input;              ///< what the function was given, as one line
    values expected;                ///< the right answer
    double allowed = 0;             ///< how far each number may be off
    std::string why = "exact";      ///< where that allowance comes from
    std::vector<belief> beliefs = {};
};

/// Compares an answer with the right one, and with those of the known mistakes. A mistake is
/// named at the end of a check, where it explains all answers that it was compared with.
void judge(values const& got, question const& asked);

struct property {
    std::string input;              ///< what the function was given, as one line
    std::string law;                ///< what must hold, as a sentence
    std::string seen = {};          ///< the first case where it does not
    std::vector<std::pair<mistake const&, bool>> beliefs = {}; ///< and whether it looks like one
};

/// A law that every right implementation keeps.
void judge_law(bool holds, property const& p);

/// Draws of this run: other ones with `./qad check 3.3 --seed 7`. The same numbers everywhere.
std::vector<float> normal(std::size_t count, std::uint64_t stream = 0);
std::vector<float> uniform(std::size_t count, float low, float high, std::uint64_t stream = 0);
std::uint64_t below(std::uint64_t limit, std::uint64_t stream = 0);

/// Numbers as one line: "0.05 -0.08 0.12".
std::string show(values const& v);

/// "70 of 80": words and numbers as one line.
template <class... Parts> std::string text(Parts const&... parts) {
    std::string line;
    auto const add = [&](auto const& part) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(part)>>) {
            line += show(part);
        } else {
            line += part;
        }
    };
    (add(parts), ...);
    return line;
}

} // namespace qad::check

#endif
