/* Further sessions that a case opens with its target; tc_release() closes them. */
#include "tc/private.h"

static CO_FN int open_session(struct tc *t, const struct cloud_config *cfg,
			      const struct cloud_options *opt, struct cloud **ret)
{
	struct tc_private *p = t->p;
	int r;

	if (p->session_count == sizeof(p->sessions) / sizeof(*p->sessions))
		return err_set(&t->err, ERR_HARNESS, "a case opens at most %zu sessions",
			       sizeof(p->sessions) / sizeof(*p->sessions));
	r = cloud_open(cloud_loop(t->cloud), cfg, opt, ret, &t->err);
	if (r == ERR_OK)
		p->sessions[p->session_count++] = *ret;
	return r;
}

CO_FN int tc_damaged_session(struct tc *t, struct cloud **ret)
{
	struct cloud_options how = { .damaged = true, .read_only = cloud_read_only(t->cloud) };

	return open_session(t, t->cfg, &how, ret);
}

CO_FN int tc_paged_session(struct tc *t, int64_t page_size, struct cloud **ret)
{
	struct cloud_options how = { .user_agent = cloud_user_agent(t->cloud),
				     .read_only = cloud_read_only(t->cloud),
				     .page_size = page_size };

	if (!(cloud_driver(t->cloud)->caps & CAN(PAGING)))
		return err_set(&t->err, ERR_UNSUPPORTED, "%s: its lists come in one piece",
			       cloud_driver(t->cloud)->title);
	return open_session(t, t->cfg, &how, ret);
}

CO_FN int tc_plain_session(struct tc *t, struct cloud **ret)
{
	struct cloud_options how = { .user_agent = cloud_user_agent(t->cloud),
				     .read_only = cloud_read_only(t->cloud), .once = true };

	return open_session(t, t->cfg, &how, ret);
}

CO_FN int tc_second_tenant(struct tc *t, struct cloud **ret)
{
	struct cloud_options how = { .user_agent = cloud_user_agent(t->cloud),
				     .read_only = cloud_read_only(t->cloud) };
	int r;

	if (!t->cfg->second)
		return err_set(&t->err, ERR_HARNESS, "%s: found no second_tenant:; wanted one, as the "
			       "ICS says that tenants is supported", t->cfg->file);
	r = open_session(t, t->cfg->second, &how, ret);
	if (r == ERR_OK)
		t->p->ledger.second = *ret;
	return r;
}
