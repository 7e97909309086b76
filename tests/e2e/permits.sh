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
finish
