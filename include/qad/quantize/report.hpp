// SPDX-License-Identifier: MIT
// Chapter 3.6, "What usually breaks first" — chapters/3-quantize/README.md#s3-6
#ifndef QAD_QUANTIZE_REPORT_HPP
#define QAD_QUANTIZE_REPORT_HPP

#include <qad/quantize/multiply.hpp>     // weight_rows, read_row
#include <qad/quantize/output_error.hpp> // squared_output

#include <cmath>  // sqrt, fabs
#include <span>   // span
#include <string> // string

namespace qad {

/// What a method did to a matrix, or with += to a model: one report for all methods, so that
/// they can be compared. Sums are kept, figures are made from them: the figure of a model is
/// not the mean of its layers' figures.
struct quantization_report {
    double weights = 0;       // parameters that the method touched …
    double parameters = 0;    // … of all those of the model; see `untouched`
    double bits = 0;          // stored for the touched ones, scales included
    double weight_square = 0; // Σ w²
    double weight_error = 0;  // Σ (w − ŵ)²
    double largest_error = 0; // max |w − ŵ|
    double output_square = 0; // Σ y² on the calibration inputs; 0 when there were none
    double output_error = 0;  // Σ (y − ŷ)²

    /// Root mean square of w − ŵ (divided by the number of weights *under* the root).
    double weight_rmse() const { return weights > 0 ? std::sqrt(weight_error / weights) : 0; }
    /// ‖W − Ŵ‖ / ‖W‖ and ‖Y − Ŷ‖ / ‖Y‖, Frobenius.
    double weight_relative() const { return ratio(weight_error, weight_square); }
    double output_relative() const { return ratio(output_error, output_square); }
    bool has_outputs() const { return output_square > 0; }
    double bits_per_weight() const { return weights > 0 ? bits / weights : 0; }
    /// The coverage line: the share of the parameters that the method touched. A method that
    /// spares the embeddings of a small model may have touched hardly anything.
    double coverage() const { return parameters > 0 ? weights / parameters : 0; }

    /// Parameters that stay as they are: embeddings, norms, biases.
    quantization_report& untouched(index_t count) {
        parameters += static_cast<double>(count);
        return *this;
    }
    quantization_report& operator+=(quantization_report const& other) {
        weights += other.weights;
        parameters += other.parameters;
        bits += other.bits;
        weight_square += other.weight_square;
        weight_error += other.weight_error;
        largest_error = std::max(largest_error, other.largest_error);
        output_square += other.output_square;
        output_error += other.output_error;
        return *this;
    }

    /// One line for people.
    std::string line() const {
        return text(bits_per_weight(), " bits per weight, weight error ",
                    100 * weight_relative(), " % (rmse ", weight_rmse(), ", largest ",
                    largest_error, ")",
                    has_outputs() ? text(", output error ", 100 * output_relative(), " %")
                                  : std::string(),
                    ", coverage ", 100 * coverage(), " % of ", static_cast<index_t>(parameters),
                    " parameters");
    }

  private:
    static double ratio(double error, double whole) {
        return whole > 0 ? std::sqrt(error / whole) : 0;
    }
};

/// Compares w with what `q` stands for: any weight that can say its rows and its bytes.
/// samples: tokens × inputs, or empty. channel_scale: AWQ's s, when q holds W·diag(s); folded
/// into what comes before, it costs no bits.
template <weight_rows W> quantization_report report(matrix_view<float const> w, W const& q,
                                                    matrix_view<float const> samples = {},
                                                    std::span<float const> channel_scale = {}) {
    if (q.rows() != w.rows() || q.cols() != w.cols()) {
        fail<shape_error>("a report compares matrices of one shape, not ", w.rows(), " x ",
                          w.cols(), " with ", q.rows(), " x ", q.cols());
    }
    quantization_report result;
    result.weights = result.parameters = static_cast<double>(w.size());
    result.bits = 8.0 * static_cast<double>(q.bytes());
    matrix<float> difference(w.rows(), w.cols());
    for (index_t i = 0; i < w.rows(); ++i) {
        read_row<float>(q, i, difference.row(i));
        for (index_t j = 0; j < w.cols(); ++j) {
            if (!channel_scale.empty()) {
                difference(i, j) /= channel_scale[static_cast<std::size_t>(j)];
            }
            double const error = double(difference(i, j)) - double(w(i, j));
            result.weight_square += double(w(i, j)) * double(w(i, j));
            result.weight_error += error * error;
            result.largest_error = std::max(result.largest_error, std::fabs(error));
            difference(i, j) = static_cast<float>(error);
        }
    }
    if (samples.rows() > 0) {
        result.output_error = squared_output(difference, samples);
        result.output_square = squared_output(w, samples);
    }
    return result;
}

} // namespace qad

#endif
