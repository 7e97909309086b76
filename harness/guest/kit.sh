#!/bin/sh
# The guest kit: what a case asks the inside of a VM over SSH, as one POSIX-sh script.
#
#   kit who NONCE              {"id", "name", "boot", "nonce"}
#   kit put DISK TEXT          {"disk", "text"}
#   kit get DISK               {"disk", "text", "bytes"}
#   kit reach ADDRESS PORT NONCE   {"reached": true, ...} or {"reached": false}
#   kit serve PORT...          {"serving": "new"} or {"serving": "old"}: answers who by HTTP,
#                              from a copy of this script in the home directory
#   kit quiet PORT...          ends that
#   kit answer                 one HTTP request on standard input
#
# A failure is {"error": "text"} with status 4 when there is no such disk, 5 when the image
# lacks what the question needs, else 1.
# It needs no Internet and no root; raw disks are reached with sudo -n.
set -u
LC_ALL=C
export LC_ALL
unset http_proxy HTTP_PROXY
# Tests put another tree in front of what is read of the system.
r=${PLUGFEST_KIT_ROOT-}
home=${HOME:-/tmp}
magic=plugfest-disk/1

have() { command -v "$1" >/dev/null 2>&1; }
# As the inside of a JSON string.
esc() { printf %s "$1" | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g'; }
fail() {
	printf '{"error":"%s"}\n' "$(esc "$2")"
	exit "$1"
}
first_line() { [ -r "$1" ] && head -n 1 "$1" | head -c 120; }
check_nonce() { case $1 in '' | *[!0-9a-f]*) fail 1 "a nonce is lower-case hex digits" ;; esac; }
check_port() { case $1 in '' | *[!0-9]* | ??????*) fail 1 "a port is a number" ;; esac; }

boot_id() { first_line "$r/proc/sys/kernel/random/boot_id"; }

who() {
	id=
	for f in /var/lib/cloud/data/instance-id /run/cloud-init/.instance-id; do
		[ -n "$id" ] || id=$(first_line "$r$f")
	done
	[ -n "$id" ] || id=$(sudo -n cat "$r/sys/class/dmi/id/product_uuid" 2>/dev/null | tr A-F a-f | head -c 120)
	name=$(first_line "$r/proc/sys/kernel/hostname")
	printf '{"id":"%s","name":"%s","boot":"%s","nonce":"%s"}\n' "$(esc "$id")" "$(esc "$name")" "$(boot_id)" "$1"
}

# ---- disks ----

# Sets dev to the device whose serial begins as the id of the disk does: hypervisors cut it.
find_disk() {
	dev=
	case $1 in
	/dev/*) dev=$r$1 ;;
	*[!A-Za-z0-9_.-]* | ? | ?? | ??? | ????) fail 5 "a disk of this id cannot be told from others here" ;;
	*)
		# Serial numbers are cut to 20 characters, and some lack the hyphens.
		begin=$(printf %.20s "$1")
		bare=$(printf %.20s "$(printf %s "$1" | tr -d -)")
		[ ${#bare} -ge 5 ] || bare=$begin
		for link in "$r/dev/disk/by-id/"*"$begin"* "$r/dev/disk/by-id/"*"$bare"*; do
			case $link in *-part[0-9]*) continue ;; esac
			[ -e "$link" ] && dev=$link
		done
		;;
	esac
	if [ -z "$dev" ] || [ ! -e "$dev" ]; then fail 4 "no such disk is attached"; fi
	dev=$(readlink -f "$dev")
	if [ -z "$r" ] && [ ! -b "$dev" ]; then fail 1 "that is no disk"; fi
	if grep -q "^${dev}[0-9p]* " /proc/mounts; then fail 1 "that disk is mounted"; fi
}

# What was read before is forgotten, so that the next read asks the disk itself.  Without
# the right to do that a root disk is read as the system remembers it until it boots.
forget() {
	f=$r/proc/sys/vm/drop_caches
	sync
	{ echo 3 >"$f" || sudo -n sh -c "echo 3 >'$f'"; } 2>/dev/null
}

# One block, past what the system remembers where that is possible.
read_block() {
	got=$(on_disk dd if="$dev" bs=4096 skip=256 count=1 iflag=direct 2>/dev/null | tr -d '\000' | head -n 1)
	[ -n "$got" ] || got=$(on_disk dd if="$dev" bs=4096 skip=256 count=1 2>/dev/null | tr -d '\000' | head -n 1)
	printf '%s\n' "$got"
}

on_disk() {
	if [ -r "$dev" ] && [ -w "$dev" ]; then "$@"; else sudo -n "$@"; fi
}

bytes_of() {
	if [ -f "$dev" ]; then
		wc -c <"$dev" | tr -d ' '
	else
		echo "$(($(cat "/sys/class/block/${dev##*/}/size") * 512))"
	fi
}

