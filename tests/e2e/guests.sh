#!/usr/bin/env bash
# The guests of the reference cloud, asked by a client that is not ours: curl, from two
# addresses, through the API that makes the VMs and over the connection that reaches them.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=guests-test
refcloud_options=(--latency 5)
url_spider=''

# api METHOD PATH [JSON]: a call to the CB-Spider face; its reply on standard output.
api() {
	local data=()
	[ $# -gt 2 ] && data=(-H 'Content-Type: application/json' -d "{\"ConnectionName\": \"refcloud\", \"ReqInfo\": $3}")
	[ $# -gt 2 ] || data=(-H 'Content-Type: application/json' -d '{"ConnectionName": "refcloud"}')
	curl -sS -m 20 --fail-with-body -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" -X "$1" "$url_spider$2" "${data[@]}"
}
# ask FROM URL...: the status and the body of a guest's answer; curl's status tells how it failed.
ask() {
	local from=$1
	shift
	curl -sS -m 10 --noproxy '*' --interface "$from" -w '\n%{http_code}\n' "$@" >"$work/reply" 2>"$work/reply.err"
}
answers() {	# answers STATUS FROM URL...: by that status
	local want=$1
	shift
	ask "$@" && [ "$(tail -1 "$work/reply")" = "$want" ] && return
	cat "$work/reply" "$work/reply.err"
	return 1
}
# A connection that is accepted and reset: while curl connects, sends, or reads. Closed in
# order, after which curl ends by 52, is another thing: somebody has listened to the question.
cut="7 55 56"
fails() {	# fails "CURL-STATUS..." FROM URL...: 7 refused, 55 and 56 reset
	local want=$1 got=0
	shift
	ask "$@" || got=$?
	case " $want " in *" $got "*) return ;; esac
	echo "curl ended by $got, wanted $want"
	cat "$work/reply" "$work/reply.err"
	return 1
}
said() { jq -r "$1" < <(head -n -1 "$work/reply"); }
is() { [ "$1" = "$2" ] || { echo "found \"$1\", wanted \"$2\""; return 1; }; }
becomes() {	# becomes STATE: VM one, within five seconds
	local state=''
	for _ in $(seq 100); do
		state=$(api GET '/vmstatus/one?ConnectionName=refcloud' | jq -r .Status)
		[ "$state" = "$1" ] && return
		sleep 0.05
	done
	echo "it is $state, wanted $1"
	return 1
}
public_ip() { api GET "/vm/$1?ConnectionName=refcloud" | jq -r .PublicIP; }

serve spider
check "the cloud serves" [ -n "${url_spider:-}" ]

rule='{"FromPort": "7007", "ToPort": "7007", "IPProtocol": "tcp", "Direction": "inbound", "CIDR": "127.0.0.1/32"}'
api POST /vpc '{"Name": "net", "IPv4_CIDR": "10.1.0.0/16", "SubnetInfoList": [{"Name": "sub", "IPv4_CIDR": "10.1.1.0/24"}]}' >"$work/vpc"
api POST /securitygroup "{\"Name\": \"sg\", \"VPCName\": \"net\", \"SecurityRules\": [$rule]}" >"$work/sg"
api POST /keypair '{"Name": "key"}' >"$work/key"
vm() {
	api POST /vm "{\"Name\": \"$1\", \"ImageName\": \"$2\", \"VMSpecName\": \"mock-vmspec-01\", \"VPCName\": \"net\",
		\"SubnetName\": \"sub\", \"KeyPairName\": \"key\", \"SecurityGroupNames\": [\"sg\"]}" >"$work/vm-$1"
}
check "a VM of the guest image is made" vm one guest-echo
check "and one of another image" vm other mock-vmimage-01
ip=$(public_ip one)
check "its public address is one of loopback" is "${ip%%.*}" 127

check "the guest answers to its name" answers 200 127.0.0.1 "http://$ip:7007/who?nonce=abc"
check "with the nonce" is "$(said .nonce)" abc
check "and its name" is "$(said .name)" one
boot=$(said .boot)
check "no other source comes in" fails "$cut" 127.0.0.2 "http://$ip:7007/who?nonce=abc"
check "no other port is open" fails 7 127.0.0.1 "http://$ip:7008/who?nonce=abc"
check "the other image listens nowhere" fails 7 127.0.0.1 "http://$(public_ip other):7007/who?nonce=abc"
check "a question without a nonce is refused" answers 400 127.0.0.1 "http://$ip:7007/who"
check "and says why" [ -n "$(said .error)" ]

check "a disk is made" api POST /disk '{"Name": "data", "DiskType": "SSD", "DiskSize": "10"}'
for _ in $(seq 50); do
	[ "$(api GET '/disk/data?ConnectionName=refcloud' | jq -r .Status)" = Available ] && break
	sleep 0.05
done
check "which the guest does not have" answers 404 127.0.0.1 "http://$ip:7007/disk/data"
check "and attached" api PUT /disk/data/attach '{"VMName": "one"}'
check "a line break is no text" answers 400 127.0.0.1 -X PUT --data-binary $'two\nlines' "http://$ip:7007/disk/data"
check "it is written" answers 200 127.0.0.1 -X PUT --data-binary 'kept for later' "http://$ip:7007/disk/data"
check "and read" answers 200 127.0.0.1 "http://$ip:7007/disk/data"
check "as it was written" is "$(said .text)" 'kept for later'
check "and is as large as was asked" is "$(said .bytes)" $((10 * 1024 * 1024 * 1024))

check "a stop" api PUT '/controlvm/one?action=suspend'
check "which comes to its end" becomes Suspended
check "ends it" fails 7 127.0.0.1 "http://$ip:7007/who?nonce=abc"
check "a start" api PUT '/controlvm/one?action=resume'
check "which comes to its end, too" becomes Running
check "brings it back" answers 200 127.0.0.1 "http://$ip:7007/who?nonce=abc"
check "booted anew" [ "$(said .boot)" != "$boot" ]
check "with its disk" answers 200 127.0.0.1 "http://$ip:7007/disk/data"
check "as it was" is "$(said .text)" 'kept for later'

check "a rule is added" api POST /securitygroup/sg/rules "{\"RuleInfoList\": [${rule//127.0.0.1/127.0.0.2}]}"
check "and lets the other source in" answers 200 127.0.0.2 "http://$ip:7007/who?nonce=abc"
check "the first is removed" api DELETE /securitygroup/sg/rules "{\"RuleInfoList\": [$rule]}"
check "and its source is out" fails "$cut" 127.0.0.1 "http://$ip:7007/who?nonce=abc"

# Fifty connections that ask nothing, and the cloud goes on; then it ends with them open.
for _ in $(seq 50); do exec {line}<>"/dev/tcp/$ip/7007" || true; done 2>/dev/null
check "idle connections harm nobody" answers 200 127.0.0.2 "http://$ip:7007/who?nonce=abc"
check "the VM is removed" api DELETE /vm/one
check "and answers no more" fails 7 127.0.0.2 "http://$ip:7007/who?nonce=abc"
check "the cloud ends well" stop_cloud
check "without a word" [ ! -s "$work/refcloud.err" ]

# An agent is no login: nobody has looked who gets in.
check "logins cannot be judged by an agent" status_is 2 "$PLUGFEST" run -q -p iaas-login --face spider -o "$work/login"
check "and are not run for that reason" is "$(jq -r 'select(.type == "row" and (.case | test("^guest.login.(generated|other|deleted)"))) | .cause' \
	"$work/login/journal.jsonl" | sort | uniq -c | tr -s ' ')" ' 3 no-data-plane'
finish
