// SPDX-License-Identifier: MIT
// From tokens' words back to text.
#ifndef QAD_IO_DECODER_HPP
#define QAD_IO_DECODER_HPP

#include <qad/io/byte_alphabet.hpp>    // from_alphabet
#include <qad/io/json.hpp>             // json
#include <qad/io/regex.hpp>            // regex
#include <qad/io/vocabulary_words.hpp> // byte_of_word, replaced

#include <optional> // optional

namespace qad {

/// The member "decoder" of a tokenizer.json: ByteLevel alone, or Replace, ByteFallback, Fuse,
/// Strip, Metaspace, or a Sequence of these.
class decoder {
  public:
    decoder(json const& object, std::string const& where) {
        add(object, where);
        if (steps_.empty()) { fail<format_error>(where, ": the decoder is empty"); }
        if (byte_level() && steps_.size() > 1) {
            fail<format_error>(where, ": the decoder has ByteLevel among other steps; "
                                      "supported: ByteLevel alone");
        }
    }

    /// Whether words are bytes in the letters of byte_alphabet.
    bool byte_level() const { return steps_[0].what == kind::byte_level; }

    /// The bytes that one word adds to a text that has begun.
    std::string bytes(std::string_view word) const {
        std::string now(word);
        if (byte_level()) { return from_alphabet(word).value_or(now); }
        int const byte = byte_of_word(word);
        for (step const& one : steps_) {
            if (one.what == kind::replace || one.what == kind::marks) {
                now = substitute(one, now);
            }
            if (one.what == kind::byte_fallback && byte >= 0) {
                return std::string(1, static_cast<char>(byte));
            }
        }
        return now;
    }

    /// The text of words, as the tokenizers package puts it together (not for ByteLevel). A run
    /// of byte tokens that is no UTF-8 becomes one U+FFFD for each.
    std::string text(std::vector<std::string> words) const {
        for (step const& one : steps_) {
            switch (one.what) {
            case kind::byte_level:
                break;
            case kind::replace:
                for (auto& word : words) { word = substitute(one, word); }
                break;
            case kind::marks:
                for (std::size_t i = 0; i < words.size(); ++i) {
                    bool const drop = i == 0 && one.drops_first;
                    words[i] = replaced(words[i], one.from, drop ? "" : one.to);
                }
                break;
            case kind::byte_fallback:
                words = joined_bytes(words);
                break;
            case kind::fuse:
                words = {joined(words)};
                break;
            case kind::strip:
                for (auto& word : words) { strip(one, word); }
                break;
            }
        }
        return joined(words);
    }

  private:
    enum class kind { byte_level, replace, marks, byte_fallback, fuse, strip };
    struct step {
        kind what = kind::fuse;
        std::string from = {}, to = {};
        std::optional<regex> pattern = {};
        index_t start = 0, stop = 0; // how many of `from` Strip takes away
        bool drops_first = false;    // marks of the first word vanish
    };

    void add(json const& object, std::string const& where) {
        std::string const what = where + ": decoder";
        json const& name = object.is_object() ? member(object, "type") : object;
        if (name == "Sequence") {
            json const& parts = member(object, "decoders");
            for (json const& part : parts.is_array() ? parts : json::array()) {
                add(part, where);
            }
            return;
        }
        auto const string = [&](char const* key) {
            return string_of(member(object, key), what + " " + key);
        };
        if (name == "ByteLevel") {
            steps_.push_back({.what = kind::byte_level});
        } else if (name == "ByteFallback") {
            steps_.push_back({.what = kind::byte_fallback});
        } else if (name == "Fuse") {
            steps_.push_back({.what = kind::fuse});
        } else if (name == "Metaspace") {
            bool const never = member(object, "prepend_scheme") == "never" ||
                               member(object, "add_prefix_space") == false;
            steps_.push_back({.what = kind::marks,
                              .from = string("replacement"),
                              .to = " ",
                              .drops_first = !never});
        } else if (name == "Strip") {
            auto const count = [&](char const* key) {
                return integer_in(member(object, key), 0, 1 << 20, what + " " + key);
            };
            steps_.push_back({.what = kind::strip,
                              .from = string("content"),
                              .start = count("start"),
                              .stop = count("stop")});
        } else if (name == "Replace") {
            json const& pattern = member(object, "pattern");
            step next{.what = kind::replace, .to = string("content")};
            if (pattern.is_object() && pattern.contains("String")) {
                next.from = string_of(pattern["String"], what + " pattern");
            } else {
                json const& regular = pattern.is_object() ? member(pattern, "Regex") : pattern;
                next.pattern.emplace(string_of(regular, what + " pattern"), what);
            }
            steps_.push_back(std::move(next));
        } else {
            fail<format_error>(where, ": the decoder is ", describe(object),
                               "; supported: ByteLevel, Replace, ByteFallback, Fuse, Strip, "
                               "Metaspace, Sequence");
        }
        if (steps_.back().what != kind::byte_level &&
            steps_.back().what != kind::byte_fallback && steps_.back().what != kind::fuse &&
            !steps_.back().pattern && steps_.back().from.empty()) {
            fail<format_error>(what, ": ", describe(name), " of nothing");
        }
    }

    static std::string substitute(step const& one, std::string const& word) {
        if (!one.pattern) { return replaced(word, one.from, one.to); }
        std::string out;
        one.pattern->each_piece(word, [&](std::string_view piece, bool matched) {
            out += matched ? std::string_view(one.to) : piece;
        });
        return out;
    }
    static std::string joined(std::vector<std::string> const& words) {
        std::string all;
        for (auto const& word : words) { all += word; }
        return all;
    }
    static std::vector<std::string> joined_bytes(std::vector<std::string> const& words) {
        std::vector<std::string> out;
        std::string run; // of byte tokens
        auto const flush = [&] {
            if (valid_utf8(run) < run.size()) {
                std::string marks;
                for (std::size_t i = 0; i < run.size(); ++i) { marks += "\xef\xbf\xbd"; }
                run = marks;
            }
            if (!run.empty()) { out.push_back(run); }
            run.clear();
        };
        for (auto const& word : words) {
            if (int const byte = byte_of_word(word); byte >= 0) {
                run += static_cast<char>(byte);
            } else {
                flush();
                out.push_back(word);
            }
        }
        flush();
        return out;
    }
    static void strip(step const& one, std::string& word) {
        std::string_view rest = word;
        for (index_t i = 0; i < one.start && rest.starts_with(one.from); ++i) {
            rest.remove_prefix(one.from.size());
        }
        for (index_t i = 0; i < one.stop && rest.ends_with(one.from); ++i) {
            rest.remove_suffix(one.from.size());
        }
        word = std::string(rest);
    }

    std::vector<step> steps_;
};

} // namespace qad

#endif