put() {
	case $2 in '' | *[!\ -~]*) fail 1 "a text is printable ASCII" ;; esac
	[ ${#2} -le 400 ] || fail 1 "a text is at most 400 bytes"
	if [ "$1" = root ]; then
		{ printf '%s %s\n' "$magic" "$2" >"$home/.plugfest-root.new" &&
			mv "$home/.plugfest-root.new" "$home/.plugfest-root" &&
			{ sync "$home/.plugfest-root" "$home" || sync; }; } 2>/dev/null ||
			fail 1 "the home directory cannot be written"
	else
		find_disk "$1"
		printf '%s %s\n' "$magic" "$2" |
			on_disk dd of="$dev" bs=512 seek=2048 count=1 conv=sync,notrunc,fsync 2>/dev/null ||
			fail 1 "the disk cannot be written"
	fi
	printf '{"disk":"%s","text":"%s"}\n' "$(esc "$1")" "$(esc "$2")"
}

get() {
	if [ "$1" = root ]; then
		forget
		line=$(first_lines "$home/.plugfest-root")
		bytes=$(df -P -k / | awk 'END { printf "%.0f", $2 * 1024 }')
	else
		find_disk "$1"
		line=$(read_block)
		bytes=$(bytes_of)
		[ -n "$bytes" ] || fail 1 "the disk has no size"
	fi
	case $line in
	"$magic "*) text=${line#"$magic "} ;;
	*) text= ;;
	esac
	printf '{"disk":"%s","text":"%s","bytes":%s}\n' "$(esc "$1")" "$(esc "$text")" "$bytes"
}
first_lines() { if [ -r "$1" ]; then head -n 1 "$1"; fi; }

# ---- who is there ----

# The answer of http://ADDRESS:PORT/who?nonce=NONCE, or nothing, by whatever is here.
fetch() {
	host=$1
	case $1 in *:*) host="[$1]" ;; esac
	bound=
	have timeout && bound="timeout 8"
	ask="GET /who?nonce=$3 HTTP/1.0\r\nHost: $host\r\n\r\n"
	if have curl; then
		curl -sS -g -m 5 --noproxy '*' "http://$host:$2/who?nonce=$3"
		# Somebody answers, and not by HTTP.
		case $? in 1 | 8) echo '?' ;; esac
	elif have nc; then
		printf '%b' "$ask" | $bound nc -w 5 "$1" "$2" | sed '1,/^.\{0,1\}$/d'
	elif have wget; then
		$bound wget -q -T 5 -O - "http://$host:$2/who?nonce=$3"
	else
		fail 5 "neither curl, nc nor wget is here"
	fi 2>/dev/null | head -c 2000
}

reach() {
	case $1 in '' | *[!0-9A-Fa-f.:]*) fail 1 "no IP address" ;; esac
	said=$(fetch "$1" "$2" "$3")
	case $said in
	'') echo '{"reached":false}' ;;
	'{"error"'*) echo "$said" && exit 1 ;;
	'{'*'}') printf '{"reached":true,%s\n' "${said#?}" ;;
	*) fail 1 "what answers there is no guest" ;;
	esac
}

