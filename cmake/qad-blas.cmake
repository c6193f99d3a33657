# SPDX-License-Identifier: MIT
# qad::blas: Eigen's large products go to OpenBLAS. Optional; made here for the source tree and for
# the installed package alike, because whether OpenBLAS is there is the consumer's machine's affair.
find_package(OpenBLAS QUIET)
if(OpenBLAS_FOUND AND NOT TARGET qad::blas)
  add_library(qad::blas INTERFACE IMPORTED GLOBAL)
  set_target_properties(qad::blas PROPERTIES
    INTERFACE_COMPILE_DEFINITIONS QAD_WITH_BLAS
    INTERFACE_LINK_LIBRARIES "qad::linalg;OpenBLAS::OpenBLAS")
endif()
