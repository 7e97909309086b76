#!/usr/bin/env bash
# What a person types: run, plan, list, doctor, init, and their exit statuses.
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=run-test-password

# Of report.json and both JUnit files: the same rows, verdict by verdict.
counts_agree() {	# DIR
	python3 - "$1" <<'P'
import json, sys
import xml.etree.ElementTree as tree
d = sys.argv[1]
report = json.load(open(d + "/report.json"))
rows, wrong = report["rows"], []
want = {
    "testcases": len(rows) + 1,		# the run itself is one
    "failure": sum(r["verdict"] == "fail" for r in rows),
    "skipped": sum(r["verdict"] in ("not-applicable", "not-run", "waived", "no-peer") for r in rows),
}
assert rows and report["counts"]["total"] == len(rows)
assert report["counts"]["verdict"]["fail"] == want["failure"]
for name in ("junit.xml", "junit-surefire.xml"):
    root = tree.parse(d + "/" + name).getroot()
    found = {"testcases": len(list(root.iter("testcase")))}
    for tag in ("failure", "skipped"):
        found[tag] = len(list(root.iter(tag)))
    suites = list(root.iter("testsuite"))
    for attribute, key in (("tests", "testcases"), ("failures", "failure")):
        if sum(int(s.get(attribute)) for s in suites) != want[key]:
            wrong.append(f"{name}: its own {attribute} are not {want[key]}")
    if found != want:
        wrong.append(f"{name}: {found}, the report has {want}")
sys.exit("\n".join(wrong) or 0)
P
}

every_run_row_finished() {	# DIR
	python3 - "$1/journal.jsonl" <<'P'
import json, sys
rows, done = set(), set()
for line in open(sys.argv[1]):
    e = json.loads(line)
    if e["type"] == "row" and e["decision"] == "run": rows.add(e["row"])
    if e["type"] == "finish": done.add(e["row"])
sys.exit(0 if rows and rows == done else f"not finished: {sorted(rows - done)} of {len(rows)}")
P
}

no_two_at_once() {	# DIR: of one target
	python3 - "$1/journal.jsonl" <<'P'
import json, sys
target, flying = {}, {}
for line in open(sys.argv[1]):
    e = json.loads(line)
    if e["type"] == "row": target[e["row"]] = e["target"]
    if e["type"] == "start":
        flying.setdefault(target[e["row"]], set()).add(e["row"])
        assert len(flying[target[e["row"]]]) == 1, (e["seq"], flying)
    if e["type"] == "finish": flying[target[e["row"]]].discard(e["row"])
assert flying
P
}

row_is() {	# DIR CASE VERDICT CAUSE: on every target
	python3 - "$@" <<'P'
import fnmatch, json, sys
d, case, verdict, cause = sys.argv[1:]
rows = [r for r in json.load(open(d + "/report.json"))["rows"] if fnmatch.fnmatch(r["case"], case)]
bad = [(r["case"], r["verdict"], r["cause"]) for r in rows if (r["verdict"], r["cause"]) != (verdict, cause)]
sys.exit(str(bad) if bad or not rows else 0)
P
}

finding_names() {	# DIR CASE REQUIREMENT
	python3 - "$@" <<'P'
import json, sys
d, case, req = sys.argv[1:]
bad = [r for r in json.load(open(d + "/report.json"))["rows"] if r["verdict"] == "fail"]
named = [r for r in bad if r["case"] == case]
assert named, [(r["case"], r["sentence"]) for r in bad]
for r in named:
    steps = [s for a in r["attempts"] for s in a["steps"] if not s["ok"]]
    assert any(s["requirement"] == req and s["kind"] == "check" for s in steps), steps
P
}

schema_holds() {	# DIR
	local schema
	for schema in strict:junit.xml surefire:junit-surefire.xml; do
		[ -s "$1/${schema#*:}" ] || { echo "no ${schema#*:}"; return 1; }
		xmllint --noout --schema "standards/junit-${schema%%:*}.xsd" "$1/${schema#*:}" || return 1
	done
}

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
check "a second parser counts the same" counts_agree "$work/run"
check "no row of the run is without finish" every_run_row_finished "$work/run"
check "verify holds" status_is 0 plugfest verify "$work/run"
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
json_ids() { python3 -c 'import json, sys; a = json.load(open(sys.argv[1])); assert len(a) > 0 and all(r["id"] for r in a); print(len(a))' "$work/out"; }
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
	python3 - "$1/exchanges" <<'P'
import glob, json, sys
sent = [e for e in (json.load(open(f)) for f in glob.glob(sys.argv[1] + "/*/*/*.json")) if "method" in e]
bad = [(e["method"], e["url"], e["status"]) for e in sent if e["method"] not in ("GET", "HEAD")]
sys.exit(str(bad) if bad or len(sent) < 5 else 0)
P
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
