// SPDX-License-Identifier: MIT
// Files: read by mapping, written to a temporary sibling and renamed, so that none is
// half-written.
#ifndef QAD_CORE_FILE_HPP
#define QAD_CORE_FILE_HPP

#include <qad/core/size.hpp> // index_t, errors

#include <algorithm>   // min, max
#include <cerrno>      // errno
#include <cstddef>     // byte
#include <cstdint>     // uintptr_t
#include <cstdio>      // FILE
#include <cstring>     // strerror
#include <fcntl.h>     // open
#include <filesystem>  // path
#include <memory>      // shared_ptr
#include <span>        // span
#include <string>      // string
#include <string_view> // string_view
#include <sys/mman.h>  // mmap
#include <sys/stat.h>  // fstat
#include <unistd.h>    // close
#include <utility>     // exchange

namespace qad {

/// A read-only mapping of a whole file. Pages come in when they are touched.
class mapped_file {
  public:
    explicit mapped_file(std::filesystem::path path) : path_(std::move(path)) {
        int const file = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            fail<io_error>("cannot read ", path_.string(), ": ", std::strerror(errno),
                           "; check the path and its permissions");
        }
        struct stat status {};
        bool const regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
        if (regular && status.st_size > 0) {
            size_ = static_cast<std::size_t>(status.st_size);
            data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
        }
        ::close(file);
        if (!regular || data_ == MAP_FAILED) {
            data_ = nullptr;
            fail<io_error>("cannot map ", path_.string(), ": it must be a regular file");
        }
    }
    mapped_file(mapped_file const&) = delete;
    mapped_file& operator=(mapped_file const&) = delete;
    ~mapped_file() {
        if (data_) { ::munmap(data_, size_); }
    }

    std::filesystem::path const& path() const { return path_; }
    index_t size() const { return static_cast<index_t>(size_); }
    std::span<std::byte const> bytes() const {
        return {static_cast<std::byte const*>(data_), size_};
    }
    std::string_view text() const { return {static_cast<char const*>(data_), size_}; }

    /// Tells the system that these bytes of the file are not needed for now: their pages may
    /// go, and come back from the file when they are touched again. Linux brings 64 KiB at a
    /// touch, so what came beside them goes too: two hundred matrices would leave 25 MB behind.
    void forget(std::span<std::byte const> part) const {
        if (part.empty()) { return; }
        constexpr std::uintptr_t around = 64 * 1024;
        auto const page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        auto const at = [](void const* p) { return reinterpret_cast<std::uintptr_t>(p); };
        std::uintptr_t const begin = at(data_), end = (begin + size_ + page - 1) / page * page;
        std::uintptr_t const first = std::max(begin, at(part.data()) / around * around);
        std::uintptr_t const last =
            std::min(end, (at(part.data()) + part.size() + around - 1) / around * around);
        ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
    }

  private:
    std::filesystem::path path_;
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

/// Keeps the mapped file of these bytes; with its last copy their pages go, so that a model
/// that is read layer by layer stays no larger than a layer.
inline std::shared_ptr<void const> pages_of(std::span<std::byte const> bytes,
                                            std::shared_ptr<mapped_file const> file) {
    return {bytes.data(), [bytes, file](void const*) { file->forget(bytes); }};
}

/// A file that appears under its name only when `commit` was reached; until then it is a
/// temporary sibling, which a failure or an exception removes.
class atomic_file {
  public:
    explicit atomic_file(std::filesystem::path path)
        : path_(std::move(path)), temporary_(path_.string() + text(".part-", ::getpid())),
          file_(std::fopen(temporary_.c_str(), "wb")) {
        if (!file_) {
            fail<io_error>("cannot write ", temporary_, ": ", std::strerror(errno),
                           "; does the folder exist?");
        }
    }
    atomic_file(atomic_file const&) = delete;
    atomic_file& operator=(atomic_file const&) = delete;
    ~atomic_file() {
        if (file_) {
            std::fclose(file_);
            std::remove(temporary_.c_str());
        }
    }

    /// Goes on where the last bytes ended.
    void write(std::span<std::byte const> bytes) {
        if (bytes.empty()) { return; }
        if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) { refuse(); }
        end_ += static_cast<index_t>(bytes.size());
    }
    void write(std::string_view chars) { write(std::as_bytes(std::span(chars))); }
    /// Goes on `offset` bytes from the front; what is passed over holds zeros.
    void write_at(index_t offset, std::span<std::byte const> bytes) {
        if (offset != end_ && ::fseeko(file_, offset, SEEK_SET) != 0) { refuse(); }
        end_ = offset;
        write(bytes);
    }
    /// Makes the file `size` bytes long, with zeros where nothing was written.
    void resize(index_t size) {
        if (std::fflush(file_) != 0 || ::ftruncate(::fileno(file_), size) != 0) { refuse(); }
    }
    /// Where the last bytes ended.
    index_t written() const { return end_; }

    /// Brings the bytes to the disk, then gives the file its name.
    void commit() {
        bool const good = std::fflush(file_) == 0 && ::fsync(::fileno(file_)) == 0;
        std::fclose(std::exchange(file_, nullptr));
        if (!good || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
            int const reason = errno;
            std::remove(temporary_.c_str());
            fail<io_error>("cannot write ", path_.string(), ": ", std::strerror(reason),
                           "; nothing was changed");
        }
    }

  private:
    [[noreturn]] void refuse() const {
        fail<io_error>("cannot write ", path_.string(), ": ", std::strerror(errno),
                       "; nothing was changed");
    }
    std::filesystem::path path_;
    std::string temporary_;
    std::FILE* file_;
    index_t end_ = 0;
};

/// Writes a whole text file at once, atomically.
inline void write_text(std::filesystem::path const& path, std::string_view text) {
    atomic_file file(path);
    file.write(text);
    file.commit();
}

} // namespace qad

#endif
