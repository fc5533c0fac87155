# Sanitizers are a property of the whole build: mixed builds report nonsense.
if(TALLY_SANITIZE)
    add_compile_options(-fsanitize=${TALLY_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TALLY_SANITIZE})
    if(TALLY_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
        # Some checks cost more to compile than all others together (a TU of tests: 28 s with them,
        # 16 s without): what they find, ASan finds too (null, vptr) or the fuzz targets (alignment).
        if(TALLY_SANITIZE_LESS)
            add_compile_options(-fno-sanitize=${TALLY_SANITIZE_LESS})
        endif()
    endif()
endif()
if(TALLY_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "TALLY_FUZZ needs clang (libFuzzer); use the preset 'fuzz'.")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
