#!/usr/bin/env bash
# Target files with one mistake each: one clear line, the right status, and nothing is made.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
plugfest() { timeout -k 5 50 "$PLUGFEST" "$@"; }
export PLUGFEST_REFCLOUD_PASSWORD=mistakes-test-password WRONG_PASSWORD=not-the-password EMPTY_PASSWORD=
unset NO_SUCH_VARIABLE
refcloud_options=(--foreign)
serve spider
# serve sets it by name.
# shellcheck disable=SC2154
spider=$url_spider
holdings() {
	local path
	for path in keypair vpc securitygroup vm; do
		curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" "$spider/$path?ConnectionName=refcloud" |
			grep -oE '"NameId":"[^"]*"' | sed "s|^|$path |"
	done | sort
}
holdings >"$work/before"
check "the cloud holds something to compare" [ "$(wc -l <"$work/before")" -ge 4 ]

# ---- servers to be mistaken for the right one ----

cd "$work" || exit 4
for who in good expired other; do
	subject=/CN=127.0.0.1 name=IP:127.0.0.1
	[ $who = other ] && subject=/CN=other.example name=DNS:other.example
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $who.key -out $who.pem \
		-days 2 -subj "$subject" -addext "subjectAltName=$name" >openssl.out 2>&1
done
# A certificate that was good for a day, a year ago.
openssl req -new -key expired.key -subj /CN=127.0.0.1 -out expired.csr >openssl.out 2>&1
mkdir ca && : >ca/index && echo 01 >ca/serial
cat >ca.conf <<T
[ca]
default_ca = own
[own]
database = ca/index
serial = ca/serial
new_certs_dir = ca
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:true
T
openssl ca -batch -config ca.conf -selfsign -keyfile expired.key -in expired.csr -out expired.pem -notext \
	-startdate 20200101000000Z -enddate 20200102000000Z >openssl.out 2>&1 || cat openssl.out
cd - >/dev/null || exit 4
# server NAME COMMAND...: in the background; its output says where it listens.
server() {
	local who=$1
	shift
	: >"$work/$who.out"
	timeout -k 5 250 "$@" >"$work/$who.out" 2>"$work/$who.err" </dev/null &
	started+=("$!")
}
server plain "$(dirname "$PLUGFEST")/echo-sut" --page
for who in good expired other; do
	server $who openssl s_server -accept 127.0.0.1:0 -www -cert "$work/$who.pem" -key "$work/$who.key"
done
declare -A port
for who in plain good expired other; do
	for _ in $(seq 100); do
		number=$(sed -nE 's/^(http|ACCEPT ).*:([0-9]+)$/\2/p' "$work/$who.out")
		[ -n "$number" ] && port[$who]=$number && break
		sleep 0.05
	done
done
check "four servers to be mistaken for" [ "${#port[@]}" = 4 ]

# ---- the mistakes ----

GUEST_WAY=none spider_target "$spider" >"$work/right.yaml"
check "without a mistake doctor is content" status_is 0 plugfest doctor -t "$work/right.yaml"

made=0
# mistake "what" STATUS LINE "words" SED-SCRIPT: LINE 0 when it is not a line's; STATUS as
# "3+" when only the cloud can tell, so that a run is begun and its evidence says so.
# Both doctor and run must say the words, at the line, and end with the status.
mistake() {
	local what=$1 status=$2 line=$3 words=$4 file=$work/mistake-$made.yaml out=$work/made-$made
	sed "$5" "$work/right.yaml" >"$file"
	chmod 644 "$file"
	cmp -s "$file" "$work/right.yaml" && check "$what: the file has it" false
	made=$((made + 1))
	both "$what" "$status" "$line" "$words" "$file" "$out"
}
both() {
	local what=$1 status=$2 line=$3 words=$4 file=$5 out=$6 name
	name=$(basename "$file")
	check "doctor: $what" status_is "${status%+}" plugfest doctor -t "$file"
	check "doctor: $what: is said" said "$name" "$line" "$words"
	check "doctor: $what: nothing else is wrong" [ "$(cat "$work/out" "$work/err" | grep -cE '^(WRONG|plugfest:)')" = 1 ]
	check "run: $what" status_is "${status%+}" plugfest run -t "$file" -o "$out"
	check "run: $what: is said" said "$name" "$line" "$words"
	if [ "$status" = 3 ]; then
		check "run: $what: no run is begun" [ ! -e "$out" ]
	else
		check "run: $what: its evidence holds" status_is 0 plugfest verify "$out"
	fi
}
# One line has all of the words (an extended pattern), and names file:line.
said() {
	local at=
	[ "$2" != 0 ] && at=$1:$2
	grep -hE -- "$3" "$work/out" "$work/err" | grep -qF -- "$at" || { cat "$work/out" "$work/err" | head -30; return 1; }
}

