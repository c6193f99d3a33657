// SPDX-License-Identifier: MIT
// Any bytes as a GGUF file: container, tokenizer, config, decoded rows; what parses is written and
// read again.
#include "texts.hpp"

#include <qad/io/gguf_model.hpp>
#include <qad/io/gguf_writer.hpp>

using namespace qad;

namespace {

/// A file of the same keys and tensors, as long as nothing in it asks for another alignment.
std::string written(gguf_values const& values, std::span<gguf_tensor const> tensors) {
    std::vector<gguf_declaration> declared;
    for (gguf_tensor const& tensor : tensors) { declared.push_back({tensor.name, tensor.type, tensor.dims}); }
    std::string file = gguf_writer::header(values, declared);
    for (gguf_tensor const& tensor : tensors) {
        file.append(reinterpret_cast<char const*>(tensor.bytes.data()), tensor.bytes.size());
        file.resize((file.size() + 31) / 32 * 32);
    }
    return file;
}

void decode_a_row(gguf_tensor const& tensor, std::shared_ptr<void const> const& owner) {
    gguf_matrix const m(tensor.type, tensor.rows(), tensor.cols(), tensor.bytes, owner);
    if (m.rows() == 0 || m.cols() == 0 || m.cols() > 4096) { return; }
    std::vector<float> row(static_cast<std::size_t>(m.cols()));
    try {
        m.decode_row<float>(m.rows() - 1, row);
    } catch (format_error const&) {} // a type that nobody computes with
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    fuzz::input const file(data, size);
    bool const whole = fuzz::reads(file, [&] {
        auto const content = parse_gguf(file.bytes(), fuzz::where);
        for (auto const& tensor : content.tensors) { decode_a_row(tensor, file.owner()); }
        if (find_value(content.values, "general.alignment")) { return; }
        std::string const once = written(content.values, content.tensors);
        auto const back = parse_gguf(std::as_bytes(std::span(once)), "written");
        if (written(back.values, back.tensors) != once) { fuzz::broken("what was written reads the same"); }
    });
    if (!whole) { return 0; }
    fuzz::reads(file, [&] {
        gguf_model const model(gguf_file(file.bytes(), file.owner(), fuzz::where));
        auto const& c = model.config();
        model.matrix("model.embed_tokens.weight", c.vocab, c.hidden);
        model.matrix("model.layers.0.self_attn.q_proj.weight", c.heads * c.head_dim, c.hidden);
        model.vector("model.norm.weight", c.hidden);
    });
    std::optional<tokenizer> words;
    fuzz::reads(file, [&] {
        words.emplace(gguf_tokenizer_json(gguf_file(file.bytes(), file.owner(), fuzz::where)), fuzz::where);
    });
    if (words) { fuzz::try_texts(*words, ""); }
    return 0;
}
