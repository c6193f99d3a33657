// SPDX-License-Identifier: MIT
// A tokenizer.json as the keys that a GGUF file holds: gguf_tokenizer.hpp the other way around.
#ifndef QAD_IO_GGUF_VOCABULARY_HPP
#define QAD_IO_GGUF_VOCABULARY_HPP

#include <qad/io/gguf_value.hpp>    // gguf_values
#include <qad/io/json.hpp>          // json
#include <qad/io/pre_tokenizer.hpp> // llama3_words

namespace qad {

namespace detail {

/// llama.cpp's name for a pre-tokenizer. It knows no expressions, only names of models.
inline std::string gguf_pre_name(json const& pre, std::string const& where) {
    auto const type = [](json const& part) {
        return part.is_object() ? member(part, "type") : json();
    };
    auto const has_regex = [](json const& level) {
        json const& flag = member(level, "use_regex");
        return flag.is_null() || flag == true;
    };
    if (type(pre) == "ByteLevel" && has_regex(pre)) { return "gpt-2"; }
    json const& parts = type(pre) == "Sequence" ? member(pre, "pretokenizers") : json();
    if (parts.is_array() && parts.size() == 2 && type(parts[1]) == "ByteLevel") {
        if (type(parts[0]) == "Digits" && has_regex(parts[1])) { return "smollm"; }
        json const& pattern = type(parts[0]) == "Split" ? member(parts[0], "pattern") : json();
        if (pattern.is_object() && member(pattern, "Regex") == llama3_words) {
            return "llama-bpe";
        }
    }
    fail<format_error>(where, ": llama.cpp has no name that I know for the pre-tokenizer ",
                       describe(pre), "; supported: those of GPT-2, Llama 3 and SmolLM");
}

/// Whether the tokenizer puts a token of its own before every text.
inline bool begins_with_special(json const& post) {
    if (!post.is_object()) { return false; }
    if (json const& parts = member(post, "processors"); parts.is_array()) {
        for (json const& part : parts) {
            if (begins_with_special(part)) { return true; }
        }
    }
    json const& single = member(post, "single");
    return single.is_array() && !single.empty() && single[0].is_object() &&
           single[0].contains("SpecialToken");
}

} // namespace detail

/// Keys `tokenizer.ggml.*` of a byte-level BPE tokenizer, padded to `rows` tokens, because
/// models often have more rows than words. `where` names the file in messages.
inline gguf_values gguf_vocabulary(json const& tokenizer, index_t rows,
                                   std::string const& where) {
    json const& model = member(tokenizer, "model");
    json const& vocab = model.is_object() ? member(model, "vocab") : json();
    if (!vocab.is_object() || member(model, "type") != "BPE") {
        fail<format_error>(where, ": supported are byte-level BPE vocabularies");
    }

    // Words by number. What nobody named is an unused token; names must be unique.
    enum : std::int32_t { normal = 1, control = 3, user_defined = 4, unused = 5 };
    std::vector<std::string> tokens;
    for (index_t i = 0; i < rows; ++i) { tokens.push_back(text("[PAD", i, "]")); }
    std::vector<std::int32_t> types(tokens.size(), unused);
    auto const place = [&](json const& id, std::string const& word, std::int32_t type) {
        auto const at = static_cast<std::size_t>(
            integer_in(id, 0, rows - 1, text(where, ": id of '", word, "'")));
        tokens[at] = word;
        types[at] = type;
    };
    for (auto const& [word, id] : vocab.items()) { place(id, word, normal); }
    json const& added = member(tokenizer, "added_tokens");
    for (json const& token : added.is_array() ? added : json::array()) {
        bool const special = member(token, "special") == true;
        place(member(token, "id"), string_of(member(token, "content"), where),
              special ? control : user_defined);
    }

    std::vector<std::string> merges;
    for (json const& merge : member(model, "merges")) {
        if (merge.is_string()) {
            merges.push_back(merge.get<std::string>());
        } else if (merge.is_array() && merge.size() == 2) {
            merges.push_back(string_of(merge[0], where) + " " + string_of(merge[1], where));
        } else {
            fail<format_error>(where, ": a merge must be \"a b\" or [\"a\", \"b\"], not ",
                               describe(merge));
        }
    }
    return {{"tokenizer.ggml.model", std::string("gpt2")},
            {"tokenizer.ggml.pre",
             detail::gguf_pre_name(member(tokenizer, "pre_tokenizer"), where)},
            {"tokenizer.ggml.add_bos_token",
             detail::begins_with_special(member(tokenizer, "post_processor"))},
            {"tokenizer.ggml.tokens", gguf_array(tokens)},
            {"tokenizer.ggml.token_type", gguf_array(types)},
            {"tokenizer.ggml.merges", gguf_array(merges)}};
}

} // namespace qad

#endif
