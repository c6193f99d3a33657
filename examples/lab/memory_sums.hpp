// SPDX-License-Identifier: MIT
// What a row takes while it runs and while it is trained, line by line, before it is measured.
#ifndef QAD_LAB_MEMORY_SUMS_HPP
#define QAD_LAB_MEMORY_SUMS_HPP

#include <qad/decide/evidence_row.hpp> // evidence_row, memory_facts
#include <qad/fit/training.hpp>        // training_ledger
#include <qad/train/step_memory.hpp>   // step_memory

namespace qad::lab {

inline constexpr char const* before_a_model = "the program before it has a model";

/// Running a row on a prompt of `tokens`: weights, cache, room for the prompt, and what the
/// program held before there was a model.
inline memory_facts running_memory(model_shape const& s, evidence_row const& row,
                                   index_t tokens, index_t cores, byte_count program) {
    memory_facts m;
    auto const add = [&](std::string const& what, std::string const& dtype, index_t numbers,
                         byte_count size) {
        m.predicted.push_back({what, dtype, numbers, size});
    };
    auto const floats = [&](std::string const& what, index_t numbers) {
        add(what, "fp32", numbers, packed_bytes(numbers, 32));
    };
    add("weights", row.weight_dtype, parameters(s), row.weight_bytes);
    if (row.adapter_bytes.count > 0) { floats("adapter", row.adapter_bytes.count / 4); }

    // Codes as they are multiplied: a table's in bytes, three bits in four.
    auto const widened = [&](double bits, std::string const& why) {
        index_t const linear = count_parameters(s).in_linears();
        add("codes widened to be multiplied", text(bits, " bits"), linear,
            packed_bytes(linear, bits));
        m.why = why;
    };
    if (row.scheme.starts_with("nf4")) {
        widened(4, "nf4 is multiplied as bytes; in the file two codes share one");
    }
    if (row.scheme.starts_with("int3")) {
        widened(1, "codes of 3 bits are multiplied as codes of 4");
    }

    index_t const query = s.heads * s.head_dim, key = s.kv_heads * s.head_dim;
    floats("KV cache", (tokens + 1) * 2 * s.layers * key);
    floats("activations of a prompt", 2 * tokens * (s.hidden + query + key + s.feed_forward));
    floats("logits of a token", s.vocabulary);
    if (row.scheme != "bf16" && row.scheme != "fp32") { // what quantized weights meet
        index_t const codes = ceil_div(tokens, 16) * 16 * s.feed_forward;
        index_t const block = row.scheme == "q4_0" ? 32 : 64; // of a scale and a sum
        add("inputs in 8 bits", "int8, fp32 scales, int32 sums", codes,
            byte_count(codes + 8 * codes / block));
    }
    // Each thread: 64 decoded rows of a matrix; a block of attention (queries, sums, scores,
    // values); all of them: the angles of the rotation.
    index_t const lanes = ceil_div(s.heads / s.kv_heads * 32, 16) * 16;
    index_t const each =
        64 * s.feed_forward + 2 * s.head_dim * lanes + 64 * lanes + 64 * s.head_dim;
    floats("scratch of the threads", cores * each + tokens * s.head_dim);
    add(before_a_model, "bytes", program.count, program);
    return m;
}

/// The frozen base of a method, where the model as it is stored is `stored`.
inline weight_storage frozen(training_method method, weight_storage stored) {
    if (method == training_method::qlora) { stored.linear = in_nf4_double; }
    return stored;
}

/// Training: the base as it is stored, what is learned, the largest batch, and the program itself.
inline memory_facts training_memory(model_shape const& s, training_method method, index_t rank,
                                    index_t tokens, index_t asked,
                                    weight_storage const& stored, byte_count program = {}) {
    memory_facts m;
    m.predicted = lines_of(training_ledger(
        s,
        {.method = method, .state = adam_fp32, .rank = rank, .base = frozen(method, stored)}));
    for (auto const& line : lines_of(step_memory(s, tokens, asked))) {
        m.predicted.push_back(line);
    }
    if (method != training_method::full) { // frozen matrices are decoded so many rows at a time
        index_t const panel = 256 * std::max(s.hidden, s.feed_forward);
        m.predicted.push_back({"a decoded panel", "fp32", panel, packed_bytes(panel, 32)});
    }
    m.predicted.push_back({before_a_model, "bytes", program.count, program});
    return m;
}

} // namespace qad::lab

#endif
