// SPDX-License-Identifier: MIT
// The tensors of a file or a checkpoint, found by name.
#ifndef QAD_IO_TENSOR_TABLE_HPP
#define QAD_IO_TENSOR_TABLE_HPP

#include <qad/io/tensor.hpp> // tensor_entry

#include <functional>  // less
#include <map>         // map
#include <string_view> // string_view

namespace qad {

/// Tensors in the order of their addition; names are unique.
class tensor_table {
  public:
    /// `where` names the file or directory in messages.
    explicit tensor_table(std::string where) : where_(std::move(where)) {}

    void add(tensor_entry tensor) {
        auto const [place, fresh] = place_.emplace(tensor.name, tensors_.size());
        if (!fresh) {
            fail<format_error>(where_, ": tensor '", tensor.name, "' is in ", tensor.file,
                               " and in ", tensors_[place->second].file,
                               "; one of them is stale");
        }
        tensors_.push_back(std::move(tensor));
    }

    std::span<tensor_entry const> tensors() const { return tensors_; }
    bool contains(std::string_view name) const { return place_.find(name) != place_.end(); }

    /// The tensor of that name, or `format_error` that shows its alphabetic neighbours.
    tensor_entry const& at(std::string_view name) const {
        auto near = place_.lower_bound(name);
        if (near != place_.end() && near->first == name) { return tensors_[near->second]; }
        for (int back = 0; back < 2 && near != place_.begin(); ++back) { --near; }
        std::string list;
        for (int shown = 0; shown < 4 && near != place_.end(); ++shown, ++near) {
            list += text(shown == 0 ? "'" : ", '", near->first, "'");
        }
        fail<format_error>(where_, ": no tensor '", name, "' among ", tensors_.size(),
                           list.empty() ? "" : "; near it: ", list,
                           "; is the checkpoint complete and its config.json the right one?");
    }

  private:
    std::string where_;
    std::vector<tensor_entry> tensors_;
    std::map<std::string, std::size_t, std::less<>> place_;
};

} // namespace qad

#endif
