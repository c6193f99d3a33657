// SPDX-License-Identifier: MIT
// The sections of the explainer, and where the files of each lie.
#ifndef QAD_LEARN_SECTIONS_HPP
#define QAD_LEARN_SECTIONS_HPP

#include <qad/core/error.hpp> // fail

#include <algorithm>   // sort
#include <array>       // array
#include <cstdlib>     // getenv
#include <filesystem>  // path
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad::learn {

namespace fs = std::filesystem;

struct section {
    std::string_view number, title;

    std::string chapter() const { return std::string(number.substr(0, 1)); }
    /// "s3-4", its anchor in the chapter's text.
    std::string anchor() const {
        return "s" + chapter() + (number.size() > 1 ? "-" + std::string(number.substr(2)) : "");
    }
};

inline constexpr std::array chapter_folders = {"0-eli5",   "1-fit",   "2-formats", "3-quantize",
                                               "4-attend", "5-adapt", "6-decide"};

inline constexpr std::array sections = {
    section{"0", "ELI5"},
    section{"1.1", "Opening failure"},
    section{"1.2", "The first memory math"},
    section{"1.3", "Why this matters to a Lead AI Engineer"},
    section{"2.1", "Bits are budget"},
    section{"2.2", "fp32, fp16, bf16, int8, int4"},
    section{"2.3", "Precision vs range"},
    section{"2.4", "Why bf16 training is usually better than fp16"},
    section{"2.5", "Worked memory calculations"},
    section{"3.1", "The core trick"},
    section{"3.2", "A rounding example with real numbers"},
    section{"3.3", "Per-tensor vs per-channel"},
    section{"3.4", "GPTQ"},
    section{"3.5", "AWQ"},
    section{"3.6", "What usually breaks first"},
    section{"3.7", "How to choose in practice"},
    section{"4.1", "Why weights are only half the story"},
    section{"4.2", "KV cache memory math"},
    section{"4.3", "MQA"},
    section{"4.4", "GQA"},
    section{"4.5", "PagedAttention"},
    section{"4.6", "Serving mental models"},
    section{"5.1", "Why full fine-tuning hurts"},
    section{"5.2", "LoRA"},
    section{"5.3", "The low-rank picture"},
    section{"5.4", "QLoRA"},
    section{"5.5", "Other adapter methods"},
    section{"5.6", "Full fine-tune vs PEFT vs prompt vs RAG"},
    section{"5.7", "Retrieval prompts"},
    section{"5.8", "Honest admission"},
    section{"6.1", "Failure-fix chain"},
    section{"6.2", "Key points to remember"},
    section{"6.3", "Important interview questions"},
    section{"6.4", "Production experience with memory calculations"},
    section{"6.5", "Apply now: exercises"},
    section{"6.6", "Foundation-gap audit"},
    section{"6.7", "Bridge to the next module"},
};

/// The repository: ./qad says where it is.
inline fs::path root() {
    char const* const said = std::getenv("QAD_ROOT");
    static fs::path const found = fs::absolute(said ? said : ".").lexically_normal();
    return found;
}
/// Where the learner's own headers lie: never in the repository's history, so that neither a
/// pull nor a reset of the tree can touch them.
inline fs::path learner_folder() {
    char const* const said = std::getenv("QAD_LEARNER");
    return said ? fs::path(said) : root() / "learner";
}
/// The learner's log, and what was compiled: never in the repository's history either.
inline fs::path state_folder() {
    char const* const said = std::getenv("QAD_STATE");
    return said ? fs::path(said) : root() / ".qad";
}

inline fs::path chapter_folder(section const& s) {
    return root() / "chapters" / chapter_folders[static_cast<std::size_t>(s.number[0] - '0')];
}

/// The files of a folder whose names begin with the section's number ("3.3-rows.hpp",
/// "3.3a-loudest.hpp"), in order.
inline std::vector<fs::path> files_of(section const& s, fs::path const& folder) {
    std::vector<fs::path> found;
    if (!fs::is_directory(folder)) { return found; }
    for (auto const& entry : fs::directory_iterator(folder)) {
        std::string const name = entry.path().filename().string();
        bool const mine = name.starts_with(s.number) && name.size() > s.number.size() &&
                          std::string_view(".0123456789").find(name[s.number.size()]) ==
                              std::string_view::npos;
        if (mine) { found.push_back(entry.path()); }
    }
    std::sort(found.begin(), found.end());
    return found;
}
/// The one such file of that kind; empty where there is none.
inline fs::path file_of(section const& s, fs::path const& folder, std::string_view extension) {
    for (auto const& file : files_of(s, folder)) {
        if (file.extension() == extension) { return file; }
    }
    return {};
}

inline fs::path check_of(section const& s) {
    return file_of(s, chapter_folder(s) / "checks", ".cpp");
}
inline fs::path contract_of(section const& s) {
    return file_of(s, chapter_folder(s) / "contracts", ".hpp");
}
inline fs::path stub_of(section const& s) {
    return file_of(s, chapter_folder(s) / "exercises", ".hpp");
}
inline fs::path reference_of(section const& s) {
    return file_of(s, chapter_folder(s) / "reference", ".hpp");
}
inline std::vector<fs::path> mistakes_of(section const& s) {
    return files_of(s, chapter_folder(s) / "mistakes");
}
inline fs::path example_of(section const& s) {
    auto const folder = chapter_folder(s).filename();
    return file_of(s, root() / "examples" / folder, ".cpp");
}
inline fs::path learner_file(section const& s) {
    return learner_folder() / stub_of(s).filename();
}

/// Sections with an exercise, in order: what a learner solves.
inline std::vector<section> exercises() {
    std::vector<section> list;
    for (section const& s : sections) {
        if (!check_of(s).empty()) { list.push_back(s); }
    }
    return list;
}

/// The sections that a learner names: "3.3", "ch3", "3", "all".
inline std::vector<section> named(std::string const& name) {
    std::vector<section> list;
    std::string const chapter = name.starts_with("ch") ? name.substr(2) : name;
    for (section const& s : exercises()) {
        if (name == "all" || s.number == name || s.chapter() == chapter) { list.push_back(s); }
    }
    if (!list.empty()) { return list; }
    for (section const& s : sections) {
        if (s.number == name || s.chapter() == chapter) {
            fail(name, " has no exercise yet; ./qad list shows what has");
        }
    }
    fail("there is no section \"", name, "\"; write 3.3, ch3 or all; ./qad list shows them");
}

} // namespace qad::learn

#endif
