// SPDX-License-Identifier: MIT
// x | name(…): the filters of Jinja that chat templates use.
#ifndef QAD_IO_JINJA_FILTERS_HPP
#define QAD_IO_JINJA_FILTERS_HPP

#include <qad/io/jinja_functions.hpp> // stripped, cased, holds_test
#include <qad/io/json.hpp>            // json, to quote text

namespace qad::jinja {

/// JSON as Python writes it (", " and ": "), with Hugging Face's settings: letters beyond ASCII
/// stay themselves. With `indent` ≥ 0 every member has its line.
inline void write_json(context& c, std::string& out, value const& v, std::int64_t indent,
                       std::size_t deep = 1) {
    c.step();
    auto const line = [&](std::size_t level) {
        if (indent >= 0) {
            c.take(level * static_cast<std::size_t>(indent) + 1);
            out += '\n' + std::string(level * static_cast<std::size_t>(indent), ' ');
        }
    };
    auto const quote = [&](std::string const& text) {
        c.take(text.size() + 2);
        out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    };
    std::string_view const comma = indent >= 0 ? "," : ", ";
    bool first = true;
    auto const next = [&] {
        if (!first) { out += comma; }
        first = false;
        line(deep);
    };
    if (v.is_text()) {
        quote(v.text());
    } else if (v.is_flag()) {
        out += v.number() ? "true" : "false";
    } else if (v.is_number()) {
        out += std::to_string(v.number());
    } else if (v.is_none()) {
        out += "null";
    } else if (v.is_list()) {
        out += '[';
        for (value const& item : v.items()) {
            next();
            write_json(c, out, item, indent, deep + 1);
        }
        if (!first) { line(deep - 1); }
        out += ']';
    } else if (v.is_map()) {
        out += '{';
        for (auto const& [key, member] : v.members()) {
            next();
            quote(key);
            out += ": ";
            write_json(c, out, member, indent, deep + 1);
        }
        if (!first) { line(deep - 1); }
        out += '}';
    } else {
        c.refuse("tojson of ", c.described(v));
    }
}

/// selectattr("role", "equalto", "user"), and rejectattr.
inline value selected(context& c, value const& from, arguments const& given, bool keep) {
    list kept;
    std::string const& key = c.text(given.at(0), "selectattr");
    for (value const& item : c.iterated(from)) {
        c.step();
        value const* found = item.is_map() ? find(item.members(), key) : nullptr;
        value const member = found ? *found : value(undefined{key});
        bool const good =
            given.has(1) ? holds_test(c, member, c.text(given.at(1), "selectattr"), given.at(2))
                         : member.truth();
        if (good == keep) { kept.push_back(item); }
    }
    return c.list_of(std::move(kept));
}

inline value apply_filter(context& c, value const& v, std::string const& name,
                          arguments const& given) {
    c.step(v.is_text() ? static_cast<std::int64_t>(v.text().size() / 64) : 1);
    if (name == "trim") { return stripped(c, c.shown(v), given.at(0, "chars"), true, true); }
    if (name == "length" || name == "count") { return length_of(c, v); }
    if (name == "string") { return c.text_of(c.shown(v)); }
    if (name == "safe") { return v; } // nothing is escaped anyway
    if (name == "upper" || name == "lower" || name == "title" || name == "capitalize") {
        return cased(c, c.shown(v), name);
    }
    if (name == "default" || name == "d") {
        bool const empty_too = given.at(1, "boolean").truth();
        bool const absent = v.is_undefined() || (empty_too && !v.truth());
        return absent ? (given.has(0) ? given.at(0) : value("")) : v;
    }
    if (name == "replace" && given.plain.size() == 2) {
        return replaced(c, c.shown(v), c.text(given.at(0), "replace"),
                        c.text(given.at(1), "replace"));
    }
    if (name == "list") { return c.list_of(c.iterated(v)); }
    if (name == "items") {
        return v.is_undefined() ? c.list_of({}) : call_method(c, v, name, {});
    }
    if (name == "first" || name == "last") {
        list const items = c.iterated(v);
        if (items.empty()) { return undefined{name}; }
        return name == "first" ? items.front() : items.back();
    }
    if (name == "reverse") {
        list items = c.iterated(v);
        std::reverse(items.begin(), items.end());
        return c.list_of(std::move(items));
    }
    if (name == "join") {
        std::string made;
        std::string const between = given.has(0) ? c.text(given.at(0), "join") : "";
        bool first = true;
        for (value const& item : c.iterated(v)) {
            std::string const part = (first ? "" : between) + c.shown(item);
            c.take(part.size());
            made += part;
            first = false;
        }
        return c.text_of(std::move(made));
    }
    if (name == "selectattr") { return selected(c, v, given, true); }
    if (name == "rejectattr") { return selected(c, v, given, false); }
    if (name == "map" && given.plain.empty() && given.at(0, "attribute").is_text()) {
        list made;
        std::string const& key = given.at(0, "attribute").text();
        for (value const& item : c.iterated(v)) {
            value const* found = item.is_map() ? find(item.members(), key) : nullptr;
            made.push_back(found ? *found : value(undefined{key}));
        }
        return c.list_of(std::move(made));
    }
    if (name == "tojson") {
        value const indent = given.at(0, "indent");
        std::string made;
        write_json(c, made, v,
                   indent.counts() ? std::clamp<std::int64_t>(indent.number(), 0, 16) : -1);
        return c.text_of(std::move(made));
    }
    c.refuse("the filter '", name, "' is not supported");
}

} // namespace qad::jinja

#endif
