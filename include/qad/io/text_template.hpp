// SPDX-License-Identifier: MIT
// The tokens that stand around every text: BOS, EOS.
#ifndef QAD_IO_TEXT_TEMPLATE_HPP
#define QAD_IO_TEXT_TEMPLATE_HPP

#include <qad/io/json.hpp>             // json
#include <qad/io/vocabulary_words.hpp> // largest_token

namespace qad {

/// The member "post_processor" of a tokenizer.json, for one text: ByteLevel (which only moves
/// offsets), TemplateProcessing, BertProcessing, RobertaProcessing, or a Sequence of them.
struct text_template {
    std::vector<std::int32_t> before, after;

    text_template(json const& object, std::string const& where) {
        add(object, where + ": post_processor");
    }

  private:
    void add(json const& object, std::string const& what) {
        if (object.is_null()) { return; }
        if (!object.is_object()) { fail<format_error>(what, " must be an object or null"); }
        std::string const& type = string_of(member(object, "type"), what + " type");
        if (type == "ByteLevel") { return; }
        if (type == "Sequence") {
            json const& parts = member(object, "processors");
            for (json const& part : parts.is_array() ? parts : json::array()) {
                add(part, what);
            }
            return;
        }
        if (type == "BertProcessing" || type == "RobertaProcessing") { // ["<s>", 0]
            auto const id = [&](char const* key) {
                json const& pair = member(object, key);
                return token(pair.is_array() && pair.size() == 2 ? pair[1] : pair, what);
            };
            before.push_back(id("cls"));
            after.push_back(id("sep"));
            return;
        }
        json const& single = member(object, "single");
        if (type != "TemplateProcessing" || !single.is_array()) {
            fail<format_error>(what, " is ", type,
                               "; supported: ByteLevel, TemplateProcessing, BertProcessing, "
                               "RobertaProcessing, Sequence");
        }
        bool passed_text = false;
        for (json const& item : single) {
            if (item.is_object() && item.contains("Sequence")) {
                passed_text = true;
                continue;
            }
            json const& special = item.is_object() ? member(item, "SpecialToken") : item;
            json const& name = special.is_object() ? member(special, "id") : special;
            json const& known = member(object, "special_tokens");
            json const& entry =
                known.is_object() ? member(known, string_of(name, what)) : known;
            json const& ids = entry.is_object() ? member(entry, "ids") : entry;
            if (!ids.is_array()) {
                fail<format_error>(what, ": ", describe(name), " has no ids");
            }
            for (json const& id : ids) {
                (passed_text ? after : before).push_back(token(id, what));
            }
        }
    }
    static std::int32_t token(json const& id, std::string const& what) {
        return static_cast<std::int32_t>(integer_in(id, 0, largest_token, what));
    }
};

} // namespace qad

#endif
