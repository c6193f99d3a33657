// SPDX-License-Identifier: MIT
// One line of the pack checker's table.
#ifndef QAD_DECIDE_FINDING_HPP
#define QAD_DECIDE_FINDING_HPP

#include <algorithm>   // any_of
#include <array>       // array
#include <string>      // string
#include <string_view> // string_view
#include <vector>      // vector

namespace qad {

/// ok: there, and it agrees with what was recomputed. missing: the assignment asks for it.
/// contradicts: another number or statement of the pack, or arithmetic, says otherwise.
/// remark: worth knowing, no reason to refuse the pack.
enum class outcome { ok, missing, contradicts, remark };
inline constexpr std::array<std::string_view, 4> outcome_names{"ok", "missing", "contradicts",
                                                               "remark"};

/// `id` is the requirement's in the course (L.., W.., B..), `note` says what was recomputed.
struct finding {
    std::string id, what;
    outcome result = outcome::ok;
    std::string note;
};

/// What was found so far.
class findings {
  public:
    void add(std::string id, std::string what, outcome result, std::string note = "") {
        list_.push_back({std::move(id), std::move(what), result, std::move(note)});
    }
    void ok(std::string id, std::string what, std::string note = "") {
        add(std::move(id), std::move(what), outcome::ok, std::move(note));
    }
    void missing(std::string id, std::string what, std::string note = "") {
        add(std::move(id), std::move(what), outcome::missing, std::move(note));
    }
    void contradicts(std::string id, std::string what, std::string note) {
        add(std::move(id), std::move(what), outcome::contradicts, std::move(note));
    }
    void remark(std::string id, std::string what, std::string note) {
        add(std::move(id), std::move(what), outcome::remark, std::move(note));
    }
    /// ok when `there`, otherwise missing.
    void want(bool there, std::string id, std::string what, std::string note = "") {
        add(std::move(id), std::move(what), there ? outcome::ok : outcome::missing,
            there ? "" : std::move(note));
    }

    auto begin() const { return list_.begin(); }
    auto end() const { return list_.end(); }
    std::size_t count(outcome result) const {
        return static_cast<std::size_t>(std::count_if(
            begin(), end(), [&](finding const& f) { return f.result == result; }));
    }
    bool has(std::string_view id, outcome result) const {
        return std::any_of(begin(), end(),
                           [&](finding const& f) { return f.id == id && f.result == result; });
    }
    /// Nothing missing, nothing contradicted.
    bool passed() const {
        return count(outcome::missing) == 0 && count(outcome::contradicts) == 0;
    }

  private:
    std::vector<finding> list_;
};

} // namespace qad

#endif
