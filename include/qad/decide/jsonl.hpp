// SPDX-License-Identifier: MIT
// Questions with their answers, one JSON object a line: what is trained on, what is asked.
#ifndef QAD_DECIDE_JSONL_HPP
#define QAD_DECIDE_JSONL_HPP

#include <qad/core/random.hpp> // generator
#include <qad/io/json.hpp>     // parse_json
#include <qad/io/utf8.hpp>     // next_utf8

#include <algorithm>     // find, sort
#include <map>           // map
#include <numeric>       // iota
#include <set>           // set
#include <span>          // span
#include <unordered_map> // unordered_map

namespace qad {

/// One line of a set. prompt + completion is the whole text, to the letter: nothing is put
/// between them, so a completion begins with the space that the text has there.
struct example {
    std::string id = {}; ///< its own, or the number of its line
    std::string prompt = {}, completion = {};
    std::vector<std::string> choices = {}; ///< the classes, for classification
    std::map<std::string, std::string> about =
        {};           ///< other members: entity, attribute, bucket …
    index_t line = 0; ///< in its file, from 1

    /// A member of `about`, or nothing.
    std::string tag(std::string const& name) const {
        auto const found = about.find(name);
        return found == about.end() ? "" : found->second;
    }
};

/// Longer lines are an error: a data set of ours has none, a damaged file may be one line.
inline constexpr std::size_t jsonl_line_limit = std::size_t{1} << 20;

/// One line as an example; `where` is "file:line". `format_error` says what is wrong with it.
inline example parse_example(std::string_view line, std::string const& where, index_t number) {
    for (std::size_t at = 0; at < line.size();) {
        utf8_step const step = next_utf8(line.substr(at));
        if (!step.valid) {
            fail<format_error>(where, ": byte ", at + 1,
                               " of the line is no UTF-8; save the file as UTF-8");
        }
        at += step.length;
    }
    json const object = parse_json(line, where);
    if (!object.is_object()) {
        fail<format_error>(where, ": a line must be a JSON object, not ", describe(object));
    }
    auto const text_of = [&](char const* key) -> std::string {
        return string_of(member(object, key), where + ": \"" + key + "\"");
    };
    example e{.id = std::to_string(number), .line = number};
    if (json const& id = member(object, "id"); id.is_number_integer()) {
        e.id = id.dump();
    } else if (!id.is_null()) {
        e.id = text_of("id");
    }
    if (object.contains("text")) { // a text to predict: no question, no answer
        if (object.contains("prompt") || object.contains("completion")) {
            fail<format_error>(where, ": has \"text\" and also \"prompt\" or \"completion\"; a "
                                      "line is one or the other");
        }
        e.completion = text_of("text");
    } else {
        e.prompt = text_of("prompt");
        e.completion = text_of("completion");
    }
    if (e.completion.empty()) { fail<format_error>(where, ": the expected text is empty"); }
    if (json const& choices = member(object, "choices"); !choices.is_null()) {
        for (json const& choice : choices.is_array() ? choices : json::array()) {
            e.choices.push_back(string_of(choice, where + ": a choice"));
        }
        if (std::set<std::string>(e.choices.begin(), e.choices.end()).size() < 2 ||
            std::set<std::string>(e.choices.begin(), e.choices.end()).size() !=
                e.choices.size()) {
            fail<format_error>(where,
                               ": \"choices\" must be a list of at least two different "
                               "strings, not ",
                               describe(choices));
        }
        if (std::find(e.choices.begin(), e.choices.end(), e.completion) == e.choices.end()) {
            fail<format_error>(where, ": the completion \"", e.completion,
                               "\" is none of the choices; write it as it stands there, spaces "
                               "included");
        }
    }
    for (auto const& [key, value] : object.items()) {
        if (key == "id" || key == "prompt" || key == "completion" || key == "text" ||
            key == "choices") {
            continue;
        }
        e.about[key] = value.is_string() ? value.get<std::string>() : value.dump();
    }
    return e;
}

/// The examples of a text; `where` names it. Lines of spaces are passed over. `format_error`
/// with file and line for a line that is no example, one that is too long, an id that occurs
/// twice, and a set with nothing in it.
inline std::vector<example> parse_examples(std::string_view text, std::string const& where) {
    std::vector<example> set;
    std::unordered_map<std::string, index_t> seen; // id → its line
    for (index_t number = 1; !text.empty(); ++number) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::string const here = qad::text(where, ":", number);
        if (line.size() > jsonl_line_limit) {
            fail<format_error>(here, ": the line has ", line.size(), " bytes, more than ",
                               jsonl_line_limit, "; is this JSONL, one object a line?");
        }
        if (line.find_first_not_of(" \t\r") == line.npos) { continue; }
        set.push_back(parse_example(line, here, number));
        auto const [first, fresh] = seen.emplace(set.back().id, number);
        if (!fresh) {
            fail<format_error>(here, ": id \"", set.back().id, "\" is also that of line ",
                               first->second,
                               "; ids (the line number where none is given) "
                               "must differ");
        }
    }
    if (set.empty()) { fail<format_error>(where, ": holds no examples"); }
    return set;
}

inline std::vector<example> read_examples(std::filesystem::path const& path) {
    return parse_examples(mapped_file(path).text(), path.string());
}

/// `format_error` unless every example has choices and at least two classes are expected: on
/// one class alone, a model that always says its name looks perfect.
inline void require_classes(std::span<example const> set, std::string const& where) {
    std::set<std::string> expected;
    for (example const& e : set) {
        if (e.choices.empty()) {
            fail<format_error>(where, ":", e.line,
                               ": has no \"choices\", which "
                               "classification needs");
        }
        expected.insert(e.completion);
    }
    if (expected.size() < 2) {
        fail<format_error>(where, ": every expected answer is the same class",
                           expected.empty() ? "" : ", " + json(*expected.begin()).dump(),
                           "; a classifier cannot be judged on one class");
    }
}

/// `count` of the examples (all, where there are no more), drawn by `seed`, in their order: the
/// first of a sorted file would be one kind only.
inline std::vector<example> take(std::vector<example> set, index_t count, std::uint64_t seed) {
    if (count < 1) { fail<shape_error>("a sample of ", count, " examples; take at least 1"); }
    if (static_cast<std::size_t>(count) >= set.size()) { return set; }
    std::vector<std::size_t> order(set.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    generator random(seed, 0x7a6b65);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        auto const left = static_cast<std::uint32_t>(order.size() - i);
        std::swap(order[i], order[i + random.below(left)]);
    }
    order.resize(static_cast<std::size_t>(count));
    std::sort(order.begin(), order.end());
    std::vector<example> taken;
    for (std::size_t i : order) { taken.push_back(std::move(set[i])); }
    return taken;
}

} // namespace qad

#endif
