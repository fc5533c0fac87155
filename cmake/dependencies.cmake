# Third-party parts, all from Debian 12 packages (docs/adr/0002). Headers are SYSTEM: their warnings
# are not ours. Which room may use which part is checked by tools/layer_check.
find_package(Threads REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(SQLite3 3.40 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(PkgConfig REQUIRED)
find_library(TALLY_PAHO_CPP paho-mqttpp3 REQUIRED)
find_library(TALLY_PAHO_C paho-mqtt3as REQUIRED)

add_library(tally_paho INTERFACE)
target_link_libraries(tally_paho INTERFACE ${TALLY_PAHO_CPP} ${TALLY_PAHO_C} Threads::Threads)
