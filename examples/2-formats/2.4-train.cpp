// SPDX-License-Identifier: MIT
// Section 2.4: what fp16 and bf16 do to small gradients, to small steps, and to a training.
// covers: X24 P30
#include "../book.hpp"

#include <qad/core/random.hpp>  // generator
#include <qad/formats/bf16.hpp> // bf16
#include <qad/formats/fp16.hpp> // fp16

#include <cmath>  // isfinite
#include <vector> // vector

using namespace qad;
using vector = std::vector<float>;
using rounding = float (*)(float);
float in_fp32(float x) { return x; }
float in_fp16(float x) { return static_cast<float>(fp16::nearest(x)); }
float in_bf16(float x) { return static_cast<float>(bf16::nearest(x)); }
vector rounded(vector v, rounding narrow) {
    for (float& x : v) { x = narrow(x); }
    return v;
}

/// The toy: 8 weights, 65536 tokens that each show one input. The loss is their mean, so what
/// a token sends back is divided by 65536: this is where gradients become small.
struct regression {
    static constexpr size_t tokens = 65536;
    vector x = drawn(tokens, 1, 1), aim = drawn(8, 0.005, 2), start = drawn(8, 0.005, 3);

    static vector drawn(size_t count, double size, std::uint64_t stream) {
        generator random(24, stream);
        vector v(count);
        for (float& value : v) { value = static_cast<float>(size * random.normal()); }
        return v;
    }
    float error(vector const& w, size_t i) const { return (w[i % 8] - aim[i % 8]) * x[i]; }
    double loss(vector const& w) const {
        double sum = 0;
        for (size_t i = 0; i < tokens; ++i) { sum += double{error(w, i)} * error(w, i); }
        return sum / tokens;
    }
    vector gradient(vector const& w, rounding narrow, float scale) const {
        vector sum(8, 0.0f);
        for (size_t i = 0; i < tokens; ++i) {
            sum[i % 8] += narrow(scale * (2 * error(w, i) / tokens)) * x[i];
        }
        return rounded(sum, narrow);
    }
};

//[step]
/// The narrow copy computes, the fp32 master learns. False: an overflow, so nothing is learned.
bool step(vector& master, regression const& task, rounding narrow, float rate, float scale) {
    vector const g = task.gradient(rounded(master, narrow), narrow, scale);
    for (float one : g) {
        if (!std::isfinite(one)) { return false; }
    }
    for (size_t j = 0; j < g.size(); ++j) { master[j] -= rate * (g[j] / scale); }
    return true;
}
//[step]

/// Returns what is left of the loss in the end.
double train(char const* name, rounding narrow, bool with_master, float scale) {
    static regression const task;
    vector w = task.start;
    double const first = task.loss(w);
    std::printf("  %-34s", name);
    for (int i = 1; i <= 400; ++i) {
        step(w, task, narrow, 0.08f, scale);
        if (!with_master) { w = rounded(w, narrow); }
        if (i == 100 || i == 200 || i == 400) { std::printf("%12.1e", task.loss(w) / first); }
    }
    std::printf("\n");
    return task.loss(w) / first;
}

float thousand_added(rounding kept) {
    float sum = 1;
    for (int i = 0; i < 1000; ++i) { sum = kept(sum + 0.001f); }
    return sum;
}

int main() {
    int zeros[3] = {};
    double size = 1e-2;
    for (int i = 0; i < 80; ++i, size *= 0.7943282347242815) {
        float const g = float(size), seen[] = {in_fp16(g), in_fp16(1024 * g), in_bf16(g)};
        for (int f = 0; f < 3; ++f) { zeros[f] += seen[f] == 0 ? 1 : 0; }
        book::plot("2.4-train", {g, seen[0], seen[1], seen[2]});
    }
    std::printf("80 gradients from 1e-2 down to 1.3e-10: how many become 0?\n");
    std::printf("  fp16 %d,  fp16 with loss x 1024 %d,  bf16 %d\n\n", zeros[0], zeros[1],
                zeros[2]);

    float const wide = thousand_added(in_fp32), narrow = thousand_added(in_bf16);
    std::printf("1 + 1000 times 0.001, kept in\n  fp32 %.4f,  fp16 %.7f,  ", wide,
                thousand_added(in_fp16));
    std::printf("bf16 %.4f,  bf16 with an fp32 master %.4f\n\n", narrow, in_bf16(wide));

    std::printf("what is left of the loss after steps       100         200         400\n");
    double const fp32 = train("fp32", in_fp32, true, 1);
    train("fp16 alone", in_fp16, false, 1);
    double const fp16_master = train("fp16, fp32 master", in_fp16, true, 1);
    train("fp16, fp32 master, loss x 1024", in_fp16, true, 1024);
    train("bf16 alone", in_bf16, false, 1);
    double const bf16_master = train("bf16, fp32 master", in_bf16, true, 1);

    book::theorem("lost", std::to_string(zeros[0]));
    book::theorem("sum_bf16", book::fixed(narrow));
    book::measured("stuck", book::fixed(fp16_master / fp32 / 1000));
    book::measured("price", book::fixed(bf16_master / fp32));
}
