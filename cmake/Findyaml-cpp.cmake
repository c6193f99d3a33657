# SPDX-License-Identifier: MIT
# yaml-cpp, 0.6 and later, as the target yaml-cpp::yaml-cpp (its own name from 0.8 on).
find_package(yaml-cpp CONFIG QUIET)
if(TARGET yaml-cpp AND NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
if(TARGET yaml-cpp::yaml-cpp)
  set(yaml-cpp_FOUND TRUE)
  return()
endif()

find_path(yaml-cpp_INCLUDE_DIR yaml-cpp/yaml.h)
find_library(yaml-cpp_LIBRARY yaml-cpp)
mark_as_advanced(yaml-cpp_INCLUDE_DIR yaml-cpp_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(yaml-cpp REQUIRED_VARS yaml-cpp_LIBRARY yaml-cpp_INCLUDE_DIR)

if(yaml-cpp_FOUND)
  add_library(yaml-cpp::yaml-cpp UNKNOWN IMPORTED)
  set_target_properties(yaml-cpp::yaml-cpp PROPERTIES IMPORTED_LOCATION "${yaml-cpp_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${yaml-cpp_INCLUDE_DIR}")
endif()
