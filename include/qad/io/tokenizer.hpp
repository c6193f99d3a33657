// SPDX-License-Identifier: MIT
// Text to tokens and back, from a tokenizer.json.
#ifndef QAD_IO_TOKENIZER_HPP
#define QAD_IO_TOKENIZER_HPP

#include <qad/io/added_tokens.hpp>   // added_tokens
#include <qad/io/bpe.hpp>            // bpe
#include <qad/io/gguf_tokenizer.hpp> // gguf_tokenizer_json
#include <qad/io/pre_tokenizer.hpp>  // pre_tokenizer

#include <optional> // optional
#include <span>     // span

namespace qad {

struct encode_options {
    bool add_special = true;   ///< what the post-processor puts around a text, such as BOS
    bool parse_special = true; ///< special tokens written in the text count as such
};

/// A byte-level BPE tokenizer (GPT-2, Llama 3, SmolLM2 and their kin): any bytes can be
/// encoded, also those that are no UTF-8, and decode to themselves.
///
///   text → added tokens → words (pre_tokenizer) → merges within each word (bpe) → BOS
class tokenizer {
  public:
    /// From a parsed tokenizer.json; `where` names it in messages. `format_error` for a part
    /// that would be computed differently here.
    tokenizer(json const& object, std::string const& where)
        : words_(checked(object, where), where), model_(member(object, "model"), where),
          added_(read_added(member(object, "added_tokens"), where)) {
        // What each token stands for.
        for (std::string const& word : model_.words()) {
            bytes_.push_back(from_alphabet(word).value_or(word));
        }
        special_.resize(bytes_.size());
        for (added_token const& token : added_.tokens()) {
            auto const id = static_cast<std::size_t>(token.id);
            if (id >= bytes_.size()) {
                bytes_.resize(id + 1);
                special_.resize(id + 1);
            } else if (!bytes_[id].empty() && id < model_.words().size() &&
                       model_.words()[id] != token.content) {
                fail<format_error>(where, ": added token '", token.content, "' has number ", id,
                                   ", which is '", model_.words()[id], "' in the vocabulary");
            }
            bytes_[id] = token.content;
            special_[id] = token.special;
        }
        read_template(member(object, "post_processor"), where);
    }

    /// The tokens of a text. Bytes that are no UTF-8 become tokens of single bytes.
    std::vector<std::int32_t> encode(std::string_view text, encode_options options = {}) const {
        std::vector<std::int32_t> tokens;
        if (options.add_special) { tokens = before_; }
        auto const piece = [&](std::string_view bytes) { model_.encode(bytes, tokens); };
        auto const part = [&](std::string_view rest) {
            while (!rest.empty()) {
                std::size_t length = 0;
                utf8_step step;
                while (length < rest.size() && (step = next_utf8(rest.substr(length))).valid) {
                    length += step.length;
                }
                words_.split(rest.substr(0, length), piece);
                if (length < rest.size()) { piece(rest.substr(length++, 1)); }
                rest.remove_prefix(length);
            }
        };
        added_.split(text, options.parse_special, part,
                     [&](added_token const& token) { tokens.push_back(token.id); });
        if (options.add_special) { tokens.insert(tokens.end(), after_.begin(), after_.end()); }
        return tokens;
    }

    /// The text of tokens, with U+FFFD for what is no UTF-8.
    std::string decode(std::span<std::int32_t const> tokens, bool skip_special = true) const {
        std::string all;
        for (std::int32_t token : tokens) { all += decode_one(token, skip_special); }
        return repair_utf8(all);
    }
    /// The bytes that a token adds to a text. A character may begin in one token and end in the
    /// next, so feed these to a utf8_stream.
    std::string decode_one(std::int32_t token, bool skip_special = true) const {
        return skip_special && is_special(token) ? "" : std::string(bytes(token));
    }

    /// The bytes of one token; nothing for a number without a token, because models often have
    /// more rows than the vocabulary has words.
    std::string_view bytes(std::int32_t token) const {
        return known(token) ? std::string_view(bytes_[static_cast<std::size_t>(token)]) : "";
    }
    /// The token as vocabulary files write it: "Ġworld".
    std::string piece(std::int32_t token) const {
        bool const word = known(token) && token < model_.size();
        return word ? model_.words()[static_cast<std::size_t>(token)]
                    : std::string(bytes(token));
    }
    bool is_special(std::int32_t token) const {
        return known(token) && special_[static_cast<std::size_t>(token)];
    }
    /// The added token with this content ("<|im_end|>").
    std::optional<std::int32_t> find_added(std::string_view content) const {
        for (added_token const& token : added_.tokens()) {
            if (token.content == content) { return token.id; }
        }
        return std::nullopt;
    }
    std::vector<added_token> const& added() const { return added_.tokens(); }
    /// 1 + the largest token.
    std::int32_t size() const { return static_cast<std::int32_t>(bytes_.size()); }

