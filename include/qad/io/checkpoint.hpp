// SPDX-License-Identifier: MIT
// The weights of a Hugging Face model directory, in one file or in several.
#ifndef QAD_IO_CHECKPOINT_HPP
#define QAD_IO_CHECKPOINT_HPP

#include <qad/io/safetensors.hpp> // safetensors_file

#include <set> // set

namespace qad {

/// Which file each tensor lies in, from a parsed model.safetensors.index.json. `format_error`
/// unless the names of the files stay inside the directory.
inline std::map<std::string, std::string> parse_weight_map(json const& index,
                                                           std::string const& where) {
    json const& weight_map = index.is_object() ? member(index, "weight_map") : index;
    if (!weight_map.is_object() || weight_map.empty()) {
        fail<format_error>(where, ": has no weight_map");
    }
    std::map<std::string, std::string> files;
    for (auto const& [name, file] : weight_map.items()) {
        std::string const& shard = string_of(file, text(where, ": '", name, "'"));
        if (shard.find_first_of("/\\") != shard.npos) {
            fail<format_error>(where, ": '", shard, "' is no plain file name");
        }
        files.emplace(name, shard);
    }
    return files;
}

/// All tensors of a directory by name, wherever they lie:
///
///   model.safetensors                    or
///   model.safetensors.index.json  with   {"weight_map": {tensor: file, …}}  and those files
///
/// The index must be true: each file exists, each tensor is in its file and in no other.
/// Instead of a directory, one safetensors file by its own name.
class checkpoint {
  public:
    explicit checkpoint(std::filesystem::path const& directory) : table_(directory.string()) {
        if (std::filesystem::is_regular_file(directory)) {
            add(directory);
            return;
        }
        auto const single = directory / "model.safetensors";
        auto const index = directory / "model.safetensors.index.json";
        if (std::filesystem::exists(single)) {
            add(single);
        } else if (std::filesystem::exists(index)) {
            add_shards(directory, index);
        } else if (std::filesystem::exists(directory / "pytorch_model.bin") ||
                   std::filesystem::exists(directory / "pytorch_model.bin.index.json")) {
            fail<format_error>(directory.string(),
                               ": has pytorch_model.bin, whose pickles can run "
                               "code; convert the weights to safetensors");
        } else {
            fail<io_error>("no weights in ", directory.string(),
                           ": expected model.safetensors or "
                           "model.safetensors.index.json");
        }
    }

    std::span<tensor_entry const> tensors() const { return table_.tensors(); }
    bool contains(std::string_view name) const { return table_.contains(name); }
    tensor_entry const& at(std::string_view name) const { return table_.at(name); }

  private:
    void add(std::filesystem::path const& path) {
        safetensors_file const file(path); // each entry keeps the mapping alive
        for (tensor_entry const& tensor : file.tensors()) { table_.add(tensor); }
    }

    void add_shards(std::filesystem::path const& directory,
                    std::filesystem::path const& index) {
        auto const weight_map = parse_weight_map(read_json(index), index.string());
        // Read each file once.
        std::set<std::string> files;
        for (auto const& [name, shard] : weight_map) { files.insert(shard); }
        for (std::string const& shard : files) { add(directory / shard); }

        // Each tensor must be where the index says.
        for (auto const& [name, shard] : weight_map) {
            auto const expected = (directory / shard).string();
            if (!table_.contains(name) || table_.at(name).file != expected) {
                fail<format_error>(index.string(), ": tensor '", name, "' is not in ", expected,
                                   "; index and files belong to different checkpoints");
            }
        }
    }

    tensor_table table_;
};

} // namespace qad

#endif
