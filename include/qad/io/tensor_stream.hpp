// SPDX-License-Identifier: MIT
// Writing the tensors of a file as they come, without holding them all.
#ifndef QAD_IO_TENSOR_STREAM_HPP
#define QAD_IO_TENSOR_STREAM_HPP

#include <qad/core/file.hpp> // atomic_file

#include <functional> // less
#include <map>        // map
#include <vector>     // vector

namespace qad {

/// The second half of a file whose header announced names and sizes, each tensor followed by
/// zeros up to a multiple of `alignment`. Tensors come in any order, the bytes of each from
/// front to back, in as many pieces as the caller likes (a row at a time, say). The file
/// appears only when all of them came.
class tensor_stream {
  public:
    struct slot {
        std::string name;
        index_t bytes = 0;
    };

    tensor_stream(std::filesystem::path const& path, std::string_view header,
                  std::vector<slot> const& slots, index_t alignment = 1)
        : path_(path.string()), file_(path) {
        file_.write(header);
        auto end = static_cast<index_t>(header.size());
        for (slot const& tensor : slots) {
            places_.push_back({tensor.name, end, tensor.bytes, 0});
            number_.emplace(tensor.name, places_.size() - 1);
            index_t const blocks = ceil_div(tensor.bytes, alignment);
            end = checked_add(end, checked_mul(blocks, alignment));
        }
        file_.resize(end);
    }

    /// The next bytes of tensor `name`; `shape_error` when it was not announced, or too many
    /// come.
    void write(std::string_view name, std::span<std::byte const> bytes) {
        auto const found = number_.find(name);
        if (found == number_.end()) {
            fail<shape_error>(path_, ": tensor '", name, "' came, but was not declared");
        }
        place& tensor = places_[found->second];
        auto const more = static_cast<index_t>(bytes.size());
        if (more > tensor.bytes - tensor.done) {
            fail<shape_error>(path_, ": tensor '", name, "' was declared with ", tensor.bytes,
                              " bytes, and more came");
        }
        file_.write_at(tensor.begin + tensor.done, bytes);
        tensor.done += more;
    }

    /// Checks that every tensor is complete and gives the file its name.
    void commit() {
        for (place const& tensor : places_) {
            if (tensor.done != tensor.bytes) {
                fail<shape_error>(path_, ": tensor '", tensor.name, "' is incomplete (",
                                  tensor.done, " of ", tensor.bytes,
                                  " bytes); nothing was written");
            }
        }
        file_.commit();
    }

  private:
    struct place {
        std::string name;
        index_t begin, bytes, done;
    };

    std::string path_;
    atomic_file file_;
    std::vector<place> places_; // in the order of the file
    std::map<std::string, std::size_t, std::less<>> number_;
};

} // namespace qad

#endif
