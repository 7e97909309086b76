#include "run/room.h"

#include <stdio.h>

#include "base/str.h"
#include "journal/emit.h"

static void journal_kind(const struct cloud *c, enum kind kind, const struct quota *q, int64_t room)
{
	struct str s = { 0 };

	member_text(&s, "type", "quota");
	member_text(&s, "target", cloud_config(c)->name);
	member_text(&s, "kind", kind_info(kind)->name);
	member_int(&s, "used", q->used);
	member_int(&s, "limit", q->limit);
	member_int(&s, "room", room);
	emit_event(FRAME_EVENT, 0, &s);
	str_release(&s);
}

static int64_t room_of(const struct quota *q)
{
	int64_t room = q->limit - q->used;

	return room < 0 ? 0 : room;
}

/* A limit may be lowered under what there is: that is the account's state and nobody's fault. */
static int64_t above_limit(const struct quota *q)
{
	return q->used > q->limit ? q->used - q->limit : 0;
}

static bool is_known(const struct quota *q) { return q->limit >= 0 && q->used >= 0; }

CO_FN int room_ask(struct cloud *c, struct pack *p, struct quota quota[KIND_COUNT],
		   struct error *err)
{
	int r;

	for (int k = 0; k < KIND_COUNT; k++)
		quota[k] = (struct quota){ -1, -1 };
	if (!cloud_driver(c)->quotas)
		return err_set(err, ERR_UNSUPPORTED, "%s shows none", cloud_driver(c)->title);
	if (cloud_config(c)->ics[CAP_BIT_QUOTA] == CLAIM_UNSUPPORTED)
		return err_set(err, ERR_UNSUPPORTED, "ics: says that quota is unsupported");
	r = cloud_driver(c)->quotas(c, quota, err);
	for (int k = 0; r == ERR_OK && k < KIND_COUNT; k++)
		if (is_known(&quota[k])) {
			pack_bound(p, (enum kind)k, room_of(&quota[k]));
			p->above[k] = above_limit(&quota[k]);
		}
	return r;
}

CO_FN void room_measure(struct cloud *c, struct pack *p)
{
	struct quota quota[KIND_COUNT];
	struct error err;
	int r = room_ask(c, p, quota, &err);

	if (r < 0 && r != ERR_UNSUPPORTED)
		emit_say("target %s: its quota cannot be read: %s", cloud_config(c)->name, err.text);
	for (int k = 0; r == ERR_OK && k < KIND_COUNT; k++)
		if (is_known(&quota[k]))
			journal_kind(c, (enum kind)k, &quota[k], room_of(&quota[k]));
}

bool room_lacks(const struct pack *p, const struct testcase *test, char to[200])
{
	int kind = pack_lacks(p, test);
	struct need need;

	if (kind < 0)
		return false;
	need_of(test, p->cfg, &need);
	snprintf(to, 200, "it needs %u of kind %s at once; the cloud's quota leaves %lld",
		 need.of[kind], kind_info((enum kind)kind)->name, (long long)p->room[kind]);
	if (p->above[kind])
		snprintf(to, 200, "it needs %u of kind %s at once; the account is above its limit by %lld "
			 "already", need.of[kind], kind_info((enum kind)kind)->name,
			 (long long)p->above[kind]);
	return true;
}
