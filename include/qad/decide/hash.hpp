// SPDX-License-Identifier: MIT
// Which data was it? A short number that two runs on the same bytes share.
#ifndef QAD_DECIDE_HASH_HPP
#define QAD_DECIDE_HASH_HPP

#include <qad/core/file.hpp> // mapped_file

#include <cstdint>     // uint64_t
#include <filesystem>  // path
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// FNV-1a over bytes, 64 bits: h ← (h xor byte)·(2⁴⁰ + 2⁸ + 179), from a fixed start (Fowler,
/// Noll, Vo; RFC 9923). The same on every machine. It finds a changed file, it does not stop a
/// forger: who wants to can make two files with one hash. `begin` continues an earlier text.
constexpr std::uint64_t fnv1a(std::string_view bytes,
                              std::uint64_t begin = 0xcbf29ce484222325u) {
    std::uint64_t hash = begin;
    for (char byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
    }
    return hash;
}

/// Sixteen hexadecimal digits, as evidence and tables write a hash.
inline std::string hex(std::uint64_t number) {
    std::string digits(16, '0');
    for (std::size_t i = 16; i-- > 0; number >>= 4) {
        digits[i] = "0123456789abcdef"[number & 15];
    }
    return digits;
}

/// The hash of a file's bytes, in hexadecimal.
inline std::string hash_of_file(std::filesystem::path const& path) {
    return hex(fnv1a(mapped_file(path).text()));
}

} // namespace qad

#endif
