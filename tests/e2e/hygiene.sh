#!/usr/bin/env bash
# The profile spider-hygiene: what it says of each face, and that it can say otherwise.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"

hygiene() {	# hygiene FACE options...
	local face=$1
	shift
	rm -rf "$work/run"
	timeout -k 5 60 "$PLUGFEST" run -q -p spider-hygiene --face "$face" -o "$work/run" "$@"
}
verdict() { grep '"type":"finish"' "$work/run/journal.jsonl" | grep -c "\"verdict\":\"$1\""; }
decided_by() { grep -q "\"requirement\":\"$1\",\"advisory\":$2,.*\"ok\":false" "$work/run/journal.jsonl"; }
count_is() { [ "$(verdict "$1")" = "$2" ] || { grep '"type":"finish"' "$work/run/journal.jsonl"; return 1; }; }
sound() { "$PLUGFEST" verify "$work/run"; }

check "an API with statuses meets the profile" status_is 0 hygiene openstack
check "with no deviation" count_is pass-with-deviation 0
check "an API whose errors are all 500 meets it" status_is 0 hygiene spider
check "with one" count_is pass-with-deviation 1
check "which is that" decided_by MCI-HYG-05 true
check "its evidence holds" status_is 0 sound

cat >"$work/fault.yaml" <<T
fault: unknown-key-as-broken
on: keypair.get
do: status
from: 404
value: 503
T
check "a 503 for what does not exist fails" status_is 1 hygiene openstack --set-fault-file "$work/fault.yaml"
check "as an undocumented status" decided_by MCI-HYG-01 false
check "and deviates as no client error" decided_by MCI-HYG-05 true
check "a page of HTML for a network fails" status_is 1 hygiene openstack --fault vpc-get-html
check "a password in errors fails" status_is 1 hygiene spider --fault errors-tell-password
check "as a secret that is shown" decided_by MCI-SEC-06 false
finish
