#ifndef SCRIPTED_H
#define SCRIPTED_H

#include <check.h>
#include <string.h>

#include "base/str.h"
#include "co/loop.h"
#include "tc/private.h"

/*
 * A cloud that does as a test says, behind the driver "scripted", and a supervisor that
 * acknowledges everything: for what makes and removes.
 */
struct scripted {
	struct resource_list held;
	unsigned made[KIND_COUNT];	/* and held at first: ids are KIND-1, KIND-2 ... */
	enum err create_answers;	/* of each create */
	bool create_happens;		/* whatever it answers */
	bool resent;			/* a refusal of one followed another attempt */
	const char *answers_id, *answers_name;	/* of a create, instead of its own; NULL: its own */
	int64_t create_takes_ms;
	enum kind turned_down;		/* the next create of it is refused for its quota */
	enum kind lost;			/* the next create of it: no answer, and nothing made */
	int lists_before_shown;		/* a new one is hidden for so many lists */
	bool behind;			/* networks are shown by what looks behind lists alone */
	bool behind_without_id;		/* ... and that without an id */
	int refusals;			/* of deletes of the kind below, before they work */
	enum kind refused;
	bool forbids;			/* deletes of key pairs, for good */
	bool silent;			/* nobody answers anything */
	int64_t destroy_takes_ms;
	char deleted[32][ID_MAX];
	unsigned deletes, detaches, asked;	/* asked: lists */
	uint64_t durable_at_create;	/* what the journal had acknowledged then */
};
extern struct scripted sut;

/* What a test runs in: one session, one case. */
struct scripted_world {
	struct cloud_config cfg;
	struct cloud *cloud;
	struct tc t;
	struct tc_private p;
};
extern struct scripted_world world;

/* Runs it in a coroutine; what waits takes a fiftieth of its time. */
void inside(void (*fn)(void));

struct resource wanted(enum kind kind, const char *name);
/* It is there, and nobody of ours made it. */
void somebody_elses(enum kind kind, const char *name, const char *id);
unsigned held_of(enum kind kind);

#endif
