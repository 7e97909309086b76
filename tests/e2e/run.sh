#!/usr/bin/env bash
# What a person types: run, plan, list, doctor, init, and their exit statuses.
# The dollars in the texts for jq are jq's.
# shellcheck disable=SC2016
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=run-test-password

# jq ARGUMENT...: fine when it finds nothing to say.
no_objection() {
	local said
	said=$(jq -r "$@") || return 2
	[ -z "$said" ] || { echo "$said"; return 1; }
}

# Of report.json and both JUnit files: the same rows, verdict by verdict.
counts_agree() {	# DIR
	local file what number rows failed skipped expected found
	rows=$(jq '.rows | length' "$1/report.json")
	failed=$(jq '[.rows[] | select(.verdict == "fail")] | length' "$1/report.json")
	skipped=$(jq '[.rows[].verdict | select(IN("not-applicable", "not-run", "waived", "no-peer"))] | length' "$1/report.json")
	[ "$rows" -gt 0 ] && no_objection --argjson rows "$rows" --argjson failed "$failed" \
		'.counts | select(.total != $rows or .verdict.fail != $failed)' "$1/report.json" || return 1
	rows=$((rows + 1))	# the run itself is one
	expected="$rows $failed $skipped $rows $failed"
	for file in "$1/junit.xml" "$1/junit-surefire.xml"; do
		found=
		for what in 'count(//testcase)' 'count(//failure)' 'count(//skipped)' \
			'sum(//testsuite/@tests)' 'sum(//testsuite/@failures)'; do
			number=$(xmllint --xpath "$what" "$file") || return 1
			found+=${found:+ }$number
		done
		[ "$found" = "$expected" ] || { echo "$file: $found, the report has $expected"; return 1; }
	done
}

every_run_row_finished() {	# DIR
	no_objection -s '([.[] | select(.type == "row" and .decision == "run").row] | unique) as $rows |
		([.[] | select(.type == "finish").row] | unique) as $done |
		select($rows == [] or $rows != $done) |
		"not finished: \($rows - $done) of \($rows | length)"' "$1/journal.jsonl"
}

no_two_at_once() {	# DIR: of one target
	no_objection -n 'reduce inputs as $e ({};
		if $e.type == "row" then .target[$e.row | tostring] = $e.target
		elif $e.type == "start" then
			.flying[.target[$e.row | tostring]] |= (. // []) - [$e.row] + [$e.row] |
			.begun += 1 | .both += [.flying[] | select(length > 1) | [$e.seq, .]]
		elif $e.type == "finish" then .flying[.target[$e.row | tostring]] -= [$e.row]
		else . end) | select(.both != []) | "\(.begun) begun, at once: \(.both)"' "$1/journal.jsonl"
}

row_is() {	# DIR CASE VERDICT CAUSE: on every target
	no_objection --arg case "$2" --arg verdict "$3" --arg cause "$4" \
		'($case | gsub("\\."; "\\.") | gsub("\\*"; ".*")) as $like |
		[.rows[] | select(.case | test("^\($like)$"))] |
		if . == [] then "no row is of \($case)" else
			.[] | select(.verdict != $verdict or .cause != $cause) | "\(.case): \(.verdict) \(.cause)"
		end' "$1/report.json"
}

finding_names() {	# DIR CASE REQUIREMENT
	no_objection --arg case "$2" --arg requirement "$3" \
		'[.rows[] | select(.verdict == "fail" and .case == $case)] | if . == [] then "no row failed" else
			.[] | select(any(.attempts[].steps[]; .ok == false and .kind == "check" and
				.requirement == $requirement) | not) | "\(.case): \(.sentence)"
		end' "$1/report.json"
}

schema_holds() {	# DIR
	local schema
	for schema in strict:junit.xml surefire:junit-surefire.xml; do
		[ -s "$1/${schema#*:}" ] || { echo "no ${schema#*:}"; return 1; }
		xmllint --noout --schema "standards/junit-${schema%%:*}.xsd" "$1/${schema#*:}" || return 1
	done
}

# Expat, since xmllint is the library that wrote them.
well_formed() {	# FILE...
	local found
	found=$(xmlwf "$@") || found="$found (status $?)"
	[ -z "$found" ] || { echo "$found"; return 1; }
}
is_not_well_formed() { ! well_formed "$@"; }

plugfest() { timeout -k 5 50 "$PLUGFEST" "$@"; }

# ---- run ----

