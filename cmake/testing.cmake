# Tests: one Catch2 main object for all (it costs 19 s under ASan), one program per folder of tests.
if(TALLY_TESTS)
    enable_testing()
    find_package(Catch2 2.13 REQUIRED)
endif()

# Suppressions, for the Paho libraries only; every test that links them passes this ENVIRONMENT.
if(TALLY_SANITIZE MATCHES "thread")
    set(TALLY_PAHO_ENVIRONMENT
        "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/tsan.supp halt_on_error=1")
else()
    set(TALLY_PAHO_ENVIRONMENT
        "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/support/lsan.supp")
endif()

# tally_test(<name> SOURCES ... [DEPENDS ...] [THIRD_PARTY ...] [LABELS quick|slow|adapter ...] [TIMEOUT s])
# Registers one ctest per program. A test that needs data asks tests/support/testdata.hpp.
function(tally_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;THIRD_PARTY;LABELS;ENVIRONMENT" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_THIRD_PARTY} tally_catch_main
                          tally_warnings)
    set_target_properties(${name} PROPERTIES TALLY_ROOM tests
                          RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 300)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
                         ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()
