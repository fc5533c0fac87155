# Wrong words of tally-sim: each gets a sentence that says what to write, code 2, and runs nothing.
# PROGRAM, FOLDER of a tiny scenario.
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
