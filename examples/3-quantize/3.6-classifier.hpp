// SPDX-License-Identifier: MIT
// What section 3.6 rounds: a classifier with a few frequent answers and many rare ones, learned
// from examples with sums and products only, so that every machine learns the same numbers.
#ifndef QAD_EXAMPLES_CLASSIFIER_HPP
#define QAD_EXAMPLES_CLASSIFIER_HPP

#include <qad/core/matrix.hpp>       // matrix
#include <qad/core/random.hpp>       // generator
#include <qad/quantize/multiply.hpp> // multiply

#include <algorithm> // sort, upper_bound
#include <cmath>     // INFINITY
#include <string>    // string
#include <vector>    // vector

namespace classifier {

using qad::index_t, qad::matrix;
using counts = std::vector<std::size_t>;

inline constexpr index_t classes = 64, inputs = 64, items = 4000;

/// The class of the largest logit, and its lead over the second.
struct choice {
    std::size_t answer;
    float margin;
};
inline choice choose(std::span<float const> logits) {
    std::size_t best = 0;
    float second = -INFINITY;
    for (std::size_t k = 1; k < logits.size(); ++k) {
        second = std::max(second, std::min(logits[k], logits[best]));
        if (logits[k] > logits[best]) { best = k; }
    }
    return {best, logits[best] - second};
}

/// Questions (items × inputs) and their right answers.
struct question_set {
    matrix<float> x{items, inputs};
    counts right = {};
};

/// The k-th answer is wanted as often as 1/k says; a question is its meaning under much noise.
inline question_set draw(qad::generator& random, matrix<float> const& meaning) {
    std::vector<double> up_to(1);
    for (double k = 1; k <= classes; ++k) { up_to.push_back(up_to.back() + 1 / k); }
    question_set set;
    for (index_t i = 0; i < items; ++i) {
        double const point = random.uniform() * up_to.back();
        index_t const k =
            std::upper_bound(up_to.begin(), up_to.end(), point) - up_to.begin() - 1;
        for (index_t j = 0; j < inputs; ++j) {
            set.x(i, j) = meaning(k, j) + static_cast<float>(2 * random.normal());
        }
        set.right.push_back(static_cast<std::size_t>(k));
    }
    return set;
}

/// A perceptron: where it is wrong, the row of the right answer gains the question and the row
/// of its own answer loses it. Kept is the mean over three ways through the examples.
inline matrix<float> learn(question_set const& examples) {
    matrix<float> w(classes, inputs), mean(classes, inputs), y(1, classes);
    for (index_t step = 0; step < 3 * items; ++step) {
        index_t const i = step % items;
        for (index_t k = 0; k < classes; ++k) {
            y(0, k) = 0;
            for (index_t j = 0; j < inputs; ++j) { y(0, k) += w(k, j) * examples.x(i, j); }
        }
        auto const right = static_cast<index_t>(examples.right[static_cast<std::size_t>(i)]);
        auto const said = static_cast<index_t>(choose(y.row(0)).answer);
        for (index_t j = 0; j < inputs && said != right; ++j) {
            w(right, j) += examples.x(i, j);
            w(said, j) -= examples.x(i, j);
        }
        for (index_t n = 0; n < w.size(); ++n) { mean.data()[n] += w.data()[n] / (3 * items); }
    }
    return mean;
}

/// Learned from one set of questions, to be asked another one.
struct trial {
    matrix<float> w;
    question_set asked;
    counts seen = counts(classes); // how often each answer was among the examples

    explicit trial(std::uint64_t seed) {
        qad::generator random(seed);
        matrix<float> meaning(classes, inputs);
        for (index_t n = 0; n < meaning.size(); ++n) {
            meaning.data()[n] = static_cast<float>(random.normal());
        }
        auto const examples = draw(random, meaning);
        asked = draw(random, meaning);
        w = learn(examples);
        for (std::size_t k : examples.right) { ++seen[k]; }
    }
};

/// One way to store the weights: its logits and answers, and how far they are from fp32's.
struct format {
    std::string name;
    matrix<float> y{items, classes};
    std::vector<choice> said = {};
    double right = 0, forms = 0; // percent
    double rare = 0, others = 0; // percent changed; rare: at most 30 examples
    double moved = 0;            // the largest movement of a logit

    std::vector<float> margins() const { // from thin to wide
        std::vector<float> sorted;
        for (choice const& c : said) { sorted.push_back(c.margin); }
        std::sort(sorted.begin(), sorted.end());
        return sorted;
    }

    template <class W>
    format(char const* called, trial const& t, W const& w, format const* fp32 = nullptr)
        : name(called) {
        multiply(qad::ref, y.view(), w, t.asked.x.view());
        for (index_t i = 0; i < items; ++i) { said.push_back(choose(y.row(i))); }
        format const& before = fp32 ? *fp32 : *this;
        double of_rare = 0, in_form = 0;
        for (std::size_t i = 0; i < items; ++i) {
            std::size_t const wanted = t.asked.right[i];
            right += said[i].answer == wanted;
            in_form = (i % 8 == 0 ? 0 : in_form) + (said[i].answer == wanted);
            forms += in_form == 8; // a form of eight answers is right when all of them are
            of_rare += t.seen[wanted] <= 30;
            (t.seen[wanted] <= 30 ? rare : others) += said[i].answer != before.said[i].answer;
        }
        right *= 100.0 / items;
        forms *= 800.0 / items;
        rare *= 100 / of_rare;
        others *= 100 / (items - of_rare);
        for (index_t n = 0; n < y.size(); ++n) {
            moved = std::max(moved, std::abs(double(y.data()[n]) - before.y.data()[n]));
        }
    }
};

} // namespace classifier

#endif
