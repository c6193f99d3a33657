// SPDX-License-Identifier: MIT
// Text to tokens and back.
#ifndef QAD_IO_TOKENIZER_HPP
#define QAD_IO_TOKENIZER_HPP

#include <qad/io/added_tokens.hpp>    // added_tokens
#include <qad/io/bpe.hpp>             // bpe
#include <qad/io/decoder.hpp>         // decoder
#include <qad/io/normalizer.hpp>      // normalizer
#include <qad/io/pre_tokenizer.hpp>   // pre_tokenizer
#include <qad/io/scored_bpe.hpp>      // scored_bpe
#include <qad/io/text_template.hpp>   // text_template
#include <qad/io/token_numbers.hpp>   // require_dense_tokens
#include <qad/io/tokenizer_files.hpp> // tokenizer_description
#include <qad/io/unigram.hpp>         // unigram

#include <optional> // optional
#include <variant>  // variant

namespace qad {

struct encode_options {
    bool add_special = true;   ///< what the post-processor puts around a text, such as BOS
    bool parse_special = true; ///< special tokens written in the text count as such
};

/// A tokenizer: byte-level BPE (GPT-2, Llama 3, Qwen, SmolLM2), BPE over characters with tokens
/// for bytes (Llama 2, Mistral, Phi-3), SentencePiece's own BPE, or a unigram model.
///
///   text → added tokens → normalizer → words (pre_tokenizer) → tokens of each (model) → BOS
///
/// Bytes that are no UTF-8 become tokens of bytes, where the vocabulary has them; byte-level
/// vocabularies give any bytes back.
class tokenizer {
  public:
    /// From a parsed tokenizer.json, or a description in its words (tokenizer_files.hpp);
    /// `where` names it in messages. `format_error` for a part that would be computed
    /// differently here.
    tokenizer(json const& object, std::string const& where)
        : words_(member(checked(object, where), "pre_tokenizer"), where),
          model_(read_model(member(object, "model"), words_.byte_level(), where)),
          added_(read_added_tokens(member(object, "added_tokens"), where),
                 change_of(member(object, "normalizer"), where)),
          decoder_(member(object, "decoder"), where),
          around_(member(object, "post_processor"), where) {
        if (decoder_.byte_level() != words_.byte_level()) {
            fail<format_error>(where, ": of pre-tokenizer and decoder only one is ByteLevel; "
                                      "supported: both or none");
        }
        // What each token stands for.
        for (std::int32_t i = 0; i < words().size(); ++i) {
            bytes_.push_back(decoder_.bytes(words()[i]));
        }
        special_.resize(bytes_.size());
        for (std::size_t i = 0; i < added_.tokens().size(); ++i) {
            added_token const& token = added_.tokens()[i];
            auto const id = static_cast<std::size_t>(token.id);
            auto const count =
                static_cast<std::size_t>(words().size()) + added_.tokens().size();
            if (token.id > vocabulary_words::highest(count)) {
                fail<format_error>(where, ": added token '", token.content, "' has number ", id,
                                   " in a vocabulary of ", count);
            }
            if (id >= bytes_.size()) {
                bytes_.resize(id + 1);
                special_.resize(id + 1);
            } else if (!bytes_[id].empty() && token.id < words().size() &&
                       words()[token.id] != token.content) {
                fail<format_error>(where, ": added token '", token.content, "' has number ", id,
                                   ", which is '", words()[token.id], "' in the vocabulary");
            }
            std::string const& shown = added_.looked_for(i); // the content, normalized or not
            bytes_[id] = decoder_.byte_level() ? shown : decoder_.bytes(shown);
            special_[id] = token.special;
            shown_.emplace(token.id, shown);
        }
        for (auto const* tokens : {&around_.before, &around_.after}) {
            for (std::int32_t id : *tokens) {
                if (id < 0 || id >= size()) {
                    fail<format_error>(where, ": the post-processor puts token ", id,
                                       " around a text, in a vocabulary of ", size());
                }
            }
        }
    }

