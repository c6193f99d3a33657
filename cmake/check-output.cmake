# SPDX-License-Identifier: MIT
# Runs PROGRAM and compares what it prints with the file EXPECTED; shows the difference.
execute_process(COMMAND ${RUNNER} ${PROGRAM} OUTPUT_VARIABLE got RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
file(READ ${EXPECTED} expected)
if(NOT got STREQUAL expected)
  message(FATAL_ERROR "The output changed. Expected (${EXPECTED}):\n${expected}\nGot:\n${got}")
endif()
