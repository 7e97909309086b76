#!/usr/bin/env bash
# Ways out: clouds whose groups let nothing out unasked, and a network of the user's own with
# a router of the user's own, on which none of ours may appear.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='egress-test-password' SETTLE_VM=1
plugfest() { timeout -k 5 120 "$PLUGFEST" "$@"; }
# Of the cases that were to run, none without a pass, and at least so many with one.
all_pass() {	# DIR LEAST
	[ "$(jq '[.rows[] | select(.verdict == "pass")] | length' "$work/$1/report.json")" -ge "$2" ] &&
		[ "$(jq '[.rows[] | select(.cause != "filtered" and (.verdict | IN("pass", "not-applicable") | not))] | length' "$work/$1/report.json")" = 0 ] && return
	jq -c '.rows[] | select(.cause != "filtered" and .verdict != "pass") | [.case, .verdict, .cause]' "$work/$1/report.json"
	return 1
}

# ---- groups that let nothing out ----

for face in spider openstack; do
	check "$face: guests of a cloud that denies egress" status_is 2 plugfest run -q --face "$face" --egress denied-by-default --time-scale 0.2 --only 'guest.*' -o "$work/$face"
	check "... all answer" all_pass "$face" 20
done
check "another word is refused" status_is 3 plugfest refcloud --face spider --egress open
check "... by name" says '--egress: found "open"; wanted allowed-by-default or denied-by-default'
check "a run refuses it too" status_is 3 plugfest run -q --face spider --egress open -o "$work/bad"

refcloud_options=(--latency 5 --egress denied-by-default)
serve spider openstack
{ spider_target "$url_spider"; } >"$work/untold.yaml"
sed 's/source: 127.0.0.1\/32}/source: 127.0.0.1\/32, egress: denied-by-default, boot_s: 20}/' "$work/untold.yaml" >"$work/told.yaml"
sed -i 's/source: 127.0.0.1\/32}/source: 127.0.0.1\/32, boot_s: 2}/' "$work/untold.yaml"
check "who does not say so makes guests that never answer" status_is 1 plugfest run -q -t "$work/untold.yaml" --only guest.rule.none -o "$work/untold"
check "... the report tells which step" grep -q 'it answers on the port that a rule opens' "$work/untold/report.json"
check "who says so does not" status_is 2 plugfest run -q -t "$work/told.yaml" --only guest.rule.none --only guest.rule.direction -o "$work/told"
check "... both cases pass" all_pass told 2

