# Where the tests write: into memory where there is room, unless TMPDIR says otherwise; sourced by
# the runners.  They make and remove hundreds of thousands of files of the side stores and wait
# for as many syncs, and none of them is about what a disk holds after the power has failed.
# shellcheck shell=bash
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] &&
	[ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 4194304 ] &&
	! findmnt -n -o OPTIONS -T /dev/shm 2>/dev/null | grep -q noexec; then
	export TMPDIR=/dev/shm
fi