check "a run of the reference cloud conforms" status_is 0 plugfest run -o "$work/run"
check "the verdict is said in a sentence" grep -q '^Meets the profile “iaas-core”, version ' "$work/out"
check "progress goes to standard error" grep -qE ' s +[0-9]+ of [0-9]+ +pass ' "$work/err"
for f in journal.jsonl report.html report.ko.html junit.xml junit-surefire.xml report.json; do
	check "the run wrote $f" [ -s "$work/run/$f" ]
done
check "the run covers both faces" [ "$(cd "$work/run/exchanges" && echo *)" = "refcloud-openstack refcloud-spider" ]
check "both JUnit files are valid" schema_holds "$work/run"
check "a second parser reads them" well_formed "$work/run/junit.xml" "$work/run/junit-surefire.xml"
sed '$s/.$//' "$work/run/junit.xml" >"$work/cut.xml"
check "... and objects to one with its last byte gone" is_not_well_formed "$work/cut.xml"
check "a second parser counts the same" counts_agree "$work/run"
check "no row of the run is without finish" every_run_row_finished "$work/run"
check "verify holds" status_is 0 plugfest verify "$work/run"
check "a page says how much of a requirement is checked" grep -q 'What is checked of it: .*Accelerators are not looked at' "$work/run/report.html"
check "... in Korean too" grep -q '이 중 시험하는 것: .*가속기와 VM 내부의 크기는 확인하지 않는다' "$work/run/report.ko.html"
check "... the data as well, and nothing where all of it is" [ "$(jq -r '[.requirements[] | select(.id == "MCI-META-01" or .id == "MCI-NET-01") | .covered != ""] | join(" ")' "$work/run/report.json")" = 'true false' ]
check "a folder with files is not written over" status_is 3 plugfest run -q -o "$work/run"
check "... and it says so" says "-o wants a new or empty folder"
mkdir "$work/empty"
check "an empty folder may be given" status_is 2 plugfest run -q --only catalogue.region.list -o "$work/empty"

# The scale: a name twice is a mess that takes long to be cleaned up.
check "a planted fault is not conformant" status_is 1 \
	plugfest run -q --time-scale 0.01 --fault keypair-duplicate-accepted -o "$work/fault"
check "... and the case and requirement are named" finding_names "$work/fault" compute.keypair.duplicate-name MCI-ERR-03
check "... in reports that are valid" schema_holds "$work/fault"
check "... and count it" counts_agree "$work/fault"
check "... and in the sentence on standard output" grep -q '^Does not meet the profile' "$work/out"
check "an unknown fault is refused" status_is 3 plugfest run -q --fault no-such-fault -o "$work/nofault"

# A part of a profile proves nothing about the whole.
check "--only and --skip leave a run undecided" status_is 2 \
	plugfest run -q --only 'compute.keypair.*' --skip '*.unknown-id' -j 1 -o "$work/part"
check "--only runs what it names" row_is "$work/part" compute.keypair.create-read pass ""
check "--skip leaves out what it names" row_is "$work/part" compute.keypair.unknown-id not-run filtered
check "--only leaves out the rest" row_is "$work/part" 'network.*' not-run filtered
check "-j 1 runs one case at a time" no_two_at_once "$work/part"
check "a filter that leaves nothing is refused" status_is 3 plugfest run -q --only nothing.such -o "$work/none"
check "-j wants a number" status_is 3 plugfest run -j many
check "faults are for the reference cloud alone" status_is 3 plugfest run -t x.yaml --fault keypair-renamed

# ---- plan and list ----

check "plan says what would run" status_is 0 plugfest plan
check "... case by case" grep -qE '^  run +mandatory +compute.vm.create-read' "$work/out"
check "... and how much at once" grep -qE 'cases to run; at most at once: [1-9][0-9]* keypair' "$work/out"
check "plan --only says why the rest would not" status_is 0 plugfest plan --only 'compute.*'
check "... in words" says "left out by --only or --skip"
json_ids() { jq -s 'select(length == 1) | .[0] | select(length > 0 and all(.[].id; type == "string" and . != "")) | length' "$work/out"; }
for what in cases requirements drivers profiles faults; do
	check "list $what" status_is 0 plugfest list "$what"
	lines=$(wc -l <"$work/out")
	check "list $what --json" status_is 0 plugfest list "$what" --json
	check "list $what: JSON and text hold as many" [ "$(json_ids)" = "$lines" ]
done
check "list of nothing known" status_is 3 plugfest list clouds

# ---- a live target ----

