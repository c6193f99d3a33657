// SPDX-License-Identifier: MIT
// A situation as a file: one named property a line.
#ifndef QAD_DECIDE_SITUATION_FILE_HPP
#define QAD_DECIDE_SITUATION_FILE_HPP

#include <qad/decide/situation.hpp> // situation, properties
#include <qad/io/json.hpp>          // json

#include <cmath>   // isfinite
#include <cstdlib> // strtod

namespace qad {

/// Sets a property from what a person wrote: "yes", "no" (y, n, true, false), a number,
/// "unknown" or nothing. `format_error` naming the property for anything else.
inline void set_property(situation& s, property const& p, std::string const& written) {
    bool const unknown = written.empty() || written == "unknown" || written == "?";
    if (auto const* at = std::get_if<0>(&p.at)) {
        bool const yes = written == "yes" || written == "y" || written == "true";
        bool const no = written == "no" || written == "n" || written == "false";
        if (!unknown && !yes && !no) {
            fail<format_error>(p.name, " must be yes, no or unknown, not \"", written, "\"");
        }
        s.** at = yes ? answer::yes : no ? answer::no : answer::unknown;
        return;
    }
    auto& number = s.*std::get<1>(p.at);
    if (unknown) {
        number.reset();
        return;
    }
    char* end = nullptr;
    double const value = std::strtod(written.c_str(), &end);
    bool const plain = written.find_first_not_of("0123456789.eE+-") == written.npos;
    if (!plain || end != written.c_str() + written.size() || !std::isfinite(value) ||
        value < p.lowest || value > p.highest) {
        fail<format_error>(p.name, " must be a number from ", p.lowest, " to ", p.highest,
                           " or unknown, not \"", written, "\"");
    }
    number = value;
}

/// {"facts": "yes", "recall_at_k": 0.9}: properties by their names; what is not there is
/// unknown. A name that is not known is an error: a misspelt property would be ignored, and the
/// verdict would be another one.
inline situation situation_from(json const& object, std::string const& where) {
    if (!object.is_object()) {
        fail<format_error>(where, ": a situation is a list of named properties, not ",
                           describe(object));
    }
    situation s;
    for (auto const& [key, value] : object.items()) {
        property const* const p = find_property(key);
        if (!p) {
            std::string names;
            for (property const& one : properties) {
                names += text(names.empty() ? "" : ", ", one.name);
            }
            fail<format_error>(where, ": no property is called \"", key,
                               "\"; there are: ", names);
        }
        bool const word = value.is_string() || value.is_null();
        if (!word && !value.is_boolean() && !value.is_number()) {
            fail<format_error>(where, ": ", key, " must be one value, not ", describe(value));
        }
        set_property(s, *p,
                     value.is_null()     ? ""
                     : value.is_string() ? value.get<std::string>()
                                         : value.dump());
    }
    return s;
}

/// The properties that are known, by their names.
inline json to_json(situation const& s) {
    json object = json::object();
    for (property const& p : properties) {
        if (!is_known(s, p)) { continue; }
        if (auto const* at = std::get_if<1>(&p.at)) {
            object[std::string(p.name)] = *(s.**at);
        } else {
            object[std::string(p.name)] = value_text(s, p);
        }
    }
    return object;
}

} // namespace qad

#endif
