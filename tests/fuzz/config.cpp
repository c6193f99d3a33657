// SPDX-License-Identifier: MIT
// Any bytes as config.json, generation_config.json or model.safetensors.index.json: the first byte
// chooses. A config that is accepted is written and read again.
#include "input.hpp"

#include <qad/io/checkpoint.hpp>
#include <qad/model/save.hpp>

using namespace qad;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input const file(data, size);
    fuzz::reads(file, [&] {
        json const object = parse_json(file.after_choice(), fuzz::where);
        if (file.choice() == 'i') {
            parse_weight_map(object, fuzz::where);
            return;
        }
        if (file.choice() == 'g') {
            parse_end_tokens(object, fuzz::where);
            return;
        }
        model_config const config = parse_model_config(object, fuzz::where);
        auto const back = parse_model_config(to_json(config), "written");
        if (to_json(back) != to_json(config)) { fuzz::broken("a config that was read can be written"); }
    });
    return 0;
}
