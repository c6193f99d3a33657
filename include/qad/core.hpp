// SPDX-License-Identifier: MIT
// What everything stands on. core/eigen.hpp, which needs Eigen, is not among it.
#ifndef QAD_CORE_HPP
#define QAD_CORE_HPP

#include <qad/core/backend.hpp>       // ref, simd
#include <qad/core/error.hpp>         // error, fail
#include <qad/core/file.hpp>          // mapped_file, atomic_file
#include <qad/core/matrix.hpp>        // matrix_view, matrix
#include <qad/core/progress.hpp>      // progress
#include <qad/core/random.hpp>        // generator
#include <qad/core/shared_matrix.hpp> // shared_matrix
#include <qad/core/size.hpp>          // index_t, checked_mul
#include <qad/core/team.hpp>          // team, parallel

#endif
