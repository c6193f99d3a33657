// SPDX-License-Identifier: MIT
// What is done to a text before it is cut: normal forms, case, marks for spaces.
#ifndef QAD_IO_NORMALIZER_HPP
#define QAD_IO_NORMALIZER_HPP

#include <qad/io/base64.hpp>                   // from_base64
#include <qad/io/charsmap.hpp>                 // charsmap
#include <qad/io/json.hpp>                     // json
#include <qad/io/regex.hpp>                    // regex
#include <qad/io/sentencepiece_normalizer.hpp> // sentencepiece_normalizer
#include <qad/io/unicode.hpp>                  // to_normal_form
#include <qad/io/vocabulary_words.hpp>         // replaced

#include <functional> // function
#include <vector>     // vector

namespace qad {

/// The member "normalizer" of a tokenizer.json: NFC, NFD, NFKC, NFKD, Nmt, Lowercase, Prepend,
/// Replace, Strip, StripAccents, Precompiled, or a Sequence of them. Bytes that are no UTF-8
/// pass unchanged.
class normalizer {
  public:
    normalizer() = default;
    normalizer(json const& object, std::string const& where) { add(object, where); }

    /// Whether any text comes back unchanged.
    bool none() const { return steps_.empty(); }

    std::string operator()(std::string_view text) const {
        std::string now(text);
        for (auto const& step : steps_) { now = step(std::move(now)); }
        return now;
    }

  private:
    void add(json const& object, std::string const& where) {
        std::string const what = where + ": normalizer";
        if (object.is_null()) { return; }
        if (!object.is_object()) { fail<format_error>(what, " must be an object or null"); }
        std::string const& type = string_of(member(object, "type"), what + " type");
        auto const flag = [&](char const* key) {
            return flag_of(member(object, key), true, what + " " + key);
        };
        if (type == "Sequence") {
            json const& parts = member(object, "normalizers");
            for (json const& part : parts.is_array() ? parts : json::array()) {
                add(part, where);
            }
        } else if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
            bool const compose = type.back() == 'C', compatible = type.size() == 4;
            auto const form = compatible ? compose ? normal_form::nfkc : normal_form::nfkd
                              : compose  ? normal_form::nfc
                                         : normal_form::nfd;
            steps_.emplace_back(
                [form](std::string text) { return to_normal_form(text, form); });
        } else if (type == "Lowercase") {
            steps_.emplace_back([](std::string text) { return to_lower(text); });
        } else if (type == "Prepend") {
            steps_.emplace_back(
                [with = string_of(member(object, "prepend"), what + " prepend")](
                    std::string text) { return text.empty() ? text : with + text; });
        } else if (type == "Replace") {
            add_replace(object, what);
        } else if (type == "Strip") {
            steps_.emplace_back([left = flag("strip_left"), right = flag("strip_right")](
                                    std::string text) { return stripped(text, left, right); });
        } else if (type == "StripAccents") {
            remove("\\p{M}", what);
        } else if (type == "Nmt") { // control characters go, line ends become spaces
            remove(R"([\x01-\x08\x0b\x0e-\x1f\x7f\x{8f}\x{9f}])", what);
            replace(
                R"([\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581})"
                R"(\x{feff}\x{fffd}])",
                " ", what);
        } else if (type == "Precompiled") {
            json const& map = member(object, "precompiled_charsmap");
            if (map.is_null()) { return; }
            auto const table = std::make_shared<charsmap>(
                from_base64(string_of(map, what + " precompiled_charsmap"), what), what);
            steps_.emplace_back(
                [table](std::string text) { return table->by_character(text); });
        } else if (type == "SentencePiece") {
            steps_.emplace_back(sentencepiece_normalizer(object, what));
        } else {
            fail<format_error>(what, " is ", type,
                               "; supported: NFC, NFD, NFKC, NFKD, Nmt, Lowercase, Prepend, "
                               "Replace, Strip, StripAccents, Precompiled, Sequence");
        }
    }

    void add_replace(json const& object, std::string const& what) {
        json const& pattern = member(object, "pattern");
        std::string const& with = string_of(member(object, "content"), what + " content");
        if (pattern.is_object() && pattern.contains("String")) {
            std::string const& from = string_of(pattern["String"], what + " pattern");
            if (from.empty()) { fail<format_error>(what, ": Replace has an empty pattern"); }
            steps_.emplace_back(
                [from, with](std::string text) { return replaced(text, from, with); });
        } else {
            json const& regex = pattern.is_object() ? member(pattern, "Regex") : pattern;
            replace(string_of(regex, what + " pattern"), with, what);
        }
    }
    void remove(std::string const& pattern, std::string const& what) {
        replace(pattern, "", what);
    }
    void replace(std::string const& pattern, std::string const& with, std::string const& what) {
        steps_.emplace_back(
            [with, matches = std::make_shared<regex>(pattern, what)](std::string text) {
                std::string out;
                matches->each_piece(text, [&](std::string_view piece, bool matched) {
                    out += matched ? std::string_view(with) : piece;
                });
                return out;
            });
    }

    static std::string stripped(std::string_view text, bool left, bool right) {
        while (left && space_after(text, 0) > 0) { text.remove_prefix(space_after(text, 0)); }
        while (right && space_before(text, text.size()) > 0) {
            text.remove_suffix(space_before(text, text.size()));
        }
        return std::string(text);
    }

    std::vector<std::function<std::string(std::string)>> steps_;
};

} // namespace qad

#endif
