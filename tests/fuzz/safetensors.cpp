// SPDX-License-Identifier: MIT
// Any bytes as a safetensors file; what parses is written and read again.
#include "input.hpp"

#include <qad/io/safetensors.hpp>
#include <qad/io/safetensors_writer.hpp>

using namespace qad;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input const file(data, size);
    fuzz::reads(file, [&] {
        safetensors_content const content = parse_safetensors(file.bytes(), fuzz::where);
        tensor_table table(fuzz::where);
        std::vector<tensor_declaration> declared;
        for (tensor_entry const& tensor : content.tensors) {
            table.add(tensor);
            declared.push_back({tensor.name, tensor.dtype, tensor.shape});
            if (tensor.bytes.size() <= 4096 && (tensor.dtype == data_type::f32 || tensor.dtype == data_type::bf16 ||
                                                tensor.dtype == data_type::f16)) {
                if (float_matrix(tensor).size() != tensor.rows() * tensor.cols()) { fuzz::broken("all elements"); }
            }
        }

        // The same tensors, in the order of the writer.
        std::string again = safetensors_writer::header(safetensors_writer::sorted(declared), content.metadata);
        for (auto const& tensor : safetensors_writer::sorted(declared)) {
            auto const bytes = table.at(tensor.name).bytes;
            again.append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
        }
        auto const back = parse_safetensors(std::as_bytes(std::span(again)), "written");
        if (back.metadata != content.metadata || back.tensors.size() != content.tensors.size()) {
            fuzz::broken("what was read can be written");
        }
        for (tensor_entry const& tensor : back.tensors) {
            auto const& first = table.at(tensor.name);
            if (tensor.dtype != first.dtype || tensor.shape != first.shape ||
                !std::ranges::equal(tensor.bytes, first.bytes)) {
                fuzz::broken("what was written is the same:", tensor.name.c_str());
            }
        }
    });
    return 0;
}
