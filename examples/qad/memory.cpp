// SPDX-License-Identifier: MIT
// Counts every allocation of the program by standing in the place of operator new and delete.
#include "memory.hpp"

#include <sys/resource.h> // getrusage

#include <atomic>  // atomic
#include <cstdint> // uintptr_t
#include <cstdlib> // malloc, free
#include <fstream> // ifstream
#include <mutex>   // mutex
#include <new>     // align_val_t, bad_alloc

#if defined(__APPLE__)
#include <malloc/malloc.h> // malloc_size
static std::size_t size_of(void* at) { return ::malloc_size(at); }
#else
#include <malloc.h> // malloc_usable_size
static std::size_t size_of(void* at) { return ::malloc_usable_size(at); }
#endif

namespace {

std::atomic<std::int64_t> now{0}, peak{0};

// A block that begins on a page of 2 MiB lies in a mapping up to so much larger, whose end nobody touches:
// of these few the size that was asked for counts. Blocks of their own, because a container would allocate.
constexpr std::size_t large_page = 2 << 20;
struct large_block {
    void* at;
    std::size_t size;
    large_block* next;
};
std::mutex large_lock;
large_block* large_blocks = nullptr;

void add(std::size_t bytes) {
    auto const size = static_cast<std::int64_t>(bytes);
    std::int64_t const after = now.fetch_add(size, std::memory_order_relaxed) + size;
    std::int64_t most = peak.load(std::memory_order_relaxed);
    while (after > most && !peak.compare_exchange_weak(most, after, std::memory_order_relaxed)) {}
}
void* counted(void* at) {
    if (at == nullptr) { throw std::bad_alloc(); }
    add(size_of(at));
    return at;
}
void* aligned(std::size_t size, std::align_val_t to) {
    auto const alignment = static_cast<std::size_t>(to);
    void* const at = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (at == nullptr || alignment < large_page) { return counted(at); }
    auto* const block = static_cast<large_block*>(std::malloc(sizeof(large_block)));
    if (block == nullptr) {
        std::free(at);
        throw std::bad_alloc();
    }
    std::lock_guard const lock(large_lock);
    large_blocks = new (block) large_block{at, size, large_blocks};
    add(size);
    return at;
}
/// The size that counted for a block; forgets it if it is a large one.
std::size_t counted_size(void* at) {
    if (reinterpret_cast<std::uintptr_t>(at) % large_page == 0) {
        std::lock_guard const lock(large_lock);
        for (large_block** link = &large_blocks; *link != nullptr; link = &(*link)->next) {
            if ((*link)->at != at) { continue; }
            large_block* const block = *link;
            std::size_t const size = block->size;
            *link = block->next;
            std::free(block);
            return size;
        }
    }
    return size_of(at);
}
void gone(void* at) noexcept {
    if (at == nullptr) { return; }
    now.fetch_sub(static_cast<std::int64_t>(counted_size(at)), std::memory_order_relaxed);
    std::free(at);
}

} // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new[](std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t to) { return aligned(size, to); }
void* operator new[](std::size_t size, std::align_val_t to) { return aligned(size, to); }
void operator delete(void* at) noexcept { gone(at); }
void operator delete[](void* at) noexcept { gone(at); }
void operator delete(void* at, std::size_t) noexcept { gone(at); }
void operator delete[](void* at, std::size_t) noexcept { gone(at); }
void operator delete(void* at, std::align_val_t) noexcept { gone(at); }
void operator delete[](void* at, std::align_val_t) noexcept { gone(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { gone(at); }
void operator delete[](void* at, std::size_t, std::align_val_t) noexcept { gone(at); }

namespace qad::program {

void return_large_blocks() {
#if defined(__GLIBC__)
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

index_t heap_now() { return now.load(std::memory_order_relaxed); }
index_t heap_peak() { return peak.load(std::memory_order_relaxed); }
void heap_peak_from_here() { peak.store(now.load(std::memory_order_relaxed), std::memory_order_relaxed); }

index_t mapped_bytes() {
    // Resident pages of mappings of model files; libraries are not ours.
    index_t sum = 0;
    bool model_file = false;
    std::string line;
    for (std::ifstream in("/proc/self/smaps"); std::getline(in, line);) {
        if (line.find('-') < line.find(' ') && line.find(':') > line.find(' ')) {
            model_file = line.ends_with(".safetensors") || line.ends_with(".gguf");
        } else if (model_file && line.starts_with("Rss:")) {
            sum += 1024 * std::stoll(line.substr(4));
        }
    }
    return sum;
}

index_t peak_resident() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
    return usage.ru_maxrss;
#else
    return index_t{usage.ru_maxrss} * 1024;
#endif
}

json memory_json() {
    return {{"heap_peak", heap_peak()}, {"mapped", mapped_bytes()}, {"measured", heap_peak() + mapped_bytes()}};
}

} // namespace qad::program
