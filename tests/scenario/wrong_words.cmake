# Wrong words of tally-sim: each gets a sentence that says what to write, code 2, and runs nothing.
# PROGRAM, FOLDER of a tiny scenario, WORK a folder to write in.
include(${CMAKE_CURRENT_LIST_DIR}/sim_program.cmake)

set(tiny --scenarios ${FOLDER})

# A mistyped plant is no plant: a green trial of nothing would be taken for a caught bug.
foreach(command run plants swarm)
    refuse(${PROGRAM} ${command} --plant delta_twic)
    expect("there is no bug 'delta_twic' to plant; did you mean 'delta_twice'? There are: ack_before_commit, ")
    refuse(${PROGRAM} ${command} --plant nosuch)
    expect("there is no bug 'nosuch' to plant; there are: ack_before_commit, ")
endforeach()
refuse(${PROGRAM} ${tiny} plants --plant delta_twice)
expect("there is no scenario 'swarm'")
run(0 ${PROGRAM} ls --plants)
expect("bound_ignored          disk_full  a box takes in more than may wait for its disk")

# A folder without scenarios is told, whoever asks.
foreach(command ls "run" "swarm" "plants")
    refuse(${PROGRAM} --scenarios /no/such/folder ${command})
    expect("the folder of scenarios /no/such/folder cannot be read (")
endforeach()
refuse(${PROGRAM} --scenarios ${CMAKE_CURRENT_LIST_DIR} ls)
expect("no scenario (*.toml) stands in ")

# Numbers are what they look like, and none of nothing is no proof.
foreach(words "run --seed -1" "run --seed 18446744073709551616" "run --seed 010" "run --seed 1x"
        "swarm --first -1" "swarm --runs 0" "swarm --runs -1" "plants --runs 0" "plants --catches 0")
    separate_arguments(words)
    run(2 ${PROGRAM} ${words})
    expect("is no whole number from ")
endforeach()
refuse(${PROGRAM} swarm --first 18446744073709551615 --runs 2)
expect("there are no 2 seeds from 18446744073709551615 on")

# Nothing compared with nothing is not the same.
set(empty ${WORK}/empty.trace)
file(WRITE ${empty} "")
set(script ${CMAKE_CURRENT_LIST_FILE})
foreach(one ${empty} ${CMAKE_CURRENT_LIST_DIR} ${script} /no/such.trace)
    refuse(${PROGRAM} trace diff ${one} ${one})
    expect("tally-sim: ${one} ")
    expect("; record one with run --trace")
endforeach()
