# One step of `.ci/run` and `.ci/full`, named with its time; sourced by them, with the names of
# the steps wanted (none: all).  The caller may define step_done, which is told what a step
# came to, and reports passed and failed.
# shellcheck shell=bash
only=("$@") passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# step NAME LIMIT_S command...: counts what the command counted, else itself as one.
step() {
	local name=$1 limit=$2 begin=$SECONDS status line p f
	shift 2
	if [ ${#only[@]} -gt 0 ] && [[ ! " ${only[*]} " == *" $name "* ]]; then return; fi
	echo "== $name: $*"
	timeout -k 10 "$limit" "$@" >"$log" 2>&1 </dev/null
	status=$?
	line=$(grep -aEo '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -1)
	p=0 f=0
	if [ -n "$line" ]; then
		p=${line%% passed*} f=${line##*, } f=${f%% failed*}
	elif [ "$status" = 0 ]; then
		p=1
	fi
	if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi
	passed=$((passed + p)) failed=$((failed + f))
	if [ "$f" != 0 ] || [ "$status" != 0 ]; then
		[ "$status" = 124 ] && echo "   over its limit of $limit s"
		{ head -n -60 "$log" | grep -a '^FAILED' | head -20; tail -60 "$log"; } | sed 's/^/   | /'
	fi
	grep -a '^UNSTEADY' "$log" | sed 's/^/   | /'
	printf '== %s: %s passed, %s failed, %d s\n' "$name" "$p" "$f" $((SECONDS - begin))
	if declare -F step_done >/dev/null; then step_done "$name" "$p" "$f" $((SECONDS - begin)); fi
}
