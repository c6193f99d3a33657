// SPDX-License-Identifier: MIT
// ./qad book: puts listings, outputs, numbers and pictures into the text, or checks that they are
// still what the programs say. In the Markdown of the chapters:
//
//   <!-- qad:code include/qad/fit/units.hpp#units -->    a listing, between //[units] and //[units]
//   <!-- qad:out 1.1 -->                                 what the section's example prints
//   <!-- qad:end -->                                     where such a block ends
//   <!-- qad:val 1.1 missing_gb -->60<!-- /qad -->       one number of a sentence, and its mark
//
// Marks stand behind numbers: ᵗ follows from definitions, ᵐ measured by the program of the
// section, ᶜ cited, with a link in the same paragraph. A number without a mark is an error.
#include "commands.hpp"
#include "example.hpp"

#include <iostream> // cout

namespace qad::learn {

namespace {

struct weaver {
    fs::path built;
    std::map<std::string, example_run> runs = {};
    std::vector<std::string> problems = {};

    section const& find(std::string const& number) {
        for (section const& s : sections) {
            if (s.number == number) { return s; }
        }
        fail("there is no section \"", number, "\"");
    }
    example_run const& run(std::string const& number) {
        auto const found = runs.find(number);
        if (found != runs.end()) { return found->second; }
        return runs.emplace(number, run_example(find(number), built)).first->second;
    }

    /// "include/qad/fit/units.hpp#units": the lines between the two //[units].
    static std::string excerpt(std::string const& address) {
        auto const hash = address.find('#');
        std::string const file = address.substr(0, hash), region = address.substr(hash + 1);
        std::istringstream lines(read_file(root() / file));
        std::string out;
        std::size_t indent = std::string::npos;
        int seen = 0;
        std::vector<std::string> kept;
        for (std::string line; std::getline(lines, line);) {
            auto const first = line.find_first_not_of(' ');
            if (hash != address.npos && first != line.npos && line.substr(first) == "//[" + region + "]") {
                ++seen;
                continue;
            }
            if (hash != address.npos && seen != 1) { continue; }
            if (first != line.npos && line.substr(first).starts_with("//[")) { continue; }
            if (first != line.npos) { indent = std::min(indent, first); }
            kept.push_back(line);
        }
        if (hash != address.npos && seen != 2) {
            fail(file, ": the listing //[", region, "] begins and ends ", seen, " times, not twice");
        }
        for (auto const& line : kept) {
            out += (line.size() > indent ? line.substr(indent) : "") + "\n";
        }
        return out;
    }

    static char const* sign(char mark) { return mark == 't' ? "ᵗ" : mark == 'm' ? "ᵐ" : "ᶜ"; }

