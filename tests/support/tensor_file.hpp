// SPDX-License-Identifier: MIT
// A checkpoint made of a few tensors written by hand.
#ifndef QAD_TESTS_SUPPORT_TENSOR_FILE_HPP
#define QAD_TESTS_SUPPORT_TENSOR_FILE_HPP

#include <qad/io/checkpoint.hpp>         // checkpoint
#include <qad/io/safetensors_writer.hpp> // safetensors_writer

#include "support/scratch.hpp" // scratch_directory

#include <cstring> // memcpy
#include <map>     // map
#include <memory>  // shared_ptr

namespace qad::test {

/// Tensors by name, which a test may change before it reads them.
class tensor_file {
  public:
    template <class T> void put(std::string const& name, std::vector<index_t> shape, std::vector<T> const& values) {
        part& p = parts_[name];
        p = {data_type_of<T>(), std::move(shape), std::vector<std::byte>(values.size() * sizeof(T))};
        std::memcpy(p.bytes.data(), values.data(), p.bytes.size());
    }
    void erase(std::string const& name) { parts_.erase(name); }

    checkpoint read() const {
        std::vector<tensor_declaration> declared;
        for (auto const& [name, p] : parts_) { declared.push_back({name, p.type, p.shape}); }
        safetensors_writer file(*scratch_ / "model.safetensors", declared);
        for (auto const& tensor : file.order()) { file.write(tensor.name, parts_.at(tensor.name).bytes); }
        file.commit();
        return checkpoint(scratch_->path());
    }

  private:
    struct part {
        data_type type;
        std::vector<index_t> shape;
        std::vector<std::byte> bytes;
    };
    std::map<std::string, part> parts_;
    std::shared_ptr<scratch_directory> scratch_ = std::make_shared<scratch_directory>();
};

/// What reading a matrix complains about; empty when it does not.
template <class Form> std::string complaint(Form const& form, tensor_file const& file, index_t rows, index_t cols) {
    try {
        auto const tensors = file.read();
        form.read(tensors, "x.weight", rows, cols);
    } catch (format_error const& e) { return e.what(); }
    return "";
}
inline bool has(std::string const& message, char const* part) { return message.find(part) != message.npos; }

} // namespace qad::test

#endif
