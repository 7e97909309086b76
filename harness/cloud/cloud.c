#include "cloud/cloud.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/http.h"

/* One bucket a target, however many sessions there are with it. */
struct shared_rate {
	const struct cloud_config *cfg;
	struct http_rate rate;
	unsigned users;
	struct shared_rate *next;
};
static struct shared_rate *rates;

struct cloud {
	struct shared_rate *rate;
	const struct driver *driver;
	const struct cloud_config *cfg;
	struct loop *loop;
	void *private;
	bool damaged;
	bool read_only;
	bool once;
	int64_t page_size;
	char *user_agent;
};

static struct { cloud_observer *fn; void *arg; } observer;

void cloud_observe(cloud_observer *fn, void *arg)
{
	observer.fn = fn;
	observer.arg = arg;
}

const struct cloud_config *cloud_config(const struct cloud *c) { return c->cfg; }
struct loop *cloud_loop(const struct cloud *c) { return c->loop; }
void *cloud_private(const struct cloud *c) { return c->private; }
void cloud_set_private(struct cloud *c, void *state) { c->private = state; }
bool cloud_damaged(const struct cloud *c) { return c->damaged; }
bool cloud_read_only(const struct cloud *c) { return c->read_only; }
int64_t cloud_page_size(const struct cloud *c) { return c->page_size; }
const char *cloud_user_agent(const struct cloud *c) { return c->user_agent; }
const struct driver *cloud_driver(const struct cloud *c) { return c->driver; }
const struct dialect *cloud_dialect(const struct cloud *c) { return c->driver->dialect; }

void cloud_observed(void *arg, const struct http *h, const struct http_call *call, int r,
		    const struct error *err)
{
	(void)h;
	if (observer.fn)
		observer.fn(observer.arg, arg, call, r, err);
}

void cloud_observe_http(struct cloud *c, struct http *h)
{
	http_observe(h, cloud_observed, c);
}

static struct shared_rate *rate_join(const struct cloud_config *cfg)
{
	struct shared_rate *s = rates;

	while (s && s->cfg != cfg)
		s = s->next;
	if (!s) {
		s = xcalloc(1, sizeof(*s));
		*s = (struct shared_rate){ .cfg = cfg, .rate = { .per_s = cfg->calls_per_s },
					   .next = rates };
		rates = s;
	}
	s->users++;
	return s;
}

static void rate_leave(struct shared_rate *s)
{
	struct shared_rate **p = &rates;

	if (--s->users)
		return;
	while (*p != s)
		p = &(*p)->next;
	*p = s->next;
	free(s);
}

static int64_t seconds_ms(const struct cloud_config *cfg, const char *name)
{
	const char *text = config_setting(cfg, name);

	return text ? str_to_int(text, 86400) * 1000 : 0;
}

void cloud_http_config(const struct cloud *c, struct http_config *ret)
{
	const char *version = config_setting(c->cfg, "http_version");

	*ret = (struct http_config){
		.connections = (unsigned)c->cfg->connections,
		.ca_file = config_setting(c->cfg, "cacert"),
		.client_cert = config_setting(c->cfg, "client_cert"),
		.client_key = config_setting(c->cfg, "client_key"),
		.proxy = config_setting(c->cfg, "proxy"),
		.resolve = config_setting(c->cfg, "resolve"),
		.connect_timeout_ms = seconds_ms(c->cfg, "connect_timeout_s"),
		.total_timeout_ms = seconds_ms(c->cfg, "timeout_s"),
		.http2 = version && !strcmp(version, "2"),
		.rate = &c->rate->rate,
		.user_agent = c->user_agent,
		.read_only = c->read_only,
		.once = c->once,
	};
}

CO_FN int cloud_open(struct loop *loop, const struct cloud_config *cfg,
		     const struct cloud_options *opt, struct cloud **ret, struct error *err)
{
	const struct driver *d = driver_by_name(cfg->driver);
	struct cloud *c;
	int r;

	*ret = NULL;
	if (!d)
		return err_set(err, ERR_INVALID, "no driver is called %s", cfg->driver);
	c = xcalloc(1, sizeof(*c));
	*c = (struct cloud){
		.driver = d, .cfg = cfg, .loop = loop, .rate = rate_join(cfg),
		.damaged = opt && opt->damaged, .read_only = opt && opt->read_only,
		.once = opt && opt->once,
		.page_size = opt && opt->page_size ? opt->page_size : cfg->page_size,
		.user_agent = xstrdup(opt && opt->user_agent ? opt->user_agent : "plugfest"),
	};
	r = d->open(c, err);
	if (r < 0) {
		cloud_close(c);
		return r;
	}
	*ret = c;
	return ERR_OK;
}

