// SPDX-License-Identifier: MIT
// Chapter 6.5, "Apply now: exercises" — chapters/6-decide/README.md#s6-5
#ifndef QAD_DECIDE_PACK_CHECK_HPP
#define QAD_DECIDE_PACK_CHECK_HPP

#include <qad/decide/check_data.hpp>     // check_data
#include <qad/decide/check_evidence.hpp> // check_evidence
#include <qad/decide/check_memo.hpp>     // check_memo
#include <qad/decide/check_memory.hpp>   // check_memory
#include <qad/decide/check_table.hpp>    // check_table

namespace qad {

/// Recomputes an evidence pack, ours or a learner's, and says for every requirement of the
/// assignment: ok, missing, contradicts or remark, with the number that was recomputed.
///
/// It reads memory_math.md, benchmark_results.csv or .md, decision_memo.md, README.md,
/// config.yaml, the sets that this names, and evidence.json where there is one. Model runs are
/// not repeated. `io_error` when there is no such folder.
inline findings check_pack(std::filesystem::path const& folder) {
    pack_files const pack = read_pack(folder);
    findings found;
    for (std::string const& problem : pack.problems) {
        found.contradicts("L45", "a file that cannot be read", problem);
    }
    pack_model model;
    try {
        model = model_of(pack);
    } catch (error const& problem) {
        found.contradicts("W06", "the model of config.yaml", problem.what());
    }
    check_memory(pack, model, found);
    check_table(pack, model, found);
    check_data(pack, model, found);
    check_memo(pack, found);
    check_evidence(pack, found);
    return found;
}

} // namespace qad

#endif
