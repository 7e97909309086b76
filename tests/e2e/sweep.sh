#!/usr/bin/env bash
# What a killed run left is removed, from the very accounts that made it and no others.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='sweep-test-password' SETTLE_VM=2
plugfest() { timeout -k 5 90 "$PLUGFEST" "$@"; }
ask() { curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" "$url_spider$1"; }

# ---- two tenants ----

cat >"$work/slow.yaml" <<T
fault: vpc-delete-slow
title: deleting a network takes its time
requirement: MCI-NET-01
on: vpc.destroy
do: slow
value: "1500"
T
refcloud_options=(--set-fault-file "$work/slow.yaml")
serve spider
networks() { ask "/vpc?ConnectionName=$1" | grep -oE '"NameId":"p[^"]*-vpc"'; }
both() { spider_target "$url_spider" | sed 's/tenants: unsupported/tenants: supported/'; echo "second_tenant: {connection_name: $1}"; }
both refcloud-2 >"$work/t.yaml"
both refcloud >"$work/same.yaml"
spider_target "$url_spider" >"$work/one.yaml"
# What the second tenant has stands in the journal, what the first has is being deleted.
setsid "$PLUGFEST" run -q -t "$work/t.yaml" --only security.tenant.same-name -o "$work/run" >"$work/run.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	grep -qs '"op":"created".*"second_tenant":true' "$work/run/journal.jsonl" && break
	sleep 0.02
done
kill -9 "$pid"
{ wait "$pid"; } 2>/dev/null
sleep 0.3
check "the second tenant's network is left" networks refcloud-2
check "the journal says who the second tenant is" grep -q '"type":"session".*"second_tenant":true' "$work/run/journal.jsonl"
check "the report names the product all the same" status_is 2 plugfest report "$work/run"
check "... as the first session did" grep -q 'CB-Spider' "$work/run/report.html"

check "swept with another second tenant" status_is 3 plugfest sweep "$work/run" -t "$work/same.yaml"
check "... it is said which, and what differs" says 'second_tenant: found another connection than the run used ("refcloud"; wanted "refcloud-2"): nothing was deleted'
check "... nothing was, of either" status_is 1 grep -q delete-sent "$work/run/sweep-1.jsonl"
check "swept with none" status_is 2 plugfest sweep "$work/run" -t "$work/one.yaml"
check "... it is said" says 'found no second_tenant:, whose resources the run made'
check "... what it has is still there" networks refcloud-2
sed -i 's/connection_name: refcloud}/connection_name: refcloud-2}/' "$work/one.yaml"
check "swept with another first tenant" status_is 3 plugfest sweep -q "$work/run" -t "$work/one.yaml"
check "resumed with another first tenant" status_is 3 plugfest run -q --resume "$work/run" -t "$work/one.yaml"
check "... nothing was deleted" status_is 1 grep -q delete-sent "$work/run/journal-2.jsonl"
check "... of anybody" networks refcloud-2
check "that session does not count afterwards" status_is 3 plugfest sweep -q "$work/run" -t "$work/one.yaml"
check "swept as it was run" status_is 0 plugfest sweep -q "$work/run"
check "... nothing is left of the second tenant" status_is 1 networks refcloud-2
check "... nor of the first" status_is 1 networks refcloud
stop_cloud

# ---- what only the provider has ----

cat >"$work/slow.yaml" <<T
- fault: vm-orphaned-here
  on: vm.create
  do: half-made
  value: hidden
- fault: vm-list-slow
  on: vm.list
  do: slow
  value: "1500"
T
serve spider
spider_target "$url_spider" >"$work/t.yaml"
at_provider() { ask "/allvm?ConnectionName=refcloud" | grep -oE '"OnlyCSPList":\[\{.*"NameId":"p[^"]*-vm"'; }
listed() { ask "/vm?ConnectionName=refcloud" | grep -oE '"NameId":"p[^"]*-vm"'; }
# The create was refused, and the case is about to look.
setsid "$PLUGFEST" run -q -t "$work/t.yaml" --only compute.vm.unknown-spec -o "$work/orphan" >"$work/orphan.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	grep -qs '"op":"intent".*"kind":"vm"' "$work/orphan/journal.jsonl" && at_provider >"$work/seen" && break
	sleep 0.02
done
kill -9 "$pid"
{ wait "$pid"; } 2>/dev/null
sleep 0.3
check "a VM is at the provider" at_provider
check "... and not in the list" status_is 1 listed
check "it is swept" status_is 0 plugfest sweep -q "$work/orphan"
check "... by the provider's id, found by its name" grep -q '"op":"created".*"kind":"vm".*"id":"csp:' "$work/orphan/sweep-1.jsonl"
check "... and gone" status_is 1 at_provider
check "... with all that it stood on" status_is 1 networks refcloud
stop_cloud

# ---- stopped by the user ----

cat >"$work/slow.yaml" <<T
fault: vpc-read-slow
title: reading a network takes its time
requirement: MCI-NET-01
on: vpc.get
do: slow
value: "2000"
T
serve spider
spider_target "$url_spider" >"$work/t.yaml"
sed 's/^name: .*/name: other/; s/connection_name: refcloud}/connection_name: refcloud-2}/' "$work/t.yaml" >"$work/other.yaml"
setsid "$PLUGFEST" run -q -t "$work/t.yaml" -t "$work/other.yaml" --only network.vpc.create-read-delete -o "$work/two" >"$work/two.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	[ "$(grep -s '"op":"created"' "$work/two/journal.jsonl" | grep -oE '"target":"[^"]*"' | sort -u | wc -l)" = 2 ] && break
	sleep 0.02
done
kill -9 "$pid"
{ wait "$pid"; } 2>/dev/null
sleep 0.3
check "both targets hold a network" status_is 0 networks refcloud
check "... the other too" status_is 0 networks refcloud-2
setsid "$PLUGFEST" sweep "$work/two" >"$work/two.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	grep -qs '"op":"delete-sent"' "$work/two/sweep-1.jsonl" && break
	sleep 0.02
done
kill -INT -"$pid"
wait "$pid"
check "a sweep that is stopped says so by its status" test $? = 4
check "... and begins no further target" test "$(grep -c '"op":"delete-sent"' "$work/two/sweep-1.jsonl")" = 1
held() { networks refcloud || networks refcloud-2; }
check "... which holds what it held" held
check "the next sweep ends it" status_is 0 plugfest sweep -q "$work/two"
check "... for the one" status_is 1 networks refcloud
check "... and the other" status_is 1 networks refcloud-2
stop_cloud

finish
