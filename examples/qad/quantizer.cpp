// SPDX-License-Identifier: MIT
#include "quantizer.hpp"

namespace qad::program {

product_count quantize_on(std::string_view backend, transformer<float, weight>& model, model_plan const& plan,
                          matrix_view<std::int32_t const> texts, std::function<void(layer_result const&)> const& each,
                          layer_parts& parts) {
    return backend == "ref" ? quantize_model(ref, model, plan, texts, each, parts)
                            : quantize_model(simd, model, plan, texts, each, parts);
}

} // namespace qad::program
