#!/usr/bin/env bash
# Folders of results that came from elsewhere, and journals whose chain is whole and whose word
# is not: no secret goes where they say, and nothing is deleted that the run did not name.
# Variables come from and go to lib.bash.
# shellcheck source=lib.bash disable=SC1091,SC2034,SC2154
cd "$(dirname "$0")/../.." || exit 4
. tests/e2e/lib.bash
export PLUGFEST_REFCLOUD_PASSWORD=forged-test-password MY_REAL_PASSWORD=what-the-forger-wants
plugfest() { timeout -k 5 60 "$PLUGFEST" "$@"; }

refcloud_options=(--foreign)
serve spider
spider_target "$url_spider" >"$work/t.yaml"
holdings >"$work/before"
run() { plugfest run -q -t "$work/t.yaml" --only network.vpc.cidr-as-asked -o "$work/$1"; }
# What the run made is open again, as after a kill.
reopen() { grep -vE '"op":"(delete-sent|gone)"|"type":"(finish|end)"' "$1/journal.jsonl" >"$work/lines" && rechain <"$work/lines" >"$1/journal.jsonl"; }
check "a run" status_is 2 run real
key=$XDG_STATE_HOME/plugfest/key
check "it seals by a key that this user alone reads" [ "$(stat -c '%a %s' "$key")" = '600 32' ]
check "... and that is nowhere in the folder" [ "$(grep -rlF "$(od -An -v -tx1 "$key" | tr -d ' \n')" "$work/real" | wc -l)" = 0 ]
check "another run" status_is 2 run second
check "... has another seal" [ "$(grep -ho '"seal":"[0-9a-f]*"' "$work/real/journal.jsonl" "$work/second/journal.jsonl" | sort -u | wc -l)" = 2 ]
reopen "$work/real"

# ---- folders of one's own ----

unpack() { rm -rf "${work:?}/$2" && mkdir "$work/$2" && tar -C "$work/$1" -cf - . | tar -C "$work/$2" -xf -; }
unpack real moved
check "packed and unpacked it is still one's own" status_is 0 plugfest sweep "$work/moved"
unpack real here
elsewhere() { XDG_STATE_HOME=$work/other-machine plugfest "$@"; }
check "on another machine it is not" status_is 3 elsewhere sweep -q "$work/here"
check "... who would get what is said" says "target spider, as $work/here keeps it: endpoint $url_spider, username admin, password from the variable PLUGFEST_REFCLOUD_PASSWORD, connection_name refcloud"
check "... and what to type" says "wanted its file with -t FILE, or --yes when endpoint, account and secrets are those just named"
check "... before anything is written or sent" [ ! -e "$work/here/sweep-1.jsonl" ]
check "... nor does asking make a key there" [ ! -e "$work/other-machine/plugfest/key" ]
check "... with --yes it is swept" status_is 0 elsewhere sweep --yes "$work/here"
unpack real here
check "... with the target's own file too" status_is 0 elsewhere sweep -t "$work/t.yaml" "$work/here"
chmod 644 "$key"
unpack real here
check "a key that others can read vouches for nothing" status_is 3 plugfest sweep -q "$work/here"
chmod 600 "$key"
check "without a home a run goes on" status_is 2 env -u HOME -u XDG_STATE_HOME timeout -k 5 60 "$PLUGFEST" run -q -t "$work/t.yaml" --only network.vpc.cidr-as-asked -o "$work/homeless"
reopen "$work/homeless"
check "... and its folder is not believed unasked" status_is 3 plugfest sweep -q "$work/homeless"
check "... but with --yes" status_is 0 plugfest sweep -q --yes "$work/homeless"
check "--yes is about folders" status_is 3 plugfest run -q --yes -t "$work/t.yaml" -o "$work/no"
check "... and that is said" says '--yes is for --rerun and --resume'

# ---- a folder that somebody made to be swept ----

