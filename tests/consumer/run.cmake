# SPDX-License-Identifier: MIT
# Builds and runs a consumer that stands outside the tree. WAY: find_package, components,
# add_subdirectory, fetch_content, copied_headers. QAD: the source tree, BUILT: a configured build
# of it, WORK: an empty place.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${WAY}: that ended with ${status}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# The consumer's files leave the tree, so that nothing is found by accident.
file(COPY ${QAD}/tests/consumer/ DESTINATION ${WORK}/source)

if(WAY STREQUAL "copied_headers")
  # What the README says for coursework: these folders, one compiler line, no build system.
  foreach(folder core formats quantize)
    file(COPY ${QAD}/include/qad/${folder} DESTINATION ${WORK}/copied/qad)
  endforeach()
  run(${CXX} -std=c++20 -O1 -I${WORK}/copied ${WORK}/source/main.cpp -o ${WORK}/consumer)
  run(${WORK}/consumer)
  return()
endif()

set(options -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=${CXX} -DQAD=${QAD})
if(WAY MATCHES "find_package|components")
  run(${CMAKE_COMMAND} --install ${BUILT} --prefix ${WORK}/installed)
  list(APPEND options -DCMAKE_PREFIX_PATH=${WORK}/installed)
endif()
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${WORK}/source/${WAY} -B ${WORK}/build ${options})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/consumer)
