// SPDX-License-Identifier: MIT
// Filters, tests, methods and functions of Jinja that chat templates use.
#ifndef QAD_IO_JINJA_FUNCTIONS_HPP
#define QAD_IO_JINJA_FUNCTIONS_HPP

#include <qad/io/jinja_context.hpp> // context
#include <qad/io/jinja_lexer.hpp>   // without_front, without_back

#include <algorithm> // count_if, find

namespace qad::jinja {

/// What a call was given: in order, and by name.
struct arguments {
    list plain;
    map named;

    bool has(std::size_t i) const { return i < plain.size(); }
    value at(std::size_t i, char const* name = "") const {
        if (has(i)) { return plain[i]; }
        value const* found = find(named, name);
        return found ? *found : value(undefined{name});
    }
};

inline std::int64_t length_of(context& c, value const& v) {
    if (v.is_text()) {
        return static_cast<std::int64_t>(std::count_if(
            v.text().begin(), v.text().end(), [](char x) { return (x & 0xc0) != 0x80; }));
    }
    if (v.is_list()) { return static_cast<std::int64_t>(v.items().size()); }
    if (v.is_map()) { return static_cast<std::int64_t>(v.members().size()); }
    if (v.is_undefined()) { return 0; }
    c.refuse("length needs text or a list, not ", v.kind());
}

/// strip, lstrip, rstrip: white space, or any of the characters in `chars`.
inline value stripped(context& c, std::string_view text, value const& chars, bool front,
                      bool back) {
    if (chars.is_undefined() || chars.is_none()) {
        if (front) { text = without_front(text); }
        if (back) { text = without_back(text); }
        return c.text_of(std::string(text));
    }
    std::string const& set = c.text(chars, "strip");
    for (char x : set + std::string(text.substr(0, 0))) {
        if (x & 0x80) { c.refuse("strip takes away ASCII characters only"); }
    }
    std::size_t const begin = front ? std::min(text.find_first_not_of(set), text.size()) : 0;
    text.remove_prefix(begin);
    if (back) { text = text.substr(0, text.find_last_not_of(set) + 1); }
    return c.text_of(std::string(text));
}

/// upper, lower, title, capitalize of ASCII; other letters would need tables of Unicode.
inline value cased(context& c, std::string text, std::string_view how) {
    bool inside = false;
    for (char& x : text) {
        if (x & 0x80) { c.refuse(how, " works on ASCII only, not on '", text, "'"); }
        bool const up = x >= 'A' && x <= 'Z', low = x >= 'a' && x <= 'z';
        bool const raise = how == "upper" || (how != "lower" && !inside);
        if (raise && low) { x = static_cast<char>(x - 32); }
        if (!raise && up) { x = static_cast<char>(x + 32); }
        inside = how == "capitalize" || up || low;
    }
    return c.text_of(std::move(text));
}

inline value replaced(context& c, std::string const& text, std::string const& from,
                      std::string const& to) {
    if (from.empty()) { c.refuse("replace needs something to look for"); }
    std::string made;
    std::size_t at = 0;
    for (std::size_t hit; (hit = text.find(from, at)) != text.npos; at = hit + from.size()) {
        c.take(to.size());
        made.append(text, at, hit - at).append(to);
    }
    return c.text_of(made.append(text, at));
}

/// Whether `inner` occurs in `v`: a part of a text, an item of a list, a key.
inline bool contains(context& c, value const& v, value const& inner) {
    if (v.is_text()) {
        auto const& needle = c.text(inner, "in");
        c.step(static_cast<std::int64_t>(v.text().size() * needle.size() / 1024 + 1));
        return v.text().find(needle) != std::string::npos;
    }
    if (v.is_map()) { return inner.is_text() && find(v.members(), inner.text()) != nullptr; }
    if (v.is_list()) {
        c.step(static_cast<std::int64_t>(v.items().size()));
        return std::find(v.items().begin(), v.items().end(), inner) != v.items().end();
    }
    if (v.is_undefined()) { return false; }
    c.refuse("'in' needs text, a list or a mapping, not ", v.kind());
}

/// x.name(…)
inline value call_method(context& c, value const& on, std::string const& name,
                         arguments const& given) {
    if (on.is_text()) {
        std::string const& text = on.text();
        c.step(static_cast<std::int64_t>(text.size() / 64));
        if (name == "strip") { return stripped(c, text, given.at(0), true, true); }
        if (name == "lstrip") { return stripped(c, text, given.at(0), true, false); }
        if (name == "rstrip") { return stripped(c, text, given.at(0), false, true); }
        if (name == "startswith") {
            return text.starts_with(c.text(given.at(0), "startswith"));
        }
        if (name == "endswith") { return text.ends_with(c.text(given.at(0), "endswith")); }
        if (name == "upper" || name == "lower" || name == "title" || name == "capitalize") {
            return cased(c, text, name);
        }
        if (name == "replace" && given.plain.size() == 2) {
            return replaced(c, text, c.text(given.at(0), "replace"),
                            c.text(given.at(1), "replace"));
        }
        if (name == "split" && given.plain.size() == 1) {
            std::string const& by = c.text(given.at(0), "split");
            if (by.empty()) { c.refuse("split needs a separator that is not empty"); }
            list parts;
            std::size_t at = 0;
            for (std::size_t hit; (hit = text.find(by, at)) != text.npos;
                 at = hit + by.size()) {
                parts.push_back(c.text_of(text.substr(at, hit - at)));
            }
            parts.push_back(c.text_of(text.substr(at)));
            return c.list_of(std::move(parts));
        }
    }
    if (on.is_map() && name == "items") {
        list pairs;
        for (auto const& [key, member] : on.members()) {
            pairs.push_back(c.list_of({value(key), member}));
        }
        return c.list_of(std::move(pairs));
    }
    if (on.is_map() && name == "get") {
        value const* found = find(on.members(), c.text(given.at(0), "get"));
        return found ? *found : given.has(1) ? given.at(1) : value(none{});
    }
    c.refuse("calling .", name, "() of ", c.described(on), " is not supported");
}

/// name(…)
inline value call_function(context& c, value const& callee, arguments const& given) {
    function const* f = callee.as_function();
    if (!f && callee.is_undefined() && callee.missing() == "strftime_now") {
        c.refuse("the template asks for today's date; say which it is to be (--date)");
    }
    if (!f) { c.refuse(c.described(callee), " cannot be called"); }
    if (f->name == "raise_exception") {
        fail("the chat template refuses this conversation: ", c.shown(given.at(0)));
    }
    if (f->name == "strftime_now") {
        return c.text_of(c.date(c.text(given.at(0), "strftime_now")));
    }
    if (f->name == "range") {
        std::int64_t const a = c.number(given.at(0), "range");
        std::int64_t const begin = given.has(1) ? a : 0;
        std::int64_t const end = given.has(1) ? c.number(given.at(1), "range") : a;
        if (given.has(2)) { c.refuse("range with a step is not supported"); }
        list numbers;
        for (std::int64_t i = begin; i < end; ++i) {
            c.step();
            numbers.emplace_back(i);
        }
        return c.list_of(std::move(numbers));
    }
    if (!given.plain.empty()) { c.refuse(f->name, "() takes named values only"); }
    if (f->name == "dict") { return given.named; }
    return std::make_shared<space>(space{.members = value(given.named).members()});
}

/// x is name
inline bool holds_test(context& c, value const& v, std::string const& name,
                       value const& given) {
    if (name == "defined") { return !v.is_undefined(); }
    if (name == "undefined") { return v.is_undefined(); }
    if (name == "none") { return v.is_none(); }
    if (name == "string") { return v.is_text(); }
    if (name == "mapping") { return v.is_map(); }
    if (name == "boolean") { return v.is_flag(); }
    if (name == "true") { return v.is_flag() && v.number() == 1; }
    if (name == "false") { return v.is_flag() && v.number() == 0; }
    if (name == "integer") { return v.is_number(); }
    if (name == "number") { return v.counts(); }
    if (name == "sequence" || name == "iterable") {
        return v.is_text() || v.is_list() || v.is_map() || v.is_undefined();
    }
    if (name == "equalto" || name == "eq") { return v == given; }
    if (name == "ne") { return !(v == given); }
    if (name == "in") { return contains(c, given, v); }
    if (name == "odd" || name == "even") { return (c.number(v, "odd") & 1) == (name == "odd"); }
    c.refuse("the test 'is ", name, "' is not supported");
}

} // namespace qad::jinja

#endif
