// SPDX-License-Identifier: MIT
// Chapter 5.1, "Why full fine-tuning hurts" — chapters/5-adapt/README.md#s5-1
#ifndef QAD_TRAIN_GRADIENT_HPP
#define QAD_TRAIN_GRADIENT_HPP

#include <qad/model/forward.hpp>        // forward, run_block
#include <qad/train/backward.hpp>       // backward_block
#include <qad/train/head_gradient.hpp>  // head_gradient
#include <qad/train/whole_sequence.hpp> // whole_sequence

namespace qad {

/// What one step learns from: sequences that follow each other and do not see each other.
struct training_batch {
    std::vector<std::int32_t> tokens;
    std::vector<std::int32_t> targets; ///< one for each token; no_target: not asked
    std::vector<index_t> lengths;      ///< of the sequences, together all tokens

    index_t asked() const {
        index_t count = 0;
        for (std::int32_t target : targets) { count += target == no_target ? 0 : 1; }
        return count;
    }
    /// `shape_error` unless targets and lengths are those of the tokens.
    void check() const {
        index_t rows = 0;
        for (index_t n : lengths) { rows += n; }
        if (targets.size() != tokens.size() || rows != static_cast<index_t>(tokens.size())) {
            fail<shape_error>("a batch of ", tokens.size(), " tokens, ", targets.size(),
                              " targets and sequences of ", rows, " together");
        }
    }
    /// Adds one sequence. Token i is asked to foretell token i + 1; of the first `given`
    /// tokens, a prompt, none is asked for.
    void add(std::span<std::int32_t const> sequence, index_t given = 1) {
        for (std::size_t i = 0; i < sequence.size(); ++i) {
            bool const last = i + 1 == sequence.size();
            bool const prompt = static_cast<index_t>(i) + 1 < given;
            tokens.push_back(sequence[i]);
            targets.push_back(last || prompt ? no_target : sequence[i + 1]);
        }
        lengths.push_back(static_cast<index_t>(sequence.size()));
    }
};

/// What the forward keeps for the backward pass.
enum class keep {
    what_is_dear, ///< all that a product or attention made (kept_block.hpp)
    inputs        ///< only each block's input; the block runs again before it runs backwards
                  ///< (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost")
};

/// Computes losses and gradients, in memory that it keeps from batch to batch.
template <class Backend, std::floating_point T> class differentiator {
  public:
    differentiator(Backend backend, trained_model<T> const& model, keep what)
        : backend_(backend), model_(model), what_(what) {
        kept_.resize(what == keep::what_is_dear ? model.blocks.size() : 1);
        if (what == keep::inputs) { inputs_.resize(model.blocks.size()); }
    }

    /// The sum of the losses of the batch's targets, in nats.
    double loss(training_batch const& batch) {
        auto const hidden = run(batch, no_tape{});
        return head_gradient<Backend, T>(backend_, model_, nullptr, {}, hidden, batch.targets,
                                         0);
    }

    /// The same, and adds `share` times its gradient to `gradient`.
    double add_gradient(trained_model<T>& gradient, training_batch const& batch, double share) {
        auto const hidden = run(batch, [&](index_t layer, site where, matrix_view<T> values) {
            auto const at = static_cast<std::size_t>(layer);
            if (what_ == keep::what_is_dear) {
                kept_[at].keep(where, values);
            } else if (where == site::block_input) {
                inputs_[at] = matrix<T>(matrix_view<T const>(values));
            }
        });
        index_t const n = hidden.rows();
        room_.make_room(model_, n);
        make_room(dx_, n, model_.config.hidden);
        auto const dx = detail::zeroed(dx_, n);
        double const sum = head_gradient<Backend, T>(backend_, model_, &gradient, dx, hidden,
                                                     batch.targets, share);
        sequence_rows const rows{work_.positions, batch.lengths};
        for (index_t i = model_.config.layers; i-- > 0;) {
            if (what_ == keep::inputs) { run_again(i); }
            backward_block<Backend, T>(
                backend_, model_, gradient, i, dx,
                kept_[what_ == keep::inputs ? std::size_t{0} : static_cast<std::size_t>(i)],
                rows, room_);
        }
        if (gradient.embedding.learned()) {
            auto& table = std::get<matrix<T>>(gradient.embedding.base);
            for (index_t t = 0; t < n; ++t) {
                as_eigen(table.row(batch.tokens[static_cast<std::size_t>(t)])) +=
                    as_eigen(dx.row(t));
            }
        }
        return sum;
    }

  private:
    template <class Tape> matrix_view<T> run(training_batch const& batch, Tape&& tape) {
        batch.check();
        pasts_.assign(batch.lengths.size(), whole_sequence<T>(model_.heads));
        stretches_.clear();
        for (std::size_t i = 0; i < pasts_.size(); ++i) {
            stretches_.push_back({&pasts_[i], batch.lengths[i]});
        }
        return forward(backend_, model_, std::span<std::int32_t const>(batch.tokens),
                       std::span<stretch<whole_sequence<T>> const>(stretches_), work_, tape);
    }
    /// Block i once more, from its kept input, this time keeping everything.
    void run_again(index_t i) {
        matrix<T>& x = inputs_[static_cast<std::size_t>(i)];
        run_block(
            backend_, model_, i, x.view(), std::span<index_t const>(work_.positions),
            std::span<stretch<whole_sequence<T>> const>(stretches_), work_,
            [&](index_t, site where, matrix_view<T> values) { kept_[0].keep(where, values); });
        x = {};
    }

    Backend backend_;
    trained_model<T> const& model_;
    keep what_;
    workspace<T> work_;
    backward_room<T> room_;
    std::vector<kept_block<T>> kept_;
    std::vector<matrix<T>> inputs_;
    std::vector<whole_sequence<T>> pasts_;
    std::vector<stretch<whole_sequence<T>>> stretches_;
    matrix<T> dx_;
};

} // namespace qad

#endif
