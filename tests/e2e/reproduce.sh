#!/usr/bin/env bash
# The reproduce line of a finding, typed as it stands, shows the same finding again.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
plugfest() { timeout -k 5 60 "$PLUGFEST" "$@"; }

check "a fault is found" status_is 1 plugfest run -q --face openstack --fault keypair-renamed --seed 7 \
	--latency 20 --time-scale 0.2 --only 'compute.keypair.*' -o "$work/first"
line=$(sed -n 's/^reproduce: plugfest \(.*--only compute.keypair.create-read\)$/\1/p' "$work/first/junit.xml" | head -1)
check "the report says how to see it again" [ -n "$line" ]
check "with the reference cloud as it was" [ "${line#*--fault keypair-renamed --latency 20 --seed 7 --time-scale 0.2}" != "$line" ]
# The words of the line are wanted.
# shellcheck disable=SC2086
check "which ends alike" status_is 1 plugfest $line -q -o "$work/again"
finding() { grep -o 'message="[^"]*' "$1/junit.xml" | grep 'its name reads back' | sed 's/p[0-9a-z]\{8\}-keypair/NAME/' | head -1; }
check "the finding has words" [ -n "$(finding "$work/first")" ]
check "and they are the same" [ "$(finding "$work/first")" = "$(finding "$work/again")" ]
finish
