// SPDX-License-Identifier: MIT
// A conversation as tokens, and the tokens that end an answer.
#ifndef QAD_IO_CHAT_TOKENS_HPP
#define QAD_IO_CHAT_TOKENS_HPP

#include <qad/io/chat_template.hpp> // chat_template
#include <qad/io/tokenizer.hpp>     // tokenizer

#include <algorithm> // find

namespace qad {

/// How markers that stand inside a message are read.
enum class markers {
    count,  ///< as the reference does: "<|im_end|>" typed by a user ends the message
    literal ///< as text: no message can end itself or pretend to be another
};

/// U+FDD0, a character that no text has: Unicode keeps it for use inside programs.
inline constexpr std::string_view literal_mark = "\xef\xb7\x90";

/// The tokens of a conversation. They are the reference's: the rendered text, special tokens in
/// it parsed, none added. With `markers::literal`, special tokens inside the messages' contents
/// are encoded as the characters that they are spelled with.
inline std::vector<std::int32_t> chat_tokens(tokenizer const& vocabulary,
                                             chat_template const& how,
                                             std::vector<message> messages,
                                             chat_options const& options = {},
                                             markers inside = markers::count) {
    encode_options const plain{.add_special = false};
    if (inside == markers::count) {
        return vocabulary.encode(how.render(messages, options), plain);
    }

    // Cut every special token in a message behind its first character, render, and encode what
    // lies between the cuts: no part holds a whole one.
    for (message& m : messages) {
        if (m.content.find(literal_mark) != std::string::npos) {
            fail("a message contains U+FDD0, which the literal reading of markers needs for "
                 "itself");
        }
        std::string marked;
        std::string_view rest = m.content;
        while (!rest.empty()) {
            bool special = false;
            for (added_token const& token : vocabulary.added()) {
                special = special || (token.special && rest.starts_with(token.content));
            }
            std::size_t const length = next_utf8(rest).length;
            marked += rest.substr(0, length);
            if (special) { marked += literal_mark; }
            rest.remove_prefix(length);
        }
        m.content = std::move(marked);
    }
    std::string const text = how.render(messages, options);
    std::vector<std::int32_t> tokens;
    for (std::size_t at = 0; at <= text.size();) {
        std::size_t const end = std::min(text.find(literal_mark, at), text.size());
        auto const part = vocabulary.encode(std::string_view(text).substr(at, end - at), plain);
        tokens.insert(tokens.end(), part.begin(), part.end());
        at = end + (end < text.size() ? literal_mark.size() : 1);
    }
    return tokens;
}

/// The tokens that end an answer: those that the model's configuration names, and the first
/// special token that the template writes after an answer (end of turn), which many
/// configurations forget.
template <class Ids> std::vector<std::int32_t>
stop_tokens(tokenizer const& vocabulary, chat_template const& how, Ids const& configured) {
    std::vector<std::int32_t> stops(configured.begin(), configured.end());
    for (std::int32_t token : vocabulary.encode(how.after_answer(), {.add_special = false})) {
        if (!vocabulary.is_special(token)) { continue; }
        if (std::find(stops.begin(), stops.end(), token) == stops.end()) {
            stops.push_back(token);
        }
        break;
    }
    return stops;
}

} // namespace qad

#endif
