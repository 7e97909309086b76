#include <stdio.h>
#include <stdlib.h>

#include "many.h"

/*
 * Over its rate limit a cloud says "later", and when.  One that says "broken" is given up;
 * one that makes what it has refused is paid for twice.
 */
enum { TRIES = 8 };

static bool says_later(const struct tc_answer *a)
{
	return a->r == ERR_THROTTLED || (a->r == ERR_UNAVAILABLE && a->err.says_when);
}

/* Neither accepted nor refused by the cloud's own word: nothing is known. */
static bool says_nothing(int r)
{
	return r == ERR_NETWORK || r == ERR_TIMEOUT || r == ERR_CANCELLED || r == ERR_HARNESS ||
	       r == ERR_QUOTA;
}

struct found { size_t later, otherwise, timeless, made; char first[200]; };

static void weigh(const struct tc_answer *a, const char *name, const struct resource_list *all,
		  struct found *f)
{
	if (a->r == ERR_OK)
		return;
	f->later += says_later(a);
	f->timeless += says_later(a) && !a->err.says_when;
	if (!says_later(a) && !f->otherwise++)
		snprintf(f->first, sizeof(f->first), "%s: %.150s", err_name((enum err)a->r), a->err.text);
	for (size_t i = 0; i < all->count; i++)
		f->made += !strcmp(all->at[i].name, name);
}

/* Later, as it asked: once more. */
static CO_FN int comes_again(struct tc *t, struct cloud *plain)
{
	int r = ERR_THROTTLED;

	for (int i = 0; i < TRIES && r == ERR_THROTTLED; i++) {
		struct resource want, made;
		int64_t pause_s = t->err.says_when ? t->err.again_s : 1;

		if (co_sleep(pause_s < 30 ? pause_s * 1000 : 30000) < 0)
			break;
		tc_want(t, KIND_KEYPAIR, NULL, &want);
		r = tc_create_as(t, plain, &want, &made);
	}
	return r;
}

static CO_FN void judge(struct tc *t, struct cloud *plain, const struct resource *want,
			const struct tc_answer *answer, size_t n)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct found f = { 0 };

	for (size_t i = 0; i < n; i++) {
		t->err = answer[i].err;
		if (says_nothing(answer[i].r))
			CALL(t, "MCI-PERF-05", "a create of many at once", answer[i].r);
	}
	CALL(t, "MCI-PERF-05", "list every key pair", tc_list(t, KIND_KEYPAIR, NULL, &all));
	for (size_t i = 0; i < n; i++) {
		weigh(&answer[i], want[i].name, &all, &f);
		if (says_later(&answer[i]))
			t->err = answer[i].err;
	}
	if (!f.later && !f.otherwise) {
		tc_not_applicable(t, "MCI-PERF-05", "so many creates at once met no limit");
		return;
	}
	CHECK(t, "MCI-PERF-05", "what is refused is refused as throttled", !f.otherwise, "throttled",
	      f.otherwise ? f.first : "throttled");
	if (t->dialect->errors_have_class)
		CHECK_INT(t, "MCI-PERF-05", "how many of the refusals do not say when to come again", 0,
			  (int64_t)f.timeless);
	CHECK_INT(t, "MCI-PERF-05", "how many of the refused are there", 0, (int64_t)f.made);
	CALL(t, "MCI-PERF-05", "create one after the pause", comes_again(t, plain));
}

static CO_FN void throttled(struct tc *t)
{
	struct resource *want = xcalloc(MANY, sizeof(*want));
	struct tc_answer *answer = xcalloc(MANY, sizeof(*answer));
	struct tc_many m = { .want = want, .n = many_keys(t, want) };

	if (tc_stimulus(t, "MCI-PERF-05", "open a session that does not come again by itself",
			tc_plain_session(t, &m.session), AT)) {
		(void)tc_create_watched(t, &m, answer);
		judge(t, m.session, want, answer, m.n);
	}
	free(want);
	free(answer);
}

TESTCASE(load_keypair_throttled) {
	.id = "load.keypair.throttled",
	.title = "Over the rate limit a create is refused as throttled, makes nothing and works later",
	.purpose = "Check that those of 60 simultaneous creates that a rate limit refuses are answered as "
		   "throttled with a time, made nothing, and that a create after it succeeds.",
	.verifies = REQS("MCI-PERF-05"),
	.needs = CAN(KEYPAIR),
	.apart = true,
	.severity = SEV_MAJOR,
	.impact = IMPACT_LOAD,
	.budget = { .requests = 400 },
	.timeout_s = 900,
	.run = throttled,
};
