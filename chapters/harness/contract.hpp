// SPDX-License-Identifier: MIT
// What joins a self-check and the header that it judges. The contract of a section, in contracts/,
// names its functions once. The check calls them through pointers; each implementation offers what
// the pointers point to. So either is compiled without the other, and a check is compiled once.
#ifndef QAD_CHAPTERS_CONTRACT_HPP
#define QAD_CHAPTERS_CONTRACT_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace qad::check {

struct missing {};

template <class Call, class Result, class... Arguments>
constexpr bool gives(Call, Result (*)(Arguments...)) {
    if constexpr (std::is_invocable_v<Call, Arguments...>) {
        using got = std::invoke_result_t<Call, Arguments...>;
        return !std::is_same_v<got, missing> && std::is_convertible_v<got, Result>;
    }
    return false;
}

/// For the proof that no constant passes: the number, or an empty vector.
template <class T> T constant(int value) {
    if constexpr (std::is_arithmetic_v<T>) { return static_cast<T>(value); }
    return T();
}

/// One function of an implementation; `use` points the check to it.
struct offer {
    offer(char const* who, void (*use)());
};

} // namespace qad::check

/// What CONTRACT is to a check: a function to call, in the namespace qad::judged.
#define JUDGED(name, arguments, ...)                                                           \
    namespace qad::judged {                                                                    \
    auto(*name) arguments->__VA_ARGS__ = nullptr;                                              \
    }

/// What CONTRACT(row_scales, (std::span<float const> w, int qmax), std::vector<float>) is to an
/// implementation: the namespace QAD_IMPL_NS has this function, and QAD_WHO offers it; where it
/// has not, the compiler says one sentence. What is absent is found where nothing else is.
#define OFFER(name, arguments, ...)                                                            \
    namespace qad::absent {                                                                    \
    ::qad::check::missing name(...);                                                           \
    }                                                                                          \
    namespace QAD_IMPL_NS {                                                                    \
    using namespace ::qad::absent;                                                             \
    }                                                                                          \
    static_assert(::qad::check::gives(                                                         \
                      [](auto... a) -> decltype(QAD_IMPL_NS::name(a...)) { return {}; },       \
                      static_cast<auto(*) arguments->__VA_ARGS__>(nullptr)),                   \
                  "your header needs: auto " #name #arguments " -> " #__VA_ARGS__);            \
    OFFER_AS(name, arguments, QAD_IMPL_NS::name(a...), __VA_ARGS__)

/// The same of functions that all return QAD_CONSTANT.
#define OFFER_CONSTANT(name, arguments, ...)                                                   \
    OFFER_AS(name, arguments,                                                                  \
             (static_cast<void>(sizeof...(a)),                                                 \
              ::qad::check::constant<__VA_ARGS__>(QAD_CONSTANT)),                              \
             __VA_ARGS__)

#define OFFER_AS(name, arguments, result, ...)                                                 \
    namespace qad::judged {                                                                    \
    extern auto(*name) arguments->__VA_ARGS__;                                                 \
    }                                                                                          \
    namespace QAD_IMPL_NS {                                                                    \
    static ::qad::check::offer const offers_##name(QAD_WHO, [] {                               \
        ::qad::judged::name = [](auto... a) -> __VA_ARGS__ { return result; };                 \
    });                                                                                        \
    }

#endif
