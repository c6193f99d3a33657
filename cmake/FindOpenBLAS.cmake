# SPDX-License-Identifier: MIT
# OpenBLAS, as the target OpenBLAS::OpenBLAS. Eigen declares the functions it calls, so the
# library alone is enough. Homebrew keeps it outside the usual prefixes.
find_library(OpenBLAS_LIBRARY openblas
  HINTS /opt/homebrew/opt/openblas/lib /usr/local/opt/openblas/lib
  PATH_SUFFIXES openblas-pthread)
mark_as_advanced(OpenBLAS_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenBLAS REQUIRED_VARS OpenBLAS_LIBRARY)

if(OpenBLAS_FOUND AND NOT TARGET OpenBLAS::OpenBLAS)
  add_library(OpenBLAS::OpenBLAS UNKNOWN IMPORTED)
  set_target_properties(OpenBLAS::OpenBLAS PROPERTIES IMPORTED_LOCATION "${OpenBLAS_LIBRARY}")
endif()
