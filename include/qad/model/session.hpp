// SPDX-License-Identifier: MIT
// One sequence in the making: a model, the past of the sequence, and room to work in.
#ifndef QAD_MODEL_SESSION_HPP
#define QAD_MODEL_SESSION_HPP

#include <qad/model/forward.hpp> // forward, logits

#include <memory> // unique_ptr

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
        stretch<Store> const rows{&past_, static_cast<index_t>(tokens.size())};
        hidden_ =
            forward(backend_, model_, tokens, std::span<stretch<Store> const>(&rows, 1), room_);
    }
    void logits(index_t first, matrix_view<float> out) override {
        qad::logits(backend_, model_, out,
                    matrix_view<float const>(hidden_.rows(first, out.rows())));
    }
    index_t length() const override { return past_.length(); }
    void rewind(index_t length) override { past_.truncate(length); }

  private:
    Backend backend_;
    transformer<float, Weight> const& model_;
    Store past_;
    workspace<float> room_;
    matrix_view<float> hidden_; // in room_, of the last run
};

template <class Backend, class Weight, class Store> std::unique_ptr<session>
make_session(Backend backend, transformer<float, Weight> const& model, Store past) {
    return std::make_unique<session_of<Backend, Weight, Store>>(backend, model,
                                                                std::move(past));
}

} // namespace qad

#endif
