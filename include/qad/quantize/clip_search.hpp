// SPDX-License-Identifier: MIT
// Chapter 3.5, "AWQ" — chapters/3-quantize/README.md#s3-5
#ifndef QAD_QUANTIZE_CLIP_SEARCH_HPP
#define QAD_QUANTIZE_CLIP_SEARCH_HPP

#include <qad/core/team.hpp>      // parallel
#include <qad/quantize/ruler.hpp> // ruler, extent

#include <span>   // span
#include <vector> // vector

namespace qad {

/// How far a group's range may shrink, and what counts as an error.
///
/// A shorter range cuts off the loudest weights and gives all others a finer step: often a good
/// trade at 4 bits and fewer. Factors 1, 1 − h, …, least are tried, h = (1 − least) / steps;
/// steps = 0: no search. With e = w − ŵ of one group, the error is
///
///   moments empty          Σ e²              how far the weights move
///   moments 1 × cols       Σ m[j]·e[j]²      … weighted by each input's mean square
///   moments cols × cols    e·M·e             … the group's share of the output error, with
///                                            M = Σ x·xᵀ, which is `hessian::view()`
struct clip_options {
    index_t steps = 0;
    float least = 0.5f;
    matrix_view<float const> moments = {};
};

/// The error that a ruler leaves in one group: columns [first, first + |w|) of the matrix.
template <code_format Code>
double group_error(std::span<float const> w, ruler<Code> const& marks, index_t first,
                   matrix_view<float const> moments, std::vector<float>& room) {
    std::size_t const size = w.size();
    room.assign(2 * size, 0.0f);
    std::span const e(room.data(), size), product(room.data() + size, size);
    for (std::size_t j = 0; j < size; ++j) { e[j] = w[j] - marks.nearest(w[j]); }

    // M·e, one row of M after the other: the diagonal, or the group's square block.
    for (std::size_t j = 0; j < size; ++j) {
        auto const column = first + static_cast<index_t>(j);
        if (moments.rows() <= 1) {
            product[j] = moments.rows() == 0 ? e[j] : moments(0, column) * e[j];
            continue;
        }
        float const* row = &moments(column, first);
        for (std::size_t k = 0; k < size; ++k) { product[k] += row[k] * e[j]; }
    }
    double sum = 0;
    for (std::size_t j = 0; j < size; ++j) { sum += double(e[j]) * double(product[j]); }
    return sum;
}

/// Shrinks every extent (rows · groups of them, or 1 per tensor) by the factor with the least
/// error. The factor 1 is among those tried, so the error never grows. (Lin et al. 2024, "AWQ":
/// the authors' code clips after it has scaled.)
template <code_format Code>
void clip_search(std::vector<extent>& extents, matrix_view<float const> w, granularity cut,
                 grid marks, scale_format format, clip_options const& options) {
    if (options.moments.rows() > 0 &&
        (options.moments.cols() != w.cols() ||
         (options.moments.rows() != 1 && options.moments.rows() != w.cols()))) {
        fail<shape_error>("a clip search over ", w.cols(), " columns needs moments of 1 x ",
                          w.cols(), " or ", w.cols(), " x ", w.cols(), ", not ",
                          options.moments.rows(), " x ", options.moments.cols(),
                          " (chapter 3.5)");
    }
    if (!(options.least > 0 && options.least <= 1)) {
        fail<shape_error>("a clip search shrinks to a factor in (0, 1], not ", options.least);
    }
    index_t const groups = cut.groups(w.cols()), size = cut.group(w.cols());
    index_t const slot_rows = cut.is_per_tensor() ? w.rows() : 1; // that share their rulers
    parallel(w.rows() / slot_rows, 1, [&](index_t begin, index_t end) {
        std::vector<float> room;
        for (index_t slot = begin * groups; slot < end * groups; ++slot) {
            extent& whole = extents[static_cast<std::size_t>(slot)];
            extent best = whole;
            double least_error = 0;
            for (index_t step = 0; step <= options.steps; ++step) {
                float const factor = 1 - (1 - options.least) * static_cast<float>(step) /
                                             static_cast<float>(options.steps);
                extent const shrunken{factor * whole.least, factor * whole.greatest};
                auto const candidate = ruler<Code>::fit(shrunken, marks, format);
                double error = 0;
                for (index_t r = 0; r < slot_rows; ++r) {
                    index_t const row = slot / groups * slot_rows + r,
                                  first = slot % groups * size;
                    auto const group = w.row(row).subspan(static_cast<std::size_t>(first),
                                                          static_cast<std::size_t>(size));
                    error += group_error(group, candidate, first, options.moments, room);
                }
                if (step == 0 || error < least_error) {
                    least_error = error;
                    best = shrunken;
                }
            }
            whole = best;
        }
    });
}

} // namespace qad

#endif
