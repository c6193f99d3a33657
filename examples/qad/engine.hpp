// SPDX-License-Identifier: MIT
// A model as the programs use it: one backend or the other, behind one interface.
#ifndef QAD_EXAMPLES_ENGINE_HPP
#define QAD_EXAMPLES_ENGINE_HPP

#include "program.hpp"

#include <qad/core/size.hpp> // index_t

#include <filesystem> // path
#include <memory>     // unique_ptr

namespace qad {
class session;
struct model_config;
class tokenizer;
} // namespace qad

namespace qad::program {

/// Loads MODEL (a Hugging Face directory or a .gguf file) for a backend. Its translation unit is
/// the only one of the programs that compiles the forward.
class engine {
  public:
    /// `weights` is a scheme such as "int4:64" that the linear layers are rounded to while they
    /// are loaded ("": as they are stored); the embedding and the head then become int8.
    engine(std::filesystem::path const& model, common const& options, std::string const& weights = {});
    ~engine();

    model_config const& config() const;
    /// Bytes of all weights as the backend holds them, and of those that a token reads.
    index_t weight_bytes() const;
    index_t bytes_per_token() const;
    /// A sequence of at most `capacity` tokens with a cache of its own.
    std::unique_ptr<session> start(index_t capacity) const;

  private:
    struct models;
    std::unique_ptr<models> models_;
};

/// Adds MODEL, --weights and the common options.
struct model_options {
    std::string model, weights;
    common shared;
};
void add_model(CLI::App& program, model_options& options);

} // namespace qad::program

#endif
