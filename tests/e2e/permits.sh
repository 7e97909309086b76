#!/usr/bin/env bash
# What a run may do: --read-only, --allow with an authorisation.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='permits-test-password'
plugfest() { timeout -k 5 50 "$PLUGFEST" "$@"; }
part=(--only 'catalogue.*' --face spider)
methods() { cat "$work/$1"/exchanges/*/*/*.json | grep -oE '"op":"[^"]*","method":"[A-Z]+"' | sort -u; }

check "--read-only" status_is 2 plugfest run -q --read-only -o "$work/reads"
# A login is a POST that makes nothing.
check "... sends nothing but reads and logins" [ "$(methods reads | grep -cvE '"method":"(GET|HEAD)"|"op":"(auth|token|session)[^"]*"')" = 0 ]
check "... sends reads" [ "$(methods reads | grep -c '"method":"GET"')" -gt 3 ]
check "... makes nothing" [ "$(grep -c '"type":"ledger"' "$work/reads/journal.jsonl")" = 0 ]
check "... the journal says so" grep -q '"read_only":true' "$work/reads/journal.jsonl"
check "... the report says so" grep -q 'read-only: nothing but reads was sent' "$work/reads/report.html"
check "... every case that reads was run" [ "$(grep -c '"type":"case".*"impact":"read"' "$work/reads/journal.jsonl")" -ge 6 ]
# The inventory of both faces is one row a target; all rows that read have ended.
check "... and ended" [ "$(grep -c '"type":"finish"' "$work/reads/journal.jsonl")" = "$(grep -c '"decision":"run"' "$work/reads/journal.jsonl")" ]
check "a run that may write sends other methods" status_is 2 plugfest run -q --face spider --only 'compute.keypair.delete*' -o "$work/writes"
check "... so that this test can fail" [ "$(methods writes | grep -cv '"GET"')" -gt 0 ]

check "--allow wants an authorisation" status_is 3 plugfest run --allow intrusive
check "... and says so" says '--allow wants --authorisation'
check "... that is not blank" status_is 3 plugfest run --allow load --authorisation '  '
check "--allow knows two words" status_is 3 plugfest run --allow everything --authorisation me
check "... and says which" says 'wanted load or intrusive'
check "--allow and --read-only exclude each other" status_is 3 plugfest run --read-only --allow load --authorisation me
check "an authorisation is of something" status_is 3 plugfest run --authorisation me
check "a path with a slip is no text" status_is 3 plugfest run --allow load --authorisation "$work/permt.txt"
check "... and says so" says 'found no file'
: >"$work/blank.txt"
check "an empty file permits nothing" status_is 3 plugfest run --allow load --authorisation "$work/blank.txt"

check "a text is kept" status_is 2 plugfest run -q "${part[@]}" --allow intrusive --authorisation 'Kim, ticket 4711' -o "$work/text"
check "... in the journal" grep -q '"allow":\["intrusive"\],"authorisation":"Kim, ticket 4711","authorisation_file":""' "$work/text/journal.jsonl"
for f in report.html report.ko.html report.json junit.xml junit-surefire.xml; do
	check "... in $f" grep -q 'Kim, ticket 4711' "$work/text/$f"
done
printf 'Permitted by Lee, head of operations.\n\nUntil Friday.\n' >"$work/permit.txt"
check "a file is read" status_is 2 plugfest run -q "${part[@]}" --allow load --authorisation "$work/permit.txt" -o "$work/file"
check "... its words are in the journal" grep -qF 'Permitted by Lee, head of operations.\n\nUntil Friday."' "$work/file/journal.jsonl"
check "... and its name and digest" grep -qF "\"authorisation_file\":\"permit.txt\",\"authorisation_digest\":\"$(sha256sum <"$work/permit.txt" | cut -d' ' -f1)\"" "$work/file/journal.jsonl"
check "... and in the report" grep -q 'permit.txt, SHA-256' "$work/file/report.html"
check "... the evidence holds" status_is 0 plugfest verify "$work/file"

# ---- the cases that need it ----

verdicts() { jq -r '.rows[] | "\(.case) \(.verdict) \(.cause)"' "$work/$1/report.json"; }
load() { plugfest run -q -p iaas-load --face spider --time-scale 0.05 "$@"; }
check "a profile of load without a permission" status_is 2 load -o "$work/none"
check "... ran none of it" [ "$(verdicts none | grep -c '^load.* not-run not-allowed$')" = 3 ]
check "--allow load" status_is 2 load --allow load --authorisation me -o "$work/load"
check "... runs what loads" [ "$(verdicts load | grep -c '^load.keypair.many-at-once pass ')" = 1 ]
check "... but not what disturbs" [ "$(verdicts load | grep -c '^load.vpc.fill-and-free not-run not-allowed$')" = 1 ]
check "--allow intrusive" status_is 0 load --allow intrusive --authorisation me -o "$work/all"
check "... runs that too" [ "$(verdicts all | grep -c '^load.vpc.fill-and-free pass ')" = 1 ]
check "... and a limit that is not there is not applicable" [ "$(verdicts all | grep -c '^load.keypair.throttled not-applicable ')" = 1 ]
check "... one that is passes" status_is 2 load --only 'load.keypair.throttled' --set-fault-file tests/mutants/limited.yaml --allow load --authorisation me -o "$work/limited"
check "... as such" [ "$(verdicts limited | grep -c '^load.keypair.throttled pass ')" = 1 ]
check "no other profile has them" [ "$(plugfest plan --face spider | grep -c ' load\.')" = 0 ]
finish
