// SPDX-License-Identifier: MIT
// Chapter 6.5, "Apply now: exercises" — chapters/6-decide/README.md#s6-5
#ifndef QAD_DECIDE_EVIDENCE_JSON_HPP
#define QAD_DECIDE_EVIDENCE_JSON_HPP

#include <qad/decide/evidence.hpp>        // evidence
#include <qad/decide/evidence_fields.hpp> // fields, names
#include <qad/io/json.hpp>                // json, read_json

#include <cmath>  // isfinite
#include <string> // string

namespace qad {

inline constexpr std::string_view evidence_format = "qad evidence 1";

namespace detail {

// Every value that evidence is made of is written and read in one place each, so that what is
// written is what is read.
inline json written(std::string const& value) { return value; }
inline json written(bool value) { return value; }
inline json written(index_t value) { return value; }
inline json written(byte_count value) { return value.count; }
inline json written(double value) {
    if (!std::isfinite(value)) {
        fail<format_error>("evidence holds a number that is not finite; leave the figure out ",
                           "and say why (chapter 6.5)");
    }
    return value;
}
template <named_enum E> json written(E value) {
    return names_of<E>[static_cast<std::size_t>(value)];
}
template <class T> json written(std::vector<T> const& list);
template <class T> json written(std::optional<T> const& value);
template <has_fields T> json written(T const& value) {
    json object = json::object();
    std::apply(
        [&](auto const&... each) { ((object[each.name] = written(value.*each.at)), ...); },
        fields_of<T>());
    return object;
}
template <class T> json written(std::vector<T> const& list) {
    json array = json::array();
    for (auto const& value : list) { array.push_back(written(T(value))); }
    return array;
}
template <class T> json written(std::optional<T> const& value) {
    return value ? written(*value) : json();
}

inline void read_into(std::string& out, json const& in, std::string const& what) {
    out = string_of(in, what);
}
inline void read_into(bool& out, json const& in, std::string const& what) {
    if (in.is_null()) { fail<format_error>(what, " must be true or false, not null"); }
    out = flag_of(in, false, what);
}
inline void read_into(index_t& out, json const& in, std::string const& what) {
    out = integer_in(in, 0, INT64_MAX, what);
}
inline void read_into(byte_count& out, json const& in, std::string const& what) {
    out = byte_count(integer_in(in, 0, INT64_MAX, what));
}
inline void read_into(double& out, json const& in, std::string const& what) {
    if (!in.is_number()) { fail<format_error>(what, " must be a number, not ", describe(in)); }
    out = in.get<double>();
}
template <named_enum E> void read_into(E& out, json const& in, std::string const& what) {
    std::string const& name = string_of(in, what);
    std::string known;
    for (std::size_t i = 0; i < names_of<E>.size(); ++i) {
        if (names_of<E>[i] == name) {
            out = static_cast<E>(i);
            return;
        }
        known += text(i ? ", " : "", names_of<E>[i]);
    }
    fail<format_error>(what, " must be one of ", known, ", not \"", name, "\"");
}
template <class T> void read_into(std::vector<T>& out, json const& in, std::string const& what);
template <class T> void read_into(std::optional<T>& out, json const& in, std::string const&);
template <has_fields T> void read_into(T& out, json const& in, std::string const& what) {
    if (!in.is_object()) { fail<format_error>(what, " must be an object, not ", describe(in)); }
    std::size_t used = 0;
    auto const one = [&](auto const& field) {
        auto const found = in.find(field.name);
        if (found == in.end()) { fail<format_error>(what, " has no ", field.name); }
        read_into(out.*field.at, *found, text(what, ".", field.name));
        ++used;
    };
    std::apply([&](auto const&... each) { (one(each), ...); }, fields_of<T>());
    if (used == in.size()) { return; }
    for (auto const& entry : in.items()) {
        std::string const& key = entry.key();
        bool known = false;
        std::apply([&](auto const&... each) { ((known = known || each.name == key), ...); },
                   fields_of<T>());
        if (!known) { fail<format_error>(what, " has a key that is not known: ", key); }
    }
}
template <class T>
void read_into(std::vector<T>& out, json const& in, std::string const& what) {
    if (!in.is_array()) { fail<format_error>(what, " must be a list, not ", describe(in)); }
    out.clear();
    for (std::size_t i = 0; i < in.size(); ++i) {
        T value{};
        read_into(value, in[i], text(what, "[", i, "]"));
        out.push_back(std::move(value));
    }
}
template <class T>
void read_into(std::optional<T>& out, json const& in, std::string const& what) {
    out.reset();
    if (in.is_null()) { return; }
    read_into(out.emplace(), in, what);
}

} // namespace detail

/// evidence.json: every field of `evidence` under its own name; memory in bytes.
inline json to_json(evidence const& run) {
    json object = detail::written(run);
    object["format"] = evidence_format;
    return object;
}

/// Reads it back. `format_error` naming the place for a missing or unknown key, a value of
/// another type, an unknown word, or two rows of one id.
inline evidence evidence_from(json object, std::string const& where) {
    if (!object.is_object() || member(object, "format") != evidence_format) {
        fail<format_error>(where, ": no evidence of this version: \"format\" must be \"",
                           evidence_format, "\"; run the lab again");
    }
    object.erase("format");
    evidence run;
    detail::read_into(run, object, where + ": evidence");
    for (std::size_t i = 0; i < run.rows.size(); ++i) {
        if (run.rows[i].id.empty() || run.row(run.rows[i].id) != &run.rows[i]) {
            fail<format_error>(where, ": row ", i, " needs an id of its own, not \"",
                               run.rows[i].id, "\"");
        }
    }
    return run;
}

inline evidence read_evidence(std::filesystem::path const& path) {
    return evidence_from(read_json(path), path.string());
}

/// Written to a temporary name and renamed: an interrupted run leaves the previous file.
inline void write_evidence(std::filesystem::path const& path, evidence const& run) {
    write_text(path, to_json(run).dump(1) + "\n");
}

} // namespace qad

#endif
