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

begin asked
kill -USR1 "$pid"
for _ in $(seq 200); do grep -q 'coroutines alive' "$work/asked.out" && break; sleep 0.02; done
check "SIGUSR1: each coroutine says what it waits for, and since when" grep -qE '^  [a-z.-]+: waits for .* since [0-9]+ ms' "$work/asked.out"
kill -USR1 "$pid"
check "... and the run goes on to its end" ended 0
check "... whose evidence holds" holds asked

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
read -r worker _ < <(children "$pid")
check "a run has a worker" kill -9 "$worker"
check "a worker killed from outside: the run goes on and is decided" ended 0
check "its evidence holds" holds worker

begin orphan
read -r worker _ < <(children "$pid")
check "... and another" kill -0 "$worker"
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

# A file that may not grow stands for a disk that is full; a run nobody can remember ends.
full() { (trap '' XFSZ; ulimit -f 500; exec timeout -k 5 60 "$PLUGFEST" run -t "$work/t.yaml" -o "$work/full") }
check "a full disk: the run could not be completed" status_is 4 full
check "... it says why" says 'full/journal.jsonl: cannot write: '
check "... what was made is removed" clean
check "... a sweep finds that out" status_is 0 timeout -k 5 60 "$PLUGFEST" sweep -q "$work/full"
begin gone
for _ in 1 2 3; do rm -rf "$work/gone" && break; done 2>/dev/null
check "a folder deleted during the run: it could not be completed" ended 4
check "... it says why" grep -q 'gone/journal.jsonl: found that it was deleted' "$work/gone.out"
check "... what was made is removed" clean

# Nothing is made or left that the journal does not have, and nobody waits in vain for each case.
begun=$SECONDS
begin dark --only "compute.vm.*"
kill -9 "$cloud_pid"
check "a cloud that dies in the middle: cannot be decided" ended 2
check "... within a minute" [ $((SECONDS - begun)) -le 60 ]
check "its rows say unreachable" grep -q '"type":"finish".*"cause":"unreachable"' "$work/dark/journal.jsonl"
check "... those that had not begun as well" grep -q '"type":"set-aside".*"cause":"unreachable"' "$work/dark/journal.jsonl"
check "... none is without a verdict" [ "$(grep -cE '"type":"(start|set-aside)"' "$work/dark/journal.jsonl")" = "$(grep -c '"type":"row".*"decision":"run"' "$work/dark/journal.jsonl")" ]
check "what may be left is said aloud" grep -q "NOT CLEANED UP: .* plugfest sweep $work/dark" "$work/dark.out"
check "its evidence holds" holds dark

# One that is back before the rows are given up: the others run, what was put off is removed.
port=${url_spider#*://*:} port=${port%%/*}
"$PLUGFEST" refcloud --face spider --port "$port" "${refcloud_options[@]}" >"$work/refcloud.out" 2>"$work/refcloud.err" &
cloud_pid=$!
started+=("$cloud_pid")
sleep 1
holdings >"$work/before"
begin back --only "compute.vm.*"
kill -9 "$cloud_pid"
for _ in $(seq 200); do grep -q 'answers nobody any longer' "$work/back.out" && break; sleep 0.2; done
"$PLUGFEST" refcloud --face spider --port "$port" "${refcloud_options[@]}" >"$work/refcloud.out" 2>"$work/refcloud.err" &
cloud_pid=$!
started+=("$cloud_pid")
check "a cloud that comes back: cannot be decided" ended 2
check "... the run goes on" grep -q 'answers again' "$work/back.out"
check "... to rows that had not begun" [ "$(grep -c '"type":"finish".*"verdict":"pass"' "$work/back/journal.jsonl")" -gt 20 ]
check "... none is set aside" [ "$(grep -c '"type":"set-aside"' "$work/back/journal.jsonl")" = 0 ]
check "nothing stays open" status_is 0 timeout -k 5 60 "$PLUGFEST" sweep "$work/back"
check "... already before the sweep" says '0 open: '
check "its evidence holds" holds back
check "and the cloud is clean" clean
finish