    /// The tokens of a text.
    std::vector<std::int32_t> encode(std::string_view text, encode_options options = {}) const {
        if (text.size() >= std::size_t{1} << 31) {
            fail<shape_error>("a text of ", text.size(),
                              " bytes; cut it into parts below 2 GiB");
        }
        std::vector<std::int32_t> tokens;
        if (options.add_special) { tokens = around_.before; }
        auto const space = spaces_->take();
        auto const part = [&](std::string_view rest, bool first) {
            std::visit(
                [&](auto const& model) {
                    words_.split(
                        rest,
                        [&](std::string_view word) { model.encode(word, tokens, *space); },
                        first);
                },
                model_);
        };
        added_.split(text, options.parse_special, part,
                     [&](added_token const& token) { tokens.push_back(token.id); });
        if (options.add_special) {
            tokens.insert(tokens.end(), around_.after.begin(), around_.after.end());
        }
        return tokens;
    }

    /// The text of tokens, with U+FFFD for what is no UTF-8.
    std::string decode(std::span<std::int32_t const> tokens, bool skip_special = true) const {
        std::string all;
        std::vector<std::string> pieces;
        for (std::int32_t token : tokens) {
            if (!known(token) || (skip_special && is_special(token))) { continue; }
            if (decoder_.byte_level()) {
                all += bytes(token);
            } else {
                auto const added = shown_.find(token);
                pieces.push_back(added == shown_.end() ? piece(token) : added->second);
            }
        }
        return repair_utf8(decoder_.byte_level() ? all : decoder_.text(std::move(pieces)));
    }
    /// The bytes that a token adds to a text that has begun. A character may begin in one token
    /// and end in the next, so feed these to a utf8_stream.
    std::string decode_one(std::int32_t token, bool skip_special = true) const {
        return skip_special && is_special(token) ? "" : std::string(bytes(token));
    }

    /// The bytes of one token; nothing for a number without a token, because models often have
    /// more rows than the vocabulary has words.
    std::string_view bytes(std::int32_t token) const {
        return known(token) ? std::string_view(bytes_[static_cast<std::size_t>(token)]) : "";
    }
    /// The token as vocabulary files write it: "Ġworld", "▁world".
    std::string piece(std::int32_t token) const {
        if (token >= 0 && token < words().size() && !words()[token].empty()) {
            return words()[token];
        }
        for (added_token const& one : added_.tokens()) {
            if (one.id == token) { return one.content; }
        }
        return "";
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
    /// What kind it is, in a few words.
    std::string_view kind() const {
        char const* const names[] = {"BPE over characters", "SentencePiece BPE", "unigram"};
        return words_.byte_level() ? "byte-level BPE" : names[model_.index()];
    }

  private:
    using any_model = std::variant<bpe, scored_bpe, unigram>;

    bool known(std::int32_t token) const { return token >= 0 && token < size(); }
    vocabulary_words const& words() const {
        return std::visit(
            [](auto const& m) -> auto const& { return m.words(); }, model_);
    }

    static json const& checked(json const& object, std::string const& where) {
        if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }
        require_dense_tokens(object, where);
        return object;
    }
    static any_model read_model(json const& model, bool bytes, std::string const& where) {
        if (!model.is_object()) { fail<format_error>(where, ": has no model"); }
        json const& type = member(model, "type"); // very old files have none
        if (!bytes && type == "ScoredBPE") { return scored_bpe(model, where); }
        if (!bytes && type == "Unigram") { return unigram(model, where); }
        if (type.is_null() || type == "BPE") {
            return bpe(model, where, bytes ? bpe::over::bytes : bpe::over::characters);
        }
        fail<format_error>(where, ": model is ", describe(type), bytes ? " over bytes" : "",
                           "; supported: BPE, and Unigram over characters");
    }
    static added_tokens::change change_of(json const& object, std::string const& where) {
        normalizer change(object, where);
        return change.none() ? added_tokens::change() : added_tokens::change(std::move(change));
    }

    pre_tokenizer words_;
    any_model model_;
    added_tokens added_;
    decoder decoder_;
    text_template around_;
    std::vector<std::string> bytes_;
    std::vector<bool> special_;
    std::unordered_map<std::int32_t, std::string> shown_; // of added tokens, before decoding
    std::unique_ptr<encode_spaces> spaces_ = std::make_unique<encode_spaces>();
};

/// The tokenizer of a model: a Hugging Face directory, a tokenizer.json or tokenizer.model, or
/// a .gguf file.
inline tokenizer load_tokenizer(std::filesystem::path const& path) {
    return tokenizer(tokenizer_description(path), path.string());
}

} // namespace qad

#endif
