#!/usr/bin/env bash
# The program tally-emul from outside: first line, control port, scene, exit codes, words of error.
#
#   emul_program_test.sh PATH/TO/tally-emul
set -uo pipefail
emul=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
failures=0

# expect NAME WANTED_CODE WANTED_TEXT COMMAND...: runs it; its output must hold the text.
expect() {
    local name=$1 code=$2 text=$3 said got
    shift 3
    said=$(timeout 30 "$@" 2>&1 </dev/null)
    got=$?
    if [ "$got" -ne "$code" ] || [[ $said != *"$text"* ]]; then
        printf 'FAILED: %s: exit %d (wanted %d), output:\n%s\n' "$name" "$got" "$code" "$said"
        failures=$((failures + 1))
    fi
}

cat >"$place/good.jsonl" <<'END'
{"verb":"gate","reader":"g1","gate":"dock","outside":"yard","inside":"hall"}
{"verb":"unit","epc":"AA","place":"yard"}
{"at_ms":10,"verb":"walk","units":["AA"],"gate":"dock","speed_mm_s":10000}
END
echo '{"at_ms":10,"verb":"walk","units":["AA"],"gate":"dock"}' >"$place/refused.jsonl"
echo 'nonsense' >"$place/broken.jsonl"

expect "help" 0 "Examples:" "$emul" --help
expect "verbs" 0 "tag_seen" "$emul" --verbs
expect "faults" 0 "id_clash" "$emul" --list-faults
expect "an unknown option" 2 "--frobnicate" "$emul" --frobnicate
expect "a fault with a typo" 2 "did you mean 'id_clash'" "$emul" --fault id_clsh
expect "a reader without name" 2 "NAME=PORT" "$emul" --reader =1
expect "a vehicle with a trait that is none" 2 "no fault 'charme'" "$emul" --agv v1@a:charme=2
expect "a charger that is nowhere" 2 "say where it is in metres" "$emul" --agv v1@a:charger=4
expect "a vehicle of another standard" 2 "2.0.0 or 2.1.0" "$emul" --agv v1@a:version=3
expect "nothing to play" 1 "cannot be read" "$emul" --replay "$place/absent"
expect "an address that is none" 1 "tally-emul:" "$emul" --host 999.1.1.1
expect "standard input from nowhere" 1 "takes a pipe" "$emul" --stdin
expect "the end of standard input" 0 '"ready":true' bash -c ': | "$0" --stdin' "$emul"
expect "a scene to its end" 0 '"event":"walk done"' "$emul" --reader g1 --scene "$place/good.jsonl" --exit-after-scene
expect "a refused command" 1 "no gate dock" "$emul" --reader g1 --scene "$place/refused.jsonl" --exit-after-scene
expect "a broken scene" 1 "broken.jsonl:1" "$emul" --scene "$place/broken.jsonl"

# The control port: answers go back to who asked; "quit" ends the program with 0.
coproc "$emul" --reader g1 --control 0 --quiet
emul_pid=$COPROC_PID
read -r -t 20 ready <&"${COPROC[0]}"
port=$(sed -n 's/.*"control":\([0-9]*\).*/\1/p' <<<"$ready")
exec 5<>"/dev/tcp/127.0.0.1/$port"
printf '{"verb":"status"}\n{"reader":"g1","verb":"tag_seen","epc":"AA"}\n{"verb":"quit"}\n' >&5
read -r -t 20 status <&5
read -r -t 20 seen <&5
[[ $status == *'"reader":"g1"'* ]] || { echo "FAILED: status said $status"; failures=$((failures + 1)); }
[[ $seen == *'"answer":"not_reading"'* ]] || { echo "FAILED: tag_seen said $seen"; failures=$((failures + 1)); }
wait "$emul_pid"
code=$?
[ "$code" -eq 0 ] || { echo "FAILED: quit left with $code"; failures=$((failures + 1)); }

echo "$failures failures"
[ "$failures" -eq 0 ]
