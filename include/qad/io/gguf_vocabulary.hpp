// SPDX-License-Identifier: MIT
// A tokenizer as the keys that a GGUF file holds: gguf_tokenizer.hpp the other way around.
#ifndef QAD_IO_GGUF_VOCABULARY_HPP
#define QAD_IO_GGUF_VOCABULARY_HPP

#include <qad/io/gguf_pre_tokenizer.hpp> // gguf_pre_tokenizers
#include <qad/io/gguf_value.hpp>         // gguf_values
#include <qad/io/json.hpp>               // json
#include <qad/io/merge_scores.hpp>       // merge_scores, merge_halves
#include <qad/io/scored_words.hpp>       // word_kind
#include <qad/io/text_template.hpp>      // text_template

#include <optional> // optional

namespace qad {

namespace detail {

/// Words by number, padded to `rows`, because models often have more rows than words. What
/// nobody named is an unused token; names must be unique.
struct gguf_words {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;

    gguf_words(json const& tokenizer, index_t rows, std::string const& where) {
        for (index_t i = 0; i < rows; ++i) { tokens.push_back(text("[PAD", i, "]")); }
        types.assign(tokens.size(), static_cast<std::int32_t>(word_kind::unused));
        scores.assign(tokens.size(), -10000);
        auto const place = [&](json const& id, std::string const& word, word_kind kind,
                               float score) {
            auto const at = static_cast<std::size_t>(
                integer_in(id, 0, rows - 1, text(where, ": id of '", word, "'")));
            tokens[at] = word;
            types[at] = static_cast<std::int32_t>(kind);
            scores[at] = score;
        };
        json const& model = member(tokenizer, "model");
        json const& vocab = member(model, "vocab");
        if (vocab.is_array()) { // SentencePiece's: with scores and kinds
            scored_words const known(model, where);
            for (std::int32_t i = 0; i < known.words.size(); ++i) {
                place(i, known.words[i], known.kind(i), static_cast<float>(known.score(i)));
            }
        } else {
            bool const fallback = member(model, "byte_fallback") == true;
            std::map<std::string, float> const score =
                fallback ? merge_scores(model, where) : std::map<std::string, float>();
            for (auto const& [word, id] : vocab.items()) {
                bool const byte = fallback && byte_of_word(word) >= 0;
                bool const unknown = member(model, "unk_token") == word;
                auto const found = score.find(word);
                place(id, word,
                      byte      ? word_kind::byte
                      : unknown ? word_kind::unknown
                                : word_kind::normal,
                      found == score.end() ? 0 : found->second);
            }
        }
        json const& added = member(tokenizer, "added_tokens");
        for (json const& token : added.is_array() ? added : json::array()) {
            std::string const& word = string_of(member(token, "content"), where);
            json const& id = member(token, "id");
            bool const special = member(token, "special") == true;
            auto const at = static_cast<std::size_t>(
                integer_in(id, 0, rows - 1, text(where, ": id of '", word, "'")));
            bool const unknown = types[at] == static_cast<std::int32_t>(word_kind::unknown);
            place(id, word,
                  unknown   ? word_kind::unknown
                  : special ? word_kind::control
                            : word_kind::user,
                  -1000);
        }
    }
};

/// llama.cpp's name for a pre-tokenizer. It knows no expressions, only names of models.
inline std::string gguf_pre_name(json const& tokenizer, std::string const& where) {
    json const& pre = member(tokenizer, "pre_tokenizer");
    json const& change = member(tokenizer, "normalizer");
    bool const composed = change.is_object() && member(change, "type") == "NFC";
    bool const whole_first = member(member(tokenizer, "model"), "ignore_merges") == true;
    std::vector<std::string> cuts;
    if (add_cuts(pre, cuts) && (change.is_null() || composed)) {
        for (auto const& one : gguf_pre_tokenizers()) {
            bool const same = one.cuts == cuts && one.nfc == composed;
            if (same && one.whole_first == whole_first) { return one.names[0]; }
        }
    }
    fail<format_error>(where, ": llama.cpp has no name that I know for the pre-tokenizer ",
                       describe(pre), " with the normalizer ", describe(change),
                       "; supported: those of ", gguf_pre_names());
}

/// Whether SentencePiece texts get a leading space; `format_error` where something happens to
/// them that llama.cpp does not do. It puts a space behind special tokens too, where a
/// tokenizer.json may say "first": then only at the beginning of texts.
inline bool gguf_space_prefix(json const& tokenizer, std::string const& where) {
    json const& change = member(tokenizer, "normalizer");
    json const& pre = member(tokenizer, "pre_tokenizer");
    std::vector<json> steps;
    for (json const& one : {change, pre}) {
        json const& parts = one.is_object() ? member(one, "normalizers") : json();
        if (parts.is_array()) {
            steps.insert(steps.end(), parts.begin(), parts.end());
        } else if (!one.is_null()) {
            steps.push_back(one);
        }
    }
    bool space = false, marks = false;
    for (json const& step : steps) {
        json const& type = member(step, "type");
        bool known = false;
        if (type == "SentencePiece") {
            known = member(step, "charsmap") == "" &&
                    member(step, "remove_extra_whitespaces") == false;
            space = space || member(step, "add_dummy_prefix") == true;
            marks = true;
        } else if (type == "Prepend") {
            known = space = member(step, "prepend") == space_mark;
        } else if (type == "Replace") {
            json const& pattern = member(step, "pattern");
            known = marks = pattern.is_object() && member(pattern, "String") == " " &&
                            member(step, "content") == space_mark;
        } else if (type == "Metaspace") {
            known = marks = member(step, "replacement") == space_mark;
            space = space || (member(step, "prepend_scheme") != "never" &&
                              member(step, "add_prefix_space") != false);
        }
        if (!known) {
            fail<format_error>(where, ": llama.cpp has nothing like ", describe(step),
                               ", so texts would become other tokens there");
        }
    }
    if (!marks) { fail<format_error>(where, ": spaces do not become marks (U+2581)"); }
    return space;
}

} // namespace detail

/// Keys `tokenizer.ggml.*` of a description (tokenizer_files.hpp) padded to `rows` tokens:
/// model "gpt2" for byte-level BPE, "llama" for BPE over characters with tokens of bytes, whose
/// scores are given or follow from the order of the merges. `where` names the file in messages.
/// `format_error` for what llama.cpp would read differently.
inline gguf_values gguf_vocabulary(json const& tokenizer, index_t rows,
                                   std::string const& where) {
    json const& model = member(tokenizer, "model");
    json const& type = model.is_object() ? member(model, "type") : model;
    std::vector<std::string> cuts;
    bool const byte_level = type == "BPE" && add_cuts(member(tokenizer, "pre_tokenizer"), cuts);
    bool const scored =
        type == "ScoredBPE" || (type == "BPE" && member(model, "byte_fallback") == true);
    if (!scored && type != "BPE") {
        fail<format_error>(where,
                           ": supported are byte-level BPE vocabularies and "
                           "SentencePiece's BPE, not ",
                           describe(type));
    }
    std::string const pre =
        scored && !byte_level ? "default" : detail::gguf_pre_name(tokenizer, where);
    text_template const around(member(tokenizer, "post_processor"), where);
    gguf_values keys = {
        {"tokenizer.ggml.model", std::string(scored && !byte_level ? "llama" : "gpt2")},
        {"tokenizer.ggml.pre", pre},
        {"tokenizer.ggml.add_bos_token", !around.before.empty()},
        {"tokenizer.ggml.add_eos_token", !around.after.empty()}};
    for (auto const& [name, tokens] :
         {std::pair("bos", &around.before), std::pair("eos", &around.after)}) {
        if (tokens->size() > 1) {
            fail<format_error>(where, ": llama.cpp adds one token before and one behind, not ",
                               tokens->size());
        }
        if (!tokens->empty()) { // this one, whatever the model's configuration calls so
            keys.emplace_back(text("tokenizer.ggml.", name, "_token_id"),
                              static_cast<std::uint32_t>(tokens->front()));
        }
    }
    detail::gguf_words words(tokenizer, rows, where);
    auto const unknown = std::ranges::find(words.types, static_cast<int>(word_kind::unknown));
    if (unknown != words.types.end()) {
        keys.emplace_back("tokenizer.ggml.unknown_token_id",
                          static_cast<std::uint32_t>(unknown - words.types.begin()));
    }
    if (pre == "default") {
        keys.emplace_back("tokenizer.ggml.add_space_prefix",
                          detail::gguf_space_prefix(tokenizer, where));
        keys.emplace_back("tokenizer.ggml.scores", gguf_array(std::move(words.scores)));
    } else {
        std::vector<std::string> merges;
        json const& list = member(model, "merges");
        for (json const& merge : list.is_array() ? list : json::array()) {
            auto const [left, right] = merge_halves(merge, where);
            merges.push_back(left + " " + right);
        }
        keys.emplace_back("tokenizer.ggml.merges", gguf_array(std::move(merges)));
    }
    keys.emplace_back("tokenizer.ggml.tokens", gguf_array(std::move(words.tokens)));
    keys.emplace_back("tokenizer.ggml.token_type", gguf_array(std::move(words.types)));
    return keys;
}

} // namespace qad

#endif
