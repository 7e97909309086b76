#!/usr/bin/env bash
# R6 against a cloud that answers with what is somebody else's, and against a journal that
# was written to make a sweep delete it: nothing foreign goes, and the case fails.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=some-long-password

plugfest() { timeout -k 5 100 "$PLUGFEST" "$@"; }
ask() { curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" -H 'Content-Type: application/json' "$@"; }
names() {	# PATH KEY
	ask -X GET "$spider/$1" -d '{"ConnectionName":"refcloud"}' | jq -r ".$2[].IId.NameId" | sort
}
holdings() { names vpc vpc; names publicip publicip; names securitygroup securitygroup; }

begin() {	# FAULT...
	local one
	refcloud_options=(--foreign)
	for one; do refcloud_options+=(--fault "$one"); done
	serve spider
	# serve sets it by name.
	# shellcheck disable=SC2154
	spider=$url_spider
	spider_target "$spider" >"$work/t.yaml"
	holdings >"$work/before"
	check "${1:-healthy}: something foreign is there" [ -s "$work/before" ]
}

unharmed() { holdings >"$work/after"; diff "$work/before" "$work/after"; }

# ---- an answer that names what was there before ----

begin vpc-create-neighbour
check "a create that answers with a foreign network fails" \
	status_is 1 plugfest run -q -t "$work/t.yaml" --only network.vpc.cidr-as-asked -o "$work/vpc"
check "... and says so" grep -qE 'the answer names the virtual network .*which was there before the run' "$work/vpc/journal.jsonl"
check "... at a step" [ "$(jq -r '.rows[] | select(.case == "network.vpc.cidr-as-asked") | .verdict' "$work/vpc/report.json")" = fail ]
check "... and deletes nothing" [ "$(grep -c '"delete-sent"' "$work/vpc/journal.jsonl")" = 0 ]
check "... of anybody's" unharmed
stop_cloud

begin address-create-neighbour
check "an allocation that answers with a foreign address fails" \
	status_is 1 plugfest run -q -t "$work/t.yaml" --only network.address.two-differ -o "$work/address"
check "... and says so" grep -qE 'the answer names the public address' "$work/address/journal.jsonl"
check "... and the addresses are as before" unharmed
stop_cloud

# ---- a journal whose chain is whole and whose word is not ----

begin
other=$(head -1 "$work/before")
check "a healthy cloud" status_is 2 plugfest run -q -t "$work/t.yaml" --only network.vpc.cidr-as-asked -o "$work/run"
grep -vE '"op":"(delete-sent|gone)"|"type":"(finish|end)"' "$work/run/journal.jsonl" >"$work/lines"
sed -E "/\"op\":\"created\"/s|\"id\":\"[^\"]*\"|\"id\":\"$other\"|" "$work/lines" | rechain >"$work/run/journal.jsonl"
check "a journal that gives a foreign id: the sweep leaves it" status_is 2 plugfest sweep "$work/run"
check "... and says which" says "with the id $other is called"
check "... and it is there" unharmed

# ---- a folder that others can write chooses no secrets ----

check "a folder of one's own: where the password goes is said" \
	says "target spider, as $work/run keeps it: endpoint $spider, username admin, password from the variable PLUGFEST_REFCLOUD_PASSWORD"
for path in run run/exchanges run/exchanges/spider; do
	chmod g+w "$work/$path"
	check "others can write $path: not believed" status_is 3 plugfest sweep "$work/run"
	check "... and the remedy is said" says "that user $(id -u) alone can write, or the file of target spider with -t"
	check "... nor by --rerun" status_is 3 plugfest run --rerun failed "$work/run" -o "$work/again"
	check "... for the same reason" says "that user $(id -u) alone can write"
	check "... with -t it goes on" status_is 2 plugfest sweep -t "$work/t.yaml" "$work/run"
	chmod g-w "$work/$path"
done
mv "$work/run/exchanges" "$work/elsewhere"
ln -s "$work/elsewhere" "$work/run/exchanges"
check "a link to where it is: not believed" status_is 3 plugfest sweep "$work/run"
check "... and that is said" says "exchanges: found a link"
stop_cloud

finish
