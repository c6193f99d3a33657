// SPDX-License-Identifier: MIT
// Chapter 3.1, "The core trick" — chapters/3-quantize/README.md#s3-1
#ifndef QAD_QUANTIZE_ROUND_HPP
#define QAD_QUANTIZE_ROUND_HPP

#include <qad/core/team.hpp>                 // parallel
#include <qad/formats/integer.hpp>           // int8, int4, int3, int2
#include <qad/quantize/clip_search.hpp>      // clip_search
#include <qad/quantize/finite.hpp>           // check_finite
#include <qad/quantize/quantized_matrix.hpp> // quantized_matrix
#include <qad/quantize/ruler.hpp>            // ruler, grid

#include <utility> // move

namespace qad {

/// How a matrix is rounded: its marks, how its scales are stored, whether ranges are searched.
struct quantize_options {
    qad::grid grid = qad::grid::symmetric;
    scale_format scales = scale_format::fp32;
    clip_options clip_search = {};
};

/// The rulers of a whole matrix, and their scales as they are stored.
template <code_format Code> struct ruler_table {
    granularity cut = per_channel();
    index_t groups = 0; // in a row
    scale_array scales;
    std::vector<ruler<Code>> rulers; // rows × groups, or one (per tensor)

    index_t slot(index_t row, index_t group) const {
        return cut.is_per_tensor() ? 0 : row * groups + group;
    }
    ruler<Code> const& at(index_t row, index_t group) const {
        return rulers[static_cast<std::size_t>(slot(row, group))];
    }
    /// The zero points of an asymmetric grid; none otherwise.
    std::vector<Code> zeros(grid marks) const {
        std::vector<Code> result;
        if (marks == grid::asymmetric) {
            for (auto const& r : rulers) { result.push_back(r.code(0.0f)); }
        }
        return result;
    }
};

/// Measures every group of w and makes its ruler. Codes will be chosen for the scales as they
/// are stored, rounded to fp16 or whatever the format is, not for the scales one wished for.
template <code_format Code> ruler_table<Code>
fit_rulers(matrix_view<float const> w, granularity cut, quantize_options const& options) {
    ruler_table<Code> table{
        .cut = cut, .groups = cut.groups(w.cols()), .scales = {}, .rulers = {}};
    index_t const size = cut.group(w.cols());
    auto const slots =
        static_cast<std::size_t>(checked_mul(cut.scale_rows(w.rows()), table.groups));

    //[extents]
    // Extents: the least and the greatest weight of every group.
    std::vector<extent> extents(slots);
    for (index_t i = 0; i < w.rows(); ++i) {
        for (index_t group = 0; group < table.groups; ++group) {
            extent& range = extents[static_cast<std::size_t>(table.slot(i, group))];
            for (float x : w.cols(group * size, size).row(i)) { range.include(x); }
        }
    }
    //[extents]
    if (options.clip_search.steps > 0) {
        clip_search<Code>(extents, w, cut, options.grid, options.scales, options.clip_search);
    }

    // Scales, then what is left of them in storage, then rulers.
    std::vector<float> wanted;
    for (extent const& e : extents) {
        wanted.push_back(
            ruler<Code>::divisor(ruler<Code>::wanted_scale(e, options.grid), options.scales));
    }
    table.scales = scale_array(wanted, options.scales);
    for (std::size_t k = 0; k < slots; ++k) {
        table.rulers.push_back(ruler<Code>::with_scale(table.scales[static_cast<index_t>(k)],
                                                       extents[k], options.grid));
    }
    return table;
}

/// Rounds every weight to the nearest mark of its group's ruler:
///
///   q = clamp(round(w / s) + z),   ŵ = s·(q − z)        so that |w − ŵ| ≤ s/2 inside the range
///
/// w: outputs × inputs; ties go to even. NaN and infinity are errors, an all-zero group is not.
template <code_format Code> [[nodiscard]] quantized_matrix<Code>
quantize(matrix_view<float const> w, granularity cut, quantize_options const& options = {}) {
    check_finite(w);
    auto const table = fit_rulers<Code>(w, cut, options);
    quantized_matrix<Code> q(w.rows(), w.cols(), cut, table.scales, table.zeros(options.grid));
    parallel(w.rows(), 1, [&](index_t begin, index_t end) {
        for (index_t i = begin; i < end; ++i) {
            for (index_t group = 0; group < q.groups(); ++group) {
                ruler<Code> const marks = table.at(i, group);
                index_t const first = group * q.group_size();
                for (index_t j = first; j < first + q.group_size(); ++j) {
                    q.set_code(i, j, marks.code(marks.steps(w(i, j))));
                }
            }
        }
    });
    return q;
}

} // namespace qad

#endif
