#!/usr/bin/env bash
# Runs every scenario of the library once; and shows that a trace is the same twice, and that a
# planted bug fails with the exit code of a failed check.
set -uo pipefail
sim=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0
for scenario in $("$sim" ls | cut -d' ' -f1); do
    short=()
    [ "$scenario" = broker_outage ] && short=(--set work.minutes=90 --set fault.outage_min=70)
    [ "$scenario" = sale_day ] && short=(--set work.minutes=4)
    if ! "$sim" run --scenario "$scenario" --seed 1 -q "${short[@]}" >"$folder/out" 2>&1; then
        echo "$scenario failed:"
        tail -n 40 "$folder/out"
        failed=1
    fi
done
small=(run --scenario quiet_day -q --set work.minutes=3)
"$sim" "${small[@]}" --seed 5 --trace "$folder/a" >/dev/null || failed=1
"$sim" "${small[@]}" --seed 5 --trace "$folder/b" >/dev/null || failed=1
"$sim" "${small[@]}" --seed 6 --trace "$folder/c" >/dev/null || failed=1
"$sim" trace diff "$folder/a" "$folder/b" || failed=1
"$sim" trace diff "$folder/a" "$folder/c" >"$folder/out"
[ $? -eq 6 ] && grep -q 'they part at entry' "$folder/out" || { echo "trace diff missed"; failed=1; }
"$sim" run --scenario resync --seed 1 -q --plant stock_beside_ledger >"$folder/out" 2>&1
[ $? -eq 6 ] && grep -q 'see it again: tally-sim run' "$folder/out" || { echo "plant missed"; failed=1; }
"$sim" run --scenario no_such >/dev/null 2>&1
[ $? -eq 2 ] || { echo "usage missed"; failed=1; }
exit $failed
