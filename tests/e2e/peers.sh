#!/usr/bin/env bash
# What stands beside the peers agrees with what is written of them, and what does not is found.
# Variables come from lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
explained() { tests/peers/explained "$work/tsv" "$work/md" OpenStack; }
wrong() {	# wrong "what is said" SED-OF-TSV SED-OF-MD
	sed "$2" tests/peers/openstack/expected.tsv >"$work/tsv"
	sed "$3" docs/peers.md >"$work/md"
	status_is 1 explained && says "$1"
}
check "every failure of the real OpenStack is explained, and nothing else" tests/peers/explained tests/peers/openstack/expected.tsv docs/peers.md OpenStack
check "one without a section" wrong 'tag.tag.unknown-key fails, and' 's/^\(tag.tag.unknown-key\t\)pass/\1fail/' ''
check "a section without a failure" wrong 'expects no failure of it' 's/\tfail\t/\tpass\t/' ''
check "a section twice" wrong 'is explained twice' '' '/^### .catalogue.image.list-read.: fail/{p;}'
check "no request" wrong 'list-read: no request with its status' '' '/^    GET .*200$/d'
check "a request without a status" wrong 'list-read: no request with its status' '' '/^    GET /s/200$//'
check "no answer" wrong 'list-read: no answer below the request' '' '/^    {/d'
check "no such section" wrong 'no section "## OpenStack"' '' 's/^## OpenStack/## Openstack/'
check "figures of another day" wrong 'the figures of OpenStack are not' '' 's/[0-9]* rows,/9 rows,/'

# ---- rules of security groups, as Neutron answers them ----

export PLUGFEST_REFCLOUD_PASSWORD='peers-test-password'
serve openstack
login='{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin", "domain": {"name": "Default"}, "password": "'$PLUGFEST_REFCLOUD_PASSWORD'"}}}, "scope": {"project": {"name": "demo", "domain": {"name": "Default"}}}}}'
token=$(curl -sS -m 10 -D - -o /dev/null -H 'Content-Type: application/json' -d "$login" "$url_openstack/identity/v3/auth/tokens" |
	tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
rules() { timeout -k 5 120 tests/peers/openstack/rules "$url_openstack/network" "$token" "$1"; }
check "the face answers rules as Neutron does" rules tests/peers/openstack/rules.tsv
{ grep -m1 '"max":null' tests/peers/openstack/rules.tsv | sed 's/"max":null/"max":1/'; grep -m1 '	400	' tests/peers/openstack/rules.tsv | sed 's/	400	/	409	/'; } >"$work/other"
check "another answer or status is found" status_is 1 rules "$work/other"
check "... each" says '0 passed, 2 failed'

# ---- statuses and keys of two runs ----

ask() { timeout -k 5 60 "$PLUGFEST" run -q --face openstack --time-scale 0.2 --only network.sg.create-read-delete -o "$work/$1" "${@:2}" >"$work/$1.out" 2>&1; [ -d "$work/$1/exchanges" ]; }
compare() { DIFFERENCES=$work/differences tests/peers/openstack/compare "$work/$1" "$work/$2"; }
fault() { printf 'fault: %s\ntitle: %s\nrequirement: MCI-SG-01\non: sg.get\n%b\n' "$1" "$1" "$2" >"$work/$1.yaml"; }
fault lacks 'do: drop-key\nfield: stateful'
fault types 'do: retype-key\nfield: stateful'
fault states 'do: status\nvalue: 203'
echo '# none' >"$work/differences"
check "a run" ask one --seed 1
check "another" ask two --seed 2
check "they are alike" status_is 0 compare one two
for what in lacks types states; do
	check "one whose answer $what something else" ask "$what" --set-fault-file "$work/$what.yaml"
	check "... is found" status_is 1 compare "$what" one
	check "... and from the other side" status_is 1 compare one "$what"
done
compare lacks one >"$work/out"
check "... by its name" says 'only the real one: key sg.get GET /security-groups/{} 200 .security_group.stateful'
printf 'real\tkey sg\\.get .*stateful\ta reason\n' >"$work/differences"
check "what is explained is none" status_is 0 compare lacks one
check "what is no longer seen is found" status_is 1 compare one two
check "... by its pattern" says 'no longer seen: real'
printf 'real\tkey sg\\.get .*stateful\n' >"$work/differences"
check "no reason is no explanation" status_is 1 compare lacks one
finish
