// SPDX-License-Identifier: MIT
// Long work shows how far it is: a bar in a terminal, a line now and then in a log, or nothing.
#ifndef QAD_CORE_PROGRESS_HPP
#define QAD_CORE_PROGRESS_HPP

#include <qad/core/size.hpp> // index_t

#include <chrono>   // steady_clock
#include <cstdio>   // fprintf
#include <string>   // string
#include <unistd.h> // isatty

namespace qad {

enum class progress_style { automatic, terminal, plain, silent };

/// Counts steps of a task whose number is known and tells stderr; stdout stays clean for
/// results.
class progress {
  public:
    progress(std::string task, index_t total, progress_style style = progress_style::automatic)
        : task_(std::move(task)), total_(total), style_(style) {
        if (style_ == progress_style::automatic) {
            style_ = isatty(STDERR_FILENO) ? progress_style::terminal : progress_style::plain;
        }
    }
    progress(progress const&) = delete;
    progress& operator=(progress const&) = delete;
    ~progress() {
        if (style_ == progress_style::terminal && drawn_) { std::fputc('\n', stderr); }
    }

    /// `count` more steps are done; `remark` is shown behind the bar.
    void step(index_t count = 1, std::string const& remark = {}) {
        done_ += count;
        if (style_ == progress_style::silent) { return; }
        double const elapsed = seconds();
        bool const last = done_ >= total_;
        double const pause = style_ == progress_style::terminal ? 0.1 : 10.0;
        if (!last && elapsed - shown_ < pause) { return; }
        shown_ = elapsed;
        draw(elapsed, last, remark);
    }

    index_t done() const { return done_; }
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    }

  private:
    void draw(double elapsed, bool last, std::string const& remark) {
        auto const done = static_cast<long long>(done_), total = static_cast<long long>(total_);
        double part = 1;
        if (total > 0) { part = static_cast<double>(done) / static_cast<double>(total); }
        double const left = part > 0 ? elapsed / part - elapsed : 0;
        std::string time = last ? text(whole(elapsed), " s") : text(whole(left), " s left");
        if (style_ == progress_style::plain) {
            std::fprintf(stderr, "%s: %lld of %lld, %s%s%s\n", task_.c_str(), done, total,
                         time.c_str(), remark.empty() ? "" : ", ", remark.c_str());
            return;
        }
        std::string bar(24, '.');
        auto const marks = static_cast<std::size_t>(part * 24);
        for (std::size_t i = 0; i < marks && i < bar.size(); ++i) { bar[i] = '#'; }
        std::fprintf(stderr, "\r%s [%s] %lld/%lld %s %s\033[K", task_.c_str(), bar.c_str(),
                     done, total, time.c_str(), remark.c_str());
        std::fflush(stderr);
        drawn_ = true;
    }
    static index_t whole(double seconds) { return static_cast<index_t>(seconds + 0.5); }

    std::string task_;
    index_t total_, done_ = 0;
    progress_style style_;
    double shown_ = -1e9;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

} // namespace qad

#endif
