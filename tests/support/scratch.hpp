// SPDX-License-Identifier: MIT
// Room for files that a test writes.
#ifndef QAD_TESTS_SUPPORT_SCRATCH_HPP
#define QAD_TESTS_SUPPORT_SCRATCH_HPP

#include <filesystem> // path
#include <string>     // string
#include <unistd.h>   // getpid

namespace qad::test {

/// An empty directory that disappears with the object.
class scratch_directory {
  public:
    scratch_directory() { std::filesystem::create_directories(path_); }
    scratch_directory(scratch_directory const&) = delete;
    scratch_directory& operator=(scratch_directory const&) = delete;
    ~scratch_directory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
    std::filesystem::path const& path() const { return path_; }
    bool empty() const { return std::filesystem::is_empty(path_); }

  private:
    static int next() {
        static int number = 0;
        return number++;
    }
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() /
        ("qad-test-" + std::to_string(::getpid()) + "-" + std::to_string(next()));
};

} // namespace qad::test

#endif
