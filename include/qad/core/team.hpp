// SPDX-License-Identifier: MIT
// One fork-join team with static shares: results never depend on timing.
#ifndef QAD_CORE_TEAM_HPP
#define QAD_CORE_TEAM_HPP

#include <qad/core/size.hpp> // index_t

#include <atomic>      // atomic
#include <chrono>      // steady_clock
#include <exception>   // exception_ptr
#include <memory>      // unique_ptr
#include <thread>      // thread
#include <type_traits> // remove_reference_t
#include <utility>     // exchange
#include <vector>      // vector

namespace qad {

/// Tells the processor that this core is only waiting.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Threads that all run the same function, each on its own share. The caller is share 0; the
/// others wait by spinning a moment (a model forks some hundred times per token) and then
/// sleep. One thread at a time may call `run`.
class team {
  public:
    explicit team(int threads) : errors_(static_cast<std::size_t>(threads < 1 ? 1 : threads)) {
        for (int share = 1; share < threads; ++share) {
            workers_.emplace_back([this, share] { work(share); });
        }
    }
    team(team const&) = delete;
    team& operator=(team const&) = delete;
    ~team() {
        stopping_ = true;
        start();
        for (auto& worker : workers_) { worker.join(); }
    }

    int size() const { return static_cast<int>(workers_.size()) + 1; }

    /// Calls f(share, shares) once for every share; returns when all are done; passes on the
    /// exception of the lowest share that threw. Inside a share, a further run is serial.
    template <class F> void run(F&& f) {
        if (workers_.empty() || inside_) {
            f(0, 1);
            return;
        }
        call_ = [](void* context, int share, int shares) {
            (*static_cast<std::remove_reference_t<F>*>(context))(share, shares);
        };
        context_ = const_cast<void*>(static_cast<void const*>(std::addressof(f)));
        pending_.store(size() - 1, std::memory_order_relaxed);
        start();
        call(0);
        wait_until([this] { return pending_.load(std::memory_order_acquire) == 0; }, pending_);
        // All are forgotten, so that none comes out of a later run.
        std::exception_ptr first;
        for (auto& error : errors_) {
            if (!error) { continue; }
            auto const thrown = std::exchange(error, nullptr);
            if (!first) { first = thrown; }
        }
        if (first) { std::rethrow_exception(first); }
    }

  private:
    using call_t = void (*)(void*, int, int);

    void start() {
        round_.fetch_add(1, std::memory_order_release);
        round_.notify_all();
    }
    void call(int share) noexcept {
        inside_ = true;
        try {
            call_(context_, share, size());
        } catch (...) { errors_[static_cast<std::size_t>(share)] = std::current_exception(); }
        inside_ = false;
    }
    void work(int share) {
        for (int seen = 0;;) {
            wait_until([&] { return round_.load(std::memory_order_acquire) != seen; }, round_);
            seen = round_.load(std::memory_order_acquire);
            if (stopping_) { return; }
            call(share);
            bool const last = pending_.fetch_sub(1, std::memory_order_acq_rel) == 1;
            if (last) { pending_.notify_all(); }
        }
    }
    /// Spins for up to 50 µs, which covers the gap between two forks, then sleeps until
    /// `signal` changes.
    template <class Done> static void wait_until(Done done, std::atomic<int>& signal) {
        auto const past = std::chrono::steady_clock::now() + std::chrono::microseconds(50);
        for (;;) {
            for (int spin = 0; spin < 64; ++spin) {
                if (done()) { return; }
                relax();
            }
            if (std::chrono::steady_clock::now() > past) { break; }
        }
        for (;;) {
            int const value = signal.load(std::memory_order_acquire);
            if (done()) { return; }
            signal.wait(value, std::memory_order_acquire);
        }
    }

    static inline thread_local bool inside_ = false;
    call_t call_ = nullptr;
    void* context_ = nullptr;
    std::atomic<bool> stopping_ = false;
    alignas(64) std::atomic<int> round_ = 0;
    alignas(64) std::atomic<int> pending_ = 0;
    std::vector<std::exception_ptr> errors_;
    std::vector<std::thread> workers_; // last member: threads start when all else exists
};

namespace detail {
inline std::unique_ptr<team>& program_team() {
    static std::unique_ptr<team> instance;
    return instance;
}
} // namespace detail

/// Gives the program's team this many threads (0: as many as the processor has).
inline void set_threads(int threads) {
    if (threads < 0 || threads > 1024) { fail("--threads must be between 0 and 1024"); }
    if (threads == 0) { threads = static_cast<int>(std::thread::hardware_concurrency()); }
    detail::program_team() = std::make_unique<team>(threads < 1 ? 1 : threads);
}

/// The team of the program: as many threads as the processor has, unless `set_threads` said
/// otherwise.
inline team& threads() {
    if (!detail::program_team()) { set_threads(0); }
    return *detail::program_team();
}

/// Calls f(begin, end) on static shares of [0, count), each (but the last) a multiple of
/// `grain`.
template <class F> void parallel(index_t count, index_t grain, F&& f) {
    index_t const grains = ceil_div(count, grain);
    if (grains <= 1) {
        if (count > 0) { f(index_t{0}, count); }
        return;
    }
    threads().run([&](int share, int shares) {
        index_t const begin = grains * share / shares * grain;
        index_t const past = grains * (share + 1) / shares * grain;
        index_t const end = past < count ? past : count;
        if (begin < end) { f(begin, end); }
    });
}

} // namespace qad

#endif
