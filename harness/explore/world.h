#ifndef EXPLORE_WORLD_H
#define EXPLORE_WORLD_H

#include "cloud/cloud.h"
#include "explore/operation.h"

/*
 * The oracle: what exists, in which state and with which fields, if the cloud
 * does as its model and dialect say.  Pure: no cloud is asked here.
 */

/* What a target lets us do; from its driver, claims and limits. */
struct terrain {
	const struct cloud_config *cfg;
	const struct dialect *dialect;
	uint64_t caps;			/* offered, and not said to be unsupported */
	uint32_t makes, lists;		/* KIND_BITs */
	unsigned most[KIND_COUNT];	/* of a kind at once */
};
void terrain_init(struct terrain *t, const struct driver *d, const struct cloud_config *cfg);
bool terrain_can(const struct terrain *t, int cap);

enum life { ITEM_ASKED, ITEM_LIVE, ITEM_GONE };

struct item {
	int number;
	enum kind kind;
	enum life life;
	bool refused;		/* its create was: no list may hold its name */
	int parent, joined;	/* joined: a subnet's router */
	int refs[REFS_MAX];	/* items that its fields refer to, by field */
	const char *moved, *kept; /* what the latest action promised to do and not to do; NULL */
	struct resource r;	/* as it should read; an empty field is not known yet */
};

struct world {
	const struct terrain *land;
	struct item *items;
	size_t count, room;
};
void world_copy(struct world *to, const struct world *from);
void world_free(struct world *w);

struct item *world_item(const struct world *w, int number);	/* NULL */
struct item *world_live(const struct world *w, int number);	/* NULL when not alive */
struct item *world_by_id(const struct world *w, enum kind k, const char *id);	/* live */
unsigned world_count(const struct world *w, enum kind k);	/* live ones */
/* An item that a create will be about, under that name. */
struct item *world_ask(struct world *w, const struct operation *op, const char *name);

/* The request of a create, or the object of an action; not its name. */
void world_want(const struct world *w, const struct operation *op, struct resource *want);
/* The nth rule of those that are asked for. */
void world_rule(unsigned n, struct rule *to);
/* An id that nobody has. */
void world_nobody(const struct world *w, enum kind k, char to[ID_MAX]);
/* The address range that a create of that parent asks for. */
void world_range(const struct world *w, int parent, unsigned value, char to[ADDR_LEN]);

/* ---- what is to be expected (expect.c) ---- */

enum want { WANT_OK, WANT_REFUSED, WANT_EITHER };
struct expectation {
	bool possible;		/* false: says nothing in this world, and is left out */
	enum want want;
	enum err one, other;	/* the classes of a refusal */
	const char *requirement;
	const char *why;	/* "it is in use" */
};
void world_expect(const struct world *w, const struct operation *op, struct expectation *ret);
/* The state that an action leads to from here; STATE_NONE: no change. */
enum state world_leads_to(const struct world *w, const struct operation *op);

/* What the operation does when it is accepted.  seen: what the answer, or the
 * read after it, showed; NULL. */
void world_apply(struct world *w, const struct operation *op, const struct resource *seen);
/* Keeps what may never change and had not been seen yet. */
void world_learn(struct item *item, const struct resource *seen);

#endif
