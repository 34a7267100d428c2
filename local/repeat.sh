#!/bin/sh
# repeat.sh ROUNDS COMMAND...: runs the tests so many times in a row, and says of each round how it ended and how long it
# took. Ends with 1 if any round failed. Called by the Makefile.
set -u
trap 'exit 130' INT

rounds=$1
shift
logs=.pytest_cache/rounds
mkdir -p "$logs"
failed=0
round=1
while [ "$round" -le "$rounds" ]; do
    log=$logs/$round.log
    began=$(date +%s)
    result=passed
    "$@" >"$log" 2>&1 || {
        result=FAILED
        failed=$((failed + 1))
    }
    took=$(($(date +%s) - began))
    printf 'round %d of %d: %s in %d:%02d\n' "$round" "$rounds" "$result" $((took / 60)) $((took % 60))
    grep -E '^(FAILED|ERROR) ' "$log"
    tail -n 1 "$log"
    round=$((round + 1))
done
echo "$failed of $rounds rounds failed; the output of each is in $logs"
[ "$failed" = 0 ]
