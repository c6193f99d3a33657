# SPDX-License-Identifier: MIT
# Toolchain: 64-bit ARM from a PC, the programs running under qemu-user. Header-only packages are the
# machine's own; the preset says where the compiled ones are.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static;-L;/usr/aarch64-linux-gnu)
