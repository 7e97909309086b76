#!/usr/bin/env bash
# Explorations as a user types them: mistakes, limits, what is found, replayed, left behind.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
export PLUGFEST_REFCLOUD_PASSWORD=explore-e2e-password
quick=(-q --time-scale 0.01 --latency 400)

for mistake in '--steps 0' '--actors 5' '--seed x' '--sequences' '--only x' '-p iaas-core' '--nonsense'; do
	# Its words are wanted.
	# shellcheck disable=SC2086
	check "explore $mistake is a mistake of usage" status_is 3 "$PLUGFEST" explore $mistake
done
printf 'plugfest: exploration/1\nsteps:\n- {do: reed, kind: vpc, item: 1}\n' >"$work/bad.yaml"
check "a script's mistake is named" status_is 3 "$PLUGFEST" explore --replay "$work/bad.yaml"
check "... with its line" says 'bad.yaml:3: do: found "reed"'
check "a missing script is named" status_is 3 "$PLUGFEST" explore --replay "$work/none.yaml"

# Nothing is held beyond the limits, by any number of actors.
serve spider
spider_target "$url_spider" | sed 's/^name: .*/name: small/' >"$work/small.yaml"
echo 'limits: {vm: 1, vpc: 1, keypair: 1, address: 0}' >>"$work/small.yaml"
check "a healthy cloud agrees" status_is 0 "$PLUGFEST" explore -q -t "$work/small.yaml" --steps 40 --actors 3 \
	-o "$work/small"
stop_cloud
most() {	# most KIND: the most of a kind between its create and its delete
	awk -v kind="$1" '/"type":"ledger"/ && index($0, "\"kind\":\"" kind "\"") {
		n += /"op":"created"/ ? 1 : /"op":"gone"/ && had[key()] ? -1 : 0
		if (/"op":"created"/) had[key()] = 1
		if (n > max) max = n
	}
	function key() { match($0, /"intent":[0-9]+/); return substr($0, RSTART, RLENGTH) }
	END { print max + 0 }' "$work/small/journal.jsonl"
}
check "one VM at a time" test "$(most vm)" = 1
check "one network at a time" test "$(most vpc)" = 1
check "two security groups" test "$(most sg)" = 2
check "no address" test "$(most address)" = 0
check "the run verifies" status_is 0 "$PLUGFEST" verify "$work/small"

# What is found.
check "a fault is found" status_is 1 "$PLUGFEST" explore --face spider --fault subnet-dependency-accepted \
	--sequences 5 --steps 60 "${quick[@]}" -o "$work/found"
check "... and said" says 'MCI-ERR-05, the answer: expected refused as conflict: it is in use, observed accepted'
script=$(find "$work/found" -name 'explore-refcloud-spider-*.yaml')
check "... in a script" test -s "$script"
check "... of 8 steps or fewer" test "$(grep -c '^  - {do: ' "$script")" -le 8
check "... in JUnit" grep -q 'MCI-ERR-05' "$work/found/junit.xml"
check "... and verifies" status_is 0 "$PLUGFEST" verify "$work/found"
check "nothing is left" status_is 0 "$PLUGFEST" sweep "$work/found"
check "the script fails again" status_is 1 "$PLUGFEST" explore --face spider --fault subnet-dependency-accepted \
	--replay "$script" "${quick[@]}" -o "$work/again"
check "... and agrees on a healthy cloud" status_is 0 "$PLUGFEST" explore --face spider --replay "$script" \
	"${quick[@]}" -o "$work/sound"
check "two of one name at once are found" status_is 1 "$PLUGFEST" explore --face spider \
	--fault keypair-duplicate-accepted --actors 3 --sequences 8 --steps 60 "${quick[@]}" -o "$work/race"

# A worker that dies begins anew and removes what the first one made.
check "a crash is survived" status_is 0 "$PLUGFEST" explore --face spider --steps 40 "${quick[@]}" \
	--crash-worker-after 60 -o "$work/crash"
check "... by a second attempt" grep -q '"type":"start","row":1,"attempt":2' "$work/crash/journal.jsonl"

finish
