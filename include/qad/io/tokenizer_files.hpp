// SPDX-License-Identifier: MIT
// Where a model keeps its tokenizer: one description for all kinds of files.
#ifndef QAD_IO_TOKENIZER_FILES_HPP
#define QAD_IO_TOKENIZER_FILES_HPP

#include <qad/io/gguf_tokenizer.hpp> // gguf_tokenizer_json
#include <qad/io/json.hpp>           // json
#include <qad/io/sentencepiece.hpp>  // sentencepiece_json

namespace qad {

namespace detail {

/// What stands beside a tokenizer.model: added_tokens.json ({"<|end|>": 32007}) and in
/// tokenizer_config.json added_tokens_decoder ({"32007": {"content": …}}), add_bos_token,
/// add_eos_token, legacy and add_prefix_space.
inline void add_beside(json& description, std::filesystem::path const& folder) {
    auto const read = [&](char const* name) {
        bool const there = std::filesystem::exists(folder / name);
        json object = there ? read_json(folder / name) : json::object();
        if (!object.is_object()) {
            fail<format_error>((folder / name).string(), ": must be a JSON object");
        }
        return object;
    };
    json& added = description["added_tokens"];
    auto const put = [&](json const& token) {
        for (json& one : added) {
            if (one["id"] == token["id"]) {
                one = token;
                return;
            }
        }
        added.push_back(token);
    };
    json const more = read("added_tokens.json");
    for (auto const& [content, id] : more.items()) {
        put({{"id", id}, {"content", content}, {"special", false}});
    }
    json const config = read("tokenizer_config.json");
    std::string const where = (folder / "tokenizer_config.json").string();
    json const& decoder = member(config, "added_tokens_decoder");
    for (auto const& [id, entry] : decoder.items()) {
        if (!entry.is_object() || id.empty() || id.size() > 7 ||
            id.find_first_not_of("0123456789") != id.npos) {
            fail<format_error>(where, ": added_tokens_decoder has ", describe(entry), " for '",
                               id, "'");
        }
        json token = entry;
        token["id"] = std::stoi(id);
        put(token);
    }

    // Which token begins and ends a text. The model says which pieces they are.
    auto const flag = [&](char const* key, bool otherwise) {
        return flag_of(member(config, key), otherwise, where + ": " + key);
    };
    description["post_processor"] =
        around_text(flag("add_bos_token", true) ? description["bos"].get<std::int32_t>() : -1,
                    flag("add_eos_token", false) ? description["eos"].get<std::int32_t>() : -1);
    // Texts behind a special token get a space of their own unless "legacy" is false.
    json& prefix = description["normalizer"]["add_dummy_prefix"];
    bool const wanted = prefix == true && flag("add_prefix_space", true);
    prefix = wanted && flag("legacy", true);
    if (wanted && prefix == false) {
        description["pre_tokenizer"] = {{"type", "Metaspace"},
                                        {"replacement", space_mark},
                                        {"prepend_scheme", "first"},
                                        {"split", false}};
    }
}

} // namespace detail

/// The tokenizer of a Hugging Face directory, of a tokenizer.json or tokenizer.model, or of a
/// .gguf file, in the words of tokenizer.json.
inline json tokenizer_description(std::filesystem::path path) {
    if (path.extension() == ".gguf") { return gguf_tokenizer_json(gguf_file(path)); }
    if (std::filesystem::is_directory(path)) {
        bool const sentencepiece = !std::filesystem::exists(path / "tokenizer.json") &&
                                   std::filesystem::exists(path / "tokenizer.model");
        path /= sentencepiece ? "tokenizer.model" : "tokenizer.json";
    }
    if (path.extension() == ".model") {
        json made = sentencepiece_json(mapped_file(path).text(), path.string());
        detail::add_beside(made, path.parent_path());
        return made;
    }
    return read_json(path);
}

} // namespace qad

#endif
