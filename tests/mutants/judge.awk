# What a run's journal says about a planted fault: reads journal.jsonl, prints for each
# row "CASE<TAB>WORD<TAB>why", WORD being pass, killed, other or the verdict that counts for
# nothing.   awk -v requirement=MCI-.. -f judge.awk journal.jsonl
# A row is `killed` when its verdict is fail (pass-with-deviation) and the step that decided
# it names the requirement; `other` when it failed over something else.
function number(key) { return match($0, "\"" key "\":[0-9]+") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) + 0 : 0 }
function text(key) { return match($0, "\"" key "\":\"[^\"]*\"") ? substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5) : "" }
{ type = text("type"); row = number("row") }
type == "row" { name[row] = text("case"); verdict[row] = text("decision") == "run" ? "did-not-complete" : text("decision"); rows = row > rows ? row : rows }
type == "start" { decided[row] = waited[row] = deviated[row] = "" ; verdict[row] = "did-not-complete" }
type == "wait" { waited[row] = number("same") >= 3 }
type == "finish" { verdict[row] = text("verdict"); cleanup[row] = text("cleanup") }
type == "step" && /"ok":false,"at":"/ {
	advisory = /"advisory":true/
	if (advisory ? deviated[row] != "" : decided[row] != "")
		next
	# A call that met our own deadline proves nothing, unless it was a wait that
	# saw the same answer again and again.
	late = /"error":\{"class":"timeout","guessed":[a-z]+,"http":0/ && !waited[row]
	is = (late ? "late" : text("requirement")) "\t" text("what")
	if (advisory)
		deviated[row] = is
	else
		decided[row] = is
}
type == "end" { ended = text("outcome") }
END {
	for (row = 1; row <= rows; row++) {
		why = verdict[row] == "fail" ? decided[row] : verdict[row] == "pass-with-deviation" ? deviated[row] : ""
		split(why, part, "\t")
		word = why == "" ? verdict[row] : part[1] == requirement ? "killed" : part[1] == "late" ? "late" : "other"
		if (word == "pass" && cleanup[row] != "clean" && cleanup[row] != "none")
			word = "pass-" cleanup[row]
		print name[row] "\t" word "\t" (why == "" ? "" : part[1] ": " part[2])
	}
	if (ended != "completed")
		print "(the run)\t" (ended == "" ? "unfinished" : ended) "\t"
}
