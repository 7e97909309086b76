#!/usr/bin/env bash
# --rerun failed: what did not pass, once more.  --resume: after Ctrl-C and kill -9, in the
# same folder, in one chain.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='again-test-password' SETTLE_VM=2
plugfest() { timeout -k 5 90 "$PLUGFEST" "$@"; }
count() { cat "$work/$1"/journal*.jsonl | grep -c "$2"; }
planned() { count "$1" '"type":"row".*"decision":"run"'; }

# ---- rerun ----

check "a run with a failure" status_is 1 plugfest run -q --face spider --time-scale 0.01 --only "compute.keypair.*" --participant Acme --fault keypair-duplicate-accepted -o "$work/first"
run_id=$(grep -o '"run":"[a-z0-9]*"' "$work/first/journal.jsonl" | head -1 | cut -d'"' -f4)
check "its failures, once more" status_is 1 plugfest run -q --rerun failed "$work/first" -o "$work/second"
failures() { jq '[.rows[] | select(.verdict == "fail")] | length' "$work/$1/report.json"; }
check "... as many rows as failed" [ "$(planned second)" = "$(failures first)" ]
check "... with the same options" grep -q '"participant":"Acme"' "$work/second/journal.jsonl"
check "... and the same fault" grep -q '"type":"finish".*"verdict":"fail"' "$work/second/journal.jsonl"
check "... the journal names the run" grep -q "\"rerun_of\":{\"run\":\"$run_id\",\"head\":\"[0-9a-f]*\",\"which\":\"failed\"}" "$work/second/journal.jsonl"
for f in report.html report.ko.html report.json junit.xml junit-surefire.xml; do
	check "... and $f too" grep -q "$run_id" "$work/second/$f"
done
check "... the others were left out" grep -q "it did not fail in run $run_id" "$work/second/report.json"
check "... the evidence holds" status_is 0 plugfest verify "$work/second"
check "the failures of that, again" status_is 1 plugfest run -q --rerun failed "$work/second" -o "$work/third"
check "... with the fault of the first" [ "$(planned third)" = "$(failures first)" ]
check "a run that passed has none" status_is 2 plugfest run -q --face spider --only "catalogue.*" -o "$work/good"
check "... and it is said" status_is 3 plugfest run -q --rerun failed "$work/good" -o "$work/none"
check "... in words" says 'nothing to run again'
printf 'Lee permits it.\n' >"$work/permit.txt"
check "a permission in a file" status_is 1 plugfest run -q --face spider --time-scale 0.01 --only compute.keypair.duplicate-name --fault keypair-duplicate-accepted --allow load --authorisation "$work/permit.txt" -o "$work/permit"
rm "$work/permit.txt"
check "... holds for what is run again, without the file" status_is 1 plugfest run -q --rerun failed "$work/permit" -o "$work/permit-2"
check "... by its words" grep -q '"allow":\["load"\],"authorisation":"Lee permits it.","authorisation_file":"permit.txt"' "$work/permit-2/journal.jsonl"
check "--rerun knows one word" status_is 3 plugfest run --rerun all "$work/first"
check "... and wants a folder" status_is 3 plugfest run --rerun failed
check "... of results" status_is 3 plugfest run --rerun failed "$work/nothing"
check "... and no options that the run has settled" status_is 3 plugfest run --rerun failed "$work/first" --fault vpc-delete-swallowed
check "... in words" says 'only -o, -q, -j, -t'
check "not both" status_is 3 plugfest run --rerun failed "$work/first" --resume "$work/first"
sed 's/"verdict":"fail"/"verdict":"pass"/' "$work/first/journal.jsonl" >"$work/j" && mkdir "$work/forged" && mv "$work/j" "$work/forged/journal.jsonl"
check "a broken chain is not gone by" status_is 3 plugfest run -q --rerun failed "$work/forged" -o "$work/none"
check "... in words" says 'the chain is broken'

# ---- resume ----

