#!/usr/bin/env bash
# No secret in anything that a run writes, not even when the cloud says it back.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
plugfest() { timeout -k 5 50 "$PLUGFEST" "$@"; }
sut=$(dirname "$PLUGFEST")/echo-sut

# Three secrets with a head and a tail of their own: half of one is a leak as well.
declare -A secret=(
	[env]='EnvS3cret-Head/+ü"&<x %41\n'\''tail-Of-Env9'
	[file]='FileS3cret-Head ?=#;~tail-Of-File8'
	[inline]='InlineS3cret-Head{[(€)]}$@!tail-Of-Inline7'
)

start() {	# NAME ARGUMENT...: sets url_NAME; its log is $work/NAME.log
	local name=$1 url
	shift
	: >"$work/$name.log"
	timeout -k 5 100 "$sut" "$work/$name.log" "$@" >"$work/$name.url" 2>"$work/$name.err" &
	started+=("$!")
	for _ in $(seq 100); do [ -s "$work/$name.url" ] && break; sleep 0.05; done
	read -r url <"$work/$name.url"
	printf -v "url_$name" '%s' "$url"
}

# Nothing of PATTERNS, a fixed text a line, in any file of the folders.
none_of() {	# PATTERNS FOLDER...
	local patterns=$1
	shift
	[ -s "$patterns" ] || { echo "nothing to look for"; return 2; }
	! LC_ALL=C grep -rnaoF -f "$patterns" "$@"
}
all_in() {	# PATTERNS FILE: each of them
	local p
	while IFS= read -r p; do LC_ALL=C grep -qaF -e "$p" "$2" || { echo "not there: $p"; return 1; }; done <"$1"
}
key_lines() {	# LOG: the lines of the private keys that were handed out
	grep -aoE -e '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*' "$1" | sed 's/\\[nr]/\n/g' | grep -E '^[A-Za-z0-9+/=]{16,}$' | sort -u
}

# ---- the server that says it back ----

