// SPDX-License-Identifier: MIT
// Chapter 3.5, "AWQ" — chapters/3-quantize/README.md#s3-5
#ifndef QAD_QUANTIZE_AWQ_HPP
#define QAD_QUANTIZE_AWQ_HPP

#include <qad/quantize/hessian.hpp>      // hessian
#include <qad/quantize/output_error.hpp> // squared_output
#include <qad/quantize/round.hpp>        // quantize

#include <algorithm> // minmax_element
#include <cmath>     // pow, sqrt
#include <span>      // span
#include <vector>    // vector

namespace qad {

struct awq_options {
    index_t ratios = 20; // exponents tried: 0, 1/20, …, 19/20
    qad::grid grid = qad::grid::symmetric;
    scale_format scales = scale_format::fp32;
    clip_options clip_search =
        {}; // its moments are those of the samples, whatever is given here
};

/// The scale of each input channel, found by search.
struct awq_scales {
    std::vector<float> channel_scale; // s, one for each input
    float exponent = 0;               // α
    double error = 0;                 // Σ (y − ŷ)² on the samples, with s …
    double unscaled_error = 0;        // … and with s = 1, which is always among those tried
};

/// W·diag(s): column j times s[j].
inline matrix<float> scale_columns(matrix_view<float const> w, std::span<float const> s) {
    matrix<float> scaled(w);
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t j = 0; j < w.cols(); ++j) {
            scaled(i, j) *= s[static_cast<std::size_t>(j)];
        }
    }
    return scaled;
}

/// s[j] = busy[j]^α, divided by √(max·min): the largest is the reciprocal of the smallest.
inline std::vector<float> awq_scale_of(std::span<double const> busy, float exponent) {
    std::vector<float> s;
    for (double x : busy) {
        s.push_back(std::max(static_cast<float>(std::pow(x, exponent)), 1e-4f));
    }
    auto const [least, greatest] = std::minmax_element(s.begin(), s.end());
    auto const middle = static_cast<float>(std::sqrt(double(*least) * double(*greatest)));
    for (float& x : s) { x /= middle; }
    return s;
}

/// Ŵ as the outputs see it when W·diag(s) is rounded and the inputs are divided by s.
template <code_format Code>
matrix<float> unscaled(quantized_matrix<Code> const& q, std::span<float const> s) {
    matrix<float> w = dequantize(q);
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t j = 0; j < w.cols(); ++j) { w(i, j) /= s[static_cast<std::size_t>(j)]; }
    }
    return w;
}

/// Σ (y − ŷ)² on the samples for one matrix, rounded behind the channel scale s.
template <code_format Code>
double awq_error(matrix_view<float const> w, quantized_matrix<Code> const& q,
                 std::span<float const> s, matrix_view<float const> samples) {
    matrix<float> difference = unscaled(q, s);
    as_eigen(difference) -= as_eigen(w);
    return squared_output(difference, samples);
}

/// Searches the one s for all matrices that share an input (query, key, value; gate, up),
/// because only one can be folded into what comes before (Lin et al. 2024, "AWQ", §3.2, with
/// the authors' grid and normalization; the error is that of the linear layers' own outputs):
///
///   y = W·x = (W·diag(s))·(x / s)       round W·diag(s): busy inputs meet finer steps
///
/// s[j] = (mean |x[j]|)^α, α = 0, 1/n, …, (n−1)/n; the α with the least Σ (y − ŷ)² on the
/// samples wins. Each w: outputs × inputs, samples: tokens × inputs. Nothing is changed: the
/// caller folds s.
template <code_format Code> awq_scales awq_scale(std::span<matrix_view<float const> const> w,
                                                 matrix_view<float const> samples,
                                                 granularity cut,
                                                 awq_options const& options = {}) {
    if (samples.rows() == 0 || options.ratios < 1) {
        fail<shape_error>("awq needs at least one sample token and one ratio (chapter 3.5)");
    }
    check_finite(samples, "the calibration input", "token", "channel",
                 "the model diverges on this text before this layer (chapter 3.5)");
    for (auto const& each : w) {
        if (each.cols() != samples.cols()) {
            fail<shape_error>("samples of ", samples.cols(), " channels do not fit weights of ",
                              each.cols(), " inputs (chapter 3.5)");
        }
    }

    // How busy each channel is: mean |x[j]|.
    std::vector<double> busy(static_cast<std::size_t>(samples.cols()));
    for (index_t t = 0; t < samples.rows(); ++t) {
        for (index_t j = 0; j < samples.cols(); ++j) {
            busy[static_cast<std::size_t>(j)] +=
                std::fabs(double(samples(t, j))) / static_cast<double>(samples.rows());
        }
    }

    //[every_exponent]
    // Try every exponent.
    awq_scales best;
    for (index_t k = 0; k < options.ratios; ++k) {
        float const exponent = static_cast<float>(k) / static_cast<float>(options.ratios);
        auto const s = awq_scale_of(busy, exponent);
        double error = 0;
        for (auto const& each : w) {
            auto const q = quantize<Code>(scale_columns(each, s), cut,
                                          {.grid = options.grid, .scales = options.scales});
            error += awq_error(each, q, s, samples);
        }
        if (k == 0) { best.unscaled_error = error; }
        if (k == 0 || error < best.error) {
            best.channel_scale = s;
            best.exponent = exponent;
            best.error = error;
        }
    }
    //[every_exponent]
    return best;
}

/// Q(W·diag(s)), and with a clip search the better of clipped and not clipped on the samples.
template <code_format Code>
quantized_matrix<Code> quantize_scaled(matrix_view<float const> w, std::span<float const> s,
                                       matrix_view<float const> samples, granularity cut,
                                       awq_options const& options = {}) {
    quantize_options rounding{.grid = options.grid, .scales = options.scales};
    auto const scaled = scale_columns(w, s);
    auto plain = quantize<Code>(scaled, cut, rounding);
    if (options.clip_search.steps == 0) { return plain; }

    // The clip search sees the inputs as the scaled weights will.
    matrix<float> divided(samples);
    for (index_t t = 0; t < samples.rows(); ++t) {
        for (index_t j = 0; j < samples.cols(); ++j) {
            divided(t, j) /= s[static_cast<std::size_t>(j)];
        }
    }
    hessian moments(w.cols());
    moments.accumulate(divided);
    rounding.clip_search = options.clip_search;
    rounding.clip_search.moments = moments.view();
    auto clipped = quantize<Code>(scaled, cut, rounding);
    return awq_error(w, clipped, s, samples) < awq_error(w, plain, s, samples) ? clipped
                                                                               : plain;
}

/// One matrix by itself: ŷ = weights · (x / channel_scale).
template <code_format Code> struct awq_result {
    quantized_matrix<Code> weights; // of W·diag(s)
    std::vector<float> channel_scale;
    float exponent = 0;
    double error = 0,
           unscaled_error = 0; // Σ (y − ŷ)² on the samples: this result, plain rounding
};
template <code_format Code>
[[nodiscard]] awq_result<Code> awq(matrix_view<float const> w, matrix_view<float const> samples,
                                   granularity cut, awq_options const& options = {}) {
    auto found = awq_scale<Code>(std::span(&w, 1), samples, cut, options);
    auto weights = quantize_scaled<Code>(w, found.channel_scale, samples, cut, options);
    double const error = awq_error(w, weights, found.channel_scale, samples);
    return {std::move(weights), std::move(found.channel_scale), found.exponent, error,
            found.unscaled_error};
}

} // namespace qad

#endif