# The file: what is found, what is wanted, file and line.
mistake "a typo in a key" 3 3 'unknown key "drvier".*did you mean "driver"' 's/^driver:/drvier:/'
mistake "a typo in a connection's key" 3 6 'unknown key "usrname" in connection.*did you mean "username"' 's/username:/usrname:/'
mistake "another driver's key" 3 6 'the driver spider has no key "project_name"; it belongs to: openstack' 's/username:/project_name: x, username:/'
mistake "a list where a text is wanted" 3 2 'name' 's/^name: .*/name: [spider]/'
mistake "a text where a map is wanted" 3 4 'layer' 's/^layer: .*/layer: spider/'
mistake "a name with a space" 3 2 'found "my spider"; a name is 1 to 40 of' 's/^name: .*/name: my spider/'
mistake "bad YAML" 3 5 'not valid YAML: .*did not find expected' 's/^layer: .*/layer: {product: "x", version: "1"/'
mistake "a tab before a key" 3 2 '' 's/^name: /\tname: /'
mistake "a key twice" 3 3 'name' 's/^driver:/name: again\n&/'
mistake "an alias" 3 5 '(alias|anchor)' 's/^backend: {/backend: \&b {/'
mistake "no target file at all" 3 1 'plugfest: target/1' '1d'
mistake "a format of tomorrow" 3 1 'found "target/9"; .*target/1' '1s/.*/plugfest: target\/9/'
mistake "an unknown driver" 3 3 'unknown driver "spidr".*did you mean "spider"' 's/^driver: .*/driver: spidr/'
mistake "no password" 3 6 'lacks "password"' 's/password: {[^}]*}, //'
mistake "the password in the file" 3 6 'password: a secret is given as .*--inline-secrets' 's/{env: PLUGFEST_REFCLOUD_PASSWORD}/mistakes-test-password/'
mistake "a variable that is not set" 3 6 'environment variable NO_SUCH_VARIABLE is not set' 's/{env: PLUGFEST_REFCLOUD_PASSWORD}/{env: NO_SUCH_VARIABLE}/'
mistake "a variable that is empty" 3 6 'EMPTY_PASSWORD is empty' 's/{env: PLUGFEST_REFCLOUD_PASSWORD}/{env: EMPTY_PASSWORD}/'
mistake "a secret's file that is not there" 3 6 'cannot read .*no-such-file: No such file' "s|{env: PLUGFEST_REFCLOUD_PASSWORD}|{file: $work/no-such-file}|"
echo mistakes-test-password >"$work/open-secret"
chmod 644 "$work/open-secret"
mistake "a secret's file that all may read" 3 6 'others may read .*open-secret: chmod 600' "s|{env: PLUGFEST_REFCLOUD_PASSWORD}|{file: $work/open-secret}|"
mistake "an endpoint without scheme" 3 6 'endpoint: expected an http:// or https:// address' 's|"http://|"|'
mistake "an endpoint with a password" 3 6 'endpoint: user and password do not belong into the address' 's|"http://|"http://admin:in-the-address@|'
check "... which is not said back" [ "$(grep -c in-the-address "$work/out" "$work/err" | grep -c ':0$')" = 2 ]
mistake "an endpoint with a port of no meaning" 3 6 'endpoint: the port of the address is not 1 to 65535' 's|:[0-9]*/spider"|:123456/spider"|'
mistake "a timeout in words" 3 6 'timeout_s: expected whole seconds' 's/username:/timeout_s: soon, username:/'
mistake "an ICS item that does not exist" 3 7 'unknown key "keypairs" in ics.*did you mean "keypair"' 's/ keypair: supported/ keypairs: supported/'
mistake "an ICS word that does not exist" 3 7 'found "yes"; an ICS item is supported, unsupported or unknown' 's/ vpc: supported/ vpc: yes/'
mistake "an ICS that claims what the driver cannot" 3 7 'vm.suspend is claimed, but the driver spider cannot offer it' 's/vm.suspend: unsupported/vm.suspend: supported/'
mistake "an ICS with a part and not the whole" 3 7 'vm.stop cannot be supported while vm is not' 's/ vm: supported/ vm: unsupported/'
mistake "a range that is none" 3 8 'found "10.200.0.0/33"; expected an IPv4 range' 's|10.200.0.0/16|10.200.0.0/33|'
mistake "a range that is too small" 3 8 'at least a /20' 's|10.200.0.0/16|10.200.0.0/24|'
mistake "a range of the open internet" 3 8 'private address space' 's|10.200.0.0/16|8.8.0.0/16|'
mistake "a settle time below zero" 3 8 'keypair' 's/{keypair: 1,/{keypair: -1,/'
mistake "a limit below zero" 3 10 'vm' "\$a limits: {vm: -1}"
mistake "a limit of what does not exist" 3 10 'unknown key "vms" in limits.*did you mean "vm"' "\$a limits: {vms: 1}"
mistake "another scale of time on a real target" 3 10 'only the embedded reference cloud' "\$a time_scale: 0.1"
mistake "hooks" 3 10 'hooks are reserved' "\$a hooks: {before: x}"
mistake "an unknown way into the guest" 3 9 'expected none, image, agent-url or ssh' 's/access: none/access: telnet/'
mistake "a way into the guest of tomorrow" 3 9 'user-data.*not offered yet' 's/access: none/access: user-data/'
mistake "a guest's key with a slip" 3 9 'unknown key "prot" in guest; did you mean "port"' 's/access: none/access: image, prot: 1/'
mistake "a guest's port of no meaning" 3 9 'port: 65535 is out of range \(10 to 65525\)' 's/access: none/access: image, source: 192.0.2.1, port: 65535/'
mistake "a way into the guest without a source" 3 9 'access: image lacks "source"; wanted the address' 's/access: none/access: image/'
mistake "a source that is none" 3 9 'source: found "home"; expected an IPv4 address or range' 's/access: none/access: image, source: home/'
mistake "a login without a user" 3 9 'access: ssh lacks "user"; wanted the user' 's/access: none/access: ssh, source: 192.0.2.1/'
mistake "a login at the port of the kit" 3 9 'found ssh_port 7008 among the ports' 's/access: none/access: ssh, user: u, source: 192.0.2.1, ssh_port: 7008/'
mistake "an agent without a URL" 3 9 'access: agent-url lacks "url"; wanted such as' 's/access: none/access: agent-url, source: 192.0.2.1/'
mistake "an agent behind a gateway" 3 9 'expected http://.address.:.port.' 's|access: none|access: agent-url, source: 192.0.2.1, url: "http://gateway/{address}"|'
mistake "a guest's key that its way does not use" 3 9 'found port beside access: none' 's/access: none/access: none, port: 7007/'
both "no file" 3 0 'no-such-target.yaml' "$work/no-such-target.yaml" "$work/made-none"
both "a folder" 3 0 '' "$work/ca" "$work/made-folder"

