// SPDX-License-Identifier: MIT
// The shape that memory is reckoned with (chapter 1), from a model's configuration.
#ifndef QAD_IO_SHAPE_OF_HPP
#define QAD_IO_SHAPE_OF_HPP

#include <qad/fit/shape.hpp>       // model_shape
#include <qad/io/model_config.hpp> // model_config

namespace qad {

inline model_shape shape_of(model_config const& c) {
    return {.hidden = c.hidden,
            .layers = c.layers,
            .heads = c.heads,
            .kv_heads = c.kv_heads,
            .head_dim = c.head_dim,
            .feed_forward = c.ff,
            .vocabulary = c.vocab,
            .tied = c.tied,
            .qkv_bias = c.qkv_bias,
            .output_bias = c.output_bias,
            .feed_forward_bias = c.mlp_bias,
            .qk_norm = c.family().qk_norm};
}

} // namespace qad

#endif