answer() {
	IFS= read -r line || exit 1
	while IFS= read -r header; do
		case $header in '' | ?) break ;; esac
	done
	status="200 OK"
	case $line in
	"GET /who?nonce="*)
		line=${line#*=}
		nonce=${line%% *}
		body=$(check_nonce "$nonce" && who "$nonce") || status="400 Bad Request"
		;;
	*) status="404 Not Found" body='{"error":"who is all that is served here"}' ;;
	esac
	printf 'HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
		"$status" ${#body} "$body"
}

# Does not return.
listen() {
	if have socat; then
		exec socat "TCP-LISTEN:$1,reuseaddr,fork" "EXEC:sh $kit answer"
	elif have perl; then
		# shellcheck disable=SC2016
		exec perl -MIO::Socket::INET -e '$SIG{CHLD} = "IGNORE"; my $l = IO::Socket::INET->new(
			LocalPort => $ARGV[0], Listen => 16, ReuseAddr => 1) or exit 1;
			while (1) { my $s = $l->accept or next; if (!fork) { open STDIN, "<&", $s;
			open STDOUT, ">&", $s; exec "sh", $ARGV[1], "answer"; } close $s }' "$1" "$kit"
	elif have python3; then
		exec python3 -c 'import socketserver, subprocess, sys
class H(socketserver.BaseRequestHandler):
	def handle(self):
		subprocess.call(["sh", sys.argv[2], "answer"], stdin=self.request, stdout=self.request)
class S(socketserver.ThreadingTCPServer):
	allow_reuse_address = True
S(("", int(sys.argv[1])), H).serve_forever()' "$1" "$kit"
	elif have nc && nc -h 2>&1 | grep -q -e ' -ll'; then
		exec nc -ll -p "$1" -e sh "$kit" answer
	fi
	exit 1
}

serving() {	# serving PORT: the process that serves there, of this boot
	mine=$(first_line "$home/.plugfest-serve-$1")
	case $mine in
	"$(boot_id) "*) kill -0 "${mine##* }" 2>/dev/null ;;
	*) false ;;
	esac
}

serve() {
	said=old
	umask 077
	kit=$home/.plugfest-kit
	apart=
	have setsid && apart=setsid
	for p in "$@"; do
		check_port "$p"
		serving "$p" && continue
		said=new
		$apart sh "$kit" listen "$p" </dev/null >/dev/null 2>&1 &
		echo "$(boot_id) $!" >"$home/.plugfest-serve-$p"
	done
	for p in "$@"; do
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			case $(fetch 127.0.0.1 "$p" 0) in '{"id"'*) continue 2 ;; esac
			sleep 0.2 2>/dev/null || sleep 1
		done
		serving "$p" && fail 1 "what listens at port $p does not answer yet"
		fail 5 "nothing here can listen at port $p: found neither socat, perl, python3 nor nc -ll"
	done
	printf '{"serving":"%s"}\n' "$said"
}

quiet() {
	for p in "$@"; do
		check_port "$p"
		serving "$p" && kill "${mine##* }"
		rm -f "$home/.plugfest-serve-$p"
	done
	echo '{"serving":"none"}'
}

main() {
	case ${1-}.$# in
	who.2) check_nonce "$2" && who "$2" ;;
	put.3) put "$2" "$3" ;;
	get.2) get "$2" ;;
	reach.4) check_nonce "$4" && check_port "$3" && reach "$2" "$3" "$4" ;;
	serve.[1-9]) shift && serve "$@" ;;
	quiet.[1-9]) shift && quiet "$@" ;;
	listen.2) kit=$home/.plugfest-kit && listen "$2" ;;
	answer.1) answer ;;
	*) fail 1 "the guest kit knows no such question" ;;
	esac
}
main "$@"
