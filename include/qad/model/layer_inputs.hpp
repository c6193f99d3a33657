// SPDX-License-Identifier: MIT
// What the linear layers of one layer of a model hear of the calibration texts.
#ifndef QAD_MODEL_LAYER_INPUTS_HPP
#define QAD_MODEL_LAYER_INPUTS_HPP

#include <qad/core/eigen.hpp>       // as_eigen
#include <qad/model/tape.hpp>       // site
#include <qad/quantize/hessian.hpp> // hessian

#include <algorithm> // copy
#include <map>       // map

namespace qad::detail {

/// The calibration inputs of the four places where linear layers read, for one layer of the
/// model.
struct layer_inputs {
    std::map<site, hessian> moments;
    std::map<site, matrix<float>> samples; // evenly chosen tokens
    std::map<site, index_t> kept;

    void hear(site where, matrix_view<float const> x, index_t all_tokens, index_t wanted) {
        auto& h = moments.try_emplace(where, x.cols()).first->second;
        wanted = std::min(wanted, all_tokens);
        if (wanted > 0) {
            auto& chosen = samples.try_emplace(where, wanted, x.cols()).first->second;
            index_t& next = kept[where];
            for (index_t t = h.tokens(); t < h.tokens() + x.rows(); ++t) {
                if (next == wanted || t != next * all_tokens / wanted) { continue; }
                auto const from = x.row(t - h.tokens());
                std::copy(from.begin(), from.end(), chosen.row(next++).begin());
            }
        }
        h.accumulate(x);
    }
    /// The inputs were divided by s: H[i][j] / (s[i]·s[j]).
    void divide(site where, std::span<float const> s) {
        auto& h = moments.at(where);
        matrix<float> sum(h.view());
        for (index_t i = 0; i < sum.rows(); ++i) {
            for (index_t j = 0; j < sum.cols(); ++j) {
                sum(i, j) /= s[static_cast<std::size_t>(i)] * s[static_cast<std::size_t>(j)];
            }
        }
        h = hessian(std::move(sum), h.tokens());
    }
    /// Σ over the tokens of (e·x)² for all rows e: no second pass over the tokens is needed.
    double squared(matrix_view<float const> e, site where) const {
        eigen_matrix<float> const moved = as_eigen(e) * as_eigen(moments.at(where).view());
        return moved.cwiseProduct(as_eigen(e)).template cast<double>().sum();
    }
};

} // namespace qad::detail

#endif
