// SPDX-License-Identifier: MIT
// The next prompt of a conversation: what the cache already holds of it is not run again.
#ifndef QAD_MODEL_REUSE_HPP
#define QAD_MODEL_REUSE_HPP

#include <qad/model/session.hpp> // session

#include <algorithm> // mismatch

namespace qad {

/// How a prompt meets a cache: its first `kept` tokens are there, `dropped` tokens of the cache
/// were others and are gone.
struct reused {
    index_t kept = 0, dropped = 0;
};

/// Keeps of the session's past what `prompt` begins with, and forgets the rest; run
/// prompt.subspan(kept) next, which is never empty, because only a run gives logits. `held` are
/// the tokens that the session has run, and is cut to those that stay.
///
/// This is exact: keys and values depend on the tokens before them alone (chapter 4), so equal
/// tokens in front mean equal rows.
inline reused reuse(session& past, std::vector<std::int32_t>& held,
                    std::span<std::int32_t const> prompt) {
    if (static_cast<index_t>(held.size()) != past.length()) {
        fail<shape_error>("the session has run ", past.length(), " tokens, not the ",
                          held.size(), " that are said to be in it");
    }
    if (prompt.empty()) { fail<shape_error>("there is no token to run; give a prompt"); }
    auto const same = std::mismatch(held.begin(), held.end(), prompt.begin(), prompt.end());
    auto const common = same.first - held.begin();
    auto const dropped = held.end() - same.first;
    index_t const kept = std::min<index_t>(common, static_cast<index_t>(prompt.size()) - 1);
    past.rewind(kept);
    held.resize(static_cast<std::size_t>(kept));
    return {kept, dropped};
}

} // namespace qad

#endif
