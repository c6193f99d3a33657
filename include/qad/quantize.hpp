// SPDX-License-Identifier: MIT
// Chapter 3, "Quantization methods" — chapters/3-quantize/README.md
#ifndef QAD_QUANTIZE_HPP
#define QAD_QUANTIZE_HPP

#include <qad/quantize/awq.hpp>              // awq: busy inputs first
#include <qad/quantize/clip_search.hpp>      // clip_options
#include <qad/quantize/double_quantized.hpp> // scales quantized again
#include <qad/quantize/dynamic_int8.hpp>     // quantize_tokens: W8A8
#include <qad/quantize/finite.hpp>           // check_finite
#include <qad/quantize/gptq.hpp>             // gptq: errors made good by later weights
#include <qad/quantize/gptq_inputs.hpp>      // order, damping, factor
#include <qad/quantize/granularity.hpp>      // per_tensor, per_channel, per_group
#include <qad/quantize/hessian.hpp>          // hessian
#include <qad/quantize/inverse_factor.hpp>   // U with H⁻¹ = UᵀU
#include <qad/quantize/multiply.hpp>         // multiply(ref, …)
#include <qad/quantize/output_error.hpp>     // squared_output
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix, dequantize
#include <qad/quantize/report.hpp>           // report, coverage
#include <qad/quantize/round.hpp>            // quantize
#include <qad/quantize/round_and_push.hpp>   // the step of GPTQ
#include <qad/quantize/ruler.hpp>            // ruler, grid
#include <qad/quantize/scale_array.hpp>      // scale_array, scale_format

#endif