    /// The text as it has to be, woven anew.
    std::string weave(std::string const& text_before) {
        std::string out;
        std::size_t at = 0;
        for (;;) {
            auto const begin = text_before.find("<!-- qad:", at);
            if (begin == text_before.npos) { break; }
            auto const close = text_before.find("-->", begin);
            std::istringstream words(text_before.substr(begin + 9, close - begin - 9));
            std::string kind, what, name;
            words >> kind >> what >> name;
            out += text_before.substr(at, close + 3 - at);
            at = close + 3;
            if (kind == "val") {
                auto const end = text_before.find("<!-- /qad -->", at);
                if (end == text_before.npos) { fail("the value ", what, " ", name, " has no <!-- /qad -->"); }
                auto const& values = run(what).values;
                auto const value = values.find(name);
                if (value == values.end()) {
                    fail("the example of ", what, " says no value \"", name, "\"");
                }
                out += value->second.text + sign(value->second.mark);
                at = end;
            } else if (kind == "code" || kind == "out") {
                auto const end = text_before.find("<!-- qad:end -->", at);
                if (end == text_before.npos) { fail("the block ", kind, " ", what, " has no <!-- qad:end -->"); }
                std::string const body = kind == "code" ? excerpt(what) : run(what).output;
                out += "\n```" + std::string(kind == "code" ? "cpp" : "text") + "\n" + body + "```\n";
                at = end;
            }
        }
        return out + text_before.substr(at);
    }
};

/// The words of a text that a reader sees as prose: no code, no comments, no addresses.
std::vector<std::pair<int, std::string>> prose(std::string const& text_all) {
    std::string kept;
    bool fence = false, comment = false, value = false, quote = false;
    int line_number = 1;
    std::vector<std::pair<int, std::string>> lines;
    std::istringstream in(text_all);
    for (std::string line; std::getline(in, line); ++line_number) {
        if (line.starts_with("```")) {
            fence = !fence;
            continue;
        }
        if (fence || line.starts_with("#") || line.starts_with("> ")) { // a question's premises
            lines.emplace_back(line_number, "");
            continue;
        }
        std::string clean;
        if (line.empty()) { quote = false; } // a quotation ends with its paragraph
        for (std::size_t i = 0; i < line.size();) {
            if (comment) {
                auto const end = line.find("-->", i);
                if (end == line.npos) { break; }
                comment = false;
                i = end + 3;
            } else if (line.compare(i, 13, "<!-- /qad -->") == 0) {
                value = false;
                i += 13;
            } else if (line.compare(i, 4, "<!--") == 0) {
                value = value || line.compare(i, 12, "<!-- qad:val") == 0;
                comment = true;
            } else if (value) {
                ++i;
            } else if (line[i] == '`') {
                auto const end = line.find('`', i + 1);
                i = end == line.npos ? line.size() : end + 1;
            } else if (line[i] == '"') { // what somebody believes, or is asked
                quote = !quote;
                ++i;
            } else if (quote) {
                ++i;
            } else if (line.compare(i, 2, "![") == 0) {
                auto const end = line.find(')', i);
                i = end == line.npos ? line.size() : end + 1;
            } else if (line.compare(i, 2, "](") == 0) {
                auto const end = line.find(')', i);
                clean += "](link) ";
                i = end == line.npos ? line.size() : end + 1;
            } else if (line[i] == '<') {
                auto const end = line.find('>', i);
                i = end == line.npos ? line.size() : end + 1;
            } else {
                clean += line[i++];
            }
        }
        lines.emplace_back(line_number, clean);
    }
    return lines;
}

/// True for "140", "0.18", "35%", "2.3x", "60 GB" written together; false for names that hold
/// digits (int8, 70B, 4-bit) and for §3.4.
bool is_number(std::string word) {
    while (!word.empty() && std::string_view("([*_\"'-+~").find(word.front()) != std::string_view::npos) {
        word.erase(0, 1);
    }
    while (!word.empty() && std::string_view(")]*_\"'.,;:!?").find(word.back()) != std::string_view::npos) {
        word.pop_back();
    }
    std::size_t const digits = word.find_first_not_of("0123456789.,/:-");
    if (word.empty() || !std::isdigit(static_cast<unsigned char>(word[0]))) { return false; }
    if (digits == word.npos) { return true; }
    std::string const unit = word.substr(digits);
    for (char const* known : {"%", "x", "×", "GB", "GiB", "MB", "kB", "dB", "ms", "s"}) {
        if (unit == known) { return true; }
    }
    return false;
}

void find_bare_numbers(std::string const& file, std::string const& all,
                       std::vector<std::string>& problems) {
    auto const lines = prose(all);
    for (std::size_t n = 0; n < lines.size(); ++n) {
        std::istringstream words(lines[n].second);
        std::string before;
        bool first = true;
        for (std::string word; words >> word; before = word, first = false) {
            std::string lower = before;
            for (char& c : lower) { c = static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }
            bool const named = lower.find("section") != lower.npos ||
                               lower.find("chapter") != lower.npos || lower == "module";
            if (named || (first && word.ends_with('.'))) { continue; } // "Chapter 3", "1. item"
            bool const cited = word.find("ᶜ") != word.npos;
            if (word.size() <= 3 && word.find_first_of("0123456789") == word.npos) {
                continue; // a mark that is explained
            }
            if (word.find("ᵗ") != word.npos || word.find("ᵐ") != word.npos) {
                problems.push_back(text(file, ":", lines[n].first, ": ", word,
                                        " has a mark that only woven numbers carry"));
            } else if (cited) {
                bool link = false; // in this paragraph
                for (std::size_t p = n; p < lines.size() && !lines[p].second.empty(); ++p) {
                    link = link || lines[p].second.find("](link)") != std::string::npos;
                }
                for (std::size_t p = n; p > 0 && !lines[p].second.empty(); --p) {
                    link = link || lines[p].second.find("](link)") != std::string::npos;
                }
                if (!link) {
                    problems.push_back(text(file, ":", lines[n].first, ": ", word,
                                            " is cited without a link in its paragraph"));
                }
            } else if (is_number(word)) {
                problems.push_back(text(file, ":", lines[n].first, ": \"", word,
                                        "\" is typed: let the section's example say it ",
                                        "(<!-- qad:val -->), or cite it (", word, "ᶜ and a link)"));
            }
        }
    }
}

/// The first lines where two texts part, as a small diff.
std::string difference(std::string const& is, std::string const& should) {
    std::istringstream a(is), b(should);
    std::string x, y, out;
    int shown = 0;
    for (int line = 1; shown < 3; ++line) {
        bool const more_a = static_cast<bool>(std::getline(a, x));
        bool const more_b = static_cast<bool>(std::getline(b, y));
        if (!more_a && !more_b) { break; }
        if (more_a && more_b && x == y) { continue; }
        out += text("  line ", line, "\n    is      ", more_a ? x : "(the end)", "\n    should  ",
                    more_b ? y : "(the end)", "\n");
        ++shown;
    }
    return out;
}

struct file_to_keep {
    fs::path path;
    std::string before, should; ///< `before`: what a text was woven from
};

/// Each section that has been begun has all its parts.
void find_missing_parts(section const& s, std::vector<std::string>& problems) {
    auto const folder = chapter_folder(s);
    auto const say = [&](char const* what) {
        problems.push_back(text("section ", s.number, " has no ", what));
    };
    std::string const all = read_file(folder / "README.md");
    if (all.find("<a id=\"" + s.anchor() + "\"></a>") == all.npos) { say("anchor in its chapter"); }
    if (s.number == "0") { return; }
    if (example_of(s).empty()) { say("example"); }
    if (check_of(s).empty()) { say("check"); }
    if (stub_of(s).empty()) { say("exercise"); }
    if (reference_of(s).empty()) { say("reference"); }
    if (file_of(s, folder / "pictures", ".svg").empty()) { say("picture"); }
    if (all.find("(pictures/" + std::string(s.number) + "-") == all.npos) { say("picture in its text"); }
    if (all.find("<!-- qad:out " + std::string(s.number) + " -->") == all.npos) { say("output in its text"); }
}

/// Addresses inside the repository lead somewhere.
void find_dead_links(fs::path const& file, std::string const& whole, std::vector<std::string>& problems) {
    std::string all; // without listings, where brackets are no links
    bool fence = false;
    std::istringstream lines(whole);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) { fence = !fence; }
        if (!fence) { all += line + "\n"; }
    }
    for (std::size_t at = all.find("]("); at != all.npos; at = all.find("](", at + 2)) {
        std::string const link = all.substr(at + 2, all.find(')', at) - at - 2);
        if (link.starts_with("http") || link.find('\n') != link.npos) { continue; }
        auto const hash = link.find('#');
        auto const target = hash == 0 ? file : file.parent_path() / link.substr(0, hash);
        if (!fs::exists(target)) {
            problems.push_back(text(shown_path(file), ": the link ", link, " leads nowhere"));
        } else if (hash != link.npos && (link.substr(hash).starts_with("#s") ||
                                         target.filename() == "glossary.md")) {
            std::string const anchor = "<a id=\"" + link.substr(hash + 1) + "\"></a>";
            if (read_file(target).find(anchor) == std::string::npos) {
                problems.push_back(text(shown_path(file), ": the link ", link, " has no such anchor"));
            }
        }
    }
}

