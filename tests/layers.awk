# Reports every include that points up the stack: awk -f layers.awk layers FILE...
FNR == NR { if ($0 !~ /^#/ && NF) { may[$1] = " "; for (i = 2; i <= NF; i++) may[$1] = may[$1] $i " " } next }
FNR == 1  { own = ""
            for (d in may) if (index(FILENAME, d "/") == 1 && length(d) > length(own)) own = d
            n = split(own, part, "/"); self = part[n]
            n = split(FILENAME, part, "/")
            if (part[1] == "adapters" && part[n] ~ /^face/) own = "face" }
/^#include "[a-z_]+[\/.]/ {
            split($2, inc, "\""); path = inc[2]; split(path, dir, "/")
            if (path !~ /\// && path !~ /^report\.h$/) next
            folder = path ~ /\// ? dir[1] : "report"
            if (own == "reports" && folder == "report") next
            if (folder == self && own != "face") next
            if (own == "face" && path ~ /face[a-z_]*\.h$/) next
            stem = path; sub(/\.h$/, "", stem)
            if (!index(may[own], " " folder " ") && !index(may[own], " " stem " ")) {
                printf "%s:%d: %s may not include %s\n", FILENAME, FNR, own, path; bad = 1 } }
END       { exit bad }