# stack METHOD PATH [JSON]: a call to the OpenStack face; its reply on standard output.
login='{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin", "domain": {"name": "Default"}, "password": "'$PLUGFEST_REFCLOUD_PASSWORD'"}}}, "scope": {"project": {"name": "demo", "domain": {"name": "Default"}}}}}'
sign_in() {
	token=$(curl -sS -m 10 -D - -o "$work/catalogue" -H 'Content-Type: application/json' -d "$login" "$url_openstack/identity/v3/auth/tokens" |
		tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
}
stack() {
	local base
	base=$(jq -r --arg s "$1" '[.token.catalog[] | select(.type == $s) | .endpoints[] | select(.interface == "public") | .url][0]' "$work/catalogue")
	curl -sS -m 10 --fail-with-body -X "$2" -H "X-Auth-Token: $token" -H 'Content-Type: application/json' ${4:+-d "$4"} "$base$3"
}
sign_in
group=$(stack network POST /v2.0/security-groups '{"security_group": {"name": "plain"}}')
check "its new groups show no rule that lets out" [ "$(jq '[.security_group.security_group_rules[] | select(.direction == "egress")] | length' <<<"$group")" = 0 ]
stop_cloud

# ---- the user's own network, subnet and router; no room for another router ----

refcloud_options=(--latency 5 --quota router=1)
serve openstack
sign_in
outside=$(stack network GET '/v2.0/networks?router:external=true' | jq -r '.networks[0].id')
net=$(stack network POST /v2.0/networks '{"network": {"name": "mine"}}' | jq -r .network.id)
sub=$(stack network POST /v2.0/subnets "{\"subnet\": {\"name\": \"mine\", \"network_id\": \"$net\", \"ip_version\": 4, \"cidr\": \"10.40.7.0/24\"}}" | jq -r .subnet.id)
router=$(stack network POST /v2.0/routers "{\"router\": {\"name\": \"mine\", \"external_gateway_info\": {\"network_id\": \"$outside\"}}}" | jq -r .router.id)
check "the user's router leads out of the user's subnet" stack network PUT "/v2.0/routers/$router/add_router_interface" "{\"subnet_id\": \"$sub\"}"
check "the user has a group" stack network POST /v2.0/security-groups '{"security_group": {"name": "mine"}}'
check "and a key" stack compute POST /os-keypairs '{"keypair": {"name": "mine"}}'
everything() {
	local path
	for path in networks subnets routers ports floatingips security-groups security-group-rules; do stack network GET "/v2.0/$path"; done | jq -S .
	for path in /servers/detail /os-keypairs; do stack compute GET "$path"; done | jq -S .
	stack volumev3 GET /volumes/detail | jq -S .
}
everything >"$work/before"
check "there is something to lose" grep -q "$router" "$work/before"
cat >"$work/own.yaml" <<T
plugfest: target/1
name: openstack
driver: openstack
layer: {product: "reference cloud, OpenStack face", version: "1"}
backend: {provider: REFCLOUD, region: RegionOne}
connection: {endpoint: "$url_openstack/identity/v3", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, user_domain_name: Default, project_domain_name: Default, region_name: RegionOne}
ics: {keypair: supported, vpc: supported, vpc.cidr: unsupported, subnet: supported, router: supported, address: supported, address.bind: supported, sg: supported, sg.change: supported, vm: supported, vm.stop: supported, vm.reboot: supported, vm.suspend: supported, disk: supported, disk.attach: supported, disk.resize: supported}
ixit: {image: mock-vmimage-01, spec: mock-vmspec-01, external_network: "$outside", settle: {keypair: 1, vpc: 1, subnet: 1, address: 1, sg: 1, disk: 1, vm: 1}}
limits: {parallel: 8}
guest: {access: image, image: guest-echo, source: 127.0.0.1/32}
T
{ cat "$work/own.yaml"; echo "existing: {vpc: \"$net\", subnet: \"$sub\"}"; } >"$work/both.yaml"
{ cat "$work/own.yaml"; echo "existing: {vpc: \"$net\"}"; } >"$work/vpc.yaml"
joins() { grep -rl add_router_interface "$work/$1/exchanges" | wc -l; }
# Two networks that both have the same range must be the case's own.
check "guests in the user's subnet" status_is 2 plugfest run -q -t "$work/both.yaml" --only 'guest.*' --only network.address.bind-unbind --skip guest.net.isolated -o "$work/both"
check "... pass by the user's router alone" all_pass both 21
check "... no router is in the ledger" [ "$(grep '"type":"ledger"' "$work/both/journal.jsonl" | grep -c '"kind":"router"')" = 0 ]
check "... nor joined to anything" [ "$(joins both)" = 0 ]
check "... VMs stood in that subnet" grep -rqF '10.40.7.' "$work/both/exchanges"
everything >"$work/after"
check "the user's things are as before" diff "$work/before" "$work/after"
# The same checks where a router of ours is wanted: each of them tells.
check "subnets of ours in the user's network want a router of ours" status_is 2 plugfest run -q -t "$work/vpc.yaml" --only guest.rule.none -o "$work/vpc"
check "... for which there is no room" [ "$(jq -r '.rows[] | select(.case == "guest.rule.none") | .cause' "$work/vpc/report.json")" = limit ]
everything >"$work/after"
check "the user's things are as before" diff "$work/before" "$work/after"
stop_cloud

# The same with room for routers: what was looked for above is found.
refcloud_options=(--latency 5)
serve openstack
sed "s|http://127[^/]*/|$url_openstack/|; /^existing/d" "$work/vpc.yaml" >"$work/free.yaml"
check "a network of ours needs a router of ours" status_is 2 plugfest run -q -t "$work/free.yaml" --only guest.rule.none -o "$work/free"
check "... which is in the ledger" grep -q '"type":"ledger".*"kind":"router"' "$work/free/journal.jsonl"
check "... and joined" [ "$(joins free)" -ge 1 ]
stop_cloud

# ---- how long a VM may go on showing another address ----

refcloud_options=(--latency 5 --fault vm-bound-address-missing)
serve openstack
sed "s|http://127[^/]*/|$url_openstack/|; /^existing/d; s/^ixit: {/ixit: {address_lag_s: 2, /" "$work/vpc.yaml" >"$work/late.yaml"
check "no longer than the target says" status_is 1 timeout -k 5 60 "$PLUGFEST" run -q -t "$work/late.yaml" --only network.address.shown-by-vm -o "$work/late"
check "... after which it is a failure" grep -q '"what":"the VM.s public address","expected":"127' "$work/late/journal.jsonl"
finish