  private:
    bool known(std::int32_t token) const { return token >= 0 && token < size(); }

    /// Refuses what would change tokens or text; gives the pre-tokenizer.
    static json const& checked(json const& object, std::string const& where) {
        if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }
        json const& normalizer = member(object, "normalizer");
        bool const none = normalizer.is_null() ||
                          (normalizer.is_object() && member(normalizer, "type") == "Sequence" &&
                           member(normalizer, "normalizers").empty());
        if (!none) {
            fail<format_error>(where, ": the normalizer is ", describe(normalizer),
                               "; supported: none");
        }
        json const* decoder = &member(object, "decoder");
        if (decoder->is_object() && member(*decoder, "type") == "Sequence" &&
            member(*decoder, "decoders").size() == 1) {
            decoder = &(*decoder)["decoders"][0];
        }
        if (!decoder->is_object() || member(*decoder, "type") != "ByteLevel") {
            fail<format_error>(where, ": the decoder is ", describe(*decoder),
                               "; supported: ByteLevel");
        }
        return member(object, "pre_tokenizer");
    }

    static std::vector<added_token> read_added(json const& list, std::string const& where) {
        std::vector<added_token> tokens;
        for (json const& entry : list.is_array() ? list : json::array()) {
            std::string const what = where + ": added token";
            if (!entry.is_object()) { fail<format_error>(what, " must be an object"); }
            auto const flag = [&](char const* key) {
                return flag_of(member(entry, key), false, what + " " + key);
            };
            added_token token{.content = string_of(member(entry, "content"), what + " content"),
                              .id = static_cast<std::int32_t>(integer_in(
                                  member(entry, "id"), 0, largest_token, what + " id")),
                              .special = flag("special"),
                              .single_word = flag("single_word"),
                              .lstrip = flag("lstrip"),
                              .rstrip = flag("rstrip"),
                              .normalized = flag("normalized")};
            if (token.content.empty()) { fail<format_error>(what, " ", token.id, " is empty"); }
            tokens.push_back(std::move(token));
        }
        return tokens;
    }

    /// ByteLevel (which only moves offsets), TemplateProcessing, or a Sequence of them.
    void read_template(json const& object, std::string const& where) {
        std::string const what = where + ": post_processor";
        if (object.is_null()) { return; }
        if (!object.is_object()) { fail<format_error>(what, " must be an object or null"); }
        std::string const& type = string_of(member(object, "type"), what + " type");
        if (type == "ByteLevel") { return; }
        if (type == "Sequence") {
            json const& parts = member(object, "processors");
            for (json const& part : parts.is_array() ? parts : json::array()) {
                if (part.is_object() && member(part, "type") == "Sequence") {
                    fail<format_error>(what, ": a Sequence within a Sequence");
                }
                read_template(part, where);
            }
            return;
        }
        json const& single = member(object, "single");
        if (type != "TemplateProcessing" || !single.is_array()) {
            fail<format_error>(what, " is ", type,
                               "; supported: ByteLevel, TemplateProcessing");
        }
        bool passed_text = false;
        for (json const& item : single) {
            if (item.is_object() && item.contains("Sequence")) {
                passed_text = true;
                continue;
            }
            json const& token = item.is_object() ? member(item, "SpecialToken") : item;
            json const& name = token.is_object() ? member(token, "id") : token;
            json const& known = member(object, "special_tokens");
            json const& entry =
                known.is_object() ? member(known, string_of(name, what)) : known;
            json const& ids = entry.is_object() ? member(entry, "ids") : entry;
            if (!ids.is_array()) {
                fail<format_error>(what, ": ", describe(name), " has no ids");
            }
            for (json const& id : ids) {
                (passed_text ? after_ : before_)
                    .push_back(
                        static_cast<std::int32_t>(integer_in(id, 0, largest_token, what)));
            }
        }
    }

    pre_tokenizer words_;
    bpe model_;
    added_tokens added_;
    std::vector<std::string> bytes_;
    std::vector<bool> special_;
    std::vector<std::int32_t> before_, after_; // around every text
};

/// The tokenizer of a model: a Hugging Face directory, a tokenizer.json, or a .gguf file.
inline tokenizer load_tokenizer(std::filesystem::path path) {
    if (path.extension() == ".gguf") {
        return tokenizer(gguf_tokenizer_json(gguf_file(path)), path.string());
    }
    if (std::filesystem::is_directory(path)) {
        bool const sentencepiece = !std::filesystem::exists(path / "tokenizer.json") &&
                                   std::filesystem::exists(path / "tokenizer.model");
        if (sentencepiece) {
            fail<format_error>(path.string(), ": has only tokenizer.model (SentencePiece); "
                                              "supported: tokenizer.json with byte-level BPE");
        }
        path /= "tokenizer.json";
    }
    return tokenizer(read_json(path), path.string());
}

} // namespace qad

#endif
