// SPDX-License-Identifier: MIT
// The vocabulary inside a GGUF file, as the tokenizer.json that it was made from.
#ifndef QAD_IO_GGUF_TOKENIZER_HPP
#define QAD_IO_GGUF_TOKENIZER_HPP

#include <qad/io/gguf.hpp>          // gguf_file
#include <qad/io/json.hpp>          // json
#include <qad/io/pre_tokenizer.hpp> // llama3_words

namespace qad {

/// A tokenizer.json from the keys `tokenizer.ggml.*`. GGUF names the pre-tokenizer only, so
/// this knows the few that there are. `format_error` for vocabularies other than byte-level
/// BPE.
inline json gguf_tokenizer_json(gguf_file const& file) {
    auto const refuse = [&](auto const&... parts) {
        fail<format_error>(file.where(), ": ", parts...);
    };
    auto const kind = file.get<std::string>("tokenizer.ggml.model");
    if (kind != "gpt2") {
        refuse("tokenizer.ggml.model is ", kind, "; supported: gpt2 (byte-level BPE)");
    }

    // The pre-tokenizer by its name.
    auto const name = file.get<std::string>("tokenizer.ggml.pre");
    json const level = {
        {"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    bool const llama3 = name == "llama-bpe" || name == "llama3" || name == "llama-v3";
    json pre;
    if (llama3) {
        pre = {{"type", "Sequence"},
               {"pretokenizers",
                {{{"type", "Split"},
                  {"pattern", {{"Regex", llama3_words}}},
                  {"behavior", "Isolated"}},
                 {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}}}}};
    } else if (name == "gpt-2") {
        pre = level;
    } else if (name == "smollm") {
        pre = {{"type", "Sequence"},
               {"pretokenizers", {{{"type", "Digits"}, {"individual_digits", true}}, level}}};
    } else {
        refuse("tokenizer.ggml.pre is ", name, "; supported: gpt-2, llama-bpe, smollm");
    }

    // Words; of those, control tokens (type 3) and user-defined ones (4) are found in the text.
    using words = std::vector<std::string>;
    using numbers = std::vector<std::int32_t>;
    auto const& tokens = file.get<words>("tokenizer.ggml.tokens");
    auto const types =
        file.get<numbers>("tokenizer.ggml.token_type", numbers(tokens.size(), 1));
    if (types.size() != tokens.size()) { refuse("token_type and tokens differ in length"); }
    json vocab = json::object(), added = json::array();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!vocab.emplace(tokens[i], i).second) {
            refuse("token '", tokens[i], "' occurs twice");
        }
        if (types[i] == 3 || types[i] == 4) {
            added.push_back({{"id", i}, {"content", tokens[i]}, {"special", types[i] == 3}});
        }
    }

    // What stands around every text.
    json single = json::array();
    json special = json::object();
    auto const around = [&](char const* key, bool wanted, char const* id) {
        if (!file.get<bool>(text("tokenizer.ggml.", key), wanted)) { return; }
        auto const token = file.get<std::uint32_t>(text("tokenizer.ggml.", id));
        special[id] = {{"ids", {token}}};
        single.push_back({{"SpecialToken", {{"id", id}}}});
    };
    around("add_bos_token", llama3, "bos_token_id");
    single.push_back({{"Sequence", {{"id", "A"}}}});
    around("add_eos_token", false, "eos_token_id");

    return {{"added_tokens", added},
            {"normalizer", nullptr},
            {"pre_tokenizer", pre},
            {"model",
             {{"type", "BPE"},
              {"vocab", vocab},
              {"ignore_merges", llama3},
              {"merges", file.get<words>("tokenizer.ggml.merges")}}},
            {"post_processor",
             {{"type", "TemplateProcessing"}, {"single", single}, {"special_tokens", special}}},
            {"decoder", {{"type", "ByteLevel"}}}};
}

} // namespace qad

#endif
