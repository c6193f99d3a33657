// SPDX-License-Identifier: MIT
// What a program holds: every allocation counted, and the files it has mapped.
#ifndef QAD_EXAMPLES_MEMORY_HPP
#define QAD_EXAMPLES_MEMORY_HPP

#include <qad/io/json.hpp> // json

namespace qad::program {

/// Bytes on the heap: now, and at most since the program (or the last heap_peak_from_here) began.
/// OpenBLAS's buffers and thread stacks are not ours and not in it.
index_t heap_now();
index_t heap_peak();
void heap_peak_from_here();

/// Bytes of mapped files that are in memory, as the system counts them; 0 where it does not say.
index_t mapped_bytes();

/// Bytes that the whole process had in memory at most so far: libraries, stacks, everything.
index_t peak_resident();

/// From now on every block of a megabyte or more goes back to the system when it is freed. glibc keeps
/// those up to 32 MB, which makes programs that allocate a few all the time faster, and one that lasts
/// for hours larger than what it holds.
void return_large_blocks();

/// {"heap_peak", "mapped", "measured": their sum}.
json memory_json();

} // namespace qad::program

#endif
