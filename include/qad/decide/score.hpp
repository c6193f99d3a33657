// SPDX-License-Identifier: MIT
// Right or wrong, and for whom: matches, and precision, recall and F1 by class.
#ifndef QAD_DECIDE_SCORE_HPP
#define QAD_DECIDE_SCORE_HPP

#include <qad/core/size.hpp>    // index_t, errors
#include <qad/decide/words.hpp> // normalised

#include <algorithm> // find
#include <span>      // span

namespace qad {

/// The text without spaces, tabs and ends of lines around it.
inline std::string_view stripped(std::string_view text) {
    constexpr auto space = " \t\r\n";
    auto const first = text.find_first_not_of(space);
    if (first == text.npos) { return {}; }
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// The answer is the expected one to the letter, but for space around it: the format counts.
inline bool exact_match(std::string_view answer, std::string_view expected) {
    return stripped(answer) == stripped(expected);
}

/// The answer has the same words in the same order: case and punctuation do not count.
inline bool normalised_match(std::string_view answer, std::string_view expected) {
    return normalised(answer) == normalised(expected);
}

inline double mean(std::span<double const> values) {
    double sum = 0;
    for (double x : values) { sum += x; }
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// The counts of one class, and what follows from them (Sokolova and Lapalme 2009, "A
/// systematic analysis of performance measures for classification tasks", table 2). A ratio
/// without a denominator is 0: nothing was claimed, or nothing was there to find.
struct class_score {
    std::string name;
    index_t hits = 0;      ///< expected and predicted
    index_t predicted = 0; ///< predicted, rightly or not
    index_t expected = 0;

    double precision() const { return ratio(hits, predicted); }
    double recall() const { return ratio(hits, expected); }
    /// 2PR / (P + R), from the counts.
    double f1() const { return ratio(2 * hits, predicted + expected); }
    /// Neither expected nor predicted: nothing can be said about it.
    bool absent() const { return predicted + expected == 0; }

  private:
    static double ratio(index_t part, index_t whole) {
        return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
    }
};

struct class_report {
    std::vector<class_score> classes;
    index_t items = 0, right = 0;
    index_t outside = 0; ///< answers that name no class: wrong, and a prediction of none

    double accuracy() const {
        return items == 0 ? 0 : static_cast<double>(right) / static_cast<double>(items);
    }
    /// The mean of the classes' F1, each class the same weight however rare. Classes that are
    /// absent are left out; `absent()` names them. (Sokolova and Lapalme's table 3 takes the F
    /// of the mean precision and mean recall instead, which is never below this one: Opitz and
    /// Burst 2019, "Macro F1 and Macro F1". Both go by the name of macro-F1.)
    double macro_f1() const {
        double sum = 0;
        index_t present = 0;
        for (class_score const& c : classes) {
            sum += c.f1();
            present += c.absent() ? 0 : 1;
        }
        return present == 0 ? 0 : sum / static_cast<double>(present);
    }
    std::vector<std::string> absent() const {
        std::vector<std::string> names;
        for (class_score const& c : classes) {
            if (c.absent()) { names.push_back(c.name); }
        }
        return names;
    }
};

/// Counts one item: class numbers from 0; a prediction of −1 names no class.
inline void observe(class_report& report, index_t expected, index_t predicted) {
    auto const size = static_cast<index_t>(report.classes.size());
    if (expected < 0 || expected >= size || predicted < -1 || predicted >= size) {
        fail<shape_error>("class ", expected, " expected, ", predicted, " predicted, of ", size,
                          " classes");
    }
    ++report.items;
    ++report.classes[static_cast<std::size_t>(expected)].expected;
    if (predicted < 0) {
        ++report.outside;
        return;
    }
    class_score& said = report.classes[static_cast<std::size_t>(predicted)];
    ++said.predicted;
    if (expected == predicted) {
        ++said.hits;
        ++report.right;
    }
}

/// The number of each label within `classes`; −1 for a label that is none of them.
inline std::vector<index_t> class_numbers(std::span<std::string const> labels,
                                          std::span<std::string const> classes) {
    std::vector<index_t> numbers;
    for (std::string const& label : labels) {
        auto const at = std::find(classes.begin(), classes.end(), label) - classes.begin();
        numbers.push_back(at == std::ssize(classes) ? -1 : at);
    }
    return numbers;
}

/// The report of a whole row. An expected label that is none of `classes` is an error.
inline class_report score_classes(std::span<std::string const> expected,
                                  std::span<std::string const> predicted,
                                  std::span<std::string const> classes) {
    if (expected.size() != predicted.size()) {
        fail<shape_error>(expected.size(), " labels expected, ", predicted.size(),
                          " predicted");
    }
    class_report report;
    for (std::string const& name : classes) { report.classes.push_back({.name = name}); }
    auto const e = class_numbers(expected, classes), p = class_numbers(predicted, classes);
    for (std::size_t i = 0; i < e.size(); ++i) {
        if (e[i] < 0) {
            fail<shape_error>("the expected label \"", expected[i], "\" is not among the ",
                              classes.size(), " classes");
        }
        observe(report, e[i], p[i]);
    }
    return report;
}

} // namespace qad

#endif
