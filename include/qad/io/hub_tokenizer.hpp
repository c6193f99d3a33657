// SPDX-License-Identifier: MIT
// A tokenizer in the words of tokenizer.json alone, for other programs to read.
#ifndef QAD_IO_HUB_TOKENIZER_HPP
#define QAD_IO_HUB_TOKENIZER_HPP

#include <qad/io/json.hpp>         // json
#include <qad/io/scored_words.hpp> // scored_words

#include <tuple> // tuple

namespace qad {

namespace detail {

/// A merge for each way to cut a word into two words: the highest score first; of equal scores
/// the longest left half, then the longest right one, so that runs grow from the left, as they
/// do by scores.
inline json merges_of(scored_words const& known) {
    using entry = std::tuple<double, index_t, index_t, std::string, std::string>;
    std::vector<entry> found;
    for (auto const& [word, token] : known.token) {
        for (std::size_t n = next_utf8(word).length; n < word.size();
             n += next_utf8(std::string_view(word).substr(n)).length) {
            std::string left = word.substr(0, n), right = word.substr(n);
            if (known.find(left) >= 0 && known.find(right) >= 0) {
                auto const length = static_cast<index_t>(n);
                found.emplace_back(-known.score(token), -length,
                                   length - static_cast<index_t>(word.size()), std::move(left),
                                   std::move(right));
            }
        }
    }
    std::sort(found.begin(), found.end());
    json merges = json::array();
    for (auto const& [score, first, second, left, right] : found) {
        merges.push_back(json::array({left, right}));
    }
    return merges;
}

} // namespace detail

/// SentencePiece's BPE by scores as BPE by merges with marks for spaces; any other description
/// as it is. `format_error` where texts are changed in ways that tokenizer.json has no words
/// for.
inline json hub_tokenizer_json(json description, std::string const& where) {
    description.erase("bos"); // which tokenizer_files.hpp needs
    description.erase("eos");
    for (json& token : description["added_tokens"]) { // every flag is written out
        for (char const* flag : {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
            if (!token.contains(flag)) { token[flag] = false; }
        }
    }
    if (member(member(description, "model"), "type") != "ScoredBPE") { return description; }
    json const change = member(description, "normalizer");
    bool const plain = member(change, "charsmap") == "" &&
                       member(change, "remove_extra_whitespaces") == false &&
                       member(change, "escape_whitespaces") != false;
    if (!plain) {
        fail<format_error>(where, ": tokenizer.json has no words for ", describe(change));
    }
    scored_words const known(description["model"], where);
    json vocab = json::object(), steps = json::array();
    for (std::int32_t i = 0; i < known.words.size(); ++i) { vocab[known.words[i]] = i; }
    if (member(change, "add_dummy_prefix") != false) {
        steps.push_back({{"type", "Prepend"}, {"prepend", space_mark}});
    }
    steps.push_back(
        {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", space_mark}});
    description["normalizer"] = {{"type", "Sequence"}, {"normalizers", steps}};
    description["model"] = {
        {"type", "BPE"},
        {"vocab", std::move(vocab)},
        {"merges", detail::merges_of(known)},
        {"unk_token", known.unknown < 0 ? json() : json(known.words[known.unknown])},
        {"fuse_unk", true},
        {"byte_fallback", known.byte_fallback},
        {"ignore_merges", false},
        {"dropout", nullptr},
        {"continuing_subword_prefix", nullptr},
        {"end_of_word_suffix", nullptr}};
    return description;
}

} // namespace qad

#endif