unpack real forged
was=$(grep -o '"config":"[0-9a-f]*"' "$work/forged/journal.jsonl" | cut -d'"' -f4)
store=$work/forged/exchanges/spider
sed 's/PLUGFEST_REFCLOUD_PASSWORD/MY_REAL_PASSWORD/; s|"endpoint":"[^"]*"|"endpoint":"http://127.0.0.1:9/spider"|' "$store/${was:0:2}/$was.json" >"$work/config"
is=$(sha256sum <"$work/config" | cut -d' ' -f1)
mkdir -p "$store/${is:0:2}"
cp "$work/config" "$store/${is:0:2}/$is.json"
sed "s/$was/$is/" "$work/forged/journal.jsonl" >"$work/lines"
rechain <"$work/lines" >"$work/forged/journal.jsonl"
for how in sweep 'run --resume' 'run --rerun failed'; do
	# The words are options.
	# shellcheck disable=SC2086
	check "a forged target, $how: not believed" status_is 3 plugfest $how "$work/forged" -q
	check "... it is said who would get what" says 'endpoint http://127.0.0.1:9/spider, username admin, password from the variable MY_REAL_PASSWORD'
	check "... and what to type" says 'wanted its file with -t FILE, or --yes'
done
check "... and nothing was sent or written" [ ! -e "$work/forged/sweep-1.jsonl" -a ! -e "$work/forged/journal-2.jsonl" ]
check "the true file is gone by instead" status_is 0 plugfest sweep -q "$work/forged" -t "$work/t.yaml"
# Nobody listens there.
check "who says yes means it" status_is 2 plugfest sweep -q --yes "$work/forged"

# ---- a ledger that somebody wrote into ----

other=$(sed -n 's/^vpc "NameId":"\(.*\)"/\1/p' "$work/before" | head -1)
check "something foreign is there" [ -n "$other" ]
unpack real ledger
line=$(($(grep -n '"op":"created"' "$work/ledger/journal.jsonl" | head -1 | cut -d: -f1) + 1))
{
	head -n $((line - 1)) "$work/ledger/journal.jsonl"
	grep '"op":"created"' "$work/ledger/journal.jsonl" | head -1 |
		sed -E "s/\"(name|id)\":\"[^\"]*\"/\"\1\":\"$other\"/g; s/\"intent\":[0-9]*/\"intent\":77/"
	tail -n +"$line" "$work/ledger/journal.jsonl"
} >"$work/lines"
rechain <"$work/lines" >"$work/ledger/journal.jsonl"
check "a line about what the run did not name: refused" status_is 2 plugfest sweep -q "$work/ledger"
check "... file, line, what was found" says "journal.jsonl:$line: found the name \"$other\" in the ledger; wanted one with the mark of the run, as p"
check "... the journal of the sweep counts it" grep -q '"type":"swept".*"left.*"refused":1' "$work/ledger/sweep-1.jsonl"
check "... nothing was deleted for it" [ "$(grep -c "\"name\":\"$other\"" "$work/ledger/sweep-1.jsonl")" = 0 ]
run_id=$(grep -o '"run":"[a-z0-9]*"' "$work/ledger/journal.jsonl" | head -1 | cut -d'"' -f4)
sed -E "s/\"intent\":77/&,\"x\":1/; s/(\"name\":\")$other/\1/" "$work/lines" | rechain >"$work/ledger/journal.jsonl"
check "one with an id and no name: left alone" status_is 2 plugfest sweep "$work/ledger"
check "... and said" says "with the id $other is called \"$other\"; wanted none, as the journal says: it is left alone"
sed -E "s/(\"run\":\")${run_id:0:5}/\1${other:1:5}/" "$work/lines" | rechain >"$work/ledger/journal.jsonl"
check "a run called as that name begins: the seal does not hold" status_is 3 plugfest sweep "$work/ledger"
check "... and what stood there before the run is none of its own" status_is 2 plugfest sweep --yes "$work/ledger"
check "... which is said" says "with the id $other was there before the run: it is left alone"
check "what was there is there" diff "$work/before" <(holdings)
stop_cloud

finish