# What only the cloud can tell.
mistake "an image that the cloud does not have" 3+ 8 'mock-vmimage-0l.*(did you mean "mock-vmimage-01"|neither reads nor lists)' 's/mock-vmimage-01/mock-vmimage-0l/'
mistake "a zone that the cloud does not have" 3+ 8 'nowhere' 's/ixit: {image/ixit: {zone: nowhere, image/'
mistake "a spec that the cloud does not have" 3+ 8 'mock-vmspec-0l.*(did you mean "mock-vmspec-01"|neither reads nor lists)' 's/mock-vmspec-01/mock-vmspec-0l/'
mistake "a wrong password" 2 0 'HTTP 401' 's/PLUGFEST_REFCLOUD_PASSWORD/WRONG_PASSWORD/'
mistake "a wrong user" 2 0 'HTTP 401' 's/username: admin/username: root/'
mistake "a connection that the cloud does not know" 3+ 0 'nowhere' 's/connection_name: refcloud/connection_name: nowhere/'
mistake "a port where nothing listens" 2 0 'refused' 's|:[0-9]*/spider"|:1/spider"|'
mistake "a host that does not exist" 2 0 'no-such-host.invalid' 's|127.0.0.1:|no-such-host.invalid:|'
mistake "a path that is not there" 3+ 0 'version.*HTTP 404' 's|/spider"|/spidr"|'
mistake "a server that is not CB-Spider" 3+ 0 "(HTTP 404|not JSON|HTML)" "s|:[0-9]*/spider\"|:${port[plain]}/spider\"|"
mistake "https to a plain port" 2 0 '(TLS|SSL|plain)' 's|"http://|"https://|'
mistake "http to a TLS port" 2 0 '(TLS|https|closed|reset|[Ee]mpty)' "s|:[0-9]*/spider\"|:${port[good]}/spider\"|"
mistake "a self-signed certificate" 2 0 'certificate.*(self|issuer)|(self|issuer).*certificate' "s|\"http://127.0.0.1:[0-9]*|\"https://127.0.0.1:${port[good]}|"
mistake "an expired certificate" 2 0 'certificate.*expired|expired.*certificate' \
	"s|\"http://127.0.0.1:[0-9]*\([^\"]*\"\)|\"https://127.0.0.1:${port[expired]}\1, cacert: $work/expired.pem|"
mistake "a certificate of another host" 2 0 'certificate .* is for another host than' \
	"s|\"http://127.0.0.1:[0-9]*\([^\"]*\"\)|\"https://127.0.0.1:${port[other]}\1, cacert: $work/other.pem|"
