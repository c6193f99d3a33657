// SPDX-License-Identifier: MIT
// Chapter 1: does it fit? — chapters/1-fit/README.md
#ifndef QAD_FIT_HPP
#define QAD_FIT_HPP

#include <qad/fit/adapters.hpp>    // lora_parameters
#include <qad/fit/decode.hpp>      // decode_ceiling, amdahl
#include <qad/fit/kv.hpp>          // kv_bytes
#include <qad/fit/ledger.hpp>      // ledger
#include <qad/fit/memory_text.hpp> // memory_text, parse_memory
#include <qad/fit/models.hpp>      // llama3_8b, published_models, find_model
#include <qad/fit/serving.hpp>     // fit
#include <qad/fit/shape.hpp>       // model_shape, count_parameters
#include <qad/fit/storage.hpp>     // storage, bits_per_weight
#include <qad/fit/training.hpp>    // training_ledger
#include <qad/fit/units.hpp>       // byte_count, 80_GB, 6_GiB
#include <qad/fit/weights.hpp>     // weight_bytes

#endif
