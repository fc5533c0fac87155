// The one object that carries Catch2's main; it takes 19 s to compile under sanitizers.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
