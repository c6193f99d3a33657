// SPDX-License-Identifier: MIT
// A model that can be computed by hand.
#ifndef QAD_TESTS_SUPPORT_FAKE_SESSION_HPP
#define QAD_TESTS_SUPPORT_FAKE_SESSION_HPP

#include <qad/model/session.hpp> // session

namespace qad::test {

/// After token t its logits are 1 for (t + 1) mod vocabulary and 0 for all others.
class counting_session final : public session {
  public:
    explicit counting_session(index_t vocabulary, float height = 1) : height_(height) {
        config_.vocab = vocabulary;
    }
    model_config const& config() const override { return config_; }
    model_config& config() { return config_; }
    void run(std::span<std::int32_t const> tokens) override {
        last_.assign(tokens.begin(), tokens.end());
        all.insert(all.end(), tokens.begin(), tokens.end());
        longest_run = std::max(longest_run, tokens.size());
    }
    void logits(index_t first, matrix_view<float> out) override {
        for (index_t i = 0; i < out.rows(); ++i) {
            for (float& x : out.row(i)) { x = 0; }
            out(i, (last_.at(static_cast<std::size_t>(first + i)) + 1) % config_.vocab) = height_;
        }
    }
    index_t length() const override { return static_cast<index_t>(all.size()); }
    void rewind(index_t length) override { all.resize(static_cast<std::size_t>(length)); }

    std::vector<std::int32_t> all; ///< what the session has seen
    std::size_t longest_run = 0;

  private:
    model_config config_;
    std::vector<std::int32_t> last_;
    float height_;
};

} // namespace qad::test

#endif
