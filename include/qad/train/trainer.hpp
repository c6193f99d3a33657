// SPDX-License-Identifier: MIT
// One step of training after the other.
#ifndef QAD_TRAIN_TRAINER_HPP
#define QAD_TRAIN_TRAINER_HPP

#include <qad/train/adamw.hpp>    // adamw_step
#include <qad/train/gradient.hpp> // differentiator, training_batch
#include <qad/train/learn.hpp>    // for_each_learned, zero_gradient
#include <qad/train/schedule.hpp> // schedule

#include <cmath> // isfinite, sqrt

namespace qad {

struct training_options {
    index_t steps = 100;
    schedule rate = {};
    adamw_options adam = {};
    double clip = 1; ///< longest gradient, over everything that is learned; 0: any
    qad::keep keep = qad::keep::what_is_dear;
    index_t tokens_at_once = 4096; ///< of a batch; more go through the model in turn
};

/// What a step did.
struct step_report {
    double loss = 0;          ///< mean over the targets before the step, nats
    double gradient_norm = 0; ///< before clipping
    double rate = 0;
    index_t tokens = 0;
};

/// Sequences [first, …) of a batch with at most `most` tokens, but at least one sequence.
inline training_batch part_of(training_batch const& batch, std::size_t first, index_t most) {
    training_batch part;
    index_t at = 0, count = 0;
    for (std::size_t i = 0; i < first; ++i) { at += batch.lengths[i]; }
    for (std::size_t i = first; i < batch.lengths.size(); ++i) {
        if (count > 0 && count + batch.lengths[i] > most) { break; }
        count += batch.lengths[i];
        part.lengths.push_back(batch.lengths[i]);
    }
    auto const begin = static_cast<std::ptrdiff_t>(at), end = begin + count;
    part.tokens.assign(batch.tokens.begin() + begin, batch.tokens.begin() + end);
    part.targets.assign(batch.targets.begin() + begin, batch.targets.begin() + end);
    return part;
}

/// A model being trained, which it changes in place, with the state of its optimizer: two
/// numbers for each one that is learned.
template <class Backend> class trainer {
  public:
    trainer(Backend backend, trained_model<float>& model, training_options const& options)
        : model_(model), options_(options), gradient_(zero_gradient(model)),
          differentiator_(backend, model, options.keep) {
        for_each_learned(model_, gradient_, [&](auto const&, auto values, auto, bool) {
            first_.emplace_back(values.size());
            second_.emplace_back(values.size());
            parameters_ += static_cast<index_t>(values.size());
        });
        if (parameters_ == 0) {
            fail("there is nothing to learn: the model is frozen and has no adapter; name the "
                 "layers that adapters go to (chapter 5.2)");
        }
    }

    index_t step() const { return step_; }   ///< steps done
    index_t drawn() const { return drawn_; } ///< examples that batches were made of so far
    index_t parameters() const { return parameters_; }
    training_options const& options() const { return options_; }

    /// One step on `batch`. A loss or gradient that is not a number is an error, and the
    /// weights stay as they were.
    step_report step(training_batch const& batch) {
        batch.check();
        index_t const asked = batch.asked();
        if (asked == 0) {
            fail<shape_error>("no token of this batch is asked for; are all answers empty?");
        }
        double sum = 0, square = 0;
        double const share = 1 / static_cast<double>(asked);
        for (std::size_t i = 0; i < batch.lengths.size();) {
            auto const part = part_of(batch, i, options_.tokens_at_once);
            sum += differentiator_.add_gradient(gradient_, part, share);
            i += part.lengths.size();
        }
        each([&](auto, std::span<float> g, std::size_t) {
            square += as_eigen(g).template cast<double>().squaredNorm();
        });
        step_report const report{sum * share, std::sqrt(square),
                                 options_.rate.rate(step_, options_.steps),
                                 static_cast<index_t>(batch.tokens.size())};
        if (!std::isfinite(report.loss) || !std::isfinite(report.gradient_norm)) {
            each([](auto, std::span<float> g, std::size_t) {
                std::fill(g.begin(), g.end(), 0.0f);
            });
            fail("step ", step_ + 1, ": the loss is ", report.loss, ", its gradient ",
                 report.gradient_norm,
                 " long; the weights are those of the step before. Lower "
                 "the learning rate (now ",
                 report.rate, ") or look at the data");
        }

        double const shrink = options_.clip > 0 && report.gradient_norm > options_.clip
                                  ? options_.clip / report.gradient_norm
                                  : 1;
        ++step_;
        std::size_t next = 0;
        for_each_learned(model_, gradient_, [&](auto const&, auto w, auto g, bool is_matrix) {
            auto adam = options_.adam;
            if (!is_matrix) { adam.decay = 0; }
            std::span<float> const m = first_[next], v = second_[next];
            ++next;
            parallel(static_cast<index_t>(w.size()), 16384, [&](index_t begin, index_t end) {
                auto const part = [&](std::span<float> all) {
                    return all.subspan(static_cast<std::size_t>(begin),
                                       static_cast<std::size_t>(end - begin));
                };
                if (shrink != 1) { as_eigen(part(g)) *= static_cast<float>(shrink); }
                adamw_step<float>(part(w), part(g), part(m), part(v), report.rate,
                                  static_cast<double>(step_), adam);
                std::fill(part(g).begin(), part(g).end(), 0.0f);
            });
        });
        return report;
    }

    /// Mean loss over the targets of batches that are not learned from, nats.
    double loss(std::span<training_batch const> batches) {
        double sum = 0;
        index_t asked = 0;
        for (auto const& batch : batches) {
            asked += batch.asked();
            for (std::size_t i = 0; i < batch.lengths.size();) {
                auto const part = part_of(batch, i, options_.tokens_at_once);
                sum += differentiator_.loss(part);
                i += part.lengths.size();
            }
        }
        return sum / static_cast<double>(asked);
    }

    /// Calls f(name, numbers) for everything that a stopped run needs to go on: what is learned
    /// and both moments of it; together with the number of steps.
    template <class F> void for_each_state(F&& f) {
        std::size_t next = 0;
        for_each_learned(model_, gradient_,
                         [&](std::string const& name, auto values, auto, bool) {
                             f(name, values);
                             f(name + ".first_moment", std::span<float>(first_[next]));
                             f(name + ".second_moment", std::span<float>(second_[next]));
                             ++next;
                         });
    }
    void go_on_at(index_t step, index_t drawn) {
        step_ = step;
        drawn_ = drawn;
    }
    /// Examples are drawn in an order that the data define; the place in it is part of the
    /// state.
    void draw(index_t examples) { drawn_ += examples; }

  private:
    template <class F> void each(F&& f) {
        std::size_t next = 0;
        for_each_learned(model_, gradient_,
                         [&](auto const&, auto w, auto g, bool) { f(w, g, next++); });
    }

    trained_model<float>& model_;
    training_options options_;
    trained_model<float> gradient_;
    differentiator<Backend, float> differentiator_;
    std::vector<std::vector<float>> first_, second_; // the moments, in the order of the tensors
    index_t step_ = 0, drawn_ = 0, parameters_ = 0;
};

} // namespace qad

#endif
