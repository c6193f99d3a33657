// SPDX-License-Identifier: MIT
// JSON from outside: parsed by nlohmann-json, mistrusted here.
#ifndef QAD_IO_JSON_HPP
#define QAD_IO_JSON_HPP

#include <qad/core/file.hpp> // mapped_file
#include <qad/core/size.hpp> // index_t, errors

#include <nlohmann/json.hpp> // json

#include <filesystem>    // path
#include <string>        // string
#include <string_view>   // string_view
#include <unordered_set> // unordered_set
#include <vector>        // vector

namespace qad {

using json = nlohmann::json;

/// Deeper nesting than any file of ours has; beyond it the text is hostile or damaged.
inline constexpr int json_depth_limit = 32;

/// Parses `text`, which begins `offset` bytes into the file that `where` names. `format_error`
/// (file, byte, reason) for anything but one JSON value: also for a byte order mark, a NUL
/// byte, a key that occurs twice in one object (parsers disagree which one counts) and nesting
/// beyond `json_depth_limit`.
inline json parse_json(std::string_view text, std::string const& where, index_t offset = 0) {
    if (text.starts_with("\xef\xbb\xbf")) {
        fail<format_error>(where, ": begins with a byte order mark; save it as plain UTF-8");
    }
    if (auto const at = text.find('\0'); at != text.npos) {
        fail<format_error>(where, ": not JSON: byte ", offset + static_cast<index_t>(at),
                           " is NUL");
    }
    std::vector<std::unordered_set<std::string>> keys; // of every object that is open
    auto const check = [&](int depth, json::parse_event_t event, json& name) {
        using enum json::parse_event_t;
        if ((event == object_start || event == array_start) && depth >= json_depth_limit) {
            fail<format_error>(where, ": JSON nested deeper than ", json_depth_limit,
                               " levels; the file is damaged");
        }
        if (event == object_start) { keys.emplace_back(); }
        if (event == object_end) { keys.pop_back(); }
        if (event == key && !keys.back().insert(name.get<std::string>()).second) {
            fail<format_error>(where, ": JSON key '", name.get<std::string>(),
                               "' occurs twice in one object");
        }
        return true;
    };
    try {
        return json::parse(text.begin(), text.end(), check);
    } catch (json::parse_error const& problem) {
        fail<format_error>(where, ": not valid JSON at byte ",
                           offset + static_cast<index_t>(problem.byte), " (", problem.what(),
                           "); the file is truncated or damaged, fetch it again");
    } catch (json::exception const& problem) { // a number that no double can hold
        fail<format_error>(where, ": not valid JSON (", problem.what(),
                           "); the file is damaged");
    }
}

inline json read_json(std::filesystem::path const& path) {
    mapped_file const file(path);
    return parse_json(file.text(), path.string());
}

/// What kind of value stands where something else was expected, for messages.
inline std::string describe(json const& value) {
    std::string shown = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (shown.size() > 60) { shown = shown.substr(0, 57) + "..."; }
    return shown;
}

/// The member `key` of `object`, or null where it is absent.
inline json const& member(json const& object, std::string_view key) {
    static json const null;
    auto const found = object.find(key);
    return found == object.end() ? null : *found;
}

/// An integer between lowest and highest, or `format_error` naming `what`.
inline index_t integer_in(json const& value, index_t lowest, index_t highest,
                          std::string const& what) {
    bool const fits = value.is_number_unsigned()
                          ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(highest)
                          : value.is_number_integer();
    index_t const number = fits ? value.get<index_t>() : lowest;
    if (!fits || number < lowest || number > highest) {
        fail<format_error>(what, " must be a whole number from ", lowest, " to ", highest,
                           ", not ", describe(value));
    }
    return number;
}

/// true or false, `otherwise` where it is null or absent; else `format_error` naming `what`.
inline bool flag_of(json const& value, bool otherwise, std::string const& what) {
    if (!value.is_null() && !value.is_boolean()) {
        fail<format_error>(what, " must be true or false, not ", describe(value));
    }
    return value.is_null() ? otherwise : value.get<bool>();
}

/// A string, or `format_error` naming `what`.
inline std::string const& string_of(json const& value, std::string const& what) {
    if (!value.is_string()) {
        fail<format_error>(what, " must be a string, not ", describe(value));
    }
    return value.get_ref<std::string const&>();
}

} // namespace qad

#endif
