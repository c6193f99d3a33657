// SPDX-License-Identifier: MIT
// Calibration texts on their way through a model, one layer at a time.
#ifndef QAD_MODEL_CALIBRATE_HPP
#define QAD_MODEL_CALIBRATE_HPP

#include <qad/attend/kv_cache.hpp> // kv_cache
#include <qad/core/eigen.hpp>      // as_eigen
#include <qad/model/forward.hpp>   // run_block
#include <qad/model/prepare.hpp>   // stage

namespace qad {

/// Residual streams of the calibration texts at the layer that is being quantized, and what is
/// needed to run that layer on them: one text at a time, so that room does not grow with their
/// number.
template <class Backend> class calibration {
  public:
    /// `texts` is samples × length tokens.
    calibration(Backend backend, transformer<float, weight> const& model,
                matrix_view<std::int32_t const> texts)
        : backend_(backend), length_(texts.cols()), hidden_(texts.size(), model.config.hidden) {
        stage_.config = model.config;
        stage_.config.layers = 1;
        stage_.heads = model.heads;
        stage_.rotary = model.rotary;
        stage_.blocks.resize(1);
        for (index_t i = 0; i < texts.rows(); ++i) {
            for (index_t t = 0; t < length_; ++t) {
                std::int32_t const token = texts(i, t);
                if (token < 0 || token >= model.config.vocab) {
                    fail<shape_error>("calibration token ", token,
                                      " is not in the vocabulary of ", model.config.vocab,
                                      "; were they made by this model's tokenizer?");
                }
                decode_row<float>(model.embedding, token, hidden_.row(i * length_ + t));
            }
        }
        for (index_t t = 0; t < length_; ++t) { positions_.push_back(t); }
    }

    /// Takes `layer` on stage: its weights as floats, in the backend's layout.
    void stage(block<float, weight> const& layer) {
        auto& on_stage = stage_.blocks[0];
        static_cast<block_vectors<float>&>(on_stage) = layer;
        linear<float, weight> const* from[] = {&layer.query,  &layer.key,  &layer.value,
                                               &layer.output, &layer.gate, &layer.up,
                                               &layer.down};
        std::size_t next = 0;
        for_each_linear(on_stage, [&](char const*, auto& to) {
            to.weight = qad::stage(backend_, to_float(from[next]->weight));
            to.bias = from[next]->bias;
            ++next;
        });
    }

    /// Runs the layer on stage over all texts and lets `tape` hear it; the streams stay before
    /// it.
    template <class Tape> void listen(Tape&& tape) {
        matrix<float> scratch(length_, hidden_.cols());
        for (index_t first = 0; first < hidden_.rows(); first += length_) {
            as_eigen(scratch) = as_eigen(std::as_const(hidden_).rows(first, length_));
            run(scratch, tape);
        }
    }
    /// Runs the layer on stage over all texts; the streams are behind it now.
    void advance() {
        for (index_t first = 0; first < hidden_.rows(); first += length_) {
            run(hidden_.rows(first, length_), no_tape{});
        }
    }

    /// Floating-point operations of the products in one pass over all texts: two for each
    /// weight and token, and 2·(t + 1)·width for the scores of position t, as many for the
    /// values.
    double operations() const {
        auto const& c = stage_.config;
        auto const weights = static_cast<double>(
            c.hidden * (2 * c.head_dim * (c.heads + c.kv_heads) + 3 * c.ff));
        auto const tokens = static_cast<double>(hidden_.rows());
        return tokens *
               (2 * weights + 2 * static_cast<double>((length_ + 1) * c.heads * c.head_dim));
    }
    index_t tokens() const { return hidden_.rows(); }

  private:
    using stage_weight =
        decltype(qad::stage(std::declval<Backend>(), std::declval<matrix<float>>()));

    template <class Tape> void run(matrix_view<float> x, Tape&& tape) {
        kv_cache<float> past(stage_.heads, 1, length_);
        stretch<kv_cache<float>> const rows{&past, length_};
        room_.make_room(stage_, length_);
        run_block(backend_, stage_, 0, x, std::span<index_t const>(positions_),
                  std::span<stretch<kv_cache<float>> const>(&rows, 1), room_, tape);
    }

    Backend backend_;
    index_t length_;
    matrix<float> hidden_; // samples·length × hidden
    transformer<float, stage_weight> stage_;
    workspace<float> room_;
    std::vector<index_t> positions_;
};

} // namespace qad

#endif