mistake "CA certificates that are not there" 3 6 'cacert.*no-such.pem' "s|username:|cacert: $work/no-such.pem, username:|"
# No mistake, but said.
sed 's/PLUGFEST_REFCLOUD_PASSWORD/SHORT_PASSWORD/' "$work/right.yaml" >"$work/short.yaml"
# The variable is bash -c's.
# shellcheck disable=SC2016
check "a password of five letters is refused by the cloud" env SHORT_PASSWORD=short bash -c '! timeout 50 "$0" doctor -t "$1" 2>"$2"' \
	"$PLUGFEST" "$work/short.yaml" "$work/short.err"
check "... and warned of, by file and line" grep -qE 'short.yaml:6: warning: password has fewer than 6' "$work/short.err"
check "... without being said" [ "$(sed 's/short\.yaml//g' "$work/short.err" | grep -c short)" = 0 ]
check "at least thirty mistakes were made" [ "$made" -ge 30 ]

# A profile is no target file, but is chosen in the same line.
check "an unknown profile" status_is 3 plugfest run -t "$work/right.yaml" -p iaas-cor -o "$work/profile"
check "... is named" grep -q 'iaas-cor' "$work/err"
# Every command alike, whatever kind of file: one line names it and says why.
mkdir "$work/folder"
: >"$work/nothing.yaml"
file_is() {	# "words" COMMAND...: the line names the last word of the command
	local words=$1 file=${*: -1}
	shift
	check "$1 ${*: -2:1} $(basename "$file"): 3" status_is 3 plugfest "$@"
	check "... is one line" [ "$(cat "$work/out" "$work/err" | grep -c '^plugfest: ')" = 1 ]
	check "... that names it, and why" grep -qE "^plugfest: (.*[ /\"])?$(basename "$file")(/journal.jsonl)?[\": ].*$words" "$work/err"
}
for option in "run -p" "plan -p" "run -t" "plan -t" "doctor -t" "explore -t" "run --waivers" "plan --waivers" "explore --replay" "sweep $work/good -t"; do
	# The option is to be two words.
	# shellcheck disable=SC2086
	for file in "$work/no-such.yaml" "$work/folder/no-such.yaml"; do file_is 'No such file' $option "$file"; done
	# shellcheck disable=SC2086
	file_is '(Is a directory|no regular file)' $option "$work/folder"
	# shellcheck disable=SC2086
	file_is '(empty|found nothing|unexpected end|wanted)' $option "$work/nothing.yaml"
done
for command in report verify sweep "run --resume" "run --rerun failed"; do
	# shellcheck disable=SC2086
	file_is 'No such file' $command "$work/no-such"
	# shellcheck disable=SC2086
	file_is 'No such file' $command "$work/folder"
	# shellcheck disable=SC2086
	file_is 'Not a directory' $command "$work/nothing.yaml"
done
check "a fault file that is not there" status_is 3 plugfest run --set-fault-file "$work/no-such.yaml" -o "$work/faulty"
check "... is named without a line" grep -q "^plugfest: $work/no-such.yaml: cannot be read: No such file" "$work/err"
check "one name twice" status_is 3 plugfest run -t "$work/right.yaml" -t "$work/right.yaml" -o "$work/twice"
check "... is named" grep -q 'found name spider, which another target has too' "$work/err"

holdings >"$work/after"
check "after all of it the cloud holds what it held before" diff "$work/before" "$work/after"
check "no way into a guest: nobody looked, and nothing is decided" status_is 2 plugfest run -q -t "$work/right.yaml" -o "$work/shut"
check "... the rows say so" grep -q '"type":"row".*"case":"guest.rule.none".*"decision":"not-run","cause":"no-data-plane"' "$work/shut/journal.jsonl"
check "... the plan says so" status_is 0 plugfest plan -t "$work/right.yaml"
check "... in words" grep -qE 'not-run +mandatory +guest.rule.none .*the target gives no way into a guest' "$work/out"
check "... a reader in English" grep -q 'no way into a guest' "$work/shut/report.html"
check "... and in Korean" grep -q '게스트 접근 수단 없음' "$work/shut/report.ko.html"
check "... doctor says so" status_is 0 plugfest doctor -t "$work/right.yaml"
check "... before a run" says 'guest        found no way into a guest: cases that need one will not be run (no-data-plane)'
check "... nothing else stands open" [ "$(jq '[.rows[] | select((.verdict | IN("pass", "not-applicable") | not) and .cause != "no-data-plane")] | length' "$work/shut/report.json")" = 0 ]
spider_target "$spider" >"$work/whole.yaml"
check "a run without a mistake, guests included, is decided" status_is 0 plugfest run -q -t "$work/whole.yaml" -o "$work/good"
finish
