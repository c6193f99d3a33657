// SPDX-License-Identifier: MIT
// Chapter 6: what was measured, how sure it is, and what follows from it.
#ifndef QAD_DECIDE_HPP
#define QAD_DECIDE_HPP

#include <qad/decide/amounts.hpp>
#include <qad/decide/approach.hpp>
#include <qad/decide/bootstrap.hpp>
#include <qad/decide/break_even.hpp>
#include <qad/decide/check_data.hpp>
#include <qad/decide/check_evidence.hpp>
#include <qad/decide/check_memo.hpp>
#include <qad/decide/check_memory.hpp>
#include <qad/decide/check_row.hpp>
#include <qad/decide/check_table.hpp>
#include <qad/decide/continuations.hpp>
#include <qad/decide/decide.hpp>
#include <qad/decide/evaluate.hpp>
#include <qad/decide/evaluate_texts.hpp>
#include <qad/decide/evidence.hpp>
#include <qad/decide/evidence_fields.hpp>
#include <qad/decide/evidence_json.hpp>
#include <qad/decide/evidence_row.hpp>
#include <qad/decide/finding.hpp>
#include <qad/decide/flips.hpp>
#include <qad/decide/graded.hpp>
#include <qad/decide/hash.hpp>
#include <qad/decide/jsonl.hpp>
#include <qad/decide/labelled.hpp>
#include <qad/decide/overlap.hpp>
#include <qad/decide/pack.hpp>
#include <qad/decide/pack_check.hpp>
#include <qad/decide/pack_files.hpp>
#include <qad/decide/pack_memo.hpp>
#include <qad/decide/pack_memory.hpp>
#include <qad/decide/pack_model.hpp>
#include <qad/decide/pack_plots.hpp>
#include <qad/decide/pack_readme.hpp>
#include <qad/decide/pack_table.hpp>
#include <qad/decide/pack_text.hpp>
#include <qad/decide/recommend.hpp>
#include <qad/decide/retrieve.hpp>
#include <qad/decide/rouge.hpp>
#include <qad/decide/rules.hpp>
#include <qad/decide/score.hpp>
#include <qad/decide/sentences.hpp>
#include <qad/decide/situation.hpp>
#include <qad/decide/situation_file.hpp>
#include <qad/decide/situation_of.hpp>
#include <qad/decide/sqlite.hpp>
#include <qad/decide/tables.hpp>
#include <qad/decide/words.hpp>
#include <qad/decide/yaml.hpp>

#endif
