// SPDX-License-Identifier: MIT
// A SentencePiece model (tokenizer.model) as the description of a tokenizer.
#ifndef QAD_IO_SENTENCEPIECE_HPP
#define QAD_IO_SENTENCEPIECE_HPP

#include <qad/io/base64.hpp>       // to_base64
#include <qad/io/json.hpp>         // json
#include <qad/io/protobuf.hpp>     // protobuf_reader
#include <qad/io/scored_words.hpp> // word_kind, space_mark

namespace qad {

/// What undoes SentencePiece's marks: spaces for marks, bytes for byte tokens, and one space
/// less at the beginning where encoding has put one there.
inline json sentencepiece_decoder(bool leading_space) {
    json steps = {
        {{"type", "Replace"}, {"pattern", {{"String", space_mark}}}, {"content", " "}},
        {{"type", "ByteFallback"}},
        {{"type", "Fuse"}}};
    if (leading_space) {
        steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    }
    return {{"type", "Sequence"}, {"decoders", steps}};
}

/// Tokens before and after a text, where they are wanted (-1: none).
inline json around_text(std::int32_t before, std::int32_t after) {
    json single = json::array(), special = json::object();
    auto const put = [&](std::int32_t id) {
        if (id < 0) { return; }
        std::string const name = std::to_string(id);
        special[name] = {{"id", name}, {"ids", {id}}, {"tokens", {name}}};
        single.push_back({{"SpecialToken", {{"id", name}, {"type_id", 0}}}});
    };
    put(before);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    put(after);
    json const second = {{"Sequence", {{"id", "B"}, {"type_id", 1}}}};
    json pair = single;
    pair.push_back(second);
    return {{"type", "TemplateProcessing"},
            {"single", single},
            {"pair", pair},
            {"special_tokens", special}};
}

/// The description, in the words of tokenizer.json and with the parts that these models alone
/// have: normalizer "SentencePiece", model "ScoredBPE" or "Unigram". BOS stands before every
/// text where the model has one. The numbers of fields are those of sentencepiece_model.proto.
inline json sentencepiece_json(std::string_view file, std::string const& where) {
    json vocab = json::array(), types = json::array(), added = json::array();
    json users = json::array();
    std::uint64_t model_type = 1, bos = 1, eos = 2;
    bool suffix = false, byte_fallback = false;
    json normalizer = {{"type", "SentencePiece"},
                       {"charsmap", ""},
                       {"add_dummy_prefix", true},
                       {"remove_extra_whitespaces", true},
                       {"escape_whitespaces", true}};

    auto const read_piece = [&](std::string_view bytes) {
        std::string word;
        float score = 0;
        std::uint64_t type = 1;
        protobuf_field field;
        for (protobuf_reader piece(bytes, where); piece.next(field);) {
            if (field.number == 1) { word = field.bytes; }
            if (field.number == 2) { score = field.real(); }
            if (field.number == 3) { type = field.value; }
        }
        if (word.empty()) { fail<format_error>(where, ": word ", vocab.size(), " is empty"); }
        if (valid_utf8(word) != word.size()) {
            fail<format_error>(where, ": word ", vocab.size(), " is no UTF-8");
        }
        if (type == 2 || type == 3) {
            added.push_back({{"id", vocab.size()}, {"content", word}, {"special", true}});
        }
        if (type == 4) { users.push_back(word); }
        vocab.push_back({word, score});
        types.push_back(type);
    };
    protobuf_field field, inner;
    for (protobuf_reader model(file, where); model.next(field);) {
        if (field.number == 1) { read_piece(field.bytes); }
        if (field.number == 2) { // how it was trained
            for (protobuf_reader spec(field.bytes, where); spec.next(inner);) {
                if (inner.number == 3) { model_type = inner.value; }
                if (inner.number == 24) { suffix = inner.flag(); }
                if (inner.number == 35) { byte_fallback = inner.flag(); }
                if (inner.number == 41) { bos = inner.value; }
                if (inner.number == 42) { eos = inner.value; }
            }
        }
        if (field.number == 3) { // what happens to texts first
            for (protobuf_reader spec(field.bytes, where); spec.next(inner);) {
                if (inner.number == 2) { normalizer["charsmap"] = to_base64(inner.bytes); }
                if (inner.number == 3) { normalizer["add_dummy_prefix"] = inner.flag(); }
                if (inner.number == 4) {
                    normalizer["remove_extra_whitespaces"] = inner.flag();
                }
                if (inner.number == 5) { normalizer["escape_whitespaces"] = inner.flag(); }
            }
        }
    }
    if (vocab.empty()) { fail<format_error>(where, ": no SentencePiece model: has no words"); }
    if (model_type != 1 && model_type != 2) {
        fail<format_error>(where, ": SentencePiece model of type ", model_type,
                           "; supported: unigram (1) and BPE (2)");
    }
    if (suffix) {
        fail<format_error>(where, ": marks spaces behind words (treat_whitespace_as_suffix); "
                                  "supported: marks before words");
    }
    normalizer["symbols"] = users;
    auto const control = [&](std::uint64_t id) {
        return id < types.size() && types[id] == 3 ? static_cast<std::int32_t>(id) : -1;
    };
    return {{"added_tokens", added},
            {"normalizer", normalizer},
            {"pre_tokenizer", nullptr},
            {"model",
             {{"type", model_type == 1 ? "Unigram" : "ScoredBPE"},
              {"vocab", std::move(vocab)},
              {"types", types},
              {"rounding", "float"},
              {"byte_fallback", byte_fallback}}},
            {"post_processor", around_text(control(bos), -1)},
            {"bos", control(bos)},
            {"eos", control(eos)},
            {"decoder", sentencepiece_decoder(normalizer["add_dummy_prefix"] == true)}};
}

} // namespace qad

#endif
