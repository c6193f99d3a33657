// SPDX-License-Identifier: MIT
// The layers of a transformer, each with its gradient beside it.
#ifndef QAD_LAYERS_HPP
#define QAD_LAYERS_HPP

#include <qad/layers/linear.hpp>   // add_bias, add, linear_gradient
#include <qad/layers/loss.hpp>     // cross_entropy
#include <qad/layers/rms_norm.hpp> // rms_norm
#include <qad/layers/rope.hpp>     // rope, make_rope, rotate
#include <qad/layers/softmax.hpp>  // softmax
#include <qad/layers/swiglu.hpp>   // swiglu

#endif
