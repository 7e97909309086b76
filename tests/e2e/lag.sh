#!/usr/bin/env bash
# Lists that lag behind a delete or create: within the window that the target grants them, and
# beyond it.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
export PLUGFEST_REFCLOUD_PASSWORD='lag-test-password'
# The list shows a machine that was terminated, the next two times it is read.
cat >"$work/fault.yaml" <<T
fault: vm-list-lags
title: the list shows a terminated VM for two more reads
requirement: MCI-VM-09
on: vm.list
do: stale
value: destroy
count: 2
T
refcloud_options=(--set-fault-file "$work/fault.yaml")
serve spider
url=$url_spider
openstack_target() {	# openstack_target URL
	cat <<T
plugfest: target/1
name: openstack
driver: openstack
layer: {product: "reference cloud, OpenStack face", version: "1"}
backend: {provider: REFCLOUD, region: RegionOne}
connection: {endpoint: "$1/identity/v3", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, user_domain_name: Default, project_domain_name: Default, region_name: RegionOne}
ics: {vpc.cidr: unsupported}
ixit: {cidr_pool: 10.201.0.0/16, settle: {vpc: 1, subnet: 1}}
T
}
target=spider_target
run() {	# run SECONDS [CASE...] -> a run of those cases (one), in a folder
	local seconds=$1 only=()
	shift
	for c in "${@:-compute.vm.terminate}"; do only+=(--only "$c"); done
	"$target" "$url" | sed "s/^ixit: {/ixit: {consistency_s: $seconds, /" >"$work/t.yaml"
	rm -rf "$work/run"
	timeout -k 5 120 "$PLUGFEST" run -q -t "$work/t.yaml" "${only[@]}" -o "$work/run"
}
row() { grep -q "\"type\":\"finish\".*\"verdict\":\"$1\"" "$work/run/journal.jsonl" || { grep '"type":"finish"' "$work/run/journal.jsonl"; return 1; }; }

run 5 >"$work/log" 2>&1
check "a list may lag within the window" row pass
check "the time it took stands in the journal" grep -q '"type":"wait".*no longer listed","polls":3' "$work/run/journal.jsonl"
run 0 >"$work/log" 2>&1
check "without a window it may not" row fail
unmeasured() { ! grep 'no longer listed' "$work/run/journal.jsonl"; }
check "and no window is measured" unmeasured
stop_cloud

# Every list hides what was made from the next two times it is read.
for kind in keypair vpc sg vm disk address tag; do
	printf -- '- {fault: %s-list-late, requirement: MCI-VM-09, on: %s.list, do: stale, value: create, count: 2}\n' "$kind" "$kind"
done >"$work/fault.yaml"
serve spider
url=$url_spider
looking=('compute.keypair.*' 'network.*' 'storage.disk.*' 'tag.*' hygiene.reply.types)
blamed() { sed -n 's/.*"type":"finish".*"verdict":"\([a-z-]*\)".*/\1/p' "$work/run/journal.jsonl" | grep -vx pass | sort | uniq -c; }
none_blamed() { [ -s "$work/run/journal.jsonl" ] && ! blamed | grep . ; }
many_blamed() { blamed | awk '$2 == "fail" && $1 >= 10 { found = 1 } END { exit !found }' || { blamed; return 1; }; }
run 5 "${looking[@]}" >"$work/log" 2>&1
check "no list is blamed that shows what was made within the window" none_blamed
run 0 "${looking[@]}" >"$work/log" 2>&1
check "without a window every case that looks at one does" many_blamed
stop_cloud

# Subnets have a list of their own.
sed -n '/vpc/{s/vpc/subnet/g; s/count: 2/count: 8/; p}' "$work/fault.yaml" >"$work/subnets.yaml"
refcloud_options=(--set-fault-file "$work/subnets.yaml")
serve openstack
target=openstack_target url=$url_openstack
run 5 network.subnet.siblings network.vpc.same-cidr >"$work/log" 2>&1
check "no list of subnets is blamed within the window" none_blamed
run 0 network.subnet.siblings network.vpc.same-cidr >"$work/log" 2>&1
check "without one it is" row fail
stop_cloud
target=spider_target
refcloud_options=(--set-fault-file "$work/fault.yaml")

# More looks than a fixed number of them: time is what is granted.
cat >"$work/fault.yaml" <<T
fault: keypair-list-late
requirement: MCI-KEY-01
on: keypair.list
do: stale
value: create
count: 104
T
serve spider
url=$url_spider
run 60 'compute.keypair.shown-at-once' >"$work/log" 2>&1
check "a long window is used to its end" row pass
finish
