# Fails unless PROGRAM prints exactly DOCUMENT, and prints something at all.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
file(READ ${DOCUMENT} written)
if(printed STREQUAL "" OR NOT printed STREQUAL written)
    message(FATAL_ERROR "${DOCUMENT} is not what the readers say; run 'tools/dev config-reference'.")
endif()
