// SPDX-License-Identifier: MIT
// What can go wrong, and the one place that throws.
#ifndef QAD_CORE_ERROR_HPP
#define QAD_CORE_ERROR_HPP

#include <concepts>    // integral, floating_point
#include <cstdint>     // int64_t
#include <cstdio>      // snprintf
#include <stdexcept>   // runtime_error
#include <string>      // string
#include <string_view> // string_view
#include <type_traits> // is_convertible_v

namespace qad {

/// Base of all errors of the library. The message says what was wrong and what to do about it.
struct error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The caller combined things whose shapes or options do not fit together.
struct shape_error : error {
    using error::error;
};

/// Bytes that are not what their format promises. The message names file, offset, expected and
/// found.
struct format_error : error {
    using error::error;
};

/// The operating system could not read or write.
struct io_error : error {
    using error::error;
};

/// Writes one part of a message: text as it is, numbers in their shortest common form.
template <class Part> void append_text(std::string& text, Part const& part) {
    if constexpr (std::is_convertible_v<Part const&, std::string_view>) {
        text += std::string_view(part);
    } else if constexpr (std::same_as<Part, char>) {
        text += part;
    } else if constexpr (std::floating_point<Part>) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.6g", static_cast<double>(part));
        text += digits;
    } else {
        text += std::to_string(part);
    }
}

/// Strings and numbers one after the other: text("row ", 3, " of ", n).
template <class... Parts> std::string text(Parts const&... parts) {
    std::string result;
    (append_text(result, parts), ...);
    return result;
}

/// The only throw of the library, so that chapter headers also compile without exceptions
/// (WebAssembly inside the book's pictures), where it traps.
template <class Error = error, class... Parts> [[noreturn]] void fail(Parts const&... parts) {
#if defined(__cpp_exceptions)
    throw Error(text("qad: ", parts...));
#else
    ((void)parts, ...);
    __builtin_trap();
#endif
}

} // namespace qad

#endif
