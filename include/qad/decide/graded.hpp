// SPDX-License-Identifier: MIT
// One question, what was answered, and how good that was: nothing is only an average.
#ifndef QAD_DECIDE_GRADED_HPP
#define QAD_DECIDE_GRADED_HPP

#include <qad/io/json.hpp> // json, describe

#include <cmath> // isfinite
#include <span>  // span

namespace qad {

/// A line of items/ROW.jsonl.
struct graded {
    std::string id = {}, prompt = {}; ///< the prompt as the model got it
    std::string answer = {}, expected = {};
    double score = 0;          ///< 1 and 0, or ROUGE-L, or nats for a text that is predicted
    double margin = 0;         ///< nats; how near the answer is to another: see evaluate.hpp
    double log_likelihood = 0; ///< of the expected text, mean per token, nats
    index_t tokens = 0;        ///< of the answer, or predicted
    std::string bucket = {};   ///< how frequent the fact is, or whatever the set sorts by
};

inline std::vector<double> scores_of(std::span<graded const> row) {
    std::vector<double> scores;
    for (graded const& item : row) { scores.push_back(item.score); }
    return scores;
}

/// `shape_error` naming the first item that is another one, unless both rows answer the same
/// questions in the same order: only then can they be compared item by item.
inline void require_same_items(std::span<graded const> a, std::span<graded const> b) {
    if (a.size() != b.size()) {
        fail<shape_error>("one row has ", a.size(), " items, the other ", b.size(),
                          "; compare rows of the same set");
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i].id != b[i].id || a[i].expected != b[i].expected) {
            fail<shape_error>("item ", i + 1, " is \"", a[i].id, "\" in one row and \"",
                              b[i].id,
                              "\" in the other, or expects something else; compare rows of the "
                              "same set in the same order");
        }
    }
}

/// One JSON object a line, without a space. Numbers that JSON cannot say (infinite) become
/// null.
inline void write_items(std::filesystem::path const& path, std::span<graded const> row) {
    atomic_file file(path);
    for (graded const& g : row) {
        json const line = {{"id", g.id},         {"prompt", g.prompt},
                           {"answer", g.answer}, {"expected", g.expected},
                           {"score", g.score},   {"margin", g.margin},
                           {"tokens", g.tokens}, {"log_likelihood", g.log_likelihood},
                           {"bucket", g.bucket}};
        file.write(line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
    }
    file.commit();
}

/// What write_items wrote; `format_error` with file and line for anything else.
inline std::vector<graded> read_items(std::filesystem::path const& path) {
    mapped_file const file(path);
    std::vector<graded> row;
    std::string_view rest = file.text();
    for (index_t number = 1; !rest.empty(); ++number) {
        std::string_view const line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        std::string const where = text(path.string(), ":", number);
        json const object = parse_json(line, where);
        if (!object.is_object()) { fail<format_error>(where, ": must be a JSON object"); }
        auto const string = [&](char const* key) {
            return string_of(member(object, key), where + ": \"" + key + "\"");
        };
        auto const real = [&](char const* key) {
            json const& value = member(object, key);
            if (!value.is_number() && !value.is_null()) {
                fail<format_error>(where, ": \"", key, "\" must be a number, not ",
                                   describe(value));
            }
            return value.is_null() ? -INFINITY : value.get<double>();
        };
        row.push_back({string("id"), string("prompt"), string("answer"), string("expected"),
                       real("score"), real("margin"), real("log_likelihood"),
                       integer_in(member(object, "tokens"), 0, INT32_MAX, where + ": tokens"),
                       string("bucket")});
    }
    return row;
}

} // namespace qad

#endif
