# What tally-sim does with a failure, from the swarm that finds it to the line that shows it again:
# PROGRAM, FOLDER of a tiny scenario, WORK a folder to write in. A planted bug fails on purpose.
include(${CMAKE_CURRENT_LIST_DIR}/sim_program.cmake)

file(MAKE_DIRECTORY ${WORK})
set(sim ${PROGRAM} --scenarios ${FOLDER})

# A swarm stops, tells when and what went before, and reduces it. The lines that it prints fail again.
run(6 ${sim} swarm --scenario tiny --runs 3 --jobs 2 --plant overflow_dropped --minimise)
expect("seed 1 failed")
expect("before the first finding, at ")
expect("told.durable: ")
expect("still fails with ")
if(printed MATCHES "(still fails with|--set)[^\n]*[ '](fleet|floor|agv|fleet_fault)\\.")
    message(FATAL_ERROR "a run of a site was reduced by what only a fleet needs:\n${printed}")
endif()
line_behind("see it again: " again)
line_behind("the least that still fails: " least)
foreach(line again least)
    run(6 ${${line}})
    expect("told.durable: ")
    expect("--scenarios '${FOLDER}'")
    expect("--plant overflow_dropped")
endforeach()

# A run that does not end in its time is ended and named, and the swarm with it; till then it says
# every now and then how far it is. A week of a site is not over in two seconds.
run(6 ${sim} swarm --scenario tiny --first 5 --runs 3 --jobs 1 --set work.minutes=10080 --limit-s 2 --tell-every-s 1)
expect("0 of 3 seeds, 0.0 site-hours in ")
expect("seed 5 failed after 1 seeds\nhung: tally-sim ")
expect("--seed 5 --set 'work.minutes=10080' had not ended after 2 s of wall time")
expect("see it again: tally-sim ")

# One seed, two traces; and the line of a run that must be made twice says so.
run(0 ${sim} run --scenario tiny --seed 1 --twice --trace ${WORK}/a.trace)
run(0 ${sim} run --scenario tiny --seed 1 --trace ${WORK}/b.trace)
string(REGEX MATCH "\\(([0-9]+ entries)\\)" entries "${printed}")
set(entries "${CMAKE_MATCH_1}")
run(0 ${sim} run --scenario tiny --seed 2 --trace ${WORK}/c.trace)
run(0 ${PROGRAM} trace diff ${WORK}/a.trace ${WORK}/b.trace)
expect("the same, ${entries}\n")
run(6 ${PROGRAM} trace diff ${WORK}/a.trace ${WORK}/c.trace)
expect("they part at entry ")
run(0 ${sim} run --scenario tiny --seed 1 -v)
expect("link.latency_us=")
expect(" s  e1 warning, sync: ")
run(6 ${sim} run --scenario tiny --seed 1 --twice --plant timer_by_address)
expect("run.twice: ")
line_behind("see it again: " again)
run(6 ${again})
expect("run.twice: ")
