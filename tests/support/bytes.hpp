// SPDX-License-Identifier: MIT
// A text as the bytes that it is.
#ifndef QAD_TESTS_SUPPORT_BYTES_HPP
#define QAD_TESTS_SUPPORT_BYTES_HPP

#include <cstddef>     // byte
#include <span>        // as_bytes
#include <string_view> // string_view

namespace qad::test {

inline std::span<std::byte const> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

} // namespace qad::test

#endif
