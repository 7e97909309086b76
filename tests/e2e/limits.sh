#!/usr/bin/env bash
# A small quota: every case that fits has a verdict, the rest says why, and never is more
# held at once than there is room for.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='limits-test-password'
plugfest() { timeout -k 5 100 "$PLUGFEST" "$@"; }
lines() { grep "\"type\":\"$2\"" "$work/$1/journal.jsonl"; }
rows() { lines "$1" row | grep -c "$2"; }
# At most N of a kind between created and gone, by the ledger of a run.
peak_is() {	# DIR KIND MOST
	local peak
	peak=$(lines "$1" ledger | grep "\"kind\":\"$2\"" | grep -oE '"op":"(created|gone)"[^}]*"id":"[^"]+"' |
		awk -v most="$3" '/"created"/ { n++; if (n > peak) peak = n } /"gone"/ { n-- } END { print peak + 0 }')
	[ "$peak" = "$3" ] || { echo "peak of $2 is $peak, wanted $3"; return 1; }
}
# What ran, and had not there what it needs: "target case" each.
not_there() { jq -r '.rows[] | select(.cause == "not-there") | .target + " " + .case' "$work/$1/report.json"; }
# Every row has a verdict: it passed or was set aside with a reason; of those that ran, only
# these were not applicable.
all_decided() {	# DIR ["TARGET CASE"...]
	local planned ended aside dir=$1
	shift
	planned=$(rows "$dir" '"decision":"run"')
	ended=$(lines "$dir" finish | grep -cE '"verdict":"(pass|pass-with-deviation)"')
	aside=$(lines "$dir" set-aside | wc -l)
	if [ "$planned" -gt 20 ] && [ "$planned" = $((ended + aside + $#)) ] &&
		[ "$(not_there "$dir")" = "$(printf '%s\n' "$@")" ]; then return 0; fi
	echo "$planned rows to run, $ended passed, $aside set aside; not applicable should be: $*"
	not_there "$dir"
	lines "$dir" finish | grep -v '"pass"'
	return 1
}

# ---- what the plan says ----

check "plan under a quota" status_is 0 plugfest plan --face spider --quota vm=1,vpc=1
check "... names what does not fit" grep -qE 'not-run +mandatory +compute.vm.duplicate-name +it needs 2 of kind vm at once; limits: allows 1' "$work/out"
check "... and the peaks" grep -qE 'at most at once: .* 1 vpc .* 1 vm' "$work/out"
for bad in vm vm=0 vm=x cow=2 vm=2,,vpc=1 ''; do
	check "--quota \"$bad\" is refused" status_is 3 plugfest refcloud --face spider --quota "$bad"
	check "... in words" says '--quota: found'
done

# ---- the embedded cloud ----

check "a quota of the embedded cloud is kept to" status_is 2 plugfest run -q --quota vm=2,vpc=3 -o "$work/embedded"
check "... only what does not fit has no verdict on the cloud" [ "$(jq '[.rows[] | select((.verdict | IN("pass", "not-applicable") | not) and .cause != "limit")] | length' "$work/embedded/report.json")" = 0 ]
# Nova is asked for a network, not for a subnet of it: no foreign one can be named.
check "... every row has its verdict" all_decided embedded "refcloud-openstack compute.vm.foreign-subnet"
check "... of 2 VMs at once on each face" peak_is embedded vm 4
check "... and the evidence holds" status_is 0 plugfest verify "$work/embedded"

# ---- limits of a target file, one network that is there already ----

refcloud_options=(--quota "vm=2,vpc=1")
serve spider openstack
spider_target "$url_spider" >"$work/own.yaml"
curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" -X POST -H 'Content-Type: application/json' "$url_spider/vpc" -d '{
	"ConnectionName": "refcloud", "ReqInfo": {"Name": "kept", "IPv4_CIDR": "10.200.0.0/16",
	"SubnetInfoList": [{"Name": "kept-sn", "IPv4_CIDR": "10.200.255.0/24"}]}}' >"$work/vpc.json"
holdings() {
	local path
	for path in vpc securitygroup keypair vm; do
		curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" "$url_spider/$path?ConnectionName=refcloud" |
			grep -oE '"NameId":"[^"]*"' | sed "s|^|$path |"
	done | sort
}
holdings >"$work/before"
check "the network is there" grep -q '"NameId":"kept"' "$work/before"
{ cat "$work/own.yaml"; echo 'limits: {vm: 2, vpc: 0, parallel: 16}'; echo 'existing: {vpc: kept}'; } >"$work/spider.yaml"
check "two VMs and one network: nothing fails" status_is 2 plugfest run -q -t "$work/spider.yaml" -o "$work/kept"
check "... no case was refused for its quota" [ "$(lines kept finish | grep -c '"cause":"quota"')" = 0 ]
check "... every case that fits has passed" all_decided kept
check "... VM cases among them" [ "$(lines kept start | wc -l)" -gt 12 ]
check "... two VMs at once" peak_is kept vm 2
check "... no network was made" peak_is kept vpc 0
check "... cases that need their own say so" grep -q 'it needs 1 of kind vpc at once; limits: allows 0' "$work/kept/journal.jsonl"
check "... what was there is there" diff "$work/before" <(holdings)
check "... the evidence holds" status_is 0 plugfest verify "$work/kept"

{ cat "$work/own.yaml"; echo 'limits: {vm: 2, vpc: 0}'; echo 'existing: {vpc: kept, subnet: kept-sn}'; } >"$work/both.yaml"
check "its subnet is used too" status_is 2 plugfest run -q -t "$work/both.yaml" --only 'compute.vm.c*' -o "$work/both"
check "... and none was made" [ "$(lines both ledger | grep -c '"kind":"subnet"')" = 0 ]
check "... the VM case passed" grep -q '"type":"finish".*"verdict":"pass"' "$work/both/journal.jsonl"

{ cat "$work/own.yaml"; echo 'existing: {vpc: kebt}'; } >"$work/wrong.yaml"
check "a network that is not there decides nothing" status_is 3 plugfest run -t "$work/wrong.yaml" --only 'compute.vm.create*' -o "$work/wrong"
check "... the line of the file is named" grep -qE 'wrong.yaml:[0-9]+: existing: found vpc "kebt"' "$work/err"
check "... no verdict on the cloud" [ "$(lines wrong finish | grep -c '"fail"')" = 0 ]
{ cat "$work/own.yaml"; echo 'existing: {subnet: kept-sn}'; } >"$work/half.yaml"
check "a subnet without its network is a mistake" status_is 3 plugfest plan -t "$work/half.yaml"

# ---- the cloud's own quota, where its API shows it ----

cat >"$work/openstack.yaml" <<T
plugfest: target/1
name: openstack
driver: openstack
layer: {product: "reference cloud, OpenStack face", version: "1"}
backend: {provider: REFCLOUD, region: RegionOne}
connection: {endpoint: "$url_openstack/identity/v3", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, user_domain_name: Default, project_domain_name: Default, region_name: RegionOne}
ics: {quota: supported, vpc.cidr: unsupported, address: unsupported, address.bind: unsupported}
ixit: {image: mock-vmimage-01, spec: mock-vmspec-01, cidr_pool: 10.201.0.0/16}
T
check "a plan that asks nobody" status_is 0 plugfest plan -t "$work/openstack.yaml"
check "... says so" says 'No cloud was asked what its quota leaves: --ask does.'
check "... and counts what would not fit" [ "$(grep -c 'quota leaves 1$' "$work/out")" = 0 ]
check "a plan that asks" status_is 0 plugfest plan -t "$work/openstack.yaml" --ask
check "... tells what is in use" says 'target openstack: in use by its quota: vpc 0 of 1'
check "... marks what cannot fit" grep -q "^  not-run .* it needs 2 of kind vpc at once; the cloud's quota leaves 1" "$work/out"
grep -c "^  not-run .* quota leaves" "$work/out" >"$work/marked"
check "... and counts with it" grep -qE 'at most at once:.* 1 vpc .* 2 vm' "$work/out"
check "a cloud that cannot be asked" status_is 0 plugfest plan -t "$work/own.yaml" --ask
check "... is told" says 'its quota is not known: '
check "a run always asks" status_is 3 plugfest run -t "$work/openstack.yaml" --ask
check "the cloud's quota bounds a run without limits" status_is 2 plugfest run -q -t "$work/openstack.yaml" -o "$work/quota"
check "... it is journalled" grep -q '"type":"quota","target":"openstack","kind":"vm","used":0,"limit":2,"room":2' "$work/quota/journal.jsonl"
check "... and reported" grep -q '"room": 2' "$work/quota/report.json"
check "... no case was refused for it" [ "$(lines quota finish | grep -c '"cause":"quota"')" = 0 ]
check "... what was marked before does not run" [ "$(lines quota set-aside | wc -l)" = "$(cat "$work/marked")" ]
check "... two networks do not fit" grep -q '"type":"set-aside".*it needs 2 of kind vpc at once; the cloud.s quota leaves 1' "$work/quota/journal.jsonl"
check "... in the report as well" grep -q 'quota leaves 1' "$work/quota/report.html"
check "... two VMs, in one network" peak_is quota vm 2
check "... one network" peak_is quota vpc 1
check "... the evidence holds" status_is 0 plugfest verify "$work/quota"
stop_cloud

# A limit that was lowered under what there is: nobody can make any more, and nobody is to blame.
cat >"$work/above.yaml" <<T
fault: account-above-its-limit
title: so many VMs are in use as the limit no longer allows
requirement: MCI-QUO-01
on: vm.list
do: miscount
value: 9
T
check "an account above its limit fails nothing" status_is 2 plugfest run -q --face openstack --quota vm=4 --set-fault-file "$work/above.yaml" --only 'quota.*' -o "$work/above"
check "... what would make one is not run, and says why" [ "$(jq -r '.rows[] | select(.case == "quota.usage.machines") | "\(.verdict) \(.cause) \(.reason)"' "$work/above/report.json")" = 'not-run limit it needs 1 of kind vm at once; the account is above its limit by 5 already' ]
check "... the rest is judged" [ "$(jq -r '.rows[] | select(.case == "quota.usage.agrees-with-list") | .verdict' "$work/above/report.json")" = pass ]

# ---- as much at once as there is ----

# The high-water marks of supervisor and worker, added up, with the reports written: looked at
# fifty times a second, since a mark goes with its process.
wide() {
	local begin=$SECONDS pid child now sum=0 status=0
	local -A mark=()
	"$PLUGFEST" run -q -j 64 -o "$work/wide" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		for child in $pid $(children "$pid"); do
			grep -qz '^refcloud$' "/proc/$child/cmdline" 2>/dev/null && continue
			now=$(awk '/^VmHWM/ { print $2 }' "/proc/$child/status" 2>/dev/null)
			[ -z "$now" ] || mark[$child]=$now
		done
		sleep 0.02
		[ $((SECONDS - begin)) -lt 100 ] || kill "$pid"
	done
	wait "$pid" || status=$?
	for child in "${!mark[@]}"; do sum=$((sum + mark[$child])); done
	echo "status $status, $((SECONDS - begin)) s, $sum KiB: ${mark[*]}"
	# The sanitizers have memory, time, and a process, of their own.
	[ $status = 0 ] && { [ -n "$asan" ] || [ $((SECONDS - begin)) -lt 30 ]; } &&
		{ [ -n "$asan" ] || { [ ${#mark[@]} = 2 ] && [ "$sum" -gt 2000 ] && [ "$sum" -le 65536 ]; }; }
}
asan=''
case $PLUGFEST in */asan/*) asan=yes ;; esac
check "64 cases at once end within 30 s and 64 MiB" wide
cat "$work/check.out"
finish
