# What a build may choose. Everything else is fixed, so that two builds of a commit differ only here.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(TALLY_TESTS "Build the tests" ON)
option(TALLY_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(TALLY_WERROR "Treat warnings as errors" ON)
set(TALLY_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")
set(TALLY_SANITIZE_LESS "" CACHE STRING "Checks of TALLY_SANITIZE that are left out, comma separated")
set(TALLY_TESTDATA "${CMAKE_SOURCE_DIR}/../shared/testdata" CACHE PATH
    "Real captures and golden vectors; tests that need them say so when it is absent")

find_program(TALLY_CCACHE ccache)
if(TALLY_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${TALLY_CCACHE})
endif()

find_program(TALLY_LLD NAMES ld.lld)
if(TALLY_LLD)
    add_link_options(-fuse-ld=lld)
endif()
