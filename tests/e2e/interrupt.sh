#!/usr/bin/env bash
# Ctrl-C once and twice, a worker that dies, a cloud that dies: the journal stays whole and
# the cloud clean.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
export PLUGFEST_REFCLOUD_PASSWORD='interrupt-test-password' SETTLE_VM=2
refcloud_options=(--latency 150 --foreign)
serve spider
spider_target "$url_spider" >"$work/t.yaml"
holdings >"$work/before"
clean() { holdings | diff "$work/before" -; }
# A run in a process group of its own, as a terminal makes one.
begin() {
	setsid "$PLUGFEST" run -t "$work/t.yaml" "${@:2}" -o "$work/$1" >"$work/$1.out" 2>&1 &
	pid=$!
	for _ in $(seq 200); do
		grep -qs '"type":"start"' "$work/$1/journal.jsonl" && break
		sleep 0.02
	done
	sleep 0.15
}
ended() { local got=0; wait "$pid" || got=$?; [ "$got" = "$1" ] || { echo "status $got, wanted $1"; cat "$work"/*.out | tail -5; return 1; }; }
holds() { status_is 0 "$PLUGFEST" verify "$work/$1"; }

begin once
kill -INT -"$pid"
check "Ctrl-C once: the run cannot be decided" ended 2
check "its evidence holds" holds once
check "it ends as interrupted" grep -q '"outcome":"interrupted"' "$work/once/journal.jsonl"
check "what was made is removed" clean

begin twice
kill -INT -"$pid"
sleep 0.05
kill -INT -"$pid"
check "Ctrl-C twice: the run cannot be decided" ended 2
check "its evidence holds" holds twice
check "both are journalled" grep -q '"how":"twice"' "$work/twice/journal.jsonl"
check "what it left is swept" status_is 0 timeout -k 5 60 "$PLUGFEST" sweep -q "$work/twice"
check "and the cloud is clean" clean

for after in 150 400; do
	begin "worker-$after" --crash-worker-after "$after"
	check "a worker killed after $after events: the run goes on and is decided" ended 0
	check "its evidence holds" holds "worker-$after"
	check "the crash is journalled" grep -q '"type":"crashed","signal":9' "$work/worker-$after/journal.jsonl"
	check "the cases in flight ran once more" grep -q '"attempt":2' "$work/worker-$after/journal.jsonl"
	check "and the cloud is clean" clean
done

begin worker
kill -9 "$(pgrep -P "$pid" | head -1)"
check "a worker killed from outside: the run goes on and is decided" ended 0
check "its evidence holds" holds worker

begin orphan
worker=$(pgrep -P "$pid" | head -1)
kill -9 "$pid"
wait "$pid" 2>/dev/null
for _ in $(seq 100); do kill -0 "$worker" 2>/dev/null || break; sleep 0.02; done
check "a worker does not outlive its supervisor" bash -c "! kill -0 $worker 2>/dev/null"
check "what it left is swept" status_is 0 timeout -k 5 60 "$PLUGFEST" sweep -q "$work/orphan"
check "and the cloud is clean" clean

begin going
check "a run that goes on is not swept" status_is 3 "$PLUGFEST" sweep -q "$work/going"
kill -INT -"$pid"
wait "$pid" 2>/dev/null

begin dark --only "compute.vm.*"
kill -9 "$cloud_pid"
check "a cloud that dies in the middle: cannot be decided" ended 2
check "its rows say unreachable" grep -q '"cause":"unreachable"' "$work/dark/journal.jsonl"
check "its evidence holds" holds dark
finish