refcloud_options=(--latency 100 --foreign)
serve spider
spider_target "$url_spider" >"$work/t.yaml"
holdings >"$work/before"
clean() { holdings | diff "$work/before" -; }
# Until some rows have ended and some are under way.
begin() {	# DIR [options]
	setsid "$PLUGFEST" run -q -t "$work/t.yaml" "${@:2}" -o "$work/$1" >"$work/$1.out" 2>&1 &
	pid=$!
	for _ in $(seq 300); do
		[ "0$(grep -cs '"type":"finish"' "$work/$1/journal.jsonl")" -ge 4 ] && break
		sleep 0.02
	done
}
# Every row has one verdict at the end, none ran again that had one.
one_chain() {	# DIR
	check "... it completed" grep -q '"outcome": "completed"' "$work/$1/report.json"
	check "... every row has its verdict" [ "$(planned "$1")" = "$(grep -ch '"type":"finish".*"verdict":"\(pass\|fail\)' "$work/$1"/journal*.jsonl | awk '{ n += $1 } END { print n }')" ]
	check "... none ran twice that had one" [ "$(grep -h '"type":"finish".*"verdict":"pass"' "$work/$1"/journal*.jsonl | grep -o '"row":[0-9]*' | sort | uniq -d | wc -l)" = 0 ]
	check "... the evidence holds" status_is 0 plugfest verify "$work/$1"
	check "... the report says it was resumed" grep -q 'The run was resumed at ' "$work/$1/report.html"
	check "... and the cloud is clean" clean
}

few=(--only "compute.keypair.*" --only "compute.vm.s*" --only "network.sg.*" --only "*nothing-left")

begin stopped
kill -INT -"$pid"
wait "$pid"
check "resumed after Ctrl-C" status_is 0 plugfest run -q --resume "$work/stopped"
check "... in a second file" grep -q '"type":"resume","segment":2' "$work/stopped/journal-2.jsonl"
check "... chained to the first" grep -q "\"prev\":\"$(tail -1 "$work/stopped/journal.jsonl" | tr -d '\n' | sha256sum | cut -d' ' -f1)\"" <(head -1 "$work/stopped/journal-2.jsonl")
one_chain stopped
check "a run that came to its end is not resumed" status_is 3 plugfest run -q --resume "$work/stopped"
check "... in words" says 'came to its end'

begin killed
# Several things are there: not all of them can be on their way out.
for _ in $(seq 200); do [ "$(diff "$work/before" <(holdings) | grep -c '^>')" -ge 4 ] && break; done
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
check "something was left" [ "$(diff "$work/before" <(holdings) | wc -l)" -gt 0 ]
printf '{"seq":1234,"prev":"broken off' >>"$work/killed/journal.jsonl"
check "resumed after kill -9 in the middle of a line" status_is 0 plugfest run -q --resume "$work/killed"
check "... what was broken off is sealed" grep -q '"type":"torn","bytes":"7b22736571223a' "$work/killed/journal-2.jsonl"
one_chain killed
check "... what was in flight ran as a further attempt" grep -q '"type":"start","row":[0-9]*,"attempt":2' "$work/killed/journal-2.jsonl"
cp -r "$work/killed" "$work/mended"
sed -i '$d' "$work/mended/journal.jsonl"
check "taking the broken-off bytes away is noticed" status_is 2 plugfest verify "$work/mended"
cp -r "$work/killed" "$work/shorter"
tail -n +2 "$work/shorter/journal-2.jsonl" >"$work/j" && mv "$work/j" "$work/shorter/journal-2.jsonl"
check "taking the seal away is noticed" status_is 2 plugfest verify "$work/shorter"

begin twice "${few[@]}"
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
setsid "$PLUGFEST" run -q --resume "$work/twice" >"$work/twice.out" 2>&1 &
pid=$!
for _ in $(seq 300); do grep -qs '"type":"start"' "$work/twice/journal-2.jsonl" && break; sleep 0.02; done
check "while it goes on nobody else resumes it" status_is 3 plugfest run -q --resume "$work/twice"
check "... nor sweeps" status_is 3 plugfest sweep -q "$work/twice"
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
check "resumed a second time" status_is 2 plugfest run -q --resume "$work/twice"
check "... in a third file" [ -s "$work/twice/journal-3.jsonl" ]
one_chain twice

begin crashing "${few[@]}"
kill -INT -"$pid"
wait "$pid"
check "a worker that dies in a resumed run" status_is 2 plugfest run -q --resume "$work/crashing" --crash-worker-after 60
check "... is journalled" grep -q '"type":"crashed","signal":9' "$work/crashing/journal-2.jsonl"
one_chain crashing

begin elsewhere "${few[@]}"
kill -9 "$pid"
wait "$pid" 2>/dev/null
sleep 0.3
sed 's/connection_name: refcloud/connection_name: other/' "$work/t.yaml" >"$work/other.yaml"
check "resumed with a connection that is not there: a matter of configuration" status_is 3 plugfest run -q --resume "$work/elsewhere" -t "$work/other.yaml"
check "... nothing was deleted there" [ "$(grep -c '"op":"delete-sent"' "$work/elsewhere/journal-2.jsonl")" = 0 ]
check "what it left is swept all the same" status_is 0 plugfest sweep -q "$work/elsewhere"
check "... and the cloud is clean" clean
sed 's/name: spider/name: busan/' "$work/t.yaml" >"$work/busan.yaml"
check "a target that the run has not" status_is 3 plugfest run -q --resume "$work/stopped" -t "$work/busan.yaml"

# The reference cloud ended with the run: a new one takes its place.
setsid "$PLUGFEST" run -q --latency 100 --face openstack "${few[@]}" -o "$work/embedded" >"$work/embedded.out" 2>&1 &
pid=$!
for _ in $(seq 300); do
	[ "0$(grep -cs '"type":"finish"' "$work/embedded/journal.jsonl")" -ge 4 ] && break
	sleep 0.02
done
kill -INT -"$pid"
wait "$pid"
check "a run of the embedded cloud is resumed" status_is 2 plugfest run -q --resume "$work/embedded"
check "... and its evidence holds" status_is 0 plugfest verify "$work/embedded"
stop_cloud
finish
