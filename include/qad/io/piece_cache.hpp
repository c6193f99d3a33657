// SPDX-License-Identifier: MIT
// Pieces whose tokens are known already: most words of a text have occurred before.
#ifndef QAD_IO_PIECE_CACHE_HPP
#define QAD_IO_PIECE_CACHE_HPP

#include <qad/io/merge_pairs.hpp> // merge_space

#include <cstring>     // memcpy
#include <memory>      // unique_ptr
#include <mutex>       // mutex
#include <span>        // span
#include <string>      // string
#include <string_view> // string_view

namespace qad {

/// Remembers the tokens of short pieces. A piece has one place, where the latest stays; an
/// entry fills one cache line.
class piece_cache {
  public:
    static constexpr std::size_t longest = 30, most = 8;

    /// The tokens of a piece, or an empty span.
    std::span<std::int32_t const> find(std::string_view piece) const {
        if (piece.size() > longest) { return {}; }
        entry const& one = entries_[place(piece)];
        bool const same =
            one.size == piece.size() && std::memcmp(one.bytes, piece.data(), piece.size()) == 0;
        return same ? std::span(one.tokens, one.count) : std::span<std::int32_t const>();
    }
    void keep(std::string_view piece, std::span<std::int32_t const> tokens) {
        if (piece.empty() || piece.size() > longest || tokens.size() > most) { return; }
        entry& one = entries_[place(piece)];
        one.size = static_cast<std::uint8_t>(piece.size());
        one.count = static_cast<std::uint8_t>(tokens.size());
        std::memcpy(one.bytes, piece.data(), piece.size());
        std::copy(tokens.begin(), tokens.end(), one.tokens);
    }

  private:
    struct entry {
        std::int32_t tokens[most];
        std::uint8_t count, size; // 0: a free place
        char bytes[longest];
    };
    /// Eight bytes at a time; pieces are short.
    static std::size_t place(std::string_view piece) {
        std::uint64_t mixed = piece.size();
        for (std::size_t at = 0; at < piece.size(); at += 8) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, piece.data() + at, std::min<std::size_t>(8, piece.size() - at));
            mixed = (mixed ^ eight) * 0x9e3779b97f4a7c15u;
            mixed ^= mixed >> 29;
        }
        return static_cast<std::size_t>(mixed >> 7) & (count - 1);
    }
    static constexpr std::size_t count = 1 << 14;
    std::vector<entry> entries_ = std::vector<entry>(count);
};

/// What one call of encode works with. A call takes one that is free, so that threads may share
/// a tokenizer and short texts find the memory of earlier ones.
struct encode_space {
    merge_space merging;
    piece_cache known;
};

class encode_spaces {
  public:
    struct give_back {
        encode_spaces* home;
        void operator()(encode_space* space) const {
            std::scoped_lock const lock(home->mutex_);
            home->free_.emplace_back(space);
        }
    };
    std::unique_ptr<encode_space, give_back> take() {
        std::scoped_lock const lock(mutex_);
        std::unique_ptr<encode_space> one;
        if (free_.empty()) {
            one = std::make_unique<encode_space>();
        } else {
            one = std::move(free_.back());
            free_.pop_back();
        }
        return {one.release(), give_back{this}};
    }

  private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<encode_space>> free_;
};

} // namespace qad

#endif
