#include "run/session.h"

#include "base/str.h"
#include "journal/emit.h"
#include "journal/sidestore.h"

void identity_text(const struct cloud_config *cfg, const struct identity *who, struct str *to)
{
	member_text(to, "endpoint", config_setting(cfg, "endpoint"));
	member_text(to, "account", who->account);
	member_text(to, "region", who->region);
	member_text(to, "connection", config_setting(cfg, "connection_name"));
}

static void dialect_member(const struct dialect *d, struct str *s)
{
	static const char *const expect[] = { "refused", "accepted", "either" };
	struct str m = { 0 };

	member_text(&m, "source", d->source);
	member_text(&m, "delete_missing", expect[d->delete_missing]);
	member_text(&m, "illegal_action", expect[d->illegal_action]);
	member_text(&m, "blocking_create", d->blocking_create ? "yes" : "no");
	member_text(&m, "errors_have_class", d->errors_have_class ? "yes" : "no");
	str_addf(s, ",\"dialect\":{%s}", m.text);
	str_release(&m);
}

/* Who answered, and what a sweep must find again before it deletes. */
static void journal_session(const struct run_options *opt, const struct cloud *c, bool second,
			    const struct identity *who)
{
	const struct cloud_config *cfg = cloud_config(c);
	struct str s = { 0 }, id = { 0 };
	char digest[65] = "";
	struct error why;

	identity_text(cfg, who, &id);
	(void)sidestore_put(opt->dir, cfg->name, &id, digest, &why);
	member_text(&s, "type", "session");
	member_text(&s, "target", cfg->name);
	member_pair(&s, "answers_as", "product", who->product, "version", who->version);
	member_text(&s, "identity", digest);
	if (second)
		member_bool(&s, "second_tenant", true);
	dialect_member(cloud_dialect(c), &s);
	emit_event(FRAME_EVENT, 0, &s);
	str_release(&s);
	str_release(&id);
}

CO_FN int session_open(struct loop *loop, const struct run_options *opt,
		       const struct cloud_config *cfg, bool second, struct cloud **ret,
		       struct error *err)
{
	char agent[160];
	struct cloud_options how = { .user_agent = agent, .read_only = opt->read_only };
	struct identity who = { 0 };
	int r;

	snprintf(agent, sizeof(agent), "plugfest/1 run=%s%s%.80s", opt->run_id,
		 opt->challenge && *opt->challenge ? " challenge=" : "",
		 opt->challenge ? opt->challenge : "");
	r = cloud_open(loop, cfg, &how, ret, err);
	if (r == ERR_OK)
		r = cloud_identify(*ret, &who, err);
	if (r == ERR_OK) {
		journal_session(opt, *ret, second, &who);
	} else {
		cloud_close(*ret);
		*ret = NULL;
	}
	return r;
}
