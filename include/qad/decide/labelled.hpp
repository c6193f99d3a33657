// SPDX-License-Identifier: MIT
// A classification row as class numbers: its report, and macro-F1 on any part of its items.
#ifndef QAD_DECIDE_LABELLED_HPP
#define QAD_DECIDE_LABELLED_HPP

#include <qad/decide/bootstrap.hpp> // bootstrap, paired_difference
#include <qad/decide/graded.hpp>    // graded
#include <qad/decide/jsonl.hpp>     // example
#include <qad/decide/score.hpp>     // class_report

namespace qad {

/// Every choice of a set, in the order in which they first stand there.
inline std::vector<std::string> classes_of(std::span<example const> set) {
    std::vector<std::string> classes;
    for (example const& e : set) {
        for (std::string const& choice : e.choices) {
            if (std::find(classes.begin(), classes.end(), choice) == classes.end()) {
                classes.push_back(choice);
            }
        }
    }
    return classes;
}

/// The items of a classification row. An expected label that is no class is a `shape_error`, an
/// answer that is none is a prediction of no class.
class labelled_row {
  public:
    labelled_row(std::span<graded const> row, std::vector<std::string> classes)
        : classes_(std::move(classes)) {
        std::vector<std::string> expected, answers;
        for (graded const& item : row) {
            expected.push_back(item.expected);
            answers.push_back(item.answer);
        }
        report_ = score_classes(expected, answers, classes_);
        expected_ = class_numbers(expected, classes_);
        predicted_ = class_numbers(answers, classes_);
    }

    index_t size() const { return static_cast<index_t>(expected_.size()); }
    class_report const& report() const { return report_; }
    /// Of some items, each as often as it was drawn; classes that no drawn item has are left
    /// out.
    double macro_f1(std::span<std::uint32_t const> drawn) const {
        class_report part;
        part.classes.resize(classes_.size());
        for (std::uint32_t i : drawn) { observe(part, expected_[i], predicted_[i]); }
        return part.macro_f1();
    }
    interval macro_f1(bootstrap_options const& o = {}) const {
        return bootstrap(
            size(), [this](auto drawn) { return macro_f1(drawn); }, o);
    }

  private:
    std::vector<std::string> classes_;
    class_report report_;
    std::vector<index_t> expected_, predicted_;
};

/// The macro-F1 of b minus that of a, on the same items.
inline difference paired_macro_f1(labelled_row const& a, labelled_row const& b,
                                  bootstrap_options const& o = {}) {
    if (a.size() != b.size()) {
        fail<shape_error>("two rows of ", a.size(), " and ", b.size(),
                          " items; a paired comparison needs the same items in both");
    }
    return paired_difference(
        a.size(), [&](auto drawn) { return a.macro_f1(drawn); },
        [&](auto drawn) { return b.macro_f1(drawn); }, o);
}

} // namespace qad

#endif
