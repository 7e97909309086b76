#!/usr/bin/env bash
# Waivers: a waived failure stays a failure and counts apart; what is expired, not needed or
# of nothing is said; mistakes are named by line.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD='waivers-test-password'
plugfest() { timeout -k 5 60 "$PLUGFEST" "$@"; }
case_id=network.sg.invalid-rule
faulty=(-q --face spider --time-scale 0.01 --fault sg-rule-invalid-accepted)
file() {	# FILE ID CASES GRANTED EXPIRES [SCOPE]: one more entry
	[ -s "$1" ] || printf 'plugfest: waivers/1\nwaivers:\n' >"$1"
	cat >>"$1" <<Y
  - id: $2
    cases: [$3]
    scope: {${6:-}}
    reason: "Known: the range check is late"
    link: https://tracker.example/4711
    owner: Kim
    approver: Lee
    granted: $4
    expires: $5
Y
}
exit_of() { grep -o '"exit": [0-9]' "$work/$1/report.json"; }

check "without a waiver the run fails" status_is 1 plugfest run "${faulty[@]}" -o "$work/plain"
file "$work/good.yaml" W-1 "$case_id" 2026-01-01 2099-12-31
check "with one it conforms" status_is 0 plugfest run "${faulty[@]}" --waivers "$work/good.yaml" -o "$work/good"
check "... and says so" says '“iaas-core”, version 0.1, with 1 waived'
check "... the verdict stays fail" grep -q '"type":"finish".*"verdict":"fail"' "$work/good/journal.jsonl"
check "... the digest of the file is in the journal" grep -q "\"waivers\":{\"file\":\"good.yaml\",\"digest\":\"$(sha256sum <"$work/good.yaml" | cut -d' ' -f1)\"}" "$work/good/journal.jsonl"
check "... JSON: fail, waived, by whom" [ "$(grep -cE '^ *"(verdict": "fail|waived": true|waiver": "W-1)' "$work/good/report.json")" -ge 3 ]
check "... JSON counts it apart" grep -qE '^ *"waived": 1,?$' "$work/good/report.json"
check "... and not as failed" grep -qE '^ *"fail": 0,?$' "$work/good/report.json"
for f in junit.xml junit-surefire.xml; do
	check "... $f: skipped, not passed, and why" grep -qF '<skipped message="waived: fail: waived by W-1 until 2099-12-31, approved by Lee: Known: the range check is late' "$work/good/$f"
	check "... $f counts it" grep -q "skipped=\"$(grep -c '<skipped' "$work/good/$f")\" *\(failures=\"0\"\|time=\)" "$work/good/$f"
	check "... $f names the file of the waivers" grep -q "\"run.waivers.digest\" value=\"$(sha256sum <"$work/good.yaml" | cut -d' ' -f1)\"" "$work/good/$f"
	check "... $f is valid" xmllint --noout --schema "standards/junit-$(case $f in junit.xml) echo strict ;; *) echo surefire ;; esac).xsd" "$work/good/$f"
done
check "... HTML shows both words" grep -q 'v v-fail.*v v-waived' "$work/good/report.html"
check "... HTML has the waiver" grep -q 'https://tracker.example/4711' "$work/good/report.html"
check "... the Korean page too" grep -q '면제 W-1: 부적합 1개를 2099-12-31까지 면제' "$work/good/report.ko.html"
check "... the evidence holds" status_is 0 plugfest verify "$work/good"
check "... the report can be made again" status_is 0 plugfest report "$work/good" -o "$work/again"
check "... byte for byte" diff -r "$work/good/report.html" "$work/again/report.html"
sed 's/2099-12-31/2098-12-31/' "$work/good/journal.jsonl" >"$work/good/j" && mv "$work/good/j" "$work/good/journal.jsonl"
check "... and nobody lengthens it afterwards" status_is 2 plugfest verify "$work/good"

file "$work/old.yaml" W-2 "$case_id" 2020-01-01 2020-12-31
check "an expired waiver does not help" status_is 1 plugfest run "${faulty[@]}" --waivers "$work/old.yaml" -o "$work/old"
for f in report.html junit.xml report.json; do
	check "... and $f says so" grep -q 'waiver W-2 expired on 2020-12-31' "$work/old/$f"
done
check "... at the top as well" grep -q 'Waiver W-2 expired on 2020-12-31: 1 row it covered counts as failed' "$work/old/report.json"
file "$work/old.yaml" W-3 'network.sg*' 2026-01-01 2099-12-31
check "of two the one in force counts" status_is 0 plugfest run "${faulty[@]}" --waivers "$work/old.yaml" -o "$work/two"
check "... and passing cases are named" grep -qE 'Waiver W-3 covers [0-9]+ rows that pass: network.sg' "$work/two/report.json"
file "$work/early.yaml" W-4 "$case_id" 2099-01-01 2099-12-31
check "one that is not yet granted does not help" status_is 1 plugfest run "${faulty[@]}" --waivers "$work/early.yaml" -o "$work/early"
check "... and it is said" grep -q 'waiver W-4 is not in force before 2099-01-01' "$work/early/report.html"
file "$work/other.yaml" W-5 "$case_id" 2026-01-01 2099-12-31 'target: "busan-*"'
file "$work/other.yaml" W-6 "$case_id" 2026-01-01 2099-12-31 'profile: paas-core'
file "$work/other.yaml" W-7 no.such.case 2026-01-01 2099-12-31
check "of another target or profile: no help" status_is 1 plugfest run "${faulty[@]}" --waivers "$work/other.yaml" -o "$work/other"
for w in W-5 W-6 W-7; do
	check "... $w matches nothing, and it is said" grep -q "Waiver $w matches no row of this run" "$work/other/report.json"
done
check "a healthy cloud: passes, and the waiver is reported" status_is 0 plugfest run -q --face spider --waivers "$work/good.yaml" -o "$work/healthy"
check "... by name" grep -q "Waiver W-1 covers 1 row that passes: $case_id (refcloud-spider)" "$work/healthy/report.json"
check "plan says what would be covered" status_is 0 plugfest plan --face spider --waivers "$work/old.yaml"
check "... expired" says 'waiver W-2: expired on 2020-12-31, covers 1 rows'
check "... in force" says 'waiver W-3: in force until 2099-12-31, covers'

# ---- mistakes ----

mistake() {	# "what" 'sed program' 'line: text'
	sed "$2" "$work/good.yaml" >"$work/bad.yaml"
	check "$1" status_is 3 plugfest run -q --waivers "$work/bad.yaml" -o "$work/none"
	check "... in words" says "bad.yaml:$3"
}
mistake "an unknown key" 's/owner/ownr/' '8: unknown key "ownr"'
mistake "a missing key" '/approver/d' '3: '
mistake "no such day" 's/2099-12-31/2099-02-29/' '11: expires: found "2099-02-29"; wanted a day'
mistake "the wrong way round" 's/2099-12-31/2019-12-31/' '11: expires: found 2019-12-31, before granted: 2026-01-01'
mistake "no reason" 's/reason: .*/reason: " "/' '6: reason: found " "; wanted some words'
mistake "no case" 's/cases: .*/cases: []/' '4: cases: found 0 patterns'
mistake "a case that cannot be one" 's/cases: .*/cases: ["Compute Keypair"]/' '4: cases: found "Compute Keypair"; wanted'
mistake "a wrong id" 's/id: W-1/id: "W 1"/' '3: id: found "W 1"; wanted 1 to 40'
mistake "another format" 's,waivers/1,waivers/2,' '1: not a waiver file'
{ cat "$work/good.yaml"; tail -n +3 "$work/good.yaml"; } >"$work/bad.yaml"
check "an id twice" status_is 3 plugfest run -q --waivers "$work/bad.yaml"
check "... in words" says 'bad.yaml:12: id: found W-1 twice (first on line 3)'
check "no such file" status_is 3 plugfest run -q --waivers "$work/nothing.yaml"
finish
