// SPDX-License-Identifier: MIT
// Any bytes as an adapter: two of them say how long adapter_config.json is, the rest is
// adapter_model.safetensors. What is accepted is written and read again.
#include "input.hpp"

#include <qad/model/adapter_file.hpp>

using namespace qad;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 2) { return 0; }
    std::size_t const length = std::min(size - 2, static_cast<std::size_t>(data[0] | data[1] << 8));
    fuzz::input const config_file(data + 2, length), tensors(data + 2 + length, size - 2 - length);
    fuzz::input const both(data, size);
    fuzz::reads(both, [&] {
        auto const config = parse_adapter_config(config_file.text(), fuzz::where);
        auto const content = parse_safetensors(tensors.bytes(), fuzz::where);
        adapter const read = make_adapter(config, content.tensors, fuzz::where);
        auto const back = parse_adapter_config(to_json(read).dump(), "written");
        for (auto const& [layer, delta] : read.layers) {
            if (adapter_config::of(back.ranks, layer, back.rank) != static_cast<double>(delta.rank())) {
                fuzz::broken("a rank that was read can be written:", layer.c_str());
            }
        }
    });
    return 0;
}