void book(bool check, fs::path const& built) {
    weaver w{built};
    std::vector<file_to_keep> files;
    std::string const style = read_file(root() / "chapters/harness/style.gp");
    for (char const* name : chapter_folders) {
        auto const folder = root() / "chapters" / name;
        if (!fs::exists(folder / "README.md")) { continue; }
        std::string const before = read_file(folder / "README.md");
        try {
            files.push_back({folder / "README.md", before, w.weave(before)});
        } catch (error const& problem) {
            w.problems.push_back(text(shown_path(folder / "README.md"), ": ", problem.what()));
        }
        find_bare_numbers(shown_path(folder / "README.md"), before, w.problems);
        find_dead_links(folder / "README.md", before, w.problems);
        for (section const& s : sections) {
            if (chapter_folder(s) == folder) { find_missing_parts(s, w.problems); }
        }
    }
    if (fs::path const words = root() / "chapters/glossary.md"; fs::exists(words)) {
        find_bare_numbers(shown_path(words), read_file(words), w.problems);
    }
    for (char const* front : {"chapters/README.md", "chapters/glossary.md", "README.md"}) {
        if (!fs::exists(root() / front)) { continue; } // a part of the tree
        find_dead_links(root() / front, read_file(root() / front), w.problems);
    }
    for (section const& s : sections) {
        auto const example = example_of(s);
        if (example.empty()) { continue; }
        auto const& run = w.run(std::string(s.number));
        files.push_back({fs::path(example).replace_extension(".out"), {}, run.output});
        std::istringstream lines(run.output);
        for (std::string line; std::getline(lines, line);) {
            if (letters(line) > screen) {
                w.problems.push_back(text(shown_path(example), " prints more than ", screen,
                                          " columns: ", line));
            }
        }
        // A picture is drawn by its own script from the example's data; what it was drawn from is
        // written into it, because gnuplot's versions do not agree on every digit.
        for (auto const& script : files_of(s, chapter_folder(s) / "pictures")) {
            if (script.extension() != ".gp") { continue; }
            auto const data = run.plots.find(script.stem().string());
            if (data == run.plots.end()) {
                w.problems.push_back(text(shown_path(script), ": the example writes no data \"",
                                          script.stem().string(), "\" (book::plot)"));
                continue;
            }
            fs::path const picture = fs::path(script).replace_extension(".svg");
            std::string const made_from =
                "<!-- made from " + hash_of(read_file(script) + style + data->second) + " -->\n";
            std::string const now = fs::exists(picture) ? read_file(picture) : "";
            if (now.ends_with(made_from)) { continue; }
            if (check) {
                w.problems.push_back(text(shown_path(picture), ": its data or script have changed"));
                continue;
            }
            fs::path const folder = state_folder() / "plot";
            fs::create_directories(folder);
            std::ofstream(folder / "data") << data->second;
            auto const shared = fs::absolute(root() / "chapters/harness/style.gp");
            auto const drawn = run_process({"gnuplot", "-e",
                                            "style = '" + shared.string() + "'; cd '" + folder.string() + "'",
                                            fs::absolute(script).string()},
                                           folder / "log");
            if (drawn.status != 0) {
                w.problems.push_back(text(shown_path(script), ": gnuplot says: ",
                                          drawn.status == 127 ? "(it is not installed)" : drawn.said));
                continue;
            }
            write_text(picture, read_file(folder / "picture.svg") + made_from);
        }
    }
    for (auto const& file : files) {
        std::string const is = fs::exists(file.path) ? read_file(file.path) : "";
        if (is == file.should) { continue; }
        if (check) {
            w.problems.push_back(text(shown_path(file.path), " has drifted:\n",
                                      difference(is, file.should)));
        } else {
            // An author may have saved while the examples ran: then what they wrote is woven.
            bool const edited = !file.before.empty() && is != file.before;
            write_text(file.path, edited ? w.weave(is) : file.should);
            std::cout << "woven: " << shown_path(file.path) << '\n';
        }
    }
    for (auto const& problem : w.problems) { std::cout << problem << '\n'; }
    if (!w.problems.empty()) {
        std::cout << w.problems.size() << " problems; ./qad book weaves listings, outputs, numbers "
                  << "and pictures anew\n";
        throw CLI::RuntimeError(1);
    }
    std::cout << "the book says what the programs say: " << w.runs.size() << " examples\n";
}

} // namespace

void add_book(CLI::App& app) {
    auto check = std::make_shared<bool>(false);
    auto built = std::make_shared<std::string>();
    auto* command = app.add_subcommand("book", "weave listings, outputs and numbers into the text");
    command->add_flag("--check", *check, "change nothing; fail where something has drifted");
    command->add_option("--built", *built, "where CMake has put the examples; else they are compiled");
    command->callback([=] { book(*check, *built); });
}

} // namespace qad::learn
