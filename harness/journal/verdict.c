#include "journal/verdict.h"

#include <string.h>

static const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_PASS] = "pass",
	[VERDICT_DEVIATION] = "pass-with-deviation",
	[VERDICT_FAIL] = "fail",
	[VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_NOT_APPLICABLE] = "not-applicable",
	[VERDICT_WAIVED] = "waived",
	[VERDICT_NOT_RUN] = "not-run",
	[VERDICT_NO_PEER] = "no-peer",
	[VERDICT_INCOMPLETE] = "did-not-complete",
	[VERDICT_ERROR] = "error",
};

static const char *const cleanup_names[CLEANUP_COUNT] = {
	[CLEANUP_NONE] = "none",
	[CLEANUP_CLEAN] = "clean",
	[CLEANUP_LEFTOVER] = "leftover",
	[CLEANUP_UNKNOWN] = "unknown",
};

static int by_name(const char *const *names, int n, const char *name)
{
	for (int i = 0; name && i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *verdict_name(enum verdict v)
{
	return (unsigned)v < VERDICT_COUNT ? verdict_names[v] : "?";
}

int verdict_by_name(const char *name)
{
	return by_name(verdict_names, VERDICT_COUNT, name);
}

const char *cleanup_name(enum cleanup c)
{
	return (unsigned)c < CLEANUP_COUNT ? cleanup_names[c] : "?";
}

int cleanup_by_name(const char *name)
{
	return by_name(cleanup_names, CLEANUP_COUNT, name);
}

/* What the failed call of a stimulus proves. */
static enum verdict of_error(enum err error, const char **cause)
{
	switch (error) {
	case ERR_QUOTA:
		*cause = "quota";
		return VERDICT_INCONCLUSIVE;
	case ERR_THROTTLED:
		*cause = "throttled";
		return VERDICT_INCONCLUSIVE;
	case ERR_NETWORK:
		*cause = "unreachable";
		return VERDICT_INCONCLUSIVE;
	case ERR_UNAUTHENTICATED:
	case ERR_DENIED:
		*cause = "credentials";
		return VERDICT_INCONCLUSIVE;
	case ERR_CONFIG:
		*cause = "configuration";
		return VERDICT_INCONCLUSIVE;
	case ERR_CANCELLED:
		*cause = "interrupted";
		return VERDICT_INCOMPLETE;
	case ERR_HARNESS:
	case ERR_CLASSES:
		*cause = "harness";
		return VERDICT_ERROR;
	case ERR_OK:
	case ERR_INVALID:
	case ERR_NOT_FOUND:
	case ERR_CONFLICT:
	case ERR_UNSUPPORTED:
	case ERR_UNAVAILABLE:	/* the cloud failed: that is a finding, not bad luck */
	case ERR_TIMEOUT:
	case ERR_PROTOCOL:
		break;
	}
	return VERDICT_FAIL;
}

static enum verdict of_failed_step(const struct step_result *s, const char **cause)
{
	if (s->undeclared && s->error == ERR_UNSUPPORTED) {
		*cause = "undeclared";
		return VERDICT_NOT_RUN;
	}
	if (s->not_applicable) {
		*cause = "not-there";
		return VERDICT_NOT_APPLICABLE;
	}
	/* Our own defect, or Ctrl-C, says nothing about the product, even in a check. */
	if (!s->check || s->error == ERR_HARNESS || s->error == ERR_CANCELLED)
		return of_error(s->error, cause);
	return s->advisory ? VERDICT_DEVIATION : VERDICT_FAIL;
}

enum verdict verdict_of_steps(const struct step_result *steps, size_t n, const char **cause)
{
	enum verdict v = VERDICT_PASS;
	size_t checks = 0;

	*cause = "";
	for (size_t i = 0; i < n; i++) {
		checks += steps[i].check;
		if (steps[i].ok)
			continue;
		v = of_failed_step(&steps[i], cause);
		/* What follows the first decisive step rests on a broken state. */
		if (v != VERDICT_DEVIATION)
			return v;
	}
	if (!checks) {
		*cause = "no-check";
		return VERDICT_ERROR;
	}
	for (size_t i = 0; i < n; i++)
		if (!steps[i].ok)
			return VERDICT_DEVIATION;
	return VERDICT_PASS;
}

enum run_verdict verdict_of_run(const struct row_result *rows, size_t n, bool complete,
				bool ics_full)
{
	bool undecided = !complete || !ics_full;
	size_t passed = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rows[i].mandatory)
			continue;
		if (rows[i].verdict == VERDICT_FAIL || rows[i].cleanup == CLEANUP_LEFTOVER)
			return RUN_NOT_CONFORMANT;
		if (rows[i].cleanup == CLEANUP_UNKNOWN)
			undecided = true;
		switch (rows[i].verdict) {
		case VERDICT_PASS:
		case VERDICT_DEVIATION:
			passed++;
			break;
		case VERDICT_NOT_APPLICABLE:
		case VERDICT_WAIVED:
			break;
		case VERDICT_FAIL:
		case VERDICT_INCONCLUSIVE:
		case VERDICT_NOT_RUN:
		case VERDICT_NO_PEER:
		case VERDICT_INCOMPLETE:
		case VERDICT_ERROR:
		case VERDICT_COUNT:
			undecided = true;
		}
	}
	/* A run in which nothing mandatory passed has shown nothing. */
	return undecided || !passed ? RUN_UNDECIDED : RUN_CONFORMANT;
}

int run_verdict_exit(enum run_verdict v)
{
	switch (v) {
	case RUN_CONFORMANT:
		return 0;
	case RUN_NOT_CONFORMANT:
		return 1;
	case RUN_UNDECIDED:
		break;
	}
	return 2;
}

void tally_rows(const struct row_result *rows, size_t n, struct tally *ret)
{
	*ret = (struct tally){ 0 };
	for (size_t i = 0; i < n; i++) {
		ret->verdict[(unsigned)rows[i].verdict < VERDICT_COUNT ? rows[i].verdict
								       : VERDICT_ERROR]++;
		ret->cleanup[(unsigned)rows[i].cleanup < CLEANUP_COUNT ? rows[i].cleanup
								       : CLEANUP_UNKNOWN]++;
		ret->mandatory += rows[i].mandatory;
		ret->total++;
	}
}
