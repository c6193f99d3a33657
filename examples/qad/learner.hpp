// SPDX-License-Identifier: MIT
// The trainer that the programs share, compiled once: its instantiation is long to compile.
#ifndef QAD_EXAMPLES_LEARNER_HPP
#define QAD_EXAMPLES_LEARNER_HPP

#include <qad/train/trainer.hpp> // training_options, step_report

#include <filesystem> // path
#include <memory>     // unique_ptr

namespace qad::program {

/// trainer<simd_t>, by the same names.
class learner {
  public:
    learner(trained_model<float>& model, training_options const& options);
    ~learner();

    index_t step() const;
    index_t drawn() const;
    index_t parameters() const;
    /// One step. Where it fails, a loss that is no number say, the state before it goes to `file`.
    step_report step(training_batch const& batch, std::filesystem::path const& file, std::string const& run);
    double loss(std::span<training_batch const> batches);
    void draw(index_t examples);

    void save_state(std::filesystem::path const& file, std::string const& run);
    bool load_state(std::filesystem::path const& file, std::string const& run);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace qad::program

#endif
