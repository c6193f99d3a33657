// SPDX-License-Identifier: MIT
// What the self-checks of the chapters are written with. A check is an ordinary doctest program
// that knows no implementation: it includes QAD_IMPL_HEADER, the header that it judges, and calls
// what it finds in the namespace QAD_IMPL_NS. `./qad check 3.3` defines both.
#ifndef QAD_CHAPTERS_SELF_CHECK_HPP
#define QAD_CHAPTERS_SELF_CHECK_HPP

#include "judge.hpp" // judge, judge_law, normal, uniform

/// CONTRACT(row_scales, (std::span<float const> w, int qmax), std::vector<float>): the header
/// that is judged has this function; where it has not, the compiler says this one sentence.
/// The overload with `...` is chosen only where no better one is there.
#ifdef QAD_CONSTANT
#define CONTRACT(name, arguments, ...)                                                         \
    namespace QAD_IMPL_NS {                                                                    \
    inline auto name arguments->__VA_ARGS__ {                                                  \
        return ::qad::check::constant<__VA_ARGS__>(QAD_CONSTANT);                              \
    }                                                                                          \
    }                                                                                          \
    namespace impl = QAD_IMPL_NS
#else
#define CONTRACT(name, arguments, ...)                                                         \
    namespace QAD_IMPL_NS {                                                                    \
    ::qad::check::missing name(...);                                                           \
    }                                                                                          \
    static_assert(::qad::check::gives(                                                         \
                      [](auto... a) -> decltype(QAD_IMPL_NS::name(a...)) { return {}; },       \
                      static_cast<auto(*) arguments->__VA_ARGS__>(nullptr)),                   \
                  "your header needs: auto " #name #arguments " -> " #__VA_ARGS__);            \
    namespace impl = QAD_IMPL_NS
#endif

#endif
