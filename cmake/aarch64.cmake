# SPDX-License-Identifier: MIT
# Toolchain: 64-bit ARM from a PC, the programs running under qemu-user. Libraries for ARM are taken
# from QAD_SYSROOT when it is set; header-only packages are the machine's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static;-L;/usr/aarch64-linux-gnu)
