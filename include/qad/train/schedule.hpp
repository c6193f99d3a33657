// SPDX-License-Identifier: MIT
// The learning rate over a run.
#ifndef QAD_TRAIN_SCHEDULE_HPP
#define QAD_TRAIN_SCHEDULE_HPP

#include <qad/core/size.hpp> // index_t

#include <algorithm> // min, max

namespace qad {

/// Up in a line for the first steps, flat, and down in a line to zero at the end: the rate of
/// step i (from 0) of `steps`. A model quantizes well only after the rate has come down.
struct schedule {
    double peak = 1e-3;
    index_t warm_up = 0;  ///< steps
    double cool_down = 0; ///< share of all steps

    double rate(index_t step, index_t steps) const {
        double const up = static_cast<double>(step + 1) / static_cast<double>(warm_up + 1);
        double const down = static_cast<double>(steps - step) /
                            std::max(cool_down * static_cast<double>(steps), 1.0);
        return peak * std::min({1.0, up, down});
    }
};

} // namespace qad

#endif