echo known-non-secret >"$work/no-secret"
printf '\033\n\302\233\n' >"$work/escape"
start echo
# start sets it by name.
# shellcheck disable=SC2154
endpoint=$url_echo
export ECHO_PASSWORD=${secret[env]}
printf '%s\n' "${secret[file]}" >"$work/password"
chmod 600 "$work/password"
inline=${secret[inline]//\'/\'\'}
mkdir "$work/env" "$work/file" "$work/inline"
target() {	# PASSWORD CONNECTION: what stands in the file for each
	cat <<T
plugfest: target/1
name: echo
driver: spider
layer: {product: "says it back", version: "1"}
backend: {provider: NONE}
scope_note: known-non-secret
connection: {endpoint: "$endpoint", username: admin, password: $1, connection_name: $2}
ics: {region: unsupported, zone: unsupported, image: unsupported, spec: unsupported, vpc: unsupported, subnet: unsupported, address: unsupported, sg: unsupported, vm: unsupported, keypair: supported}
ixit: {settle: {keypair: 1}, delete_deadline_s: 2}
T
}
for connection in works fails; do
	target "{env: ECHO_PASSWORD}" $connection >"$work/env-$connection.yaml"
	target "{file: $work/password}" $connection >"$work/file-$connection.yaml"
	target "'$inline'" $connection >"$work/inline-$connection.yaml"
done
chmod 600 "$work"/inline-*.yaml

for way in env file inline; do
	"$sut" --spellings "${secret[$way]}" | sort -u >"$work/$way.look-for"
	for connection in works fails; do
		dir=$work/$way/$connection
		options=(-t "$work/$way-$connection.yaml")
		[ $way = inline ] && options+=(--inline-secrets)
		mkdir "$dir"
		plugfest doctor "${options[@]}" >"$dir/doctor.out" 2>"$dir/doctor.err"
		plugfest run "${options[@]}" --only 'compute.keypair.*' --only 'run.*' --tester "${secret[$way]}" \
			-o "$dir/run" >"$dir/out" 2>"$dir/err"
		got=$?
		check "$way, $connection: the run ends with a verdict" test $got = 1 -o $got = 2
		plugfest sweep "$dir/run" >"$dir/sweep.out" 2>"$dir/sweep.err"
		check "$way, $connection: evidence holds" status_is 0 plugfest verify "$dir/run"
		cp "$work/out" "$dir/verify.out"
		check "$way, $connection: there is something to search" \
			[ "$(find "$dir/run/exchanges" -name '*.json' | wc -l)" -ge 15 ]
		check "$way, $connection: no spelling of the secret anywhere" none_of "$work/$way.look-for" "$dir"
		check "$way, $connection: nothing that a terminal obeys" none_of "$work/escape" "$dir/"*out "$dir/"*err
		check "$way, $connection: XML that others can read" xmllint --noout "$dir/run/junit.xml" "$dir/run/junit-surefire.xml"
		check "$way, $connection: a text that is no secret is found" \
			status_is 1 none_of "$work/no-secret" "$dir"
		check "$way, $connection: in the page too" grep -q known-non-secret "$dir/run/report.html"
	done
	# The search can fail: every spelling was sent, whole and in part.
	grep -a '^{' "$work/echo.log" | jq -r '.. | strings' >"$work/$way.sent"
	check "$way: the server did send every spelling" all_in "$work/$way.look-for" "$work/$way.sent"
done
key_lines "$work/echo.log" >"$work/key.look-for"
check "the server handed out private keys" [ "$(wc -l <"$work/key.look-for")" -ge 100 ]
check "no line of a private key anywhere" none_of "$work/key.look-for" "$work/env" "$work/file" "$work/inline"
check "... which are found where they were sent" status_is 1 none_of "$work/key.look-for" "$work/echo.log"
check "the inline secret is not asked for again" [ "$(grep -rc 'PLUGFEST_PASSWORD' "$work/inline/works/run/exchanges" | grep -vc ':0$')" -ge 1 ]

# ---- tokens and keys of the reference cloud, seen by a server between ----

export PLUGFEST_REFCLOUD_PASSWORD='RefcloudS3cret-Head"&tail-Of-Ref6'
serve spider openstack
# shellcheck disable=SC2154
{ spider=$url_spider; stack=$url_openstack; }
start between_spider "$spider"
start between_openstack "$stack"
# shellcheck disable=SC2154
{ spider=$url_between_spider; stack=$url_between_openstack; }
spider_target "$spider/spider" >"$work/spider.yaml"
cat >"$work/openstack.yaml" <<T
plugfest: target/1
name: openstack
driver: openstack
layer: {product: "reference cloud, OpenStack face", version: "1"}
backend: {provider: REFCLOUD, region: RegionOne}
connection: {endpoint: "$stack/identity/v3", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, project_name: demo, region_name: RegionOne, compute_endpoint_override: "$stack/compute/v2.1"}
T
for face in spider openstack; do
	dir=$work/$face
	mkdir "$dir"
	plugfest doctor -t "$work/$face.yaml" >"$dir/doctor.out" 2>"$dir/doctor.err"
	plugfest run -t "$work/$face.yaml" --only 'compute.keypair.*' --only 'security.*' -o "$dir/run" >"$dir/out" 2>"$dir/err"
	check "$face: verify" status_is 0 plugfest verify "$dir/run"
	check "$face: cases pass" grep -q ' pass .* compute.keypair.create-read' "$dir/err"
	"$sut" --spellings "$PLUGFEST_REFCLOUD_PASSWORD" | sort -u >"$work/$face.look-for"
	check "$face: no password" none_of "$work/$face.look-for" "$dir"
	key_lines "$work/between_$face.log" >"$work/$face.keys"
	check "$face: private keys were handed out" [ -s "$work/$face.keys" ]
	check "$face: no line of one is kept" none_of "$work/$face.keys" "$dir"
done
sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p' "$work/between_openstack.log" | tr -d '\r' >"$work/tokens"
check "tokens were handed out" [ "$(wc -l <"$work/tokens")" -ge 2 ]
cut -c -24 "$work/tokens" >"$work/heads" && cat "$work/heads" >>"$work/tokens"

# ---- a secret that is a word of the results ----

spider_target "$spider/spider" | sed 's/{env: PLUGFEST_REFCLOUD_PASSWORD}/{env: SAME}/' >"$work/same.yaml"
SAME=refcloud check "a password that the target file says in the open is refused" \
	status_is 3 plugfest run -t "$work/same.yaml" -o "$work/same"
check "... where" grep -qE 'same.yaml:[0-9]+: .*: found a text with a secret of this run in it' "$work/err"

# ---- memory that becomes a file ----

check "no core can be written" grep -qE '^Max core file size +0 +0 ' "/proc/$cloud_pid/limits"
# (The sanitizers forbid it too, unless told.)
ASAN_OPTIONS=disable_coredump=0 PLUGFEST_CORE=1 bash -c "ulimit -S -c 4096; exec '$PLUGFEST' refcloud --face spider" >"$work/core.out" 2>&1 &
started+=("$!")
for _ in $(seq 100); do [ -s "$work/core.out" ] && break; sleep 0.05; done
check "... unless asked for" grep -qE '^Max core file size +[1-9]' "/proc/${started[-1]}/limits"
check "no token is kept" none_of "$work/tokens" "$work/openstack"
check "... but that there was one" grep -rqiE '"x-subject-token": ?"\*\*\*"' "$work/openstack/run/exchanges"
finish
