// SPDX-License-Identifier: MIT
// Chapter 3.4, "GPTQ" — chapters/3-quantize/README.md#s3-4
#ifndef QAD_QUANTIZE_HESSIAN_HPP
#define QAD_QUANTIZE_HESSIAN_HPP

#include <qad/core/eigen.hpp>      // as_eigen
#include <qad/core/team.hpp>       // threads
#include <qad/quantize/finite.hpp> // check_finite

#include <concepts> // same_as
#include <utility>  // move
#include <vector>   // vector

namespace qad {

/// What calibration inputs say about a layer: H = Σ x·xᵀ over all tokens (inputs × inputs).
///
/// The output error of a change e in one row of weights is Σ (e·x)² = e·H·e: that is all that
/// GPTQ needs to know of the inputs. H is the plain sum, not the mean nor twice it: no result
/// depends on the factor. T = float is enough for models; double makes the paper's arithmetic
/// exact enough to compare codes.
template <class T> class basic_hessian {
  public:
    explicit basic_hessian(index_t cols) : sum_(cols, cols) {}
    /// From a known H, symmetric.
    basic_hessian(matrix<T> sum, index_t tokens) : sum_(std::move(sum)), tokens_(tokens) {
        if (sum_.rows() != sum_.cols()) {
            fail<shape_error>("a Hessian is square, not ", sum_.rows(), " x ", sum_.cols(),
                              " (chapter 3.4)");
        }
    }

    /// Adds the tokens of x (tokens × inputs). NaN and infinity are errors.
    void accumulate(matrix_view<float const> x) {
        if (x.cols() != cols()) {
            fail<shape_error>("the Hessian of ", cols(), " inputs got tokens of ", x.cols(),
                              " (chapter 3.4)");
        }
        check_finite(x, "the calibration input", "token", "channel",
                     "the model diverges on this text before this layer (chapter 3.4)");
        if constexpr (std::same_as<T, float>) {
            add_product(x);
        } else {
            matrix<T> exact(x.rows(), x.cols());
            as_eigen(exact) = as_eigen(x).template cast<T>();
            add_product(exact.view());
        }
        tokens_ += x.rows();
    }
    /// Adds what another thread or file has gathered for the same layer.
    void add(basic_hessian const& other) {
        if (other.cols() != cols()) {
            fail<shape_error>("Hessians of ", cols(), " and ", other.cols(),
                              " inputs cannot be added");
        }
        as_eigen(sum_) += as_eigen(other.sum_);
        tokens_ += other.tokens_;
    }

    index_t cols() const { return sum_.cols(); }
    index_t tokens() const { return tokens_; }
    matrix_view<T const> view() const { return sum_.view(); }
    T operator()(index_t i, index_t j) const { return sum_(i, j); }
    /// Σ x_j², how loud each input is.
    std::vector<T> diagonal() const {
        std::vector<T> result;
        for (index_t j = 0; j < cols(); ++j) { result.push_back(sum_(j, j)); }
        return result;
    }

  private:
    /// H += XᵀX, tile by tile on and below the diagonal, each tile by one thread and of one
    /// size, whatever the number of threads: the sum has the same bits each time.
    void add_product(matrix_view<T const> x) {
        constexpr index_t tile = 192;
        index_t const tiles = ceil_div(cols(), tile);
        parallel(tiles * (tiles + 1) / 2, 1, [&](index_t begin, index_t end) {
            eigen_matrix<T> product;
            index_t number = 0;
            // Off-diagonal tiles last, so that contiguous shares mix both kinds.
            for (index_t distance = 0; distance < tiles; ++distance) {
                for (index_t column = 0; column + distance < tiles; ++column, ++number) {
                    if (number < begin || number >= end) { continue; }
                    index_t const i = (column + distance) * tile, j = column * tile;
                    index_t const height = std::min(tile, cols() - i),
                                  width = std::min(tile, cols() - j);
                    product.noalias() =
                        as_eigen(x.cols(i, height)).transpose() * as_eigen(x.cols(j, width));
                    auto below = as_eigen(sum_.rows(i, height).cols(j, width));
                    below += product;
                    // The upper half is a copy: rounding shall not make H unsymmetric.
                    if (i != j) {
                        as_eigen(sum_.rows(j, width).cols(i, height)) = below.transpose();
                    } else {
                        below.template triangularView<Eigen::StrictlyUpper>() =
                            below.transpose();
                    }
                }
            }
        });
    }

    matrix<T> sum_;
    index_t tokens_ = 0;
};

using hessian = basic_hessian<float>;
using exact_hessian = basic_hessian<double>;

} // namespace qad

#endif
