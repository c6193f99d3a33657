# SPDX-License-Identifier: MIT
# xsimd, as the target xsimd::headers. Its own package file is not used: Debian's 8.1 links a
# library `xtl` that does not exist; the headers are all there is.
find_path(xsimd_INCLUDE_DIR xsimd/xsimd.hpp)
mark_as_advanced(xsimd_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(xsimd REQUIRED_VARS xsimd_INCLUDE_DIR)

if(xsimd_FOUND AND NOT TARGET xsimd::headers)
  add_library(xsimd::headers INTERFACE IMPORTED)
  set_target_properties(xsimd::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${xsimd_INCLUDE_DIR}")
endif()
