// SPDX-License-Identifier: MIT
// Everything behind the tag `simd`: products, layers and attention on vector instructions.
#ifndef QAD_SIMD_HPP
#define QAD_SIMD_HPP

#include <qad/simd/activation.hpp>
#include <qad/simd/add_lora.hpp>
#include <qad/simd/attend.hpp>
#include <qad/simd/attend_decode.hpp>
#include <qad/simd/attend_gradient.hpp>
#include <qad/simd/attend_prefill.hpp>
#include <qad/simd/batch.hpp>
#include <qad/simd/dense.hpp>
#include <qad/simd/dot.hpp>
#include <qad/simd/exp.hpp>
#include <qad/simd/isa.hpp>
#include <qad/simd/kv_chunk.hpp>
#include <qad/simd/lane_product.hpp>
#include <qad/simd/limits.hpp>
#include <qad/simd/loss.hpp>
#include <qad/simd/multiply.hpp>
#include <qad/simd/panel_product.hpp>
#include <qad/simd/panel_scales.hpp>
#include <qad/simd/panels.hpp>
#include <qad/simd/prepare.hpp>
#include <qad/simd/prepared.hpp>
#include <qad/simd/rms_norm.hpp>
#include <qad/simd/rope.hpp>
#include <qad/simd/softmax.hpp>
#include <qad/simd/swiglu.hpp>
#include <qad/simd/weight_memory.hpp>

#endif
