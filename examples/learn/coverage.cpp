// SPDX-License-Identifier: MIT
// ./qad coverage: what the course asks for, and the files that prove each point. A file claims a
// point in a comment ("covers: P04 R13") or in the name of a check ("… [P04 R13]").
#include "commands.hpp"

#include <iostream> // cout
#include <set>      // set

namespace qad::learn {

namespace {

struct point {
    std::string id, sections, what;
    std::set<std::string> files = {};
};

std::vector<point> read_points() {
    std::vector<point> points;
    std::istringstream lines(read_file(root() / "chapters/coverage.tsv"));
    std::string line;
    std::getline(lines, line); // the header
    while (std::getline(lines, line)) {
        auto const first = line.find('\t'), second = line.find('\t', first + 1);
        points.push_back({line.substr(0, first), line.substr(first + 1, second - first - 1),
                          line.substr(second + 1)});
    }
    return points;
}

/// "P04" and its like: a letter of our lists and two digits.
bool is_id(std::string const& word) {
    return word.size() == 3 && std::string_view("LWPRBXD").find(word[0]) != std::string_view::npos &&
           std::isdigit(static_cast<unsigned char>(word[1])) &&
           std::isdigit(static_cast<unsigned char>(word[2]));
}

/// The ids that a file claims.
std::set<std::string> claims(std::string const& all) {
    std::set<std::string> found;
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) {
        std::string list;
        if (auto const at = line.find("covers: "); at != line.npos) { list = line.substr(at + 8); }
        if (auto const at = line.find("TEST_CASE(\""); at != line.npos) {
            auto const begin = line.rfind('['), end = line.rfind(']');
            if (begin != line.npos && end != line.npos && begin < end) {
                list = line.substr(begin + 1, end - begin - 1);
            }
        }
        for (char& c : list) { c = c == ',' ? ' ' : c; }
        std::istringstream words(list);
        for (std::string word; words >> word;) {
            if (is_id(word)) {
                found.insert(word);
            } else {
                break; // the list has ended
            }
        }
    }
    return found;
}

/// True when a point belongs to a section that has been written, such as 3.3 in "3.2-3.3".
bool is_due(point const& p) {
    for (section const& s : exercises()) {
        std::istringstream parts(p.sections);
        for (std::string part; std::getline(parts, part, ',');) {
            auto const first = part.find_first_not_of(' ');
            part = first == part.npos ? "" : part.substr(first);
            auto const dash = part.find('-');
            std::string const from = part.substr(0, dash),
                              to = dash == part.npos ? from : part.substr(dash + 1);
            bool const inside = from.size() == 3 && std::string_view(from) <= s.number &&
                                s.number <= std::string_view(to);
            if (inside) { return true; }
        }
    }
    return p.sections.starts_with("0");
}

void coverage(bool as_json) {
    auto points = read_points();
    std::vector<std::string> problems;
    for (char const* folder : {"chapters", "examples", "include", "tests", "data"}) {
        for (auto const& entry : fs::recursive_directory_iterator(root() / folder)) {
            auto const extension = entry.path().extension();
            bool const ours = extension == ".md" || extension == ".hpp" || extension == ".cpp";
            if (!entry.is_regular_file() || !ours) { continue; }
            auto const file = fs::relative(entry.path(), root()).string();
            for (auto const& id : claims(read_file(entry.path()))) {
                auto const found = std::find_if(points.begin(), points.end(),
                                                [&](point const& p) { return p.id == id; });
                if (found == points.end()) {
                    problems.push_back(text(file, ": there is no point ", id));
                } else {
                    found->files.insert(file);
                }
            }
        }
    }
    std::size_t proven = 0, due = 0;
    json list = json::array();
    for (point const& p : points) {
        bool const owed = is_due(p);
        proven += p.files.empty() ? 0 : 1;
        due += owed ? 1 : 0;
        if (owed && p.files.empty()) {
            problems.push_back(text(p.id, " (", p.sections, ", ", p.what, ") is claimed by no file"));
        }
        if (as_json) {
            list.push_back({{"id", p.id}, {"sections", p.sections}, {"what", p.what}, {"files", p.files}});
            continue;
        }
        std::cout << wrapped(p.id + "  ", p.what);
        for (auto const& file : p.files) { std::cout << "       " << file << '\n'; }
        if (p.files.empty()) { std::cout << "       " << (owed ? "MISSING" : "coming") << '\n'; }
    }
    if (as_json) { std::cout << json{{"points", list}, {"problems", problems}}.dump() << '\n'; }
    for (auto const& problem : problems) { std::cerr << problem << '\n'; }
    if (!as_json) {
        std::cout << proven << " of " << points.size() << " points have a file; of the " << due
                  << " that are due " << problems.size() << " problems\n";
    }
    if (!problems.empty()) { throw CLI::RuntimeError(1); }
}

} // namespace

void add_coverage(CLI::App& app) {
    auto as_json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("coverage", "what the course asks for, and what proves it");
    command->add_flag("--json", *as_json, "one machine-readable object on stdout");
    command->callback([as_json] { coverage(*as_json); });
}

} // namespace qad::learn
