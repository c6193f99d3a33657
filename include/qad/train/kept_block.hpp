// SPDX-License-Identifier: MIT
// What a forward leaves behind for the backward pass.
#ifndef QAD_TRAIN_KEPT_BLOCK_HPP
#define QAD_TRAIN_KEPT_BLOCK_HPP

#include <qad/core/eigen.hpp> // as_eigen
#include <qad/model/tape.hpp> // site

namespace qad {

/// Room for rows × cols in m. Memory is kept from step to step; a longer batch takes more, and
/// the old memory goes before the new comes: the two together would be the peak of training.
template <std::floating_point T> void make_room(matrix<T>& m, index_t rows, index_t cols) {
    if (m.rows() >= rows && m.cols() == cols) { return; }
    m = {};
    m = matrix<T>(rows, cols);
}

/// Activations of one block, tokens × width each: those that are dear to compute again. What is
/// cheap, the norms and silu(gate)·up, the backward pass computes again from them.
///
///   numbers a token: 2·hidden + 2·heads·dim + 2·kv_heads·dim + 2·ff
///                    and where heads have a norm (heads + kv_heads)·dim
template <std::floating_point T> struct kept_block {
    matrix<T> input, projected_query, projected_key, query, key, value, attended, mlp_input,
        gate, up;

    /// Keeps what the forward says at `where`, if it is one of these.
    void keep(site where, matrix_view<T const> values) {
        matrix<T>* const to = place(where);
        if (to == nullptr) { return; }
        make_room(*to, values.rows(), values.cols());
        as_eigen(to->rows(0, values.rows())) = as_eigen(values);
    }

  private:
    matrix<T>* place(site where) {
        switch (where) {
        case site::block_input:
            return &input;
        case site::projected_query:
            return &projected_query;
        case site::projected_key:
            return &projected_key;
        case site::query:
            return &query;
        case site::key:
            return &key;
        case site::value:
            return &value;
        case site::attended:
            return &attended;
        case site::mlp_block_input:
            return &mlp_input;
        case site::gate:
            return &gate;
        case site::up:
            return &up;
        default:
            return nullptr;
        }
    }
};

} // namespace qad

#endif
