// SPDX-License-Identifier: MIT
// Walking through the head of a GGUF file without leaving it.
#ifndef QAD_IO_GGUF_CURSOR_HPP
#define QAD_IO_GGUF_CURSOR_HPP

#include <qad/core/size.hpp>     // index_t
#include <qad/io/gguf_value.hpp> // gguf_value, gguf_array

#include <algorithm> // min
#include <cstddef>   // byte
#include <cstring>   // memcpy
#include <span>      // span

namespace qad {

/// Takes values from the front of a file and knows where it stands.
class gguf_cursor {
  public:
    gguf_cursor(std::span<std::byte const> file, std::string const& where)
        : file_(file), where_(where) {}

    index_t at() const { return at_; }
    index_t left() const { return static_cast<index_t>(file_.size()) - at_; }

    template <class T> T take(char const* what) {
        T value;
        std::memcpy(&value, bytes(sizeof value, what).data(), sizeof value);
        return value;
    }
    /// A count of things that take at least `least` bytes each, so it cannot exceed the file.
    index_t count(index_t most, index_t least, char const* what) {
        auto const number = take<std::uint64_t>(what);
        if (number > static_cast<std::uint64_t>(std::min(most, left() / least))) {
            damaged(what, " announces ", number,
                    ", more than the file holds or the format allows");
        }
        return static_cast<index_t>(number);
    }
    std::string string(char const* what) {
        auto const chars = bytes(count(index_t{1} << 30, 1, what), what);
        return {reinterpret_cast<char const*>(chars.data()), chars.size()};
    }
    std::span<std::byte const> bytes(index_t size, char const* what) {
        if (size > left()) {
            damaged(what, " needs ", size, " bytes, ", left(),
                    " are left; the file is truncated");
        }
        auto const result =
            file_.subspan(static_cast<std::size_t>(at_), static_cast<std::size_t>(size));
        at_ += size;
        return result;
    }
    template <class... Parts> [[noreturn]] void damaged(Parts const&... parts) const {
        fail<format_error>(where_, ": at byte ", at_, ": ", parts...);
    }

  private:
    std::span<std::byte const> file_;
    std::string const& where_;
    index_t at_ = 0;
};

/// Reads one value of a type that the file names by number: the alternative of `Variant` in
/// that place (gguf_value, gguf_array).
template <class Variant, std::size_t I = 0>
Variant read_as(gguf_cursor& file, std::uint32_t type);

template <class T> T read_one(gguf_cursor& file) {
    if constexpr (std::is_same_v<T, bool>) {
        return file.take<std::uint8_t>("a bool") != 0;
    } else if constexpr (std::is_same_v<T, std::string>) {
        return file.string("a string");
    } else if constexpr (std::is_same_v<T, gguf_none>) {
        file.damaged("an array of arrays; nothing reads those");
    } else if constexpr (std::is_same_v<T, gguf_array>) {
        return read_as<gguf_array>(file, file.take<std::uint32_t>("an element type"));
    } else if constexpr (requires { typename T::allocator_type; }) { // a vector
        using E = typename T::value_type;
        index_t const least = std::is_same_v<E, std::string> ? 8 : index_t{sizeof(E)};
        index_t const count = file.count(index_t{1} << 30, least, "an array");
        T result;
        result.reserve(static_cast<std::size_t>(count));
        for (index_t i = 0; i < count; ++i) { result.push_back(read_one<E>(file)); }
        return result;
    } else {
        return file.take<T>("a number");
    }
}

template <class Variant, std::size_t I> Variant read_as(gguf_cursor& file, std::uint32_t type) {
    if constexpr (I == std::variant_size_v<Variant>) {
        file.damaged("value type ", type, " is unknown");
    } else if (type == I) {
        return Variant(std::in_place_index<I>,
                       read_one<std::variant_alternative_t<I, Variant>>(file));
    } else {
        return read_as<Variant, I + 1>(file, type);
    }
}

} // namespace qad

#endif
