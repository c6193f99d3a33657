// SPDX-License-Identifier: MIT
// The transformer: loading, preparing, the one forward, sampling, generation, perplexity.
#ifndef QAD_MODEL_HPP
#define QAD_MODEL_HPP

#include <qad/model/adapted_weight.hpp>
#include <qad/model/adapter.hpp>
#include <qad/model/adapter_config.hpp>
#include <qad/model/adapter_file.hpp>
#include <qad/model/assemble.hpp>
#include <qad/model/awq_form.hpp>
#include <qad/model/bitsandbytes_form.hpp>
#include <qad/model/calibrate.hpp>
#include <qad/model/checkpoint_scheme.hpp>
#include <qad/model/compressed_form.hpp>
#include <qad/model/forward.hpp>
#include <qad/model/fused.hpp>
#include <qad/model/fused_adapter.hpp>
#include <qad/model/generate.hpp>
#include <qad/model/gguf_blocks.hpp>
#include <qad/model/gptq_form.hpp>
#include <qad/model/layer_inputs.hpp>
#include <qad/model/layer_parts.hpp>
#include <qad/model/load.hpp>
#include <qad/model/merge_model.hpp>
#include <qad/model/packed_words.hpp>
#include <qad/model/perplexity.hpp>
#include <qad/model/prepare.hpp>
#include <qad/model/prepare_blocks.hpp>
#include <qad/model/quantize_model.hpp>
#include <qad/model/reuse.hpp>
#include <qad/model/sample.hpp>
#include <qad/model/save.hpp>
#include <qad/model/save_gguf.hpp>
#include <qad/model/scheme.hpp>
#include <qad/model/scheme_report.hpp>
#include <qad/model/session.hpp>
#include <qad/model/stored_form.hpp>
#include <qad/model/tape.hpp>
#include <qad/model/transformer.hpp>
#include <qad/model/weight.hpp>

#endif
