// SPDX-License-Identifier: MIT
// Section 3.7: a GGUF file in which two tensors of one type were rounded by different methods;
// then ten situations, and what to quantize with in each.
// covers: X37 L02 L21 L23 L58 W10 W15 B03 B19 B21 B22 B25
#include "../book.hpp"

#include <qad/core/random.hpp>     // generator
#include <qad/io/gguf_writer.hpp>  // gguf_writer, gguf_file
#include <qad/quantize/gptq.hpp>   // gptq
#include <qad/quantize/report.hpp> // report

using namespace qad;

//[blocks]
/// Codes and scales, whoever chose them, as the bytes of a Q4_0 tensor: for 32 weights a scale
/// in fp16, then two codes a byte, 8 added to each so that none is negative.
std::vector<std::byte> q4_0_bytes(quantized_matrix<int4> const& q) {
    std::vector<std::byte> bytes;
    for (index_t i = 0; i < q.rows(); ++i) {
        for (index_t group = 0; group < q.groups(); ++group) {
            q4_0_block block{fp16::nearest(q.scale(i, group)), {}};
            for (index_t j = 0; j < 16; ++j) {
                int const low = q.code(i, 32 * group + j).value + 8;
                int const high = q.code(i, 32 * group + j + 16).value + 8;
                block.q[std::size_t(j)] = static_cast<std::uint8_t>(low | high << 4);
            }
            auto const raw = std::as_bytes(std::span(&block, 1));
            bytes.insert(bytes.end(), raw.begin(), raw.end());
        }
    }
    return bytes;
}
//[blocks]

/// Tokens in which neighbouring channels are alike, as in section 3.4.
matrix<float> tokens(generator& random) {
    matrix<float> x(512, 256);
    for (index_t t = 0; t < x.rows(); ++t) {
        float last = 0;
        for (float& input : x.row(t)) { input = last = 0.9f * last + float(random.normal()); }
    }
    return x;
}

struct situation {
    double billions, memory; // GB
    std::string said;
    bool is(char const* what) const { return said.find(what) != said.npos; }
    bool fits(double bits) const { return billions * bits / 8 <= 0.8 * memory; }
};
/// The questions in their order: whose machine, how many bits, which method, which container.
std::string choose(situation const& s) {
    std::string const box = s.is("CPU") ? "GGUF" : "safetensors";
    if (s.is("hosted")) { return "nothing: who serves it owns its memory"; }
    if (s.fits(16) && !s.is("cost")) { return "16 bits in " + box + ": why risk rounding?"; }
    if (s.fits(8.5)) { return " 8 bits, rounding, in " + box; }
    if (!s.fits(4.5)) { return "a smaller model: not even 4 bits fit"; }
    return (s.is("samples") ? " 4 bits, GPTQ or AWQ, in " : " 4 bits, rounding, in ") + box;
}

int main() {
    generator random(37);
    matrix<float> w(64, 256);
    for (index_t n = 0; n < w.size(); ++n) { w.data()[n] = float(random.normal()); }
    auto const samples = tokens(random), others = tokens(random);
    exact_hessian h(256);
    h.accumulate(samples);
    auto const halves = scale_format::fp16;
    auto const by_gptq = [&](granularity g) { return gptq<int4>(w, h, g, {.scales = halves}); };

    // Written, opened again; outputs are compared on tokens that no method has seen.
    auto const path = std::filesystem::temp_directory_path() / text("qad-3.7-", ::getpid());
    gguf_writer out(path, {{"general.architecture", std::string("llama")}},
                    {{"w.fp16", ggml_type::f16, {256, 64}},
                     {"w.int8", ggml_type::q8_0, {256, 64}},
                     {"w.rounded", ggml_type::q4_0, {256, 64}},
                     {"w.by_gptq", ggml_type::q4_0, {256, 64}}});
    out.write("w.fp16", encode(ggml_type::f16, w).data());
    out.write("w.int8", encode(ggml_type::q8_0, w).data());
    out.write("w.rounded", encode(ggml_type::q4_0, w).data());
    out.write("w.by_gptq", q4_0_bytes(by_gptq(per_group(32))));
    out.commit();
    gguf_file const file(path);
    std::printf("a GGUF file   type  bits a weight     bytes   weights off   outputs off\n");
    for (gguf_tensor const& t : file.tensors()) {
        auto const m = file.at(t.name);
        auto const r = report(w.view(), m, others.view());
        double const weights = 100 * r.weight_relative(), outputs = 100 * r.output_relative();
        std::printf("  %-11s %-5s %12.1f %10s %11.2f %% %11.2f %%\n", t.name.c_str(),
                    m.type_name().data(), m.bits_per_weight(), book::grouped(m.bytes()).c_str(),
                    weights, outputs);
        book::theorem(t.name + "_bytes", book::grouped(m.bytes()));
        book::theorem(t.name + "_bits", book::fixed(m.bits_per_weight(), 1));
        book::measured(t.name + "_weights", book::fixed(weights, 1));
        book::measured(t.name + "_outputs", book::fixed(outputs, 1));
        book::plot("3.7-choose", {m.bits_per_weight(), outputs});
    }
    std::filesystem::remove(path); // the mapped bytes stay until `file` ends
    for (situation const& s : {situation{70, 80, "a hosted API does the task"},
                               {8, 80, "GPU, few users, samples"},
                               {8, 80, "GPU, many users: cost hurts"},
                               {70, 80, "GPU, samples"},
                               {70, 80, "GPU, nothing to calibrate on"},
                               {13, 24, "consumer's GPU"},
                               {32, 24, "consumer's GPU, samples"},
                               {8, 16, "laptop's CPU, no GPU"},
                               {8, 8, "edge board's CPU, samples"},
                               {70, 24, "consumer's GPU, samples"}}) {
        std::printf("%3.0fB, %2.0f GB, %-31s%s\n", s.billions, s.memory, s.said.c_str(),
                    choose(s).c_str());
    }
    for (bool pushed : {false, true}) {
        book::plot("3.7-choose", "\n");
        for (granularity cut : {per_tensor(), per_channel(), per_group(64), per_group(32)}) {
            auto const q = pushed ? by_gptq(cut) : quantize<int4>(w, cut, {.scales = halves});
            auto const r = report(w.view(), q, others.view());
            book::plot("3.7-choose", {r.bits_per_weight(), 100 * r.output_relative()});
        }
    }
    return 0;
}
