#include <stdlib.h>

#include "many.h"

/*
 * A fleet is rolled out at once.  A cloud that loses one of sixty, or whose list leaves
 * some out while it is busy, makes the tool that steers it create them again.
 */
struct look { int64_t looks, most; };

static CO_FN bool look(struct tc *t, const struct tc_answer *answers, size_t n, void *arg)
{
	struct look *l = arg;
	int64_t lacking = tc_count_lacking(t, "MCI-PERF-06", KIND_KEYPAIR, answers, n);

	l->looks++;
	l->most = lacking > l->most ? lacking : l->most;
	return lacking >= 0;
}

static CO_FN void many(struct tc *t)
{
	struct resource *want = xcalloc(MANY, sizeof(*want));
	struct tc_answer *answer = xcalloc(MANY, sizeof(*answer));
	struct look l = { 0 };
	struct tc_many m = { .session = t->cloud, .want = want, .n = many_keys(t, want),
			     .watch = look, .arg = &l };
	int64_t alike = 0;
	size_t i;

	(void)tc_create_watched(t, &m, answer);
	for (i = 0; i < m.n; i++) {
		t->err = answer[i].err;
		if (!tc_stimulus(t, "MCI-PERF-06", "a create of many at once", answer[i].r, AT))
			break;
		for (size_t j = 0; j < i; j++)
			alike += !strcmp(answer[i].made.id, answer[j].made.id);
	}
	if (i == m.n) {
		CHECK_INT(t, "MCI-PERF-06", "how many of them share an id", 0, alike);
		CHECK_INT(t, "MCI-PERF-06", "how many accepted ones a list during the creates lacked", 0,
			  l.most);
		CHECK_INT(t, "MCI-PERF-06", "how many the list lacks afterwards", 0,
			  tc_count_lacking(t, "MCI-PERF-06", KIND_KEYPAIR, answer, m.n));
	}
	free(want);
	free(answer);
}

TESTCASE(load_keypair_many) {
	.id = "load.keypair.many-at-once",
	.title = "Sixty key pairs ordered at once are all made, and in every list from then on",
	.purpose = "Check that 60 simultaneous creates all succeed with ids of their own, and that lists "
		   "read meanwhile and afterwards hold each accepted one once.",
	.verifies = REQS("MCI-PERF-06"),
	.needs = CAN(KEYPAIR),
	.apart = true,
	.severity = SEV_MAJOR,
	.impact = IMPACT_LOAD,
	.budget = { .requests = 400 },
	.timeout_s = 900,
	.run = many,
};
