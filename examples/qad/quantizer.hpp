// SPDX-License-Identifier: MIT
// The loops of `qad quantize`, apart from its options and files, which are compiled quickly.
#ifndef QAD_EXAMPLES_QUANTIZER_HPP
#define QAD_EXAMPLES_QUANTIZER_HPP

#include <qad/model/layer_parts.hpp> // layer_parts, quantize_model

#include <functional> // function

namespace qad::program {

/// quantize_model on backend "ref" or "simd".
product_count quantize_on(std::string_view backend, transformer<float, weight>& model, model_plan const& plan,
                          matrix_view<std::int32_t const> texts, std::function<void(layer_result const&)> const& each,
                          layer_parts& parts);

} // namespace qad::program

#endif
