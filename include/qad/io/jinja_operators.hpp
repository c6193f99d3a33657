// SPDX-License-Identifier: MIT
// The operators of Jinja on the values that chat templates have.
#ifndef QAD_IO_JINJA_OPERATORS_HPP
#define QAD_IO_JINJA_OPERATORS_HPP

#include <qad/io/jinja_functions.hpp> // contains, length_of

#include <algorithm> // clamp

namespace qad::jinja {

/// a + b and the others that give a value. Nothing is converted but by `~`, as in Python.
inline value operate(context& c, value const& a, std::string const& sign, value const& b) {
    if (sign == "~") { return c.text_of(c.shown(a) + c.shown(b)); }
    if (sign == "+" && a.is_text() && b.is_text()) { return c.text_of(a.text() + b.text()); }
    if (sign == "+" && a.is_list() && b.is_list()) {
        list made = a.items();
        made.insert(made.end(), b.items().begin(), b.items().end());
        return c.list_of(std::move(made));
    }
    if (!a.counts() || !b.counts()) {
        c.refuse("'", sign, "' between ", c.described(a), " and ", c.described(b));
    }
    std::int64_t const x = a.number(), y = b.number();
    std::int64_t result = 0;
    bool too_large = false;
    if (sign == "+") { too_large = __builtin_add_overflow(x, y, &result); }
    if (sign == "-") { too_large = __builtin_sub_overflow(x, y, &result); }
    if (sign == "*") { too_large = __builtin_mul_overflow(x, y, &result); }
    if (sign == "//" || sign == "%") {
        if (y == 0 || y == -1) { c.refuse("'", sign, "' by ", y, " is not supported"); }
        bool const down = x % y != 0 && (x < 0) != (y < 0); // Python rounds down
        result = sign == "%" ? x % y + (down ? y : 0) : x / y - (down ? 1 : 0);
    }
    if (too_large) { c.refuse("'", sign, "' makes a number that is too large"); }
    return result;
}

inline bool compare(context& c, value const& a, std::string const& sign, value const& b) {
    c.step();
    if (sign == "==") { return a == b; }
    if (sign == "!=") { return !(a == b); }
    if (sign == "in") { return contains(c, b, a); }
    if (sign == "not in") { return !contains(c, b, a); }
    int order = 0;
    if (a.is_text() && b.is_text()) {
        order = a.text().compare(b.text());
    } else {
        std::int64_t const x = c.number(a, "a comparison"), y = c.number(b, "a comparison");
        order = x < y ? -1 : x > y;
    }
    return sign == "<"    ? order < 0
           : sign == ">"  ? order > 0
           : sign == "<=" ? order <= 0
                          : order >= 0;
}

/// x.key, x["key"], x[i]: undefined where it is not there.
inline value member(context& c, value const& on, value const& key) {
    c.step();
    std::string const name = key.is_text()  ? key.text()
                             : key.counts() ? std::to_string(key.number())
                                            : "it";
    if (on.is_undefined()) {
        c.refuse("'", on.missing(), "' is not defined, so it has no '", name, "'");
    }
    if (key.is_text()) {
        auto const s = on.as_space();
        map const* members = s ? &s->members : on.is_map() ? &on.members() : nullptr;
        value const* found = members ? find(*members, name) : nullptr;
        return found ? *found : value(undefined{name});
    }
    if (on.is_map() || !key.counts()) { return undefined{name}; }
    if (!on.is_list() && !on.is_text()) { return undefined{name}; }
    std::int64_t const size = length_of(c, on);
    std::int64_t const i = key.number() < 0 ? key.number() + size : key.number();
    if (i < 0 || i >= size) { return undefined{text("item ", name)}; }
    if (on.is_list()) { return on.items()[static_cast<std::size_t>(i)]; }
    return c.text_of(context::characters(on.text())[static_cast<std::size_t>(i)]);
}

/// x[begin:end:stride] by Python's rules.
inline value slice(context& c, value const& on, value const& begin, value const& end,
                   value const& stride) {
    if (!on.is_list() && !on.is_text()) { c.refuse("a slice of ", c.described(on)); }
    std::int64_t const step = stride.is_none() ? 1 : c.number(stride, "a slice");
    if (step != 1 && step != -1) { c.refuse("slices go forwards or backwards by one only"); }
    list const all = c.iterated(on);
    auto const size = static_cast<std::int64_t>(all.size());
    auto const place = [&](value const& v, std::int64_t otherwise) {
        if (v.is_none()) { return otherwise; }
        std::int64_t const i = c.number(v, "a slice");
        std::int64_t const low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
        return std::clamp(i < 0 ? i + size : i, low, high);
    };
    std::int64_t const from = place(begin, step > 0 ? 0 : size - 1);
    std::int64_t const to = place(end, step > 0 ? size : -1);
    list kept;
    for (std::int64_t i = from; step > 0 ? i < to : i > to; i += step) {
        kept.push_back(all[static_cast<std::size_t>(i)]);
    }
    if (on.is_list()) { return c.list_of(std::move(kept)); }
    std::string joined;
    for (value const& one : kept) { joined += one.text(); }
    return c.text_of(std::move(joined));
}

} // namespace qad::jinja

#endif