void cloud_close(struct cloud *c)
{
	if (!c)
		return;
	c->driver->close(c);
	rate_leave(c->rate);
	free(c->user_agent);
	free(c);
}

static int unsupported(const struct cloud *c, enum kind kind, const char *op, struct error *err)
{
	return err_set(err, ERR_UNSUPPORTED, "%s: %s of a %s is not offered", c->driver->title, op,
		       kind_info(kind)->title);
}

/* "/servers/.." is another resource than was meant, and so is what a line break ends. */
static bool usable(const char *id)
{
	for (const char *p = id; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
	return strcmp(id, ".") && strcmp(id, "..");
}

static int unusable(enum kind kind, const char *id, struct error *err)
{
	return err_set(err, ERR_PROTOCOL, "found the id \"%.100s\" of a %s; wanted one that can stand in a "
		       "path: not \".\" or \"..\", no control character, and no \"/\" in a new one", id,
		       kind_info(kind)->title);
}

bool cloud_offers(const struct cloud *c, enum kind kind) { return c->driver->ops[kind] != NULL; }

CO_FN int cloud_create(struct cloud *c, const struct resource *want, struct resource *ret,
		       struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[want->kind];
	int r;

	resource_init(ret, want->kind);
	if (!ops || !ops->create)
		return unsupported(c, want->kind, "create", err);
	r = ops->create(c, want, ret, err);
	if (usable(ret->id) && (!strchr(ret->id, '/') || !strcmp(ret->id, want->name)))
		return r;
	if (r == ERR_OK)
		r = unusable(want->kind, ret->id, err);
	err->sent = true;
	ret->id[0] = '\0';
	return r;
}

CO_FN int cloud_get(struct cloud *c, const struct ref *ref, struct resource *ret,
		    struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[ref->kind];

	if (!ops || !ops->get)
		return unsupported(c, ref->kind, "read", err);
	resource_init(ret, ref->kind);
	return ops->get(c, ref, ret, err);
}

CO_FN int cloud_list(struct cloud *c, enum kind kind, const char *parent,
		     struct resource_list *ret, struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[kind];

	if (!ops || !ops->list)
		return unsupported(c, kind, "list", err);
	return ops->list(c, parent, ret, err);
}

bool cloud_looks_behind(const struct cloud *c, enum kind kind)
{
	return c->driver->ops[kind] && c->driver->ops[kind]->strays;
}

CO_FN int cloud_strays(struct cloud *c, enum kind kind, struct resource_list *ret,
		       struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[kind];

	return ops && ops->strays ? ops->strays(c, kind, ret, err) : ERR_OK;
}

bool cloud_became(const struct cloud *c, const char *asked, const char *found)
{
	const struct dialect *d = c->driver->dialect;

	return *asked && (d->became ? d->became(asked, found) : !strcmp(asked, found));
}

CO_FN int cloud_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[ref->kind];
	const char *kept = c->cfg->existing[ref->kind];

	/* Whoever asks, and for whatever reason. */
	if (kept && *kept && ref->id && !strcmp(kept, ref->id))
		return err_set(err, ERR_HARNESS, "%s %s is named under existing: and is never deleted",
			       kind_info(ref->kind)->title, kept);
	if (!ops || !ops->destroy)
		return unsupported(c, ref->kind, "delete", err);
	if (ref->id && !usable(ref->id))
		return unusable(ref->kind, ref->id, err);
	return ops->destroy(c, ref, err);
}

CO_FN int cloud_act(struct cloud *c, const struct ref *ref, enum action action,
		    const struct resource *object, struct error *err)
{
	const struct kind_ops *ops = c->driver->ops[ref->kind];

	if (!ops || !ops->act)
		return unsupported(c, ref->kind, action_name(action), err);
	if (ref->id && !usable(ref->id))
		return unusable(ref->kind, ref->id, err);
	return ops->act(c, ref, action, object, err);
}

CO_FN int cloud_probe(struct cloud *c, enum probe what, const char *name, struct error *err)
{
	if (!c->driver->probe)
		return err_set(err, ERR_UNSUPPORTED, "%s: it cannot send spoiled requests",
			       c->driver->title);
	return c->driver->probe(c, what, name, err);
}

CO_FN int cloud_identify(struct cloud *c, struct identity *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	return c->driver->identify(c, ret, err);
}

int64_t cloud_deadline_s(const struct cloud *c, enum kind kind)
{
	return c->cfg->deadline_s[kind] > 0 ? c->cfg->deadline_s[kind] : 300;
}

int64_t cloud_scaled_ms(const struct cloud *c, int64_t ms)
{
	double scaled = (double)ms * (c->cfg->time_scale > 0 ? c->cfg->time_scale : 1);

	return scaled < 1 ? 1 : (int64_t)scaled;
}
