// SPDX-License-Identifier: MIT
// The tile registers of AMX: asking for them, and their shapes.
#ifndef QAD_SIMD_AMX_TILES_HPP
#define QAD_SIMD_AMX_TILES_HPP

#include <qad/simd/isa.hpp> // QAD_SIMD_AMX

#if defined(QAD_SIMD_AMX)

#include <immintrin.h>   // _tile_loadconfig
#include <sys/syscall.h> // SYS_arch_prctl
#include <unistd.h>      // syscall

#include <cstdint> // uint8_t

namespace qad {

/// Whether the operating system lets this process use tiles (Linux wants to be asked, and
/// hypervisors may say no). Without them the AVX-512 kernels do the same work.
inline bool tiles_granted() {
    static bool const granted = [] {
        constexpr long request_permission = 0x1023,
                       tile_data = 18; // asm/prctl.h, Intel SDM 13.5
        return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
    }();
    return granted;
}

/// Makes sure that memory holds what was written before: g++ 12 does not know that loading a
/// tile or a configuration reads memory, and would delay or drop the writes.
inline void finish_writes() { asm volatile("" ::: "memory"); }

/// While it lives, this thread's tiles are: 0–3 sums (16 × 16 32-bit numbers), 4–5 left factors
/// (16 rows of `bytes`), 6–7 right factors (bytes / 4 rows of 16 × 4 bytes).
class tile_shapes {
  public:
    explicit tile_shapes(int bytes) {
        for (int tile = 0; tile < 8; ++tile) {
            row_bytes[tile] = static_cast<std::uint16_t>(tile == 4 || tile == 5 ? bytes : 64);
            rows[tile] = static_cast<std::uint8_t>(tile >= 6 ? bytes / 4 : 16);
        }
        finish_writes();
        _tile_loadconfig(this);
    }
    tile_shapes(tile_shapes const&) = delete;
    tile_shapes& operator=(tile_shapes const&) = delete;
    ~tile_shapes() { _tile_release(); }

  private: // in the order that the processor reads: 64 bytes
    [[maybe_unused]] alignas(64) std::uint8_t palette = 1;
    [[maybe_unused]] std::uint8_t start_row = 0, reserved[14] = {};
    std::uint16_t row_bytes[16] = {};
    std::uint8_t rows[16] = {};
};

} // namespace qad

#endif
#endif
