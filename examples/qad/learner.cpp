// SPDX-License-Identifier: MIT
#include "learner.hpp"

#include <qad/simd/attend_gradient.hpp> // the layers' gradients on this backend
#include <qad/simd/loss.hpp>            // cross_entropy_row
#include <qad/train/resume.hpp>         // save_state, load_state

namespace qad::program {

struct learner::state {
    trainer<simd_t> t;
};

learner::learner(trained_model<float>& model, training_options const& options)
    : state_(std::make_unique<state>(trainer<simd_t>(simd, model, options))) {}
learner::~learner() = default;

index_t learner::step() const { return state_->t.step(); }
index_t learner::drawn() const { return state_->t.drawn(); }
index_t learner::parameters() const { return state_->t.parameters(); }
step_report learner::step(training_batch const& batch, std::filesystem::path const& file,
                          std::string const& run) {
    try {
        return state_->t.step(batch);
    } catch (error const& problem) {
        save_state(file, run);
        fail(problem.what(), "; the state after step ", step(), " is kept in ", file.string());
    }
}
double learner::loss(std::span<training_batch const> batches) { return state_->t.loss(batches); }
void learner::draw(index_t examples) { state_->t.draw(examples); }

void learner::save_state(std::filesystem::path const& file, std::string const& run) {
    qad::save_state(state_->t, file, run);
}
bool learner::load_state(std::filesystem::path const& file, std::string const& run) {
    return qad::load_state(state_->t, file, run);
}

} // namespace qad::program
