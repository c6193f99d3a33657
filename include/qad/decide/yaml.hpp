// SPDX-License-Identifier: MIT
// YAML files as JSON values: read by yaml-cpp, mistrusted here.
#ifndef QAD_DECIDE_YAML_HPP
#define QAD_DECIDE_YAML_HPP

#include <qad/io/json.hpp> // json, parse_json

#include <yaml-cpp/yaml.h> // Load

namespace qad {

namespace detail {

/// A plain scalar as YAML 1.2 reads it: null, true, false, a number, otherwise a string ("yes"
/// and "no" too). What stands in quotes is a string.
inline json yaml_scalar(YAML::Node const& node) {
    std::string const& word = node.Scalar();
    if (node.Tag() == "!") { return word; }
    if (word == "null" || word == "~" || word.empty()) { return nullptr; }
    if (word == "true" || word == "false") { return word == "true"; }
    bool const number = word.find_first_not_of("0123456789.eE+-_") == word.npos &&
                        word.find_first_of("0123456789") != word.npos;
    index_t whole = 0;
    double real = 0;
    if (number && YAML::convert<index_t>::decode(node, whole)) { return whole; }
    if (number && YAML::convert<double>::decode(node, real)) { return real; }
    return word;
}

inline json yaml_value(YAML::Node const& node, std::string const& where, int depth = 0) {
    if (depth > json_depth_limit) {
        fail<format_error>(where, ": YAML nested deeper than ", json_depth_limit, " levels");
    }
    if (node.IsScalar()) { return yaml_scalar(node); }
    if (node.IsSequence()) {
        json list = json::array();
        for (auto const& value : node) { list.push_back(yaml_value(value, where, depth + 1)); }
        return list;
    }
    if (!node.IsMap()) { return nullptr; }
    json object = json::object();
    for (auto const& entry : node) {
        std::string const key = entry.first.Scalar();
        int const line = entry.first.Mark().line + 1;
        if (!entry.first.IsScalar() || key.empty()) {
            fail<format_error>(where, ":", line, ": a key must be a word");
        }
        if (object.contains(key)) {
            fail<format_error>(where, ":", line, ": YAML key '", key,
                               "' occurs twice in one object");
        }
        object[key] = yaml_value(entry.second, where, depth + 1);
    }
    return object;
}

} // namespace detail

/// One YAML document as a JSON value. `format_error` with the line for what is no YAML, a key
/// that occurs twice, and anchors that refer to themselves.
inline json parse_yaml(std::string_view text, std::string const& where) {
    if (text.find('&') != text.npos && text.find('*') != text.npos) {
        // Aliases can make a few bytes into gigabytes; a configuration needs none.
        for (std::string_view rest = text; !rest.empty();) {
            std::string_view const line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            auto const value = line.find(": *");
            if (value != line.npos || line.find("- *") != line.npos) {
                fail<format_error>(where, ": YAML aliases (*name) are not read; write the ",
                                   "value out");
            }
        }
    }
    try {
        return detail::yaml_value(YAML::Load(std::string(text)), where);
    } catch (YAML::Exception const& problem) {
        fail<format_error>(where, ":", problem.mark.line + 1, ": not valid YAML (", problem.msg,
                           ")");
    }
}

/// A .json file as JSON, any other as YAML.
inline json read_yaml_or_json(std::filesystem::path const& path) {
    mapped_file const file(path);
    return path.extension() == ".json" ? parse_json(file.text(), path.string())
                                       : parse_yaml(file.text(), path.string());
}

} // namespace qad

#endif