refcloud_options=(--foreign)
serve spider
# serve sets it by name.
# shellcheck disable=SC2154
spider=$url_spider
ask() { curl -sS -m 10 -u "admin:$PLUGFEST_REFCLOUD_PASSWORD" -H 'Content-Type: application/json' "$@"; }
holdings() {
	local path
	for path in keypair vpc securitygroup vm; do ask "$spider/$path?ConnectionName=refcloud"; echo; done
	ask -X GET "$spider/publicip" -d '{"ConnectionName":"refcloud"}'
}
holdings | sed 's/"[A-Za-z]*Time":"[^"]*"//g' >"$work/before"
check "the cloud holds something to compare" grep -q '"NameId"' "$work/before"
spider_target "$spider" >"$work/t.yaml"

check "doctor finds a good target good" status_is 0 plugfest doctor -t "$work/t.yaml"
check "... the image too" grep -qE '^ok +image +found mock-vmimage-01' "$work/out"
check "... and nothing wrong" [ "$(grep -c '^WRONG' "$work/out")" = 0 ]
sed 's/mock-vmimage-01/mock-vmimage-0l/' "$work/t.yaml" >"$work/image.yaml"
check "doctor finds a wrong image" status_is 3 plugfest doctor -t "$work/image.yaml"
check "... with the nearest one and the line" \
	grep -qE '^WRONG image +found mock-vmimage-0l; wanted .*did you mean "mock-vmimage-01"\?; see .*image\.yaml:8' "$work/out"

nothing_but_reads() {	# DIR: by the exchanges that were sent
	cat "$1"/exchanges/*/*/*.json | no_objection -n '[inputs | select(has("method"))] |
		if length < 5 then "\(length) were sent" else
			.[] | select(.method | IN("GET", "HEAD") | not) | "\(.method) \(.url) \(.status)"
		end'
}
check "--read-only cannot decide" status_is 2 plugfest run -q --read-only -t "$work/t.yaml" -o "$work/reads"
check "... runs what reads" row_is "$work/reads" catalogue.image.list-read pass ""
check "... and does not run what makes" row_is "$work/reads" compute.vm.create-read not-run read-only
check "... sends nothing but reads" nothing_but_reads "$work/reads"
check "a run that may write does write" status_is 2 plugfest run -q -t "$work/t.yaml" --only 'compute.keypair.create*' -o "$work/writes"
check "... so that this test can fail" status_is 1 nothing_but_reads "$work/writes"
holdings | sed 's/"[A-Za-z]*Time":"[^"]*"//g' >"$work/after"
check "the cloud holds what it held before" diff "$work/before" "$work/after"

# ---- init ----

check "init writes a first file" status_is 0 plugfest init -d spider -o "$work/first.yaml"
unset SPIDER_PASSWORD
check "... that says what is missing" status_is 3 plugfest plan -t "$work/first.yaml"
check "... by line" grep -qE 'first\.yaml:[0-9]+: .*SPIDER_PASSWORD is not set' "$work/err"
sed -e "s|endpoint: .*|endpoint: $spider|" -e 's/# connection_name: [^ ]*/connection_name: refcloud/' \
	-e 's/CHANGE-ME/filled/' -e 's/# image:/image: mock-vmimage-01/' -e 's/# spec:/spec: mock-vmspec-01/' \
	"$work/first.yaml" >"$work/filled.yaml"
check "... and is taken once it is filled in" status_is 0 \
	env SPIDER_PASSWORD="$PLUGFEST_REFCLOUD_PASSWORD" timeout -k 5 50 "$PLUGFEST" doctor -t "$work/filled.yaml"
check "init asks a target for candidates" status_is 0 plugfest init -t "$work/t.yaml"
check "... images" grep -qE '^ +# +mock-vmimage-01' "$work/out"
check "init wants a known driver" status_is 3 plugfest init -d spyder
stop_cloud

# ---- help and slips ----

check "--help" status_is 0 plugfest --help
mapfile -t commands < <(sed -n 's/^  \([a-z]*\)  .*/\1/p' "$work/out")
check "--help names the commands" [ "${#commands[@]}" -ge 9 ]
for c in "${commands[@]}"; do
	check "$c --help" status_is 0 plugfest "$c" --help
	check "$c --help says how" grep -q "^usage: plugfest $c" "$work/out"
	check "$c with an unknown option" status_is 3 plugfest "$c" --no-such-option
done
check "no command" status_is 3 plugfest
check "an unknown command" status_is 3 plugfest rnu
check "... and the nearest" says 'did you mean "run"?'
finish
