// SPDX-License-Identifier: MIT
// Writing the tensors of a file one after the other, without holding them all.
#ifndef QAD_IO_TENSOR_STREAM_HPP
#define QAD_IO_TENSOR_STREAM_HPP

#include <qad/core/file.hpp> // atomic_file

#include <vector> // vector

namespace qad {

/// The second half of a file whose header announced names and sizes. Bytes arrive in that
/// order, in as many pieces as the caller likes (a row at a time, say); after each tensor zeros
/// fill up to a multiple of `alignment`. The file appears only when all of them came.
class tensor_stream {
  public:
    struct slot {
        std::string name;
        index_t bytes = 0;
    };

    tensor_stream(std::filesystem::path const& path, std::string_view header,
                  std::vector<slot> slots, index_t alignment = 1)
        : path_(path.string()), file_(path), slots_(std::move(slots)), alignment_(alignment) {
        file_.write(header);
        skip_finished();
    }

    /// The next bytes of tensor `name`; `shape_error` when another one is due, or too many
    /// come.
    void write(std::string_view name, std::span<std::byte const> bytes) {
        if (bytes.empty()) { return; }
        auto const more = static_cast<index_t>(bytes.size());
        if (next_ == slots_.size() || slots_[next_].name != name) {
            fail<shape_error>(path_, ": tensor '", name, "' came, but ",
                              next_ == slots_.size() ? "none" : "'" + slots_[next_].name + "'",
                              " is due; write tensors in the order of their declaration");
        }
        if (more > slots_[next_].bytes - done_) {
            fail<shape_error>(path_, ": tensor '", name, "' was declared with ",
                              slots_[next_].bytes, " bytes, and more came");
        }
        file_.write(bytes);
        done_ += more;
        skip_finished();
    }

    /// Checks that every tensor is complete and gives the file its name.
    void commit() {
        if (next_ != slots_.size()) {
            fail<shape_error>(path_, ": tensor '", slots_[next_].name, "' is incomplete (",
                              done_, " of ", slots_[next_].bytes,
                              " bytes); nothing was written");
        }
        file_.commit();
    }

  private:
    void skip_finished() {
        while (next_ < slots_.size() && done_ == slots_[next_].bytes) {
            index_t const padding = (alignment_ - done_ % alignment_) % alignment_;
            file_.write(std::string(static_cast<std::size_t>(padding), '\0'));
            ++next_;
            done_ = 0;
        }
    }

    std::string path_;
    atomic_file file_;
    std::vector<slot> slots_;
    index_t alignment_;
    std::size_t next_ = 0; // the tensor that is due
    index_t done_ = 0;     // bytes of it that came
};

} // namespace qad

#endif
