// SPDX-License-Identifier: MIT
// What a Jinja template knows while it runs, and how much it may still do.
#ifndef QAD_IO_JINJA_CONTEXT_HPP
#define QAD_IO_JINJA_CONTEXT_HPP

#include <qad/io/jinja_value.hpp> // value

#include <functional> // function
#include <map>        // map

namespace qad::jinja {

/// Names in scope, the text so far, and a budget: templates come from files, and one that runs
/// forever or makes gigabytes is refused instead of obeyed.
class context {
  public:
    context(std::string where, std::int64_t steps, std::int64_t bytes)
        : where_(std::move(where)), steps_(steps), bytes_(bytes) {}

    std::string out;
    int line = 0; ///< of the statement that runs, for messages
    std::vector<std::map<std::string, value, std::less<>>> scopes{1};
    std::function<std::string(std::string const& format)> date = {}; ///< strftime_now, or none

    template <class... Parts> [[noreturn]] void refuse(Parts const&... parts) const {
        fail<format_error>(where_, " line ", line, ": ", parts...);
    }
    /// One step more, or `count` of them.
    void step(std::int64_t count = 1) {
        if (count > steps_) { refuse("the template does not come to an end"); }
        steps_ -= count;
    }
    /// So many bytes more. They count although they may be freed soon.
    void take(std::size_t bytes) {
        if (bytes > static_cast<std::size_t>(bytes_)) {
            refuse("the template makes more text than a conversation can need");
        }
        bytes_ -= static_cast<std::int64_t>(bytes);
    }
    value text_of(std::string made) {
        take(made.size() + sizeof(value));
        return value(std::move(made));
    }
    value list_of(list made) {
        take((made.size() + 1) * sizeof(value));
        return value(std::move(made));
    }

    value look_up(std::string const& name) const {
        for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
            auto const found = scope->find(name);
            if (found != scope->end()) { return found->second; }
        }
        bool const known = name == "range" || name == "namespace" || name == "dict" ||
                           name == "raise_exception" || (name == "strftime_now" && date);
        return known ? value(function{name}) : value(undefined{name});
    }
    void set(std::string const& name, value made) { scopes.back()[name] = std::move(made); }

    /// The text that printing a value gives.
    std::string shown(value const& v) const {
        if (v.is_text()) { return v.text(); }
        if (v.is_undefined()) { return ""; }
        if (v.is_none()) { return "None"; }
        if (v.is_flag()) { return v.number() ? "True" : "False"; }
        if (v.is_number()) { return std::to_string(v.number()); }
        refuse("printing ", v.kind(), " is not supported");
    }
    std::string const& text(value const& v, char const* what) const {
        if (!v.is_text()) { refuse(what, " needs text, not ", described(v)); }
        return v.text();
    }
    std::int64_t number(value const& v, char const* what) const {
        if (!v.counts()) { refuse(what, " needs a number, not ", described(v)); }
        return v.number();
    }
    std::string described(value const& v) const {
        return v.is_undefined() ? "'" + v.missing() + "', which is not defined" : v.kind();
    }
    /// What a loop goes through: items, keys, characters.
    list iterated(value const& v) {
        list result;
        if (v.is_list()) {
            result = v.items();
        } else if (v.is_map()) {
            for (auto const& [key, member] : v.members()) { result.emplace_back(key); }
        } else if (v.is_text()) {
            for (auto& c : characters(v.text())) { result.emplace_back(std::move(c)); }
        } else if (!v.is_undefined()) {
            refuse("a loop needs a list, not ", v.kind());
        }
        take(result.size() * sizeof(value));
        return result;
    }
    /// Text as Python counts it: one code point after the other.
    static std::vector<std::string> characters(std::string_view text) {
        std::vector<std::string> result;
        for (char c : text) {
            if ((c & 0xc0) != 0x80 || result.empty()) { result.emplace_back(); }
            result.back() += c;
        }
        return result;
    }

  private:
    std::string where_;
    std::int64_t steps_, bytes_;
};

} // namespace qad::jinja

#endif
