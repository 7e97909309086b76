#include "explore/explore.h"

#include <string.h>

#include "explore/script.h"
#include "explore/walk.h"
#include "journal/emit.h"
#include "tc/private.h"

static struct explore_options options = {
	.seed = 1, .sequences = 1, .steps = 40, .actors = 1, .shrink_runs = 80,
};

void explore_configure(const struct explore_options *opt) { options = *opt; }

static void journal_found(const struct explorer *x, const struct sequence *s, uint64_t seed,
			  size_t from, unsigned runs)
{
	const struct script_head head = {
		.seed = seed, .target = x->t->cfg->name, .requirement = x->d.requirement,
		.what = x->d.what, .expected = x->d.expected, .observed = x->d.observed,
	};
	struct str event = { 0 }, script = { 0 };

	script_write(&head, s, &script);
	member_text(&event, "type", "explore");
	member_int(&event, "row", x->t->p->row);
	member_int(&event, "attempt", x->t->p->attempt);
	member_text(&event, "target", x->t->cfg->name);
	member_int(&event, "seed", (int64_t)seed);
	member_int(&event, "steps", (int64_t)s->count);
	member_int(&event, "from", (int64_t)from);
	member_int(&event, "runs", runs);
	member_text(&event, "requirement", x->d.requirement);
	member_text(&event, "what", x->d.what);
	member_text(&event, "expected", x->d.expected);
	member_text(&event, "observed", x->d.observed);
	member_text(&event, "script", script.text);
	emit_event(FRAME_EVENT, x->t->p->row, &event);
	str_release(&event);
	str_release(&script);
}

/* Shortens what diverged and records the short one's steps in full. */
static CO_FN void shorten(struct explorer *x, uint64_t seed)
{
	struct sequence s = { 0 };
	struct divergence found;
	size_t from = x->done.count;
	unsigned runs;

	sequence_copy(&s, &x->done);
	runs = shrink(x, &s, options.shrink_runs);
	found = x->d;
	snprintf(x->title, sizeof(x->title), "seed %llu, shortened", (unsigned long long)seed);
	walk_begin(x);
	if (walk_sequence(x, &s))
		x->d = found;
	journal_found(x, &s, seed, from, runs);
	sequence_free(&s);
}

static CO_FN void explore(struct explorer *x)
{
	for (unsigned i = 0; i < options.sequences; i++) {
		uint64_t seed = options.seed + i;

		snprintf(x->title, sizeof(x->title), "seed %llu", (unsigned long long)seed);
		walk_begin(x);
		if (walk_random(x, seed, options.steps, options.actors))
			continue;
		if (!x->d.silent && options.shrink_runs)
			shorten(x, seed);
		else if (!x->d.silent)
			journal_found(x, &x->done, seed, x->done.count, 0);
		return;
	}
}

/*
 * Cases try what somebody thought of.  An order of requests that nobody thought
 * of, and that a customer's script sends on its first day, must not find the
 * cloud in a state that its own API does not know.
 */
static CO_FN void agrees(struct tc *t)
{
	struct explorer x = { .t = t };

	terrain_init(&x.land, cloud_driver(t->cloud), t->cfg);
	if (options.replay) {
		snprintf(x.title, sizeof(x.title), "replay");
		walk_begin(&x);
		(void)walk_sequence(&x, options.replay);
	} else {
		explore(&x);
	}
	walk_begin(&x);
	world_free(&x.world);
	sequence_free(&x.done);
}

TESTCASE(explore_sequence_agrees) {
	.id = "explore.sequence.agrees",
	.title = "Random sequences of requests are answered as the model says",
	.purpose = "Check step by step that outcomes, states, fields and lists of random legal and illegal "
		   "sequences agree with the published model and the API's documents.",
	.verifies = REQS("MCI-RZ-01", "MCI-IMG-01", "MCI-META-01", "MCI-KEY-01", "MCI-NET-01",
			 "MCI-NET-02", "MCI-NET-05", "MCI-NET-06", "MCI-NET-09", "MCI-SG-01", "MCI-SG-05",
			 "MCI-VM-01", "MCI-VM-02", "MCI-VM-04", "MCI-VM-05", "MCI-VM-06", "MCI-VM-07",
			 "MCI-VM-09", "MCI-DSK-01", "MCI-DSK-02", "MCI-DSK-03", "MCI-DSK-05", "MCI-DSK-07",
			 "MCI-ERR-02", "MCI-ERR-03", "MCI-ERR-04", "MCI-ERR-05", "MCI-IDM-01",
			 "MCI-IDM-02", "MCI-IDM-04", "MCI-IDM-06", "MCI-STM-02", "MCI-STM-03", "MCI-STM-04",
			 "MCI-SEC-06"),
	.apart = true,
	.unbounded = true,	/* within the world's own bounds */
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 10000 },
	.timeout_s = 86400,
	.run = agrees,
};
