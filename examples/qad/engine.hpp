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

/// What a program is told of the model that it is to run.
struct model_options {
    std::string model = {};   ///< a Hugging Face directory or a .gguf file
    std::string weights = {}; ///< see engine; "": as they are stored
    std::string head = {};    ///< of embedding and head; "": int8 beside quantized layers
    std::string adapter = {}; ///< the directory of a LoRA adapter, or ""
    std::string inputs = "int8"; ///< what quantized weights are multiplied with on simd
    common shared = {};
};
/// Adds MODEL, --weights, --head, --adapter, --activations and the common options.
void add_model(CLI::App& program, model_options& options);

/// Loads MODEL (a Hugging Face directory or a .gguf file) for a backend. Its translation unit is
/// the only one of the programs that compiles the forward.
class engine {
  public:
    /// `weights` is a scheme such as "int4:64" that the linear layers are rounded to while they
    /// are loaded ("": as they are stored); embedding and head then become int8, or what `head`
    /// says ("stored": as they are). The adapter stands beside the weights, in float.
    explicit engine(model_options const& options);
    engine(std::filesystem::path const& model, common const& options)
        : engine(model_options{.model = model.string(), .shared = options}) {}
    ~engine();

    model_config const& config() const;
    /// Bytes of all weights as the backend holds them, and of those that a token reads.
    index_t weight_bytes() const;
    index_t bytes_per_token() const;
    /// Puts another adapter in the place of the one before, or none (""); a wrong one is refused,
    /// and the one before stays. Sessions that have run must rewind to 0 first.
    void adapt(std::filesystem::path const& adapter);
    /// A sequence of at most `capacity` tokens with a cache of its own.
    std::unique_ptr<session> start(index_t capacity) const;

  private:
    struct models;
    std::unique_ptr<models> models_;
};

} // namespace qad::program

#endif
