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
check "a section twice" wrong 'is explained twice' '' '/^### `catalogue.image.list-read`: fail/{p;}'
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
finish
