# What the end-to-end tests share.  Each sources this, calls check and ends with finish.
# shellcheck shell=bash
set -u
: "${PLUGFEST:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/plain/plugfest}"
work=$(mktemp -d)
passed=0 failed=0 started=()
export XDG_STATE_HOME=$work/state	# the key that seals kept targets

check() {	# check "what holds" command...
	local what=$1
	shift
	if "$@" >"$work/check.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		sed 's/^/    /' "$work/check.out" | head -20
	fi
}

status_is() {	# status_is N command...
	local want=$1 got=0
	shift
	"$@" >"$work/out" 2>"$work/err" || got=$?
	[ "$got" = "$want" ] || { echo "status $got, wanted $want: $*"; cat "$work/out" "$work/err"; return 1; }
}

# The processes that PID started and that live; pgrep is not on every machine.
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }

says() { grep -qF -- "$1" "$work/out" "$work/err" || { cat "$work/out" "$work/err"; return 1; }; }

# serve NAME face...: a reference cloud in the background; sets url_FACE and cloud_pid.
# PLUGFEST_REFCLOUD_PASSWORD must be set.  More options in the array refcloud_options.
refcloud_options=()
serve() {
	local args=() face line
	: >"$work/refcloud.out"
	for face in "$@"; do args+=(--face "$face"); done
	"$PLUGFEST" refcloud "${args[@]}" "${refcloud_options[@]}" >"$work/refcloud.out" 2>"$work/refcloud.err" &
	cloud_pid=$!
	started+=("$cloud_pid")
	for _ in $(seq 200); do
		[ "$(wc -l <"$work/refcloud.out")" -ge $# ] && break
		sleep 0.05
	done
	while read -r face line; do printf -v "url_$face" '%s' "$line"; done <"$work/refcloud.out"
}

stop_cloud() {
	kill "$cloud_pid" 2>/dev/null
	wait "$cloud_pid" 2>/dev/null
}

# spider_target URL [more lines]: a target file on standard output.
spider_target() {
	cat <<T
plugfest: target/1
name: spider
driver: spider
layer: {product: "reference cloud, CB-Spider face", version: "1"}
backend: {provider: REFCLOUD, region: default}
connection: {endpoint: "$1", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, connection_name: refcloud}
ics: {region: supported, zone: supported, image: supported, spec: supported, keypair: supported, vpc: supported, vpc.cidr: supported, subnet: supported, router: unsupported, address: supported, address.bind: supported, sg: supported, sg.change: supported, vm: supported, vm.stop: supported, vm.reboot: supported, vm.suspend: unsupported, quota: unsupported, keypair.import: unsupported, disk: supported, disk.attach: supported, disk.resize: supported, tag: supported, price: supported, tenants: unsupported, paging: unsupported}
ixit: {image: mock-vmimage-01, spec: mock-vmspec-01, cidr_pool: 10.200.0.0/16, settle: {keypair: 1, vpc: 1, subnet: 1, address: 1, sg: 1, disk: 1, tag: 1, vm: ${SETTLE_VM:-2}}}
guest: {access: ${GUEST_WAY:-image, image: guest-echo, source: 127.0.0.1/32}}
T
}

# What stands in the cloud that serve() started with the CB-Spider face: KIND "NameId":"..."
# shellcheck disable=SC2154
holdings() {
	local path
	for path in keypair vpc securitygroup vm; do
		curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" "$url_spider/$path?ConnectionName=refcloud" |
			grep -oE '"NameId":"[^"]*"' | sed "s|^|$path |"
	done | sort
}

# Journal lines whose contents were altered, from standard input, as a whole chain again.
rechain() {
	local prev line seq=0
	prev=$(printf '0%.0s' {1..64})
	while IFS= read -r line; do
		seq=$((seq + 1))
		line="{\"seq\":$seq,\"prev\":\"$prev\",${line#*\"prev\":\"*\",}"
		prev=$(printf '%s' "$line" | sha256sum | cut -d' ' -f1)
		printf '%s\n' "$line"
	done
}

finish() {
	local pid
	for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	rm -rf "$work"
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
