// SPDX-License-Identifier: MIT
// The source tree as the house tests read it.
#ifndef QAD_TESTS_HOUSE_TREE_HPP
#define QAD_TESTS_HOUSE_TREE_HPP

#include <algorithm>   // sort
#include <filesystem>  // path, recursive_directory_iterator
#include <fstream>     // ifstream
#include <iterator>    // istreambuf_iterator
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace house {

inline std::filesystem::path const root = QAD_SOURCE_DIR;

/// Files below root / folder whose name ends in `ending`, as paths from the root, sorted.
inline std::vector<std::string> files(std::string const& folder, std::string_view ending) {
    std::vector<std::string> found;
    if (!std::filesystem::exists(root / folder)) { return found; }
    for (auto const& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        std::string const name = entry.path().lexically_relative(root).generic_string();
        if (entry.is_regular_file() && name.ends_with(ending)) { found.push_back(name); }
    }
    std::sort(found.begin(), found.end());
    return found;
}

inline std::string read(std::string const& name) {
    std::ifstream file(root / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::string> lines(std::string const& text) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        result.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return result;
}

/// Columns of a UTF-8 line: bytes that do not continue a character.
inline std::size_t columns(std::string_view line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

struct include_line {
    std::size_t number; ///< of the line, from 1
    std::string target; ///< what stands between the brackets or quotes
    std::string remark; ///< the comment behind it: what it brings
};

/// Every #include of a file, the conditional ones too.
inline std::vector<include_line> includes(std::string const& text) {
    std::vector<include_line> found;
    std::size_t number = 0;
    for (std::string const& line : lines(text)) {
        ++number;
        std::size_t const hash = line.find_first_not_of(" \t");
        if (hash == std::string::npos || line[hash] != '#') { continue; }
        std::size_t const word = line.find_first_not_of(" \t", hash + 1);
        if (word == std::string::npos || line.compare(word, 7, "include") != 0) { continue; }
        std::size_t const open = line.find_first_of("<\"", word);
        std::size_t const close = line.find_first_of(">\"", open + 1);
        if (close == std::string::npos) { continue; }
        std::size_t const remark = line.find("//", close);
        found.push_back({number, line.substr(open + 1, close - open - 1),
                         remark == std::string::npos ? "" : line.substr(remark + 2)});
    }
    return found;
}

/// "quantize" of include/qad/quantize/gptq.hpp; empty for umbrella headers.
inline std::string folder_of(std::string const& header) {
    std::string const prefix = "include/qad/";
    std::size_t const slash = header.find('/', prefix.size());
    return slash == std::string::npos ? ""
                                      : header.substr(prefix.size(), slash - prefix.size());
}

} // namespace house

#endif
