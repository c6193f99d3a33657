// SPDX-License-Identifier: MIT
// The vocabulary inside a GGUF file, as the description that it was made from.
#ifndef QAD_IO_GGUF_TOKENIZER_HPP
#define QAD_IO_GGUF_TOKENIZER_HPP

#include <qad/io/gguf.hpp>               // gguf_file
#include <qad/io/gguf_pre_tokenizer.hpp> // gguf_pre_tokenizers
#include <qad/io/sentencepiece.hpp>      // around_text, sentencepiece_decoder

namespace qad {

namespace detail {

/// A GGUF file says nothing of white space that special tokens swallow. Phi-3's do, which
/// llama.cpp knows by the model's name.
inline bool is_phi3(gguf_file const& file) {
    std::string name = file.get<std::string>("general.name", "");
    for (char& c : name) { c = static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
    return name.find("phi-3") != name.npos || name.find("phi3") != name.npos;
}

} // namespace detail

/// A description in the words of tokenizer.json from the keys `tokenizer.ggml.*`: model "gpt2"
/// (byte-level BPE; GGUF names the pre-tokenizer only) or "llama" (SentencePiece's BPE by
/// scores). `format_error` for others.
inline json gguf_tokenizer_json(gguf_file const& file) {
    auto const refuse = [&](auto const&... parts) {
        fail<format_error>(file.where(), ": ", parts...);
    };
    auto const kind = file.get<std::string>("tokenizer.ggml.model");
    bool const scored = kind == "llama";
    if (kind != "gpt2" && !scored) {
        refuse("tokenizer.ggml.model is ", kind,
               "; supported: gpt2 (byte-level BPE), llama (SentencePiece)");
    }
    gguf_pre_tokenizer const* pre = nullptr;
    if (!scored) {
        auto const name = file.get<std::string>("tokenizer.ggml.pre");
        for (auto const& one : gguf_pre_tokenizers()) {
            if (std::ranges::find(one.names, name) != one.names.end()) { pre = &one; }
        }
        if (!pre) { refuse("tokenizer.ggml.pre is ", name, "; supported: ", gguf_pre_names()); }
    }

    // Words. Those that are unknown (type 2), control (3) or user-defined (4) are looked for in
    // the text.
    using words = std::vector<std::string>;
    using numbers = std::vector<std::int32_t>;
    auto const& tokens = file.get<words>("tokenizer.ggml.tokens");
    auto const types =
        file.get<numbers>("tokenizer.ggml.token_type", numbers(tokens.size(), 1));
    auto const scores = scored ? file.get<std::vector<float>>("tokenizer.ggml.scores")
                               : std::vector<float>(tokens.size());
    if (types.size() != tokens.size()) { refuse("token_type and tokens differ in length"); }
    if (scores.size() != tokens.size()) { refuse("scores and tokens differ in length"); }
    bool const swallow = detail::is_phi3(file);
    json vocab = scored ? json::array() : json::object(), added = json::array();
    json kinds = json::array();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (valid_utf8(tokens[i]) != tokens[i].size()) { refuse("token ", i, " is no UTF-8"); }
        if (scored) {
            vocab.push_back({tokens[i], scores[i]});
            kinds.push_back(types[i] == 4 ? 1 : types[i]);
        } else if (!vocab.emplace(tokens[i], i).second) {
            refuse("token '", tokens[i], "' occurs twice");
        }
        if (types[i] >= 2 && types[i] <= 4 && !tokens[i].empty()) {
            bool const plain =
                tokens[i] == "<unk>" || tokens[i] == "<s>" || tokens[i] == "<|endoftext|>";
            added.push_back({{"id", i},
                             {"content", tokens[i]},
                             {"special", types[i] != 4},
                             {"rstrip", swallow && !plain}});
        }
    }

    auto const around = [&](char const* key, bool wanted, char const* id) {
        if (!file.get<bool>(text("tokenizer.ggml.", key), wanted)) { return -1; }
        auto const token = file.get<std::uint32_t>(text("tokenizer.ggml.", id));
        if (token >= tokens.size()) { refuse(id, " is ", token, ", which is no token"); }
        return static_cast<std::int32_t>(token);
    };
    json const single = around_text(around("add_bos_token", scored || pre->bos, "bos_token_id"),
                                    around("add_eos_token", false, "eos_token_id"));
    if (scored) {
        // Every stretch of text gets a space, also behind a special token.
        bool const space = file.get<bool>("tokenizer.ggml.add_space_prefix", true);
        return {{"added_tokens", added},
                {"normalizer",
                 {{"type", "SentencePiece"},
                  {"charsmap", ""},
                  {"add_dummy_prefix", space},
                  {"remove_extra_whitespaces", false}}},
                {"pre_tokenizer", nullptr},
                {"model",
                 {{"type", "ScoredBPE"},
                  {"vocab", std::move(vocab)},
                  {"types", kinds},
                  {"byte_fallback", true}}},
                {"post_processor", single},
                {"decoder", sentencepiece_decoder(space)}};
    }
    return {{"added_tokens", added},
            {"normalizer", pre->nfc ? json{{"type", "NFC"}} : json()},
            {"pre_tokenizer", pre->description()},
            {"model",
             {{"type", "BPE"},
              {"vocab", std::move(vocab)},
              {"ignore_merges", pre->whole_first},
              {"merges", file.get<words>("tokenizer.ggml.merges")}}},
            {"post_processor", single},
            {"decoder",
             {{"type", "ByteLevel"},
              {"add_prefix_space", false},
              {"trim_offsets", true},
              {"use_regex", true}}}};
}

} // namespace qad

#endif
