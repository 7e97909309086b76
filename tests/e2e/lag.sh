#!/usr/bin/env bash
# A list that lags behind a delete: within the window that the target grants it, and beyond it.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
. "$(dirname "$0")/lib.bash"
export PLUGFEST_REFCLOUD_PASSWORD='lag-test-password'
# The list shows a machine that was terminated, the next two times it is read.
cat >"$work/fault.yaml" <<T
fault: vm-list-lags
title: the list shows a terminated VM for two more reads
requirement: MCI-VM-09
on: vm.list
do: stale
value: destroy
count: 2
T
refcloud_options=(--set-fault-file "$work/fault.yaml")
serve spider
url=$url_spider
run() {	# run SECONDS -> a run of one case, in a folder
	spider_target "$url" | sed "s/^ixit: {/ixit: {consistency_s: $1, /" >"$work/t.yaml"
	rm -rf "$work/run"
	timeout -k 5 120 "$PLUGFEST" run -q -t "$work/t.yaml" --only 'compute.vm.terminate' -o "$work/run"
}
row() { grep -q "\"type\":\"finish\".*\"verdict\":\"$1\"" "$work/run/journal.jsonl" || { grep '"type":"finish"' "$work/run/journal.jsonl"; return 1; }; }

run 5 >"$work/log" 2>&1
check "a list may lag within the window" row pass
check "the time it took stands in the journal" grep -q '"type":"wait".*no longer listed","polls":3' "$work/run/journal.jsonl"
run 0 >"$work/log" 2>&1
check "without a window it may not" row fail
unmeasured() { ! grep 'no longer listed' "$work/run/journal.jsonl"; }
check "and no window is measured" unmeasured
finish
