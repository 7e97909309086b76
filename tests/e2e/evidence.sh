#!/usr/bin/env bash
# Evidence: the same bytes wherever it is read, and nobody may change it unseen.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=evidence-test-password
: "${PLUGFEST_REPORT:=$(dirname "$PLUGFEST")/plugfest-report}"
RANDOM=20	# the seed of the places below
plugfest() { timeout -k 5 50 "$PLUGFEST" "$@"; }
reports=(report.html report.ko.html junit.xml junit-surefire.xml report.json)
run=$work/run

check "a run to look at" status_is 0 plugfest run -q -o "$run"

# ---- the same bytes ----

same_reports() {	# DIR
	local f
	for f in "${reports[@]}"; do cmp "$run/$f" "$1/$f" || return 1; done
}
away() { (cd / && "$@"); }
check "report anew, elsewhere" status_is 0 away timeout -k 5 50 "$PLUGFEST" report "$run" -o "$work/elsewhere"
check "... is the same bytes" same_reports "$work/elsewhere"
for how in LC_ALL=C LC_ALL=ko_KR.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Asia/Seoul TZ=America/New_York COLUMNS=20; do
	check "report with $how" status_is 0 env "$how" timeout -k 5 50 "$PLUGFEST" report "$run" -o "$work/$how"
	check "... is the same bytes" same_reports "$work/$how"
done
check "report with no environment" status_is 0 env -i ${PLUGFEST_DATA:+PLUGFEST_DATA="$PLUGFEST_DATA"} \
	timeout -k 5 50 "$PLUGFEST" report "$run" -o "$work/bare"
