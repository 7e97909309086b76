#!/usr/bin/env bash
# Ways into a cloud: every credential that the drivers read, lists over several pages, and a
# CB-Spider connection made from its parts.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
unset "${!OS_@}"
export PLUGFEST_REFCLOUD_PASSWORD='adapter-test-password'
serve spider openstack
{ spider=$url_spider; stack=$url_openstack; }
auth=$stack/identity/v3

head_of() { printf 'plugfest: target/1\nname: t\ndriver: %s\nlayer: {product: p, version: "1"}\nbackend: {provider: REFCLOUD, region: default}\n' "$1"; }
target() {	# target DRIVER CONNECTION-MEMBERS -> file
	head_of "$1" >"$work/t.yaml"
	printf 'connection: {%s}\nics: {vpc.cidr: unsupported}\nixit: {image: mock-vmimage-01, spec: mock-vmspec-01}\n' "$2" >>"$work/t.yaml"
}
doctor() { timeout -k 5 20 "$PLUGFEST" doctor -t "$work/t.yaml"; }
opens() { status_is "$1" doctor; }

common='project_name: demo, user_domain_name: Default, project_domain_name: Default, region_name: RegionOne'
target openstack "endpoint: \"$auth\", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, $common"
sed -i 's/^ixit:.*/ixit: {}/' "$work/t.yaml"
check "a password opens a session" opens 0
check "the project is shown as the account" says "account "
export WRONG='some-other-password'
target openstack "endpoint: \"$auth\", username: plugfest-nobody, password: {env: WRONG}, $common"
check "an unknown user does not" opens 2
check "and is named as a matter of credentials" says "credentials"

curl -sS -m 10 -o /dev/null -D "$work/headers" -H 'Content-Type: application/json' "$auth/auth/tokens" -d \
'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","domain":{"name":"Default"},"password":"'"$PLUGFEST_REFCLOUD_PASSWORD"'"}}},"scope":{"project":{"name":"demo","domain":{"name":"Default"}}}}}'
TOKEN=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
export TOKEN
check "the peer's token was had by curl" test -n "$TOKEN"
target openstack "endpoint: \"$auth\", token: {env: TOKEN}, $common"
sed -i 's/^ixit:.*/ixit: {}/' "$work/t.yaml"
check "a token opens a session" opens 0
target openstack "endpoint: \"$auth\", application_credential_name: plugfest, username: admin, user_domain_name: Default, application_credential_secret: {env: PLUGFEST_REFCLOUD_PASSWORD}, region_name: RegionOne"
sed -i 's/^ixit:.*/ixit: {}/' "$work/t.yaml"
check "an application credential opens a session" opens 0

cat >"$work/clouds.yaml" <<T
clouds:
  mine:
    region_name: RegionOne
    auth: {auth_url: "$auth", username: admin, password: "$PLUGFEST_REFCLOUD_PASSWORD", project_name: demo, user_domain_name: Default, project_domain_name: Default}
T
target openstack "cloud: mine, clouds_file: \"$work/clouds.yaml\""
sed -i 's/^ixit:.*/ixit: {}/' "$work/t.yaml"
check "clouds.yaml opens a session" opens 0
target openstack "cloud: yours, clouds_file: \"$work/clouds.yaml\""
check "a cloud that is not in it is named" opens 3
check "with the file" says "clouds.yaml"

target openstack 'os_env: "true"'
sed -i 's/^ixit:.*/ixit: {}/' "$work/t.yaml"
check "OS_* variables open a session" env OS_AUTH_URL="$auth" OS_USERNAME=admin OS_PASSWORD="$PLUGFEST_REFCLOUD_PASSWORD" \
	OS_PROJECT_NAME=demo OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_REGION_NAME=RegionOne \
	timeout -k 5 20 "$PLUGFEST" doctor -t "$work/t.yaml"
check "without them nothing is guessed" opens 3

# 130 networks are two pages of 100.
for i in $(seq 130); do
	printf 'next\nurl = "%s/network/v2.0/networks"\nheader = "X-Auth-Token: %s"\nheader = "Content-Type: application/json"\noutput = "/dev/null"\ndata = "{\\"network\\":{\\"name\\":\\"paged-%s\\"}}"\n' "$stack" "$TOKEN" "$i"
done | sed 1d >"$work/curl.conf"
curl -sS -m 60 -K "$work/curl.conf" >/dev/null
target openstack "endpoint: \"$auth\", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, $common"
timeout -k 5 60 "$PLUGFEST" run -q -t "$work/t.yaml" --only compute.keypair.unknown-id --only run.inventory.nothing-left -o "$work/paged" >/dev/null 2>&1
check "a list of 130 networks is read over its pages" grep -q '"type":"inventory","target":"t","when":"before","kind":"vpc","count":130,' "$work/paged/journal.jsonl"
check "by more than one request" test "$(grep -l 'vpc.list' -r "$work/paged/exchanges" | wc -l)" -ge 2

{ spider_target "$spider" | sed 's/tenants: unsupported/tenants: supported/'; echo 'second_tenant: {connection_name: refcloud-2}'; } >"$work/t.yaml"
check "a second tenant's session is opened" opens 0
check "and said" says "tenants      found a second session"
sed -i '/^second_tenant:/d' "$work/t.yaml"
check "tenants claimed without a second one" opens 3
check "are named with what was wanted" says "found no second_tenant, but ics: claims tenants; wanted"
echo 'second_tenant: {connection_name: nobodys}' >>"$work/t.yaml"
check "a second tenant that the cloud does not know" opens 3

put() { curl -sS -m 10 -f -o /dev/null -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" -H 'Content-Type: application/json' "$spider/$1" -d "$2"; }
check "curl registers a driver" put driver '{"DriverName":"d1","ProviderName":"MOCK","DriverLibFileName":"mock-driver-v1.0.so"}'
check "a credential" put credential '{"CredentialName":"c1","ProviderName":"MOCK","KeyValueInfoList":[{"Key":"MockName","Value":"m"}]}'
check "and a region" put region '{"RegionName":"r1","ProviderName":"MOCK","KeyValueInfoList":[{"Key":"Region","Value":"default"}],"AvailableZoneList":[]}'
target spider "endpoint: \"$spider\", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, driver_name: d1, credential_name: c1, region_config: r1"
timeout -k 5 60 "$PLUGFEST" run -q -t "$work/t.yaml" --only 'compute.keypair.*' --only run.inventory.nothing-left -o "$work/made" >"$work/out" 2>&1
cases=$("$PLUGFEST" list cases | grep '^compute\.keypair\.' | grep -vc '^compute\.keypair\.import')	# not claimed
check "a connection is made from them" test "$(grep -c '"verdict":"pass"' "$work/made/journal.jsonl")" = $((cases + 1))
target spider "endpoint: \"$spider\", username: admin, password: {env: PLUGFEST_REFCLOUD_PASSWORD}, driver_name: d1"
check "a part that is missing is named" opens 3
check "with what was wanted" says "credential_name"
finish
