// SPDX-License-Identifier: MIT
// What the base model reads: one document of one kind.
#ifndef QAD_LAB_WORLD_DOCUMENT_HPP
#define QAD_LAB_WORLD_DOCUMENT_HPP

#include <array>       // array
#include <cstddef>     // size_t
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad::lab {

enum class kind {
    statement,
    question,
    dialogue,
    sheet,
    reading,
    echo,
    ticket,
    style,
    story,
    summary
};
inline constexpr std::array<std::string_view, 10> kind_names = {
    "statement", "question", "dialogue", "sheet", "reading",
    "echo",      "ticket",   "style",    "story", "summary"};

struct document {
    lab::kind kind;
    std::string text;
    std::vector<std::size_t> facts; ///< which true facts it tells, by number
};

} // namespace qad::lab

#endif
