// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_GPTQ_HPP
#define QAD_QUANTIZE_GPTQ_HPP

#include <qad/quantize/gptq_inputs.hpp>    // hessian, prepare_inputs
#include <qad/quantize/round.hpp>          // fit_rulers, quantized_matrix
#include <qad/quantize/round_and_push.hpp> // round_and_push

#include <algorithm> // count, is_sorted, min
#include <numeric>   // accumulate
#include <vector>    // vector

namespace qad {

/// What happened during one call of gptq.
struct gptq_notes {
    double damping = 0; // λ / mean of H's diagonal: more than asked for when H was singular
    double output_error =
        0; // Σ (w[i] − ŵ[i])² / U[i][i]² = Σ e·(H + λI)·e, e = W − Ŵ, over all rows
    index_t dead_inputs = 0; // inputs that were zero in every token: their weights become 0
};

struct gptq_options {
    double damping = 0.01;         // λ = damping · mean of H's diagonal
    bool activation_order = false; // loudest inputs first
    bool static_groups =
        false;           // groups of neighbours, their scales from the weights as they were
    index_t block = 128; // columns between two updates of all that follow
    qad::grid grid = qad::grid::symmetric;
    scale_format scales = scale_format::fp32;
    clip_options clip_search = {};
    gptq_notes* notes = nullptr; // filled in when given
};

/// One run of GPTQ on W (outputs × inputs): what all rows share, and what becomes of them.
/// Column c is the one that is rounded as number c.
template <code_format Code, class T> class gptq_run {
  public:
    gptq_run(matrix_view<float const> w, gptq_inputs<T> inputs, granularity cut,
             gptq_options const& options)
        : w_(w), in_(std::move(inputs)), block_(options.block),
          size_(cut.group(w.cols())), rounding_{options.grid, options.scales,
                                                options.clip_search},
          fit_on_the_way_(cut.groups(w.cols()) > 1 && !options.static_groups),
          codes_(w.rows(), w.cols()), row_error_(static_cast<std::size_t>(w.rows())) {
        // Weights of dead inputs become 0, before they can stretch a scale.
        for (index_t i = 0; i < w_.rows(); ++i) {
            for (index_t j = 0; j < w_.cols(); ++j) {
                if (in_.dead[static_cast<std::size_t>(j)]) { w_(i, j) = 0; }
            }
        }
        if (fit_on_the_way_) {
            table_ = {.cut = cut, .groups = cut.groups(w.cols()), .scales = {}, .rulers = {}};
            table_.rulers.resize(static_cast<std::size_t>(w.rows() * table_.groups));
        } else {
            table_ = fit_rulers<Code>(w_, cut, rounding_);
        }
    }

    /// Rounds rows [begin, end).
    void round_rows(index_t begin, index_t end) {
        index_t const n = w_.cols(), rows = end - begin;
        matrix<T> w(n, rows); // turned: column c of W is a row here
        for (index_t c = 0; c < n; ++c) {
            for (index_t r = 0; r < rows; ++r) {
                w(c, r) = static_cast<T>(w_(begin + r, column(c)));
            }
        }
        // The rulers of column c, made when its group is due, one for each row.
        std::vector<ruler<Code>> marks(static_cast<std::size_t>(rows));
        index_t marked = -1; // the group that `marks` belong to
        auto const rulers_of = [&](index_t c) {
            index_t const group = group_of(c);
            if (fit_on_the_way_ && c % size_ == 0) { fit(begin, group, w.rows(c, size_)); }
            for (index_t r = 0; r < rows && group != marked; ++r) {
                marks[static_cast<std::size_t>(r)] = table_.at(begin + r, group);
            }
            marked = group;
            return marks.data();
        };
        auto const u = in_.upper.view();
        for (index_t first = 0, last = 0; first < n; first = last) {
            last = block_end(first);
            index_t const count = last - first;
            matrix<T> k(count, rows), e(count, rows);
            round_and_push<T>(w.rows(first, count), k, e,
                              u.rows(first, count).cols(first, count),
                              [&](index_t i) { return rulers_of(first + i); });
            // Push the errors of the whole block into all columns that follow, at once.
            as_eigen(w.rows(last, n - last)).noalias() -=
                as_eigen(u.rows(first, count).cols(last, n - last)).transpose() * as_eigen(e);
            keep(begin, first, k, e);
        }
    }

    quantized_matrix<Code> result() {
        index_t const n = w_.cols();
        if (fit_on_the_way_) {
            std::vector<float> scales;
            for (auto const& marks : table_.rulers) { scales.push_back(marks.scale); }
            table_.scales = scale_array(scales, rounding_.scales);
        }
        std::vector<std::int32_t> groups;
        if (fit_on_the_way_ && !std::is_sorted(in_.order.begin(), in_.order.end())) {
            groups.resize(static_cast<std::size_t>(n));
            for (index_t c = 0; c < n; ++c) {
                groups[static_cast<std::size_t>(column(c))] =
                    static_cast<std::int32_t>(group_of(c));
            }
        }
        quantized_matrix<Code> q(w_.rows(), n, table_.cut, table_.scales,
                                 table_.zeros(rounding_.grid), groups);
        q.codes() = std::move(codes_);
        return q;
    }
    gptq_notes notes() const {
        return {.damping = double(in_.damping / in_.mean),
                .output_error = std::accumulate(row_error_.begin(), row_error_.end(), 0.0),
                .dead_inputs = std::count(in_.dead.begin(), in_.dead.end(), 1)};
    }

  private:
    index_t column(index_t c) const { return in_.order[static_cast<std::size_t>(c)]; }
    index_t group_of(index_t c) const { return (fit_on_the_way_ ? c : column(c)) / size_; }

    /// Blocks hold whole groups or a part of one, so that a group's weights carry all
    /// corrections when its ruler is made.
    index_t block_end(index_t first) const {
        if (size_ > block_) { return std::min(first + block_, (first / size_ + 1) * size_); }
        return std::min(first + block_ / size_ * size_, w_.cols());
    }
    /// Makes the rulers of a group from its weights as they are now (columns × rows).
    void fit(index_t begin, index_t group, matrix_view<T const> now) {
        matrix<float> weights(now.cols(), now.rows());
        as_eigen(weights) = as_eigen(now).transpose().template cast<float>();
        auto const fitted = fit_rulers<Code>(weights, per_channel(), rounding_);
        for (index_t r = 0; r < now.cols(); ++r) {
            table_.rulers[static_cast<std::size_t>(table_.slot(begin + r, group))] =
                fitted.at(r, 0);
        }
    }
    void keep(index_t begin, index_t first, matrix_view<T const> k, matrix_view<T const> e) {
        for (index_t i = 0; i < k.rows(); ++i) {
            for (index_t r = 0; r < k.cols(); ++r) {
                auto const& marks = table_.at(begin + r, group_of(first + i));
                codes_.set(begin + r, column(first + i), marks.code(k(i, r)));
                row_error_[static_cast<std::size_t>(begin + r)] +=
                    double(e(i, r)) * double(e(i, r));
            }
        }
    }

    matrix<float> w_;
    gptq_inputs<T> in_;
    index_t block_, size_;
    quantize_options rounding_;
    bool fit_on_the_way_;
    ruler_table<Code> table_{};
    packed_codes<Code> codes_;
    std::vector<double> row_error_;
};

/// Rounds w (outputs × inputs) so that its *outputs* on the calibration inputs stay close: the
/// weights that are not yet rounded make good each rounding error (Frantar et al. 2023). H from
/// `hessian`.
///
/// The scale of a group comes from its weights at the moment when its first column is due, with
/// all corrections so far (the authors' code reads weights that lack those of the current
/// block). Scales per channel, per tensor and of static groups come from w. With activation
/// order and groups that are not static, `group_of_column` of the result says which column went
/// where. The block changes the speed only. Rows are independent, and shared among the threads.
template <code_format Code, class T>
[[nodiscard]] quantized_matrix<Code> gptq(matrix_view<float const> w, basic_hessian<T> const& h,
                                          granularity cut, gptq_options const& options = {}) {
    if (h.cols() != w.cols()) {
        fail<shape_error>("weights of ", w.cols(),
                          " inputs need their own Hessian, not one of ", h.cols(),
                          " inputs (chapter 3.4)");
    }
    if (options.block < 1 || !(options.damping >= 0)) {
        fail<shape_error>(
            "gptq needs a block of at least 1 and a damping of at least 0 (chapter 3.4)");
    }
    if (cut.groups(w.cols()) > 1 && !options.static_groups &&
        (options.scales == scale_format::double_quantized ||
         options.clip_search.moments.rows() > 0)) {
        fail<shape_error>(
            "doubly quantized scales, and a clip search with moments, need all groups "
            "beforehand: set .static_groups = true (chapter 3.4)");
    }
    check_finite(w);
    gptq_run<Code, T> run(w, prepare_inputs(h, options.damping, options.activation_order), cut,
                          options);
    // Some rows at a time: a block of them stays in the cache.
    constexpr index_t strip = 64;
    parallel(w.rows(), strip, [&](index_t begin, index_t end) {
        for (index_t i = begin; i < end; i += strip) {
            run.round_rows(i, std::min(i + strip, end));
        }
    });
    if (options.notes) { *options.notes = run.notes(); }
    return run.result();
}

} // namespace qad

#endif
