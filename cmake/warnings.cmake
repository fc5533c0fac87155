# One interface target that every library and program of ours links.
add_library(tally_warnings INTERFACE)
target_compile_options(tally_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough -Wswitch
    # Same config, seed and commit must give the same bytes in every build (design 10).
    -ffp-contract=off)
if(TALLY_WERROR)
    target_compile_options(tally_warnings INTERFACE -Werror)
endif()
target_compile_definitions(tally_warnings INTERFACE _GLIBCXX_ASSERTIONS)
