// SPDX-License-Identifier: MIT
// Cutting text into words before byte pair encoding.
#ifndef QAD_IO_PRE_TOKENIZER_HPP
#define QAD_IO_PRE_TOKENIZER_HPP

#include <qad/io/json.hpp>  // json
#include <qad/io/regex.hpp> // regex

#include <optional> // optional
#include <vector>   // vector

namespace qad {

/// Contractions, letters, digits, punctuation (each with at most one leading space), spaces.
/// Radford et al. 2019 (GPT-2), as its code has it.
inline constexpr char const* gpt2_words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
/// The same for Llama 3: at most three digits together, and line ends with what precedes them.
inline constexpr char const* llama3_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The member "pre_tokenizer" of a tokenizer.json: ByteLevel, alone or as the end of a Sequence
/// of Split and Digits. Each step cuts every piece that the step before it left. A merge never
/// crosses a cut, so this decides which tokens can exist.
class pre_tokenizer {
  public:
    pre_tokenizer(json const& object, std::string const& where) {
        if (!add(object, where)) {
            fail<format_error>(where,
                               ": the pre-tokenizer does not end with ByteLevel; supported: "
                               "byte-level vocabularies (GPT-2, Llama 3, SmolLM2)");
        }
    }

    /// Calls each(piece) on the pieces of `text`, which must be valid UTF-8, in order.
    template <class Each> void split(std::string_view text, Each const& each) const {
        if (!text.empty()) { apply(0, text, each); }
    }

  private:
    struct step {
        bool leading_space = false; // put one before a piece that has none
        std::optional<regex> pattern;
        bool keep_matches = true, keep_rest = true;
    };

    /// Appends the steps of one description; true when the last of them is ByteLevel.
    bool add(json const& object, std::string const& where) {
        std::string const what = where + ": pre_tokenizer";
        if (!object.is_object()) { fail<format_error>(what, " must be an object"); }
        std::string const& type = string_of(member(object, "type"), what + " type");
        auto const flag = [&](char const* key, bool otherwise) {
            return flag_of(member(object, key), otherwise, what + " " + key);
        };
        if (type == "Sequence") {
            json const& parts = member(object, "pretokenizers");
            bool last = false;
            for (json const& part : parts.is_array() ? parts : json::array()) {
                if (last) { fail<format_error>(what, ": ByteLevel must be the last step"); }
                last = add(part, where);
            }
            return last;
        }
        step& next = steps_.emplace_back();
        if (type == "ByteLevel") {
            next.leading_space = flag("add_prefix_space", true);
            if (flag("use_regex", true)) { next.pattern.emplace(gpt2_words, where); }
            return true;
        }
        if (type == "Digits") {
            next.pattern.emplace(flag("individual_digits", false) ? "\\p{N}" : "\\p{N}+",
                                 where);
            return false;
        }
        if (type != "Split") {
            fail<format_error>(what, " is ", type,
                               "; supported: ByteLevel, Digits, Split, Sequence");
        }
        json const& pattern = member(object, "pattern");
        bool const literal = pattern.is_object() && pattern.contains("String");
        json const& text =
            pattern.is_object() ? member(pattern, literal ? "String" : "Regex") : pattern;
        next.pattern.emplace(string_of(text, what + " pattern"), where, literal);

        // Isolated keeps matches and what lies between them, Removed drops the matches
        // (inverted: what lies between them).
        std::string const& behavior = string_of(member(object, "behavior"), what + " behavior");
        if (behavior == "Removed") {
            (flag("invert", false) ? next.keep_rest : next.keep_matches) = false;
        } else if (behavior != "Isolated") {
            fail<format_error>(what, " behavior is ", behavior,
                               "; supported: Isolated, Removed");
        }
        return false;
    }

    template <class Each>
    void apply(std::size_t i, std::string_view text, Each const& each) const {
        if (i == steps_.size()) { return each(text); }
        step const& now = steps_[i];
        std::string spaced;
        if (now.leading_space && !text.starts_with(' ')) {
            text = spaced = " " + std::string(text);
        }
        if (!now.pattern) { return apply(i + 1, text, each); }
        now.pattern->each_piece(text, [&](std::string_view piece, bool matched) {
            if (matched ? now.keep_matches : now.keep_rest) { apply(i + 1, piece, each); }
        });
    }

    std::vector<step> steps_;
};

} // namespace qad

#endif
