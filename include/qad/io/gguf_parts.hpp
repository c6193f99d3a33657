// SPDX-License-Identifier: MIT
// A GGUF model in one file or in several, seen as one.
#ifndef QAD_IO_GGUF_PARTS_HPP
#define QAD_IO_GGUF_PARTS_HPP

#include <qad/io/gguf.hpp> // gguf_file

#include <cstdio> // snprintf
#include <deque>  // deque

namespace qad {

/// Opens `name.gguf`, or with `name-00001-of-0000N.gguf` all N parts: the first has the keys,
/// and each says with `split.no` and `split.count` which part it is (llama.cpp's gguf-split).
class gguf_parts {
  public:
    explicit gguf_parts(std::filesystem::path const& path) {
        files_.emplace_back(path);
        auto const count = number(files_[0], "split.count", 1);
        auto const no = number(files_[0], "split.no", 0);
        if (no != 0) {
            fail<format_error>(where(), ": is part ", no + 1, " of ", count,
                               "; open the first, …-00001-of-….gguf");
        }
        if (count > 1) { open_others(path, count); }
    }
    /// One file, whatever it says about others.
    gguf_parts(gguf_file only) { files_.push_back(std::move(only)); }

    std::string where() const { return files_[0].where(); }
    /// The file with the keys.
    gguf_file const& first() const { return files_[0]; }
    gguf_values const& values() const { return files_[0].values(); }
    std::deque<gguf_file> const& files() const { return files_; }

    /// The value of `key`, as gguf_file gives it.
    template <class T> T get(std::string_view key, T otherwise) const {
        return first().template get<T>(key, std::move(otherwise));
    }
    template <class T> T const& get(std::string_view key) const {
        return first().template get<T>(key);
    }

    bool contains(std::string_view name) const { return holder(name) != nullptr; }
    gguf_tensor const& tensor(std::string_view name) const {
        return file_of(name).tensor(name);
    }
    gguf_matrix at(std::string_view name) const { return file_of(name).at(name); }
    void forget(std::string_view name) const { file_of(name).forget(name); }

  private:
    /// These two keys are 16 bits wide, and signed or not: writers differ.
    static index_t number(gguf_file const& file, char const* key, index_t otherwise) {
        auto const* value = find_value(file.values(), key);
        if (!value) { return otherwise; }
        return std::visit(
            [&]<class V>(V const& v) -> index_t {
                if constexpr (std::is_integral_v<V> && sizeof(V) <= 4) {
                    return static_cast<index_t>(v);
                } else {
                    fail<format_error>(file.where(), ": ", key, " is no small whole number");
                }
            },
            *value);
    }
    void open_others(std::filesystem::path const& path, index_t count) {
        auto const ending = [&](index_t no) {
            char name[64];
            std::snprintf(name, sizeof name, "-%05lld-of-%05lld.gguf",
                          static_cast<long long>(no), static_cast<long long>(count));
            return std::string(name);
        };
        std::string const file = path.filename().string(), own = ending(1);
        if (!file.ends_with(own)) {
            fail<format_error>(where(), ": the first of ", count, " parts is called …", own,
                               "; rename it as it was, so that the others can be found");
        }
        std::string const stem = file.substr(0, file.size() - own.size());
        for (index_t no = 2; no <= count; ++no) {
            files_.emplace_back(path.parent_path() / (stem + ending(no)));
            auto const& part = files_.back();
            if (number(part, "split.no", -1) != no - 1 ||
                number(part, "split.count", -1) != count) {
                fail<format_error>(part.where(), ": is not part ", no, " of ", count,
                                   "; do these files belong together?");
            }
            for (auto const& tensor : part.tensors()) {
                if (holder(tensor.name) != &part) {
                    fail<format_error>(part.where(), ": tensor '", tensor.name,
                                       "' is in an earlier part too");
                }
            }
        }
    }
    gguf_file const* holder(std::string_view name) const {
        for (auto const& file : files_) {
            if (file.contains(name)) { return &file; }
        }
        return nullptr;
    }
    gguf_file const& file_of(std::string_view name) const {
        auto const* found = holder(name);
        return found ? *found : files_[0]; // which says that it is missing
    }

    std::deque<gguf_file> files_;
};

} // namespace qad

#endif
