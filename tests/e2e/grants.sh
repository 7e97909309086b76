#!/usr/bin/env bash
# What a target says of its cloud is not held against that cloud: where VMs are put, what bears
# tags and of which letters, which region is meant, whose zone is whose.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
export PLUGFEST_REFCLOUD_PASSWORD='grants-test-password'

openstack_target() {	# openstack_target IXIT [more lines]
	cat <<T
plugfest: target/1
name: openstack
driver: openstack
layer: {product: "reference cloud, OpenStack face", version: "1"}
backend: {provider: REFCLOUD, region: RegionOne}
connection: {endpoint: "$url_openstack/identity/v3", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, user_domain_name: Default, project_domain_name: Default, region_name: RegionOne}
ics: {vpc.cidr: unsupported, disk: supported}
ixit: {image: mock-vmimage-01, spec: mock-vmspec-01, $1, settle: {vm: 1, subnet: 1, sg: 1, keypair: 1, disk: 1}}
${2:-}
T
}
run() {	# run CASE... -> a run of those on t.yaml, in a folder
	local only=() c
	for c; do only+=(--only "$c"); done
	rm -rf "$work/run"
	timeout -k 5 120 "$PLUGFEST" run -q -t "$work/t.yaml" "${only[@]}" -o "$work/run" >"$work/log" 2>&1
}
verdicts() { sed -n 's/.*"type":"finish".*"verdict":"\([a-z-]*\)".*/\1/p' "$work/run/journal.jsonl" | sort | uniq -c | tr -s ' \n' ' '; }
verdicts_are() { [ "$(verdicts)" = " $1 " ] || { verdicts; grep '"ok":false' "$work/run/journal.jsonl"; cat "$work/log"; return 1; }; }
decided_at() { grep '"ok":false' "$work/run/journal.jsonl" | grep -q "\"what\":\"$1" || { grep '"ok":false' "$work/run/journal.jsonl"; return 1; }; }
fault() { cat >"$work/fault.yaml"; refcloud_options=(--set-fault-file "$work/fault.yaml"); }

# ---- a network of others, with a subnet of theirs ----

sign_in() {	# sets token
	token=$(curl -sS -m 10 -o "$work/token" -D - -H 'Content-Type: application/json' "$url_openstack/identity/v3/auth/tokens" -d '{
		"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin",
		"domain": {"name": "Default"}, "password": "'"$PLUGFEST_REFCLOUD_PASSWORD"'"}}},
		"scope": {"project": {"name": "demo", "domain": {"name": "Default"}}}}}' |
		tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
}
in_theirs() {	# a target on the network that others made
	local id
	sign_in
	id=$(curl -sS -m 10 -H "X-Auth-Token: $token" "$url_openstack/network/v2.0/networks" |
		jq -r '.networks[] | select(."router:external" | not) | .id' | head -1)
	openstack_target 'cidr_pool: 172.30.16.0/20' "existing: {vpc: $id}" >"$work/t.yaml"
}
refcloud_options=(--foreign)
serve openstack
in_theirs
run compute.vm.create-read compute.vm.addresses compute.vm.several-groups
check "a VM may be put into any subnet of the network it asks for" verdicts_are '3 pass'
stop_cloud
fault <<T
fault: vm-address-elsewhere
requirement: MCI-VM-02
on: vm.get
do: set-field
field: private_ip
value: 192.0.2.77
T
refcloud_options+=(--foreign)
serve openstack
in_theirs
run compute.vm.create-read compute.vm.addresses
check "its address lies in that one" verdicts_are '2 fail'
check "which is what fails" decided_at 'its private address is in the subnet'
stop_cloud

# ---- zones of disks ----

refcloud_options=()
serve openstack
asked() {	# how many disks were asked for in that zone
	find "$work/run/exchanges" -type f -exec cat {} + | grep -o '"op":"disk.create".*' | tr -d '\\ ' |
		grep -c "\"request\":\"{[^}]*\"availability_zone\":\"$1\""
}
openstack_target 'zone: default-z2' >"$work/t.yaml"
run storage.disk.create-read
check "a zone of VMs is no zone of disks" verdicts_are '1 pass'
check "and none is asked for" [ "$(asked default-z2)" = 0 ]
openstack_target 'zone: default-z1, disk_zone: default-z2' >"$work/t.yaml"
run storage.disk.create-read
check "one of disks is" [ "$(asked default-z2)" -gt 0 ]
stop_cloud

# ---- the region ----

serve spider
spider_target "$url_spider" | sed 's/region: default}/region: mars}/' >"$work/t.yaml"
run catalogue.region.list catalogue.price.list
check "the region that the target names is looked at" verdicts_are '2 pass'
check "by its zones" grep -rqs 'regionzone/mars' "$work/run"
not_of_default() { ! grep -rls 'regionzone/default' "$work/run/exchanges"; }
check "and no other" not_of_default
stop_cloud

# ---- tags ----

fault <<T
- {fault: no-network, requirement: MCI-NET-01, on: vpc.create, do: refuse, value: unsupported}
- {fault: narrow, requirement: MCI-META-04, on: tag.create, do: throttle, value: "60000", count: 1}
- {fault: narrow-words, requirement: MCI-META-04, on: tag.create, do: reclass, from: throttled, value: invalid}
T
serve spider
spider_target "$url_spider" | sed 's/^ixit: {/ixit: {tag_on: disk, /' >"$work/t.yaml"
run tag.tag.create-read
check "tags are put on what the target names" verdicts_are '1 pass'
stop_cloud
serve spider
spider_target "$url_spider" | sed 's/^ixit: {/ixit: {tag_on: disk, tag_values: plain, /' >"$work/t.yaml"
run tag.tag.value-characters
check "a narrow alphabet may refuse what is outside it" verdicts_are '1 pass'
stop_cloud
serve spider
spider_target "$url_spider" | sed 's/^ixit: {/ixit: {tag_on: disk, /' >"$work/t.yaml"
run tag.tag.value-characters
check "without being declared it may not" verdicts_are '1 fail'
for wrong in 'tag_on: region' 'tag_on: tree' 'tag_values: few'; do
	spider_target "$url_spider" | sed "s/^ixit: {/ixit: {$wrong, /" >"$work/t.yaml"
	check "a mistake in it: $wrong" status_is 3 "$PLUGFEST" plan -t "$work/t.yaml"
	check "... names what is wanted" says "found \"${wrong#*: }\""
done
# ---- a quota that others use ----

fault <<T
fault: slow-lists
on: vpc.list
do: slow
value: 200
T
refcloud_options+=(--quota vpc=1000)
busy() {	# the case that reads quotas, while others make networks
	serve openstack
	sign_in
	openstack_target 'cidr_pool: 10.201.0.0/16' | sed 's/^ics: {/ics: {quota: supported, address: unsupported, /' >"$work/t.yaml"
	for i in $(seq 900); do
		curl -sS -m 10 -o /dev/null -H "X-Auth-Token: $token" -H 'Content-Type: application/json' \
			"$url_openstack/network/v2.0/networks" -d "{\"network\": {\"name\": \"theirs-$i\"}}"
		sleep 0.04
	done &
	others=$!
	run quota.usage.agrees-with-list
	kill "$others" 2>/dev/null
	wait "$others" 2>/dev/null
	stop_cloud
}
busy
check "a use between what was there before and after agrees" verdicts_are '1 pass'
refcloud_options+=(--fault vpc-use-stuck)
busy
check "one that does not, where nothing ever stood still, proves nothing" verdicts_are '1 inconclusive'
check "... and the step says what would help" decided_at 'find a moment in which nothing comes or goes'
finish
