# SPDX-License-Identifier: MIT
# qad_dev: how everything inside this tree is compiled. Never part of what a consumer gets.
add_library(qad_dev INTERFACE)
target_compile_options(qad_dev INTERFACE -Wall -Wextra -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # These look at the code after inlining, and g++ 12 finds them in its own AVX-512 intrinsics and
  # strings (GCC bugs 105593, 105329, 105651); clang and the sanitizers look for the real thing.
  target_compile_options(qad_dev INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized
    -Wno-array-bounds -Wno-stringop-overflow -Wno-restrict)
endif()

# The processor to build for, as -march understands it; empty: the compiler's baseline.
set(QAD_MARCH "" CACHE STRING "native, haswell, x86-64, …: for tests, programs and benchmarks")
if(QAD_MARCH)
  target_compile_options(qad_dev INTERFACE -march=${QAD_MARCH})
endif()

# Sanitizers, as -fsanitize= understands them; any finding ends the program.
set(QAD_SANITIZE "" CACHE STRING "address,undefined or thread: watch the tests while they run")
if(QAD_SANITIZE)
  set(flags -fsanitize=${QAD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_compile_options(qad_dev INTERFACE ${flags})
  target_link_options(qad_dev INTERFACE ${flags})
endif()

# The standard library of the libc++ leg.
option(QAD_LIBCXX "clang's own standard library" OFF)
if(QAD_LIBCXX)
  add_compile_options(-stdlib=libc++)
  add_link_options(-stdlib=libc++)
endif()
