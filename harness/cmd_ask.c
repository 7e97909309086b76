#include "cmd_ask.h"

#include <string.h>

#include "cloud/cloud.h"
#include "co/loop.h"
#include "run/room.h"

struct asking {
	struct loop *loop;
	struct plan *plan;
	size_t target;
	struct str *to;
};

static void mark(struct plan *p, size_t target, const struct pack *pack)
{
	for (size_t i = 0; i < p->row_count; i++) {
		struct row *row = &p->rows[i];

		if (row->target != target || row->decided != VERDICT_COUNT ||
		    !room_lacks(pack, row->test, row->reason))
			continue;
		row->decided = VERDICT_NOT_RUN;
		row->cause = "limit";
	}
}

static void tell(const struct quota quota[KIND_COUNT], struct str *to)
{
	for (int k = 0; k < KIND_COUNT; k++)
		if (quota[k].limit >= 0 && quota[k].used >= 0)
			str_addf(to, " %s %lld of %lld", kind_info((enum kind)k)->name,
				 (long long)quota[k].used, (long long)quota[k].limit);
	str_add(to, "\n");
}

static CO_FN int ask_one(void *arg)
{
	struct asking *a = arg;
	const struct cloud_config *cfg = a->plan->targets[a->target];
	struct cloud_options how = { .user_agent = "plugfest/1 plan", .read_only = true };
	struct quota quota[KIND_COUNT];
	struct cloud *c = NULL;
	struct error err;
	struct pack pack;
	int r;

	pack_init(&pack, cfg, 0);
	/* Of the cloud alone: what limits: says is decided already. */
	for (int k = 0; k < KIND_COUNT; k++)
		pack.room[k] = -1;
	r = cloud_open(a->loop, cfg, &how, &c, &err);
	if (r == ERR_OK)
		r = room_ask(c, &pack, quota, &err);
	if (r < 0) {
		str_addf(a->to, "target %s: its quota is not known: %s\n", cfg->name, err.text);
	} else {
		memcpy(a->plan->room[a->target], pack.room, sizeof(pack.room));
		mark(a->plan, a->target, &pack);
		str_addf(a->to, "target %s: in use by its quota:", cfg->name);
		tell(quota, a->to);
	}
	cloud_close(c);
	pack_free(&pack);
	return ERR_OK;
}

void ask_quotas(struct plan *p, struct str *to)
{
	p->room = xcalloc(p->target_count, sizeof(*p->room));
	for (size_t i = 0; i < p->target_count; i++) {
		for (int k = 0; k < KIND_COUNT; k++)
			p->room[i][k] = -1;
	}
	for (size_t i = 0; i < p->target_count; i++) {
		struct asking a = { .loop = loop_new(), .plan = p, .target = i, .to = to };

		co_detach(co_spawn(a.loop, "ask", ask_one, &a));
		loop_run(a.loop);
		loop_free(a.loop);
	}
}

void ask_nobody(struct str *to)
{
	str_add(to, "No cloud was asked what its quota leaves: --ask does.\n");
}
