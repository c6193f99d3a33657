// SPDX-License-Identifier: MIT
// Cutting text into words before byte pair encoding.
#ifndef QAD_IO_PRE_TOKENIZER_HPP
#define QAD_IO_PRE_TOKENIZER_HPP

#include <qad/io/json.hpp>             // json
#include <qad/io/regex.hpp>            // regex
#include <qad/io/vocabulary_words.hpp> // space_mark

#include <optional> // optional

namespace qad {

/// Contractions, letters, digits, punctuation (each with at most one leading space), spaces.
/// Radford et al. 2019 (GPT-2), as its code has it.
inline constexpr char const* gpt2_words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
/// The same for Llama 3: at most three digits together, and line ends with what precedes them.
inline constexpr char const* llama3_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
/// The same for Qwen 2, 2.5 and 3: each digit alone.
inline constexpr char const* qwen2_words =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The same for Mistral's Tekken vocabularies: a word may begin with capitals, and marks belong
/// to letters.
inline constexpr char const* tekken_words =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The member "pre_tokenizer" of a tokenizer.json. Each step cuts every piece that the step
/// before it left. A merge never crosses a cut, so this decides which tokens can exist.
class pre_tokenizer {
  public:
    pre_tokenizer(json const& object, std::string const& where) { add(object, where); }

    /// Whether pieces are encoded as bytes: it ends with ByteLevel.
    bool byte_level() const { return byte_level_; }

    /// Calls each(piece) on the pieces of a text, in order. Bytes that are no UTF-8 belong to
    /// no word. `first` says that nothing stands before the text.
    template <class Each>
    void split(std::string_view text, Each const& each, bool first = true) const {
        if (!text.empty()) { apply(0, text, first, each); }
    }

  private:
    enum class behavior { isolated, removed, with_previous, with_next, contiguous };
    enum class prefix { never, first, always };
    struct step {
        std::string mark;               // stands for a space; put before a piece without one
        prefix leading = prefix::never; // which pieces that is done to
        bool at_marks = false;          // cut before each mark
        std::optional<regex> pattern;   // cut at its matches
        behavior what = behavior::isolated;
        bool invert = false; // what does not match counts as match
    };

    void add(json const& object, std::string const& where) {
        std::string const what = where + ": pre_tokenizer";
        if (object.is_null()) { return; }
        if (!object.is_object()) { fail<format_error>(what, " must be an object or null"); }
        std::string const& type = string_of(member(object, "type"), what + " type");
        auto const flag = [&](char const* key, bool otherwise) {
            return flag_of(member(object, key), otherwise, what + " " + key);
        };
        if (byte_level_) { fail<format_error>(what, ": ByteLevel must be the last step"); }
        if (type == "Sequence") {
            json const& parts = member(object, "pretokenizers");
            for (json const& part : parts.is_array() ? parts : json::array()) {
                add(part, where);
            }
            return;
        }
        step& next = steps_.emplace_back();
        auto const cut = [&](std::string const& pattern, behavior how) {
            next.pattern.emplace(pattern, what);
            next.what = how;
        };
        if (type == "ByteLevel") {
            next.mark = " ";
            if (flag("add_prefix_space", true)) { next.leading = prefix::always; }
            if (flag("use_regex", true)) { cut(gpt2_words, behavior::isolated); }
            byte_level_ = true;
        } else if (type == "Metaspace") {
            add_marks(next, object, what);
        } else if (type == "Digits") {
            cut("\\p{N}",
                flag("individual_digits", false) ? behavior::isolated : behavior::contiguous);
        } else if (type == "Punctuation") {
            cut("[\\p{P}$+<=>^`|~]", behavior_of(member(object, "behavior"), "Isolated", what));
        } else if (type == "Whitespace") {
            cut(text("[", word_class, "]+|[^\\s", word_class, "]+"), behavior::removed);
            next.invert = true;
        } else if (type == "WhitespaceSplit") {
            cut("\\s", behavior::removed);
        } else if (type == "BertPreTokenizer") {
            cut("\\s", behavior::removed);
            step& then = steps_.emplace_back();
            then.pattern.emplace("[\\p{P}$+<=>^`|~]", what);
        } else if (type == "Split") {
            json const& pattern = member(object, "pattern");
            bool const literal = pattern.is_object() && pattern.contains("String");
            json const& spelled =
                pattern.is_object() ? member(pattern, literal ? "String" : "Regex") : pattern;
            next.pattern.emplace(string_of(spelled, what + " pattern"), what, literal);
            next.what = behavior_of(member(object, "behavior"), nullptr, what);
            next.invert = flag("invert", false);
        } else {
            fail<format_error>(
                what, " is ", type,
                "; supported: ByteLevel, Metaspace, Digits, Punctuation, "
                "Whitespace, WhitespaceSplit, BertPreTokenizer, Split, Sequence");
        }
    }

