# Fuzz targets: built in the preset 'fuzz' only (clang, libFuzzer, ASan, UBSan). Each is a ctest of
# some seconds with the label fuzz; a longer hunt is build/fuzz/fuzz/<name> -max_total_time=3600 DIR.
# Here each hunts from the same seed, so that a landing does not fail by luck; hunts go on apart.
set(TALLY_FUZZ_SECONDS 8 CACHE STRING "How long each fuzz target runs in the tests")

# tally_fuzz_target(<name> SOURCES ... [DEPENDS ours ...] [CORPUS dir]): dir holds the seeds, and is
# never written to; what the run finds stays in the build folder.
function(tally_fuzz_target name)
    cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPENDS" ${ARGN})
    if(NOT TALLY_FUZZ)
        return()
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} tally_warnings)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES TALLY_ROOM tests
                          RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    set(found ${CMAKE_BINARY_DIR}/fuzz/found/${name})
    file(MAKE_DIRECTORY ${found})
    if(ARG_CORPUS)
        file(GLOB seeds ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS}/*)
        if(NOT seeds)
            message(FATAL_ERROR "${name}: the corpus ${ARG_CORPUS} is empty; put seeds there.")
        endif()
        set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
    endif()
    add_test(NAME ${name} COMMAND ${name} -seed=1 -max_total_time=${TALLY_FUZZ_SECONDS} -timeout=10
             -rss_limit_mb=2048 -print_final_stats=1
             -artifact_prefix=${CMAKE_BINARY_DIR}/fuzz/crash-${name}- ${found} ${corpus})
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 180)
endfunction()
