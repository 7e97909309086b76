#!/usr/bin/env bash
# What cases share: one network with subnet, group and key a target, whatever runs at once;
# cases that change theirs keep their own; nothing is left after a crash, a stop or kill -9.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='shared-test-password' SETTLE_VM=1
plugfest() { timeout -k 5 90 "$PLUGFEST" "$@"; }
ledger() { cat "$work/$1"/journal*.jsonl | grep '"type":"ledger"'; }
# The run's own (row 0) of a kind that reached that point.
shared() { ledger "$1" | grep '"row":0,' | grep "\"op\":\"$2\"" | grep -c "\"kind\":\"$3\""; }
each_once() {	# DIR OP
	for kind in vpc subnet sg keypair; do [ "$(shared "$1" "$2" "$kind")" = 1 ] || { echo "$kind: $(shared "$1" "$2" "$kind")"; return 1; }; done
}
# Of the cases that were to run, none without a pass; status 2, as some were left out.
passes() {	# DIR command...
	status_is 2 "${@:2}" && [ "$(jq '[.rows[] | select(.cause != "filtered" and (.verdict | IN("pass", "not-applicable") | not))] | length' "$work/$1/report.json")" = 0 ]
}
whole=(--only 'compute.vm.*' --only 'network.sg.*' --only '*nothing-left')

for jobs in 1 16; do
	check "-j $jobs: all pass" passes "$jobs" plugfest run -q --face openstack --time-scale 0.3 -j "$jobs" "${whole[@]}" -o "$work/$jobs"
	check "... one site is made" each_once "$jobs" created
	check "... and removed" each_once "$jobs" gone
	check "... before the inventory" awk '/"row":0,.*"op":"gone"/ { gone = NR } /"when":"after"/ && !after { after = NR } END { exit !(gone && gone < after) }' "$work/$jobs/journal.jsonl"
	check "... fewer networks than VMs" [ "$(ledger "$jobs" | grep '"op":"created"' | grep -c '"kind":"vpc"')" -lt 20 ]
	check "... the evidence holds" status_is 0 plugfest verify "$work/$jobs"
done
check "one asks for the network, another for all of it: all pass" passes both plugfest run -q --face spider -j 16 --only 'network.sg.*' --only 'storage.disk.*' -o "$work/both"
check "a case alone makes it too" passes alone plugfest run -q --face spider --only compute.vm.reboot -o "$work/alone"
check "... for the run" each_once alone gone

# ---- little room ----

check "one network at a time: what fits passes" status_is 2 plugfest run -q --face openstack --time-scale 0.3 --quota vpc=1,vm=1 -j 16 "${whole[@]}" -o "$work/room"
check "... nothing else" [ "$(jq '[.rows[] | select(.cause != "limit" and .cause != "filtered" and (.verdict | IN("pass", "not-applicable", "not-run") | not))] | length' "$work/room/report.json")" = 0 ]
check "... cases with networks of their own among it" [ "$(jq '[.rows[] | select(.case == "compute.vm.terminate" and .verdict == "pass")] | length' "$work/room/report.json")" = 1 ]
check "... never two networks" awk '/"type":"ledger"/ && /"kind":"vpc"/ { if (/"op":"created"/ && ++n > 1) bad = 1; if (/"op":"gone"/ && /"id":"[^"]/) n-- } END { exit bad }' "$work/room/journal.jsonl"

# ---- it cannot be made ----

{ spider_target http://127.0.0.1:9/spider; echo 'limits: {vpc: 1, vm: 1}'; } >"$work/closed.yaml"
check "nobody listens: the run is undecided" status_is 2 plugfest run -q -t "$work/closed.yaml" --only 'compute.vm.*' -o "$work/closed"
check "... and every case begins and says why" [ "$(jq '[.rows[] | select(.verdict == "did-not-complete")] | length' "$work/closed/report.json")" = 0 ]

check "without a subnet no VM case passes" status_is 1 plugfest run -q --face spider --time-scale 0.02 --set-fault-file <(printf 'fault: no-subnet\ntitle: a subnet is refused\nrequirement: MCI-NET-02\non: subnet.create\ndo: refuse\nvalue: denied\n') --only "compute.vm.*" -o "$work/none"
check "... each says so" [ "$(jq '[.rows[] | select(.verdict == "fail")] | length' "$work/none/report.json")" -ge 15 ]
check "... the network was made once" [ "$(shared none created vpc)" = 1 ]
check "... and removed" [ "$(shared none gone vpc)" = 1 ]

# ---- crash, stop, kill ----

check "the worker crashes in the middle" passes crash plugfest run -q --face spider --time-scale 0.005 --crash-worker-after 400 "${whole[@]}" -o "$work/crash"
check "... it did" grep -q '"type":"crashed"' "$work/crash/journal.jsonl"
check "... what was shared then was removed and made again" [ "$(shared crash created vpc)" -ge 2 ]
check "... all of it is gone" [ "$(shared crash created vpc)" = "$(shared crash gone vpc)" ]

refcloud_options=(--latency 100)
serve spider
spider_target "$url_spider" >"$work/t.yaml"
holdings >"$work/before"
begin() {	# DIR: until the shared site is whole and a few rows have ended
	setsid "$PLUGFEST" run -q -t "$work/t.yaml" "${whole[@]}" -o "$work/$1" >"$work/$1.out" 2>&1 &
	pid=$!
	for _ in $(seq 300); do
		[ "0$(grep -cs '"type":"finish"' "$work/$1/journal.jsonl")" -ge 3 ] && [ "$(shared "$1" created keypair 2>/dev/null)" = 1 ] && break
		sleep 0.02
	done
}
begin stopped
kill -INT -"$pid"
wait "$pid"
check "a run that was stopped has removed it" each_once stopped gone
check "... and all else" diff "$work/before" <(holdings)
begin killed
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
check "a run that was killed has not" [ "$(shared killed gone vpc)" = 0 ]
cp -r "$work/killed" "$work/resumed"
check "sweep removes it" status_is 0 plugfest sweep -q "$work/killed"
check "... and all else" diff "$work/before" <(holdings)
begin again
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
check "a run that goes on" passes again plugfest run -q --resume "$work/again"
check "... makes another" [ "$(shared again created vpc)" -ge 2 ]
check "... and removes each" [ "$(shared again created vpc)" = "$(shared again gone vpc)" ]
check "... and all else" diff "$work/before" <(holdings)
check "... the evidence holds" status_is 0 plugfest verify "$work/again"
finish
