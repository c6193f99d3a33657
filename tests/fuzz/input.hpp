// SPDX-License-Identifier: MIT
// What must hold for any bytes that a reader is given, and how it is watched.
#ifndef QAD_TESTS_FUZZ_INPUT_HPP
#define QAD_TESTS_FUZZ_INPUT_HPP

#include <qad/core/error.hpp> // error

#include <cstddef>     // byte
#include <cstdint>     // uint8_t
#include <cstdio>      // fprintf
#include <cstdlib>     // abort, posix_memalign
#include <cstring>     // memcpy
#include <memory>      // shared_ptr
#include <span>        // span
#include <string_view> // string_view

// The sanitizer's own, which g++ ships without a header.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(void const volatile*, std::size_t),
                                                         void (*)(void const volatile*));
extern "C" std::size_t __sanitizer_get_allocated_size(void const volatile*);

namespace qad::fuzz {

/// The name of the file in messages.
inline constexpr char const* where = "damaged.file";

[[noreturn]] inline void broken(char const* law, char const* what = "") {
    std::fprintf(stderr, "\nqad fuzz: broken: %s %s\n", law, what);
    std::abort();
}

/// An input as a mapped file would hold it: aligned like a page's cache line, and not a byte more, so
/// that the sanitizer sees a read beyond the end. A few words of JSON become trees and tables, hence
/// the constants: an empty array within an array, "[],", takes 3 bytes of the file and 56 of memory; a
/// token takes 6 bytes, may leave three numbers out (io/token_numbers.hpp), and stands in a tree and in
/// tables by number; while those grow, their old and new memory lives side by side. The first 4096
/// numbers are free, which are strings in two tables.
class input {
  public:
    static constexpr std::size_t bytes_of_memory_per_byte_of_file = 128;
    static constexpr std::size_t bytes_of_memory_anyway = 1 << 20; // tables, messages, expressions

    input(std::uint8_t const* data, std::size_t size) : size_(size) {
        void* room = nullptr;
        if (::posix_memalign(&room, 64, size + (size == 0)) != 0) { std::abort(); }
        if (size > 0) { std::memcpy(room, data, size); }
        data_ = std::shared_ptr<std::byte const>(static_cast<std::byte const*>(room),
                                                 [](std::byte const* at) { std::free(const_cast<std::byte*>(at)); });
    }
    std::span<std::byte const> bytes() const { return {data_.get(), size_}; }
    std::string_view text() const { return {reinterpret_cast<char const*>(data_.get()), size_}; }
    std::shared_ptr<void const> owner() const { return data_; }

    /// Everything after the first byte; what the first byte chooses among is the target's affair.
    int choice() const { return size_ == 0 ? 0 : static_cast<int>(*data_); }
    std::string_view after_choice() const { return text().substr(size_ == 0 ? 0 : 1); }

  private:
    std::shared_ptr<std::byte const> data_;
    std::size_t size_;
};

/// Counts what its thread allocates while it lives, also by other libraries.
class heap_watch {
  public:
    explicit heap_watch(std::size_t limit) {
        [[maybe_unused]] static int const installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
        now_ = 0;
        limit_ = static_cast<std::ptrdiff_t>(limit);
    }
    ~heap_watch() { limit_ = PTRDIFF_MAX; }
    heap_watch(heap_watch const&) = delete;
    heap_watch& operator=(heap_watch const&) = delete;

  private:
    static void on_malloc(void const volatile*, std::size_t size) {
        if (limit_ == PTRDIFF_MAX) { return; }
        now_ += static_cast<std::ptrdiff_t>(size);
        if (now_ > limit_) {
            limit_ = PTRDIFF_MAX; // the report may allocate
            broken("memory in proportion to the file");
        }
    }
    static void on_free(void const volatile* at) {
        if (limit_ != PTRDIFF_MAX) {
            now_ -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(at));
        }
    }
    static inline thread_local std::ptrdiff_t now_ = 0, limit_ = PTRDIFF_MAX; // not the fuzzer's other thread
};

/// Runs `read` on an input. It may refuse, with an error of ours that says something and names the
/// file; any other exception, and memory out of proportion, ends the program. Time is the fuzzer's
/// affair (-timeout). True when nothing was refused.
template <class Read> bool reads(input const& from, Read&& read) {
    heap_watch const watch(from.bytes().size() * input::bytes_of_memory_per_byte_of_file +
                           input::bytes_of_memory_anyway);
    try {
        read();
        return true;
    } catch (error const& refused) {
        std::string_view const message = refused.what();
        if (!message.starts_with("qad: ") || message.size() < 20) { broken("an error that says something:", refused.what()); }
        if (message.find(where) == message.npos) { broken("an error that names the file:", refused.what()); }
        return false;
    }
}

} // namespace qad::fuzz

/// Shorter memory of freed blocks and of who allocated: twice as many inputs a second.
extern "C" char const* __asan_default_options() { return "quarantine_size_mb=4:malloc_context_size=6"; }

#endif
