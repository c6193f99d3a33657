// SPDX-License-Identifier: MIT
// One sequence in the making: a model, the past of the sequence, and room to work in.
#ifndef QAD_MODEL_SESSION_HPP
#define QAD_MODEL_SESSION_HPP

#include <qad/model/forward.hpp> // forward, logits

#include <algorithm> // max, min
#include <memory>    // unique_ptr

namespace qad {

/// What generation and evaluation need of a model, whatever its backend, weights and cache are.
class session {
  public:
    virtual ~session() = default;

    virtual model_config const& config() const = 0;
    /// Runs `tokens` as the continuation of what was run before.
    virtual void run(std::span<std::int32_t const> tokens) = 0;
    /// Logits after the tokens [first, first + out.rows()) of the last run; out is rows ×
    /// vocabulary.
    virtual void logits(index_t first, matrix_view<float> out) = 0;
    /// Says that the sequence will become at least so long: LongRoPE needs it before the first
    /// token. Without it, a sequence that grows beyond the original context is run again.
    virtual void expect(index_t /*length*/) {}
    /// Tokens run so far.
    virtual index_t length() const = 0;
    /// Forgets everything after the first `length` tokens.
    virtual void rewind(index_t length) = 0;
};

/// A session of a model, which it only refers to, on a cache of its own.
template <class Backend, class Weight, class Store> class session_of final : public session {
  public:
    session_of(Backend backend, transformer<float, Weight> const& model, Store past)
        : backend_(backend), model_(model), past_(std::move(past)) {}
    session_of(Backend, transformer<float, Weight> const&&, Store) = delete;

    model_config const& config() const override { return model_.config; }
    void run(std::span<std::int32_t const> tokens) override {
        if (tokens.empty()) { fail<shape_error>("there is no token to run; give a prompt"); }
        if (model_.rotary.limit > 0) { return run_by_length(tokens); }
        run_on(tokens, 0);
    }
    void expect(index_t length) override { expected_ = length; }
    void logits(index_t first, matrix_view<float> out) override {
        qad::logits(backend_, model_, out,
                    matrix_view<float const>(hidden_.rows(first, out.rows())));
    }
    index_t length() const override { return past_.length(); }
    void rewind(index_t length) override {
        past_.truncate(length);
        seen_.resize(std::min(seen_.size(), static_cast<std::size_t>(length)));
        expected_ = 0;
    }

  private:
    void run_on(std::span<std::int32_t const> tokens, index_t reach) {
        stretch<Store> const rows{&past_, static_cast<index_t>(tokens.size()), reach};
        hidden_ =
            forward(backend_, model_, tokens, std::span<stretch<Store> const>(&rows, 1), room_);
    }
    /// Keys of one set of frequencies do not go with queries of another: where the length asks
    /// for the other set, the whole past is run again.
    void run_by_length(std::span<std::int32_t const> tokens) {
        auto const after = length() + static_cast<index_t>(tokens.size());
        index_t const reach = std::max(after, expected_);
        rope const* const set = &model_.rotary.of(reach);
        if (length() > 0 && set != set_) {
            past_.truncate(0);
            constexpr std::size_t together = 512;
            std::span<std::int32_t const> const seen = seen_;
            for (std::size_t at = 0; at < seen.size(); at += together) {
                run_on(seen.subspan(at, std::min(together, seen.size() - at)), reach);
            }
        }
        set_ = set;
        run_on(tokens, reach);
        seen_.insert(seen_.end(), tokens.begin(), tokens.end());
    }

    Backend backend_;
    transformer<float, Weight> const& model_;
    Store past_;
    workspace<float> room_;
    std::vector<std::int32_t> seen_; // where the length decides: the tokens of the past,
    rope const* set_ = nullptr;      // the frequencies that its keys were turned by,
    index_t expected_ = 0;           // and how long it will become
    matrix_view<float> hidden_;      // in room_, of the last run
};

template <class Backend, class Weight, class Store> std::unique_ptr<session>
make_session(Backend backend, transformer<float, Weight> const& model, Store past) {
    return std::make_unique<session_of<Backend, Weight, Store>>(backend, model,
                                                                std::move(past));
}

} // namespace qad

#endif
