// SPDX-License-Identifier: MIT
// What a fine-tuning run draws its batches from.
#ifndef QAD_TRAIN_EXAMPLES_HPP
#define QAD_TRAIN_EXAMPLES_HPP

#include <qad/core/random.hpp>    // generator
#include <qad/train/gradient.hpp> // training_batch

#include <numeric> // iota

namespace qad {

/// A prompt and its answer. Only the answer is learned: the first `given` tokens are what the
/// model will have been given, and foretelling them is nobody's task.
struct token_example {
    std::vector<std::int32_t> tokens;
    index_t given = 1;
};

/// Examples in an endless order: all of them once, then all again in another order. Place p of
/// it depends on the seed and p alone, so that a run can go on from a place.
class example_order {
  public:
    example_order(std::vector<token_example> examples, std::uint64_t seed)
        : examples_(std::move(examples)), order_(examples_.size()), seed_(seed) {
        if (examples_.empty()) { fail("there are no examples to learn from"); }
    }
    index_t size() const { return static_cast<index_t>(examples_.size()); }

    token_example const& at(index_t place) {
        if (place / size() != round_) { begin_round(place / size()); }
        return examples_[order_[static_cast<std::size_t>(place % size())]];
    }
    /// `count` examples from `place` on.
    training_batch batch(index_t place, index_t count) {
        training_batch result;
        for (index_t i = 0; i < count; ++i) {
            auto const& example = at(place + i);
            result.add(example.tokens, example.given);
        }
        return result;
    }

  private:
    void begin_round(index_t round) {
        round_ = round;
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        generator random(seed_, static_cast<std::uint64_t>(round));
        shuffle(random, order_);
    }

    std::vector<token_example> examples_;
    std::vector<std::size_t> order_;
    std::uint64_t seed_;
    index_t round_ = -1;
};

} // namespace qad

#endif
