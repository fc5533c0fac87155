# One interface target that every library and program of ours links.
add_library(tally_warnings INTERFACE)
target_compile_options(tally_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wimplicit-fallthrough -Wswitch
    # Same config, seed and commit must give the same bytes in every build (design 10).
    -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 at -O2 sees overlaps and uninitialised members in its own std::string and std::variant
    # (GCC bugs 105329, 105651, 105562); clang and the sanitizers watch over the real ones.
    target_compile_options(tally_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(TALLY_WERROR)
    target_compile_options(tally_warnings INTERFACE -Werror)
endif()
target_compile_definitions(tally_warnings INTERFACE _GLIBCXX_ASSERTIONS)
