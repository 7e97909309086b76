#include "dr/check.h"

#include <string.h>

#include "base/str.h"
#include "dr/priv.h"

const char *check_kind_name(enum check_kind kind)
{
	switch (kind) {
	case FOUND_LOST_SWITCH: return "lost-at-switch";
	case FOUND_LOST: return "lost";
	case FOUND_DUPLICATED: return "duplicated";
	case FOUND_REORDERED: return "reordered";
	case FOUND_DIVERGED: return "diverged";
	case FOUND_INVENTED: return "invented";
	case FOUND_REFUSED_KEPT: return "refused-kept";
	case FOUND_RESURRECTED: return "resurrected";
	case FOUND_STALE: return "stale";
	case FOUND_RETURNED: return "returned";
	case FOUND_SPLIT_BRAIN: return "split-brain";
	case FOUND_KINDS: break;
	}
	return "?";
}

void check_note(struct dr_result *c, enum check_kind kind, uint32_t writer, uint32_t number,
		unsigned side, int64_t at_us)
{
	if (c->count[kind]++ >= CHECK_FOUND_MAX)
		return;
	if (!(c->found_n & (c->found_n - 1)))
		c->found =
			xrealloc(c->found, (c->found_n ? 2 * c->found_n : 1) * sizeof(*c->found));
	c->found[c->found_n++] = (struct finding){ kind, writer, number, side, at_us };
}

static int by_marker(const void *a, const void *b)
{
	const struct finding *l = a, *r = b;

	if (l->kind != r->kind)
		return l->kind < r->kind ? -1 : 1;
	if (l->writer != r->writer)
		return l->writer < r->writer ? -1 : 1;
	if (l->number != r->number)
		return l->number < r->number ? -1 : 1;
	if (l->at_us != r->at_us)
		return l->at_us < r->at_us ? -1 : 1;
	return (l->side > r->side) - (l->side < r->side);
}

int check_history(const struct history *h, const struct check_options *o, struct dr_result *ret,
		  struct error *err)
{
	struct dr_result c = { 0 };
	struct index x = { .h = h, .o = o, .c = &c };
	int r;

	if (!o->good || o->replication_us < 0)
		return err_set(err, ERR_INVALID, "good %u and replication_us %lld found, at least 1 and 0 wanted",
			       o->good, (long long)o->replication_us);
	r = index_make(&x, err);
	if (r == ERR_OK) {
		check_ledgers(&x);
		r = check_reads(&x, err);
	}
	if (r == ERR_OK) {
		check_split_brain(&x);
		check_figures(&x);
		if (c.found_n)
			qsort(c.found, c.found_n, sizeof(*c.found), by_marker);
		*ret = c;
	} else {
		check_cleanup(&c);
	}
	index_free(&x);
	return r;
}

void check_cleanup(struct dr_result *c)
{
	free(c->found);
	c->found = NULL;
	c->found_n = 0;
}
