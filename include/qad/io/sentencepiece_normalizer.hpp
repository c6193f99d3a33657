// SPDX-License-Identifier: MIT
// What SentencePiece does to a text before it cuts it.
#ifndef QAD_IO_SENTENCEPIECE_NORMALIZER_HPP
#define QAD_IO_SENTENCEPIECE_NORMALIZER_HPP

#include <qad/io/base64.hpp>           // from_base64
#include <qad/io/charsmap.hpp>         // charsmap
#include <qad/io/json.hpp>             // json
#include <qad/io/vocabulary_words.hpp> // space_mark

#include <bitset>        // bitset
#include <memory>        // shared_ptr
#include <unordered_set> // unordered_set

namespace qad {

/// The longest key of the table at each place becomes its text, other characters stay, and so
/// do the user's symbols. Spaces become marks; one is put before the text (add_dummy_prefix);
/// those at its ends and those after another go (remove_extra_whitespaces).
///   sentencepiece, normalizer.cc
///
/// Bytes that are no UTF-8 stay as they are, so that byte tokens can hold them; SentencePiece
/// writes U+FFFD for each.
class sentencepiece_normalizer {
  public:
    sentencepiece_normalizer(json const& object, std::string const& what) {
        auto const flag = [&](char const* key) {
            return flag_of(member(object, key), true, what + " " + key);
        };
        prefix_ = flag("add_dummy_prefix");
        trim_ = flag("remove_extra_whitespaces");
        if (flag("escape_whitespaces")) { mark_ = space_mark; }
        std::string const map = from_base64(
            string_of(member(object, "charsmap"), what + " charsmap"), what + " charsmap");
        if (!map.empty()) { map_ = std::make_shared<charsmap>(map, what); }
        json const& symbols = member(object, "symbols");
        for (json const& symbol : symbols.is_array() ? symbols : json::array()) {
            std::string const& word = string_of(symbol, what + " symbols");
            symbols_.insert(word);
            longest_ = std::max(longest_, word.size());
            if (!word.empty()) { leads_.set(static_cast<std::uint8_t>(word[0])); }
        }
    }

    std::string operator()(std::string_view text) const {
        auto const drop = [&text](std::size_t count) { text.remove_prefix(count); };
        while (trim_ && !text.empty()) {
            auto const [length, now] = front(text);
            if (now != " ") { break; }
            drop(length);
        }
        if (text.empty()) { return {}; }
        std::string out;
        out.reserve(text.size() + text.size() / 2);
        if (prefix_) { out += mark_; }
        bool after_space = trim_;
        while (!text.empty()) {
            auto [length, now] = front(text);
            while (after_space && now.starts_with(' ')) { now.remove_prefix(1); }
            for (char c : now) {
                if (c == ' ') {
                    out += mark_;
                } else {
                    out += c;
                }
            }
            if (!now.empty()) { after_space = trim_ && now.ends_with(' '); }
            drop(length);
        }
        while (trim_ && out.ends_with(mark_)) { out.resize(out.size() - mark_.size()); }
        return out;
    }

  private:
    /// How many bytes go, and what comes for them.
    std::pair<std::size_t, std::string_view> front(std::string_view text) const {
        bool const possible = leads_[static_cast<std::uint8_t>(text[0])];
        for (std::size_t n = possible ? std::min(longest_, text.size()) : 0; n > 0; --n) {
            if (symbols_.contains(std::string(text.substr(0, n)))) {
                return {n, text.substr(0, n)};
            }
        }
        if (auto const found = map_ ? map_->find(text, true) : std::nullopt) {
            return {found->length, found->text};
        }
        // Without a table and symbols: up to the next space.
        bool const plain = !map_ && longest_ == 0 && text[0] != ' ';
        std::size_t const length =
            plain ? std::min(text.find(' '), text.size()) : next_utf8(text).length;
        return {length, text.substr(0, length)};
    }

    std::shared_ptr<charsmap const> map_;
    std::unordered_set<std::string> symbols_;
    std::size_t longest_ = 0;
    std::bitset<256> leads_; // first bytes of symbols
    bool prefix_ = true, trim_ = true;
    std::string_view mark_ = " ";
};

} // namespace qad

#endif
