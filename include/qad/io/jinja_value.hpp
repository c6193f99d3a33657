// SPDX-License-Identifier: MIT
// What a Jinja template computes with.
#ifndef QAD_IO_JINJA_VALUE_HPP
#define QAD_IO_JINJA_VALUE_HPP

#include <qad/core/error.hpp> // fail

#include <algorithm> // max
#include <concepts>  // same_as
#include <cstdint>   // int64_t
#include <memory>    // shared_ptr
#include <string>    // string
#include <utility>   // pair
#include <variant>   // variant
#include <vector>    // vector

namespace qad::jinja {

class value;

/// What a name or a member stands for that is not there. Printing it gives nothing, anything
/// else that needs a value is an error that names it.
struct undefined {
    std::string name = "it";
};
struct none {};
/// A function by its name, as in `range(3)`.
struct function {
    std::string name;
};
using list = std::vector<value>;
/// Keys in the order in which they came, few enough to look through.
using map = std::vector<std::pair<std::string, value>>;
/// What `namespace()` makes: the one thing whose members a template may change.
struct space {
    std::string name = "namespace";
    map members;
};

/// A value of Python, as far as chat templates need them. Copies share what they hold; text,
/// lists and maps do not change once they are made.
class value {
  public:
    value() = default;
    value(undefined u) : held_(std::move(u)) {}
    value(none) : held_(none{}) {}
    value(function f) : held_(std::move(f)) {}
    value(std::same_as<bool> auto flag) : held_(flag) {}
    value(std::int64_t number) : held_(number) {}
    value(std::string text) : held_(std::make_shared<std::string const>(std::move(text))) {}
    value(char const* text) : value(std::string(text)) {}
    value(list items);
    value(map members);
    value(std::shared_ptr<space> made) : held_(std::move(made)) {}

    bool is_undefined() const { return holds<undefined>(); }
    bool is_none() const { return holds<none>(); }
    bool is_flag() const { return holds<bool>(); }
    bool is_number() const { return holds<std::int64_t>(); }
    bool is_text() const { return holds<std::shared_ptr<std::string const>>(); }
    bool is_list() const { return holds<std::shared_ptr<list const>>(); }
    bool is_map() const { return holds<std::shared_ptr<map const>>(); }

    std::string const& text() const {
        return *std::get<std::shared_ptr<std::string const>>(held_);
    }
    list const& items() const { return *std::get<std::shared_ptr<list const>>(held_); }
    map const& members() const { return *std::get<std::shared_ptr<map const>>(held_); }
    /// A number; true and false are 1 and 0, as in Python.
    std::int64_t number() const {
        return is_flag() ? std::get<bool>(held_) : std::get<std::int64_t>(held_);
    }
    bool counts() const { return is_number() || is_flag(); }
    std::string const& missing() const { return std::get<undefined>(held_).name; }
    function const* as_function() const { return std::get_if<function>(&held_); }
    std::shared_ptr<space> as_space() const {
        auto const* s = std::get_if<std::shared_ptr<space>>(&held_);
        return s ? *s : nullptr;
    }
    /// Lists and maps within each other; limited, so that no walk through a value is deep.
    int depth() const { return depth_; }

    /// Whether Jinja takes it for true.
    bool truth() const {
        if (is_undefined() || is_none()) { return false; }
        if (counts()) { return number() != 0; }
        if (is_text()) { return !text().empty(); }
        if (is_list()) { return !items().empty(); }
        return is_map() ? !members().empty() : true;
    }
    /// What it is, for messages.
    char const* kind() const {
        static constexpr char const* names[] = {"undefined",     "none",      "a function",
                                                "true or false", "a number",  "text",
                                                "a list",        "a mapping", "a namespace"};
        return names[held_.index()];
    }
    friend bool operator==(value const& a, value const& b) {
        if (a.counts() && b.counts()) { return a.number() == b.number(); }
        if (a.held_.index() != b.held_.index()) { return false; }
        if (a.is_text()) { return a.text() == b.text(); }
        if (a.is_list()) { return a.items() == b.items(); }
        if (a.is_map()) { return same_members(a.members(), b.members()); }
        return !a.as_space() || a.as_space() == b.as_space();
    }

  private:
    static constexpr int deepest = 32;

    template <class T> bool holds() const { return std::holds_alternative<T>(held_); }
    void lies_above(value const& inner) {
        depth_ = std::max(depth_, inner.depth_ + 1);
        if (inner.as_space()) {
            fail<format_error>("a chat template keeps a namespace inside another value");
        }
        if (depth_ > deepest) {
            fail<format_error>("a chat template nests values deeper than ", deepest);
        }
    }
    static bool same_members(map const& a, map const& b);

    std::variant<undefined, none, function, bool, std::int64_t,
                 std::shared_ptr<std::string const>, std::shared_ptr<list const>,
                 std::shared_ptr<map const>, std::shared_ptr<space>>
        held_;
    int depth_ = 0;
};

inline value::value(list items) {
    for (value const& item : items) { lies_above(item); }
    held_ = std::make_shared<list const>(std::move(items));
}

inline value::value(map members) {
    for (auto const& [key, member] : members) { lies_above(member); }
    held_ = std::make_shared<map const>(std::move(members));
}

/// The member with that key, or null.
inline value const* find(map const& members, std::string_view key) {
    for (auto const& [name, member] : members) {
        if (name == key) { return &member; }
    }
    return nullptr;
}

/// Members are compared whatever their order, as Python does.
inline bool value::same_members(map const& a, map const& b) {
    if (a.size() != b.size()) { return false; }
    for (auto const& [key, member] : a) {
        value const* other = find(b, key);
        if (!other || !(member == *other)) { return false; }
    }
    return true;
}

} // namespace qad::jinja

#endif
