// SPDX-License-Identifier: MIT
// A Llama-family model in GGUF, under the names and in the row order of Hugging Face.
#ifndef QAD_IO_GGUF_MODEL_HPP
#define QAD_IO_GGUF_MODEL_HPP

#include <qad/io/gguf_config.hpp> // gguf_parts, read_gguf_config
#include <qad/io/gguf_names.hpp>  // gguf_name

namespace qad {

/// Gives the tensors of a GGUF file as a loader of Hugging Face directories expects them.
/// Blocks stay as they are stored, in the mapped file; only query and key matrices are copied,
/// whose rows return to Hugging Face's order (gguf_names.hpp).
class gguf_model {
  public:
    explicit gguf_model(std::filesystem::path const& path) : gguf_model(gguf_parts(path)) {}
    explicit gguf_model(gguf_parts file)
        : file_(std::move(file)), config_(read_gguf_config(file_)) {
        // As in llama.cpp a tensor that nobody would read is an error: the model is another
        // one.
        std::unordered_set<std::string> known{
            "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"};
        for (auto const& name : gguf_model_names) { known.insert(text(name.gguf, ".weight")); }
        // More layers than tensors cannot be, so the list is no longer than the file allows.
        std::size_t tensors = 0;
        for (auto const& part : file_.files()) { tensors += part.tensors().size(); }
        if (config_.layers > static_cast<index_t>(tensors)) {
            fail<format_error>(file_.where(), ": ", config_.layers, " layers, but only ",
                               tensors, " tensors; the file is truncated");
        }
        for (index_t i = 0; i < config_.layers; ++i) {
            for (auto const& name : gguf_block_names) {
                known.insert(text("blk.", i, ".", name.gguf, ".weight"));
                known.insert(text("blk.", i, ".", name.gguf, ".bias"));
            }
        }
        for (auto const& part : file_.files()) {
            for (gguf_tensor const& tensor : part.tensors()) {
                if (known.contains(tensor.name)) { continue; }
                fail<format_error>(part.where(), ": tensor '", tensor.name,
                                   "' does not belong to a ", config_.family().gguf, " of ",
                                   config_.layers, " layers");
            }
        }
    }

    gguf_parts const& file() const { return file_; }
    model_config const& config() const { return config_; }

    /// The matrix that Hugging Face calls `hub`; `format_error` when it is missing or of
    /// another shape.
    gguf_matrix matrix(std::string_view hub, index_t rows, index_t cols) const {
        auto const name = gguf_name(hub);
        if (!name) { fail<format_error>(file_.where(), ": GGUF has no name for ", hub); }
        gguf_matrix const stored = file_.at(*name);
        if (stored.rows() != rows || stored.cols() != cols) {
            fail<format_error>(file_.where(), ": tensor '", *name, "' is ", stored.rows(),
                               " x ", stored.cols(), " but the keys ask for ", rows, " x ",
                               cols);
        }
        return permuted(hub) ? reordered(stored) : stored;
    }

    /// That matrix has been converted: its pages of the file are not needed any more.
    void release(std::string_view hub) const {
        if (auto const name = gguf_name(hub)) { file_.forget(*name); }
    }

    /// The vector that Hugging Face calls `hub`, as float.
    std::vector<float> vector(std::string_view hub, index_t size) const {
        qad::matrix<float> const row = dequantize(matrix_of_row(hub, size));
        std::vector<float> result(row.data(), row.data() + size);
        if (permuted(hub)) {
            for (index_t i = 0; i < size; ++i) {
                result[static_cast<std::size_t>(i)] = row(0, gguf_row(i, config_.head_dim));
            }
        }
        return result;
    }

  private:
    bool permuted(std::string_view hub) const {
        return config_.family().gguf == "llama" && is_permuted(hub);
    }
    gguf_matrix matrix_of_row(std::string_view hub, index_t size) const {
        auto const name = gguf_name(hub);
        if (!name) { fail<format_error>(file_.where(), ": GGUF has no name for ", hub); }
        gguf_matrix const stored = file_.at(*name);
        if (stored.rows() != 1 || stored.cols() != size) {
            fail<format_error>(file_.where(), ": tensor '", *name, "' has ", stored.rows(),
                               " x ", stored.cols(), " elements, expected ", size);
        }
        return stored;
    }
    gguf_matrix reordered(gguf_matrix const& stored) const {
        if (stored.rows() % config_.head_dim != 0) {
            fail<format_error>(file_.where(), ": ", stored.rows(),
                               " query or key rows are no "
                               "whole heads of ",
                               config_.head_dim);
        }
        auto const bytes = std::make_shared<std::vector<std::byte>>();
        bytes->reserve(stored.data().size());
        for (index_t i = 0; i < stored.rows(); ++i) {
            auto const row = stored.raw_row(gguf_row(i, config_.head_dim));
            bytes->insert(bytes->end(), row.begin(), row.end());
        }
        return {stored.type(), stored.rows(), stored.cols(), *bytes, bytes};
    }

    gguf_parts file_;
    model_config config_;
};

} // namespace qad

#endif