check "... is the same bytes" same_reports "$work/bare"
mkdir "$work/two"
cp -r "$run" "$work/two/another name"
rm -f "$work/two/another name/"*report* "$work/two/another name/"*.xml
check "report of a copy, in its own folder" status_is 0 plugfest report "$work/two/another name"
check "... is the same bytes" same_reports "$work/two/another name"
if [ "$(id -u)" = 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$PLUGFEST"; then
	chmod 711 "$work"
	chmod -R a+rX "$run"
	mkdir -m 777 "$work/nobody"
	check "report as another user" status_is 0 \
		setpriv --reuid=65534 --regid=65534 --clear-groups timeout -k 5 50 "$PLUGFEST" report "$run" -o "$work/nobody"
	check "... is the same bytes" same_reports "$work/nobody"
fi
mkdir "$work/small"
check "plugfest-report, which knows no cloud" status_is 0 timeout -k 5 50 "$PLUGFEST_REPORT" "$run" "$work/small"
check "... writes the same bytes" same_reports "$work/small"
printf ' ' >>"$work/small/report.json"
check "... and bytes that differ are found here" status_is 1 same_reports "$work/small"

# ---- nothing is changed unseen ----

check "verify" status_is 0 plugfest verify "$run"
for rule in chain end verdicts counts exchanges "${reports[@]//./\\.}"; do
	check "... $rule held" grep -qE "^held +$rule: " "$work/out"
done
check "... and nobody signed it" grep -q '^absent  signature: none' "$work/out"

# A smaller run, because it is copied often.
run=$work/part
check "a run of some cases" status_is 2 plugfest run -q --only 'compute.keypair.*' -o "$run"
# One bit of the journal; the last line is below.
last=$(tail -n 1 "$run/journal.jsonl" | wc -c)
size=$(($(stat -c %s "$run/journal.jsonl") - last))
flip() {	# FILE OFFSET BIT
	local byte
	byte=$(od -An -v -tu1 -j "$2" -N 1 "$1")
	byte=$(printf '%03o' $((byte ^ 1 << $3)))
	# An escape, made here.
	# shellcheck disable=SC2059
	printf "\\$byte" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
copy() { rm -rf "$work/copy" && cp -r "$run" "$work/copy"; }
for _ in $(seq 20); do
	at=$(((RANDOM * 32768 + RANDOM) % size)) bit=$((RANDOM % 8))
	line=$(($(head -c "$at" "$run/journal.jsonl" | wc -l) + 1))
	copy
	flip "$work/copy/journal.jsonl" "$at" "$bit"
	check "bit $bit of byte $at is missed by verify" status_is 2 plugfest verify "$work/copy"
	check "... in line $line, which it names" grep -qE "^BROKEN +chain: line $line: " "$work/out"
	check "... and sweep does not go by it" status_is 2 plugfest sweep -q "$work/copy"
	check "... nor writes a sweep" [ ! -e "$work/copy/sweep-1.jsonl" ]
done

last_line() {	# SED-SCRIPT
	copy
	sed -i "\$ $1" "$work/copy/journal.jsonl"
	cmp -s "$run/journal.jsonl" "$work/copy/journal.jsonl" && echo "nothing was changed"
	status_is 2 plugfest verify "$work/copy"
}
check "an end that counts other lines" last_line 's/"count":/"count":1/'
check "an end of another outcome" last_line 's/"outcome":"completed"/"outcome":"failed"/'
check "an end at another time" last_line 's/"utc":"20../"utc":"2099/'
check "an end after another line" last_line 's/"head":"[0-9a-f]\{4\}/"head":"0000/'

copy
sed -i '7d' "$work/copy/journal.jsonl"
check "a line taken out" status_is 2 plugfest verify "$work/copy"
check "... is named" grep -qE '^BROKEN +chain: line 7: ' "$work/out"
copy
sed -i '9{h;d};10{G}' "$work/copy/journal.jsonl"
check "two lines the other way round" status_is 2 plugfest verify "$work/copy"
check "... are named" grep -qE '^BROKEN +chain: line (9|10): ' "$work/out"

# A failure made a pass, with the whole chain made anew.
# Written from docs/journal.md alone: no code of the program has a part in it.
chain_anew() {	# <JOURNAL
	local line member before rest prev
	printf -v prev '%064d' 0
	while IFS= read -r line; do
		for member in prev head; do
			[ $member = prev ] || [[ $line = *'"type":"end"'* ]] || continue
			before=${line%%"\"$member\":\""*} rest=${line#*"\"$member\":\""}
			line="$before\"$member\":\"$prev${rest:64}"
		done
		printf '%s\n' "$line"
		printf %s "$line" >"$work/line"
		read -r prev _ < <(sha256sum "$work/line")
	done
}
check "the chain is what sha256sum makes of it" cmp "$run/journal.jsonl" <(chain_anew <"$run/journal.jsonl")
forge() {	# DIR OLD NEW: in the first line that has OLD; then all lines are chained again
	OLD=$2 NEW=$3 awk '
		!done && (at = index($0, ENVIRON["OLD"])) {
			$0 = substr($0, 1, at - 1) ENVIRON["NEW"] substr($0, at + length(ENVIRON["OLD"]))
			done = 1
		}
		{ print }' "$run/journal.jsonl" | chain_anew >"$1/journal.jsonl"
}
copy
forge "$work/copy" '"verdict":"pass"' '"verdict":"fail"'
check "... was forged" status_is 1 cmp "$run/journal.jsonl" "$work/copy/journal.jsonl"
check "a verdict that its steps do not give" status_is 2 plugfest verify "$work/copy"
check "... in a chain that holds" grep -qE '^held +chain: ' "$work/out"
check "... is found" grep -qE '^BROKEN +verdicts: line [0-9]+: row [0-9]+ ' "$work/out"

# ---- cut short ----

copy
head -n -3 "$run/journal.jsonl" >"$work/copy/journal.jsonl"
check "a journal without its last three lines" status_is 2 plugfest verify "$work/copy"
check "... has no end" grep -qE '^BROKEN +end: ' "$work/out"
check "... is an undecided run" status_is 2 plugfest report "$work/copy"
check "... that did not complete" says "did not complete"
check "... which the page says too" grep -q "did not complete" "$work/copy/report.html"
copy
head -c -30 "$run/journal.jsonl" >"$work/copy/journal.jsonl"
check "a journal cut in its last line" status_is 2 plugfest report "$work/copy"
check "... did not complete" says "did not complete"

# ---- the side store ----

digest=$(grep '"type":"step"' "$run/journal.jsonl" | grep -oE '"exchanges":\["[0-9a-f]{64}' | head -1 | cut -d'"' -f4)
exchange() { echo "$work/copy/exchanges"/*/"${digest:0:2}/$digest.json"; }
copy
check "an exchange to change" [ -s "$(exchange)" ]
flip "$(exchange)" 100 0
check "an exchange that was changed" status_is 2 plugfest verify "$work/copy"
check "... is found and named" grep -qE "^BROKEN +exchanges: .* 1 altered; the first: [a-z-]+/$digest" "$work/out"
check "... in a chain that holds" grep -qE '^held +chain: ' "$work/out"
copy
rm "$(exchange)"
check "an exchange that is withheld" status_is 0 plugfest verify "$work/copy"
check "... is said to be" grep -qE '^absent +exchanges: .* 1 withheld, 0 altered' "$work/out"
check "... in a chain that holds" grep -qE '^held +chain: ' "$work/out"
rm -r "$work/copy/exchanges"
check "all exchanges withheld" status_is 0 plugfest verify "$work/copy"
copy
sed -i 's/conform/perform/' "$work/copy/report.html"
check "a report that was changed" status_is 2 plugfest verify "$work/copy"
check "... is found" grep -qE '^BROKEN +report\.html: ' "$work/out"
check "verify of no run" status_is 3 plugfest verify "$work/nothing"
check "report of no run" status_is 3 plugfest report "$work/nothing"
check "sweep of no run" status_is 3 plugfest sweep -q "$work/nothing"

# ---- a command without what it is about says what it wants ----

for c in verify report sweep; do
	check "$c without a folder" status_is 3 plugfest "$c"
	check "... says so, in one line" [ "$(grep -c "^plugfest: $c: found 0 folders; wanted one" "$work/err")/$(wc -l <"$work/err")" = 1/1 ]
done
check "doctor without a target" status_is 3 plugfest doctor
check "... says how to come by one" says 'init` writes one'
check "a command mistyped" status_is 3 plugfest rnu
check "... is guessed" says 'did you mean "run"?'
check "a word that is like none" status_is 3 plugfest frob
check "... is not" says 'help` names them all'
finish