    static void add_marks(step& next, json const& object, std::string const& what) {
        next.mark = string_of(member(object, "replacement"), what + " replacement");
        json const& scheme = member(object, "prepend_scheme"); // older files: add_prefix_space
        bool const wanted =
            flag_of(member(object, "add_prefix_space"), true, what + " add_prefix_space");
        if (scheme == "first" && wanted) {
            next.leading = prefix::first;
        } else if (scheme == "always" || scheme.is_null()) {
            next.leading = wanted ? prefix::always : prefix::never;
        } else if (scheme != "never") {
            fail<format_error>(what, " prepend_scheme is ", describe(scheme),
                               "; supported: always, first, never");
        }
        next.at_marks = flag_of(member(object, "split"), true, what + " split");
    }

    static behavior behavior_of(json const& name, char const* otherwise,
                                std::string const& what) {
        std::string const wanted =
            name.is_null() && otherwise ? otherwise : string_of(name, what + " behavior");
        char const* const names[] = {"Isolated", "Removed", "MergedWithPrevious",
                                     "MergedWithNext", "Contiguous"};
        for (std::size_t i = 0; i < 5; ++i) {
            if (wanted == names[i]) { return static_cast<behavior>(i); }
        }
        fail<format_error>(
            what, " behavior is ", wanted,
            "; supported: Isolated, Removed, MergedWithPrevious, MergedWithNext, "
            "Contiguous");
    }

    template <class Each>
    void apply(std::size_t i, std::string_view text, bool first, Each const& each) const {
        if (i == steps_.size()) { return each(text); }
        step const& now = steps_[i];
        std::string marked;
        if (!now.mark.empty()) {
            if (now.mark != " ") { text = marked = replaced(text, " ", now.mark); }
            bool const wanted =
                now.leading == prefix::always || (now.leading == prefix::first && first);
            if (wanted && !text.starts_with(now.mark)) {
                text = marked = now.mark + std::string(text);
            }
        }
        auto const next = [&](std::string_view piece) {
            apply(i + 1, piece, first && piece.data() == text.data(), each);
        };
        if (now.at_marks) {
            for (std::size_t begin = 0; begin < text.size();) {
                std::size_t const end = std::min(text.find(now.mark, begin + 1), text.size());
                next(text.substr(begin, end - begin));
                begin = end;
            }
        } else if (now.pattern) {
            cut(now, text, next);
        } else {
            next(text);
        }
    }

    template <class Next>
    static void cut(step const& now, std::string_view text, Next const& next) {
        if (now.what == behavior::isolated || now.what == behavior::removed) {
            return now.pattern->each_piece(text, [&](std::string_view piece, bool matched) {
                if (now.what == behavior::isolated || matched == now.invert) { next(piece); }
            });
        }
        std::string_view held; // may still grow
        bool before = false;   // whether the part before matched
        now.pattern->each_piece(text, [&](std::string_view piece, bool matched) {
            bool const match = matched != now.invert;
            bool const joins = now.what == behavior::with_previous ? match && !before
                               : now.what == behavior::with_next   ? !match && before
                                                                   : match == before;
            if (joins && !held.empty()) {
                held = std::string_view(held.data(), held.size() + piece.size());
            } else {
                if (!held.empty()) { next(held); }
                held = piece;
            }
            before = match;
        });
        if (!held.empty()) { next(held); }
    }

    std::vector<step> steps_;
    bool byte_level_ = false;
};

} // namespace qad

#endif
