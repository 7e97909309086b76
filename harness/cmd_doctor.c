/* doctor and init: what asks a target and creates nothing. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/secret.h"
#include "cloud/cloud.h"
#include "cmd.h"
#include "co/loop.h"
#include "guest/guest.h"
#include "http/http.h"
#include "run/learn.h"

struct doctor {
	struct loop *loop;
	const struct cloud_config *cfg;
	unsigned bad;
	int status;		/* 0, 2: not reachable, 3: the file is at fault */
	/* init: candidates, "id  # title" a line */
	bool gather;
	struct str images, specs, zones;
};

/* field, found, wanted, how to fix: one line each. */
static void line(struct doctor *d, bool ok, const char *field, const char *found,
		 const char *wanted, const char *fix)
{
	struct str s = { 0 };

	str_addf(&s, "%-5s %-12s found %s", ok ? "ok" : "WRONG", field, *found ? found : "nothing");
	if (!ok)
		str_addf(&s, "; wanted %s; %s", wanted, fix);
	secret_redact(&s);
	str_one_line(&s);
	if (!d->gather || !ok)
		fprintf(d->gather ? stderr : stdout, "%s\n", s.text);
	str_release(&s);
	d->bad += !ok;
}

static void at_file(struct doctor *d, const char *field, const char *found, const char *wanted,
		    int at)
{
	char fix[300];

	snprintf(fix, sizeof(fix), "see %.200s:%d", d->cfg->file, at);
	line(d, false, field, found, wanted, fix);
	d->status = EXIT_USAGE;
}

/* Which part of the way failed, from the class and words of the error. */
static void not_open(struct doctor *d, const struct error *err)
{
	const char *fix = "check endpoint, proxy and firewall";
	const char *field = "endpoint";

	if (err->code == ERR_UNAUTHENTICATED || err->code == ERR_DENIED) {
		field = "credentials";
		fix = "check user, password and project, and that the variables hold what you think";
	} else if (strstr(err->text, "TLS") || strstr(err->text, "certificate")) {
		field = "TLS";
		fix = "check the scheme and port of the endpoint, and cacert";
	} else if (strstr(err->text, "resolve") || strstr(err->text, "name")) {
		field = "route";
		fix = "check the host name in the endpoint";
	} else if (err->code == ERR_INVALID || err->code == ERR_CONFIG) {
		field = "file";
		fix = "mend the target file";
	} else if (err->code == ERR_PROTOCOL || err->code == ERR_NOT_FOUND) {
		fix = "check the path of the endpoint and which API listens there";
	}
	line(d, false, field, err->text, "an open session", fix);
	if (err->file[0])
		fprintf(stderr, "plugfest: %s:%d: %s\n", err->file, err->line, err->text);
	d->status = err->code == ERR_INVALID || err->code == ERR_CONFIG ||
		    err->code == ERR_NOT_FOUND ? EXIT_USAGE : 2;
}

static void candidates(const struct resource_list *all, struct str *to)
{
	for (size_t i = 0; i < all->count && i < 20; i++)
		str_addf(to, "%s  # %s\n", all->at[i].id, all->at[i].name);
}

/* Headers of the latest reply: whose clock is wrong? */
static char date_seen[64];

static void note_date(void *arg, const struct cloud *c, const struct http_call *call, int r,
		      const struct error *err)
{
	(void)arg;
	(void)c;
	(void)err;
	(void)learn_body(call->reply, call->reply_len);
	if (r == ERR_OK)
		http_reply_header(call, "date", date_seen, sizeof(date_seen));
}

/* Signatures, tokens and certificates fail in odd ways when clocks differ. */
static void check_clock(struct doctor *d)
{
	struct tm tm = { 0 };
	const char *end = strptime(date_seen, "%a, %d %b %Y %H:%M:%S", &tm);
	int64_t skew_s;
	char found[80];

	if (!end) {
		line(d, true, "clock", "no Date in the replies: not compared", "", "");
		return;
	}
	skew_s = clock_wall_us() / 1000000 - (int64_t)timegm(&tm);
	snprintf(found, sizeof(found), "%lld s between this clock and the cloud's",
		 (long long)(skew_s < 0 ? -skew_s : skew_s));
	line(d, skew_s >= -60 && skew_s <= 60, "clock", found, "60 s at most",
	     "set both by NTP: tokens and evidence carry times");
	if (skew_s < -60 || skew_s > 60)
		d->status = d->status ? d->status : 2;
}

static void check_transport(struct doctor *d)
{
	static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
					       "ALL_PROXY" };
	const char *url = config_setting(d->cfg, "endpoint");
	char found[200];

	line(d, true, "TLS", !url ? "as the credentials file says" : !strncmp(url, "https:", 6) ?
	     "https, certificate checked" : "none: the endpoint is plain http", "", "");
	for (size_t i = 0; i < sizeof(proxies) / sizeof(*proxies); i++)
		if (getenv(proxies[i]) && !config_setting(d->cfg, "proxy")) {
			snprintf(found, sizeof(found), "%s in the environment, ignored: only proxy: of the "
				 "target file counts", proxies[i]);
			line(d, true, "route", found, "", "");
		}
}

/* An IXIT item must be in the cloud's own list. */
static CO_FN void check_listed(struct doctor *d, struct cloud *c, enum kind kind,
			       const char *parent, const char *given, int at, struct str *all_of)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const char *name = kind_info(kind)->name, *near = NULL;
	unsigned best = 8;
	struct error err;
	char wanted[300];

	if (!cloud_offers(c, kind))
		return;
	if (cloud_list(c, kind, parent, &all, &err) < 0) {
		line(d, false, name, err.text, "a list", "check the rights of the user");
		d->status = d->status ? d->status : 2;
		return;
	}
	candidates(&all, all_of);
	if (!*given)
		return;
	if (resource_list_find(&all, given)) {
		line(d, true, name, given, "", "");
		return;
	}
	for (size_t i = 0; i < all.count; i++)
		if (str_distance(given, all.at[i].id) < best) {
			best = str_distance(given, all.at[i].id);
			near = all.at[i].id;
		}
	snprintf(wanted, sizeof(wanted), "one of the %zu that the cloud lists%s%.100s%s", all.count,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	at_file(d, name, given, wanted, at);
}

static CO_FN void check_zone(struct doctor *d, struct cloud *c)
{
	AUTO(resource_list) struct resource_list regions = { 0 };
	const struct resource *ours;
	struct error err;

	if (cloud_list(c, KIND_REGION, NULL, &regions, &err) < 0 || !regions.count)
		return;
	ours = resource_list_find(&regions, d->cfg->backend_region);
	check_listed(d, c, KIND_ZONE, ours ? ours->id : regions.at[0].id, d->cfg->zone,
		     d->cfg->zone_line, &d->zones);
}

static CO_FN void check_quota(struct doctor *d, struct cloud *c)
{
	struct quota quota[KIND_COUNT];
	struct error err;
	char found[80];

	for (int k = 0; k < KIND_COUNT; k++)
		quota[k] = (struct quota){ -1, -1 };
	if (!cloud_driver(c)->quotas) {
		line(d, true, "quota", "no way to read it in this API", "", "");
		return;
	}
	if (cloud_driver(c)->quotas(c, quota, &err) < 0) {
		line(d, true, "quota", err.text, "", "");
		return;
	}
	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t room = quota[k].limit < 0 || quota[k].used < 0
				       ? -1
				       : quota[k].limit - quota[k].used;

		if (quota[k].limit < 0)
			continue;
		snprintf(found, sizeof(found), "%s: %lld of %lld used", kind_info((enum kind)k)->name,
			 (long long)quota[k].used, (long long)quota[k].limit);
		line(d, room != 0, "quota", found, "room for one at least", "raise the quota or free some");
	}
}

static CO_FN void check_outside(struct doctor *d, struct cloud *c)
{
	struct ref ref = { .kind = KIND_VPC, .id = d->cfg->external_network };
	struct resource seen;
	struct error err;

	if (!*d->cfg->external_network)
		return;
	if (cloud_get(c, &ref, &seen, &err) == ERR_OK)
		line(d, true, "external", seen.name, "", "");
	else
		at_file(d, "external", err.text, "the id of the network that leads outside",
			d->cfg->outside_line);
}

/* No VM is made to see whether one would answer. */
static CO_FN void check_guest(struct doctor *d, struct cloud *c)
{
	const struct guest_config *g = &d->cfg->guest;
	AUTO(str_buf) struct str images = { 0 };
	char found[300];

	if (g->access == GUEST_NONE) {
		line(d, true, "guest", "no way into a guest: cases that need one will not be run "
		     "(no-data-plane)", "", "");
		return;
	}
	snprintf(found, sizeof(found), "%s%s%.64s, image %.100s, ports %d and %d at the %s address, probes "
		 "from %.48s", guest_access_name(g->access), *g->user ? " as " : "", g->user,
		 *g->image ? g->image : "(none given)", guest_port(g, 0), guest_port(g, 1),
		 g->private_address ? "private" : "public", g->source);
	line(d, true, "guest", found, "", "");
	if (strcmp(g->image, d->cfg->image))
		check_listed(d, c, KIND_IMAGE, NULL, g->image, g->image_line, &images);
}

static CO_FN void check_second(struct doctor *d)
{
	struct cloud_options how = { .user_agent = "plugfest/1 doctor", .read_only = true };
	const struct cloud_config *second = d->cfg->second;
	struct identity who;
	struct cloud *c = NULL;
	struct error err;
	char found[200];
	int r;

	if (!second && d->cfg->ics[CAP_BIT_TENANTS] == CLAIM_SUPPORTED)
		at_file(d, "tenants", "no second_tenant, but ics: claims tenants",
			"the settings of connection: in which another tenant differs",
			d->cfg->connection_line);
	if (!second)
		return;
	r = cloud_open(d->loop, second, &how, &c, &err);
	if (r == ERR_OK)
		r = cloud_identify(c, &who, &err);
	if (r < 0) {
		at_file(d, "tenants", err.text, "a session of the second tenant",
			second->connection_line);
	} else {
		snprintf(found, sizeof(found), "a second session, account %.100s", who.account);
		line(d, true, "tenants", found, "", "");
	}
	cloud_close(c);
}

static CO_FN int examine(void *arg)
{
	struct doctor *d = arg;
	const struct cloud_config *cfg = d->cfg;
	struct cloud_options how = { .user_agent = "plugfest/1 doctor", .read_only = true };
	struct identity who = { 0 };
	struct cloud *c = NULL;
	struct error err;
	char found[400];
	int r;

	*date_seen = '\0';
	cloud_observe(note_date, NULL);
	r = cloud_open(d->loop, cfg, &how, &c, &err);

	if (r == ERR_OK)
		r = cloud_identify(c, &who, &err);
	if (r < 0) {
		not_open(d, &err);
		cloud_close(c);
		return r;
	}
	snprintf(found, sizeof(found), "%.120s %.60s, account %.100s, region %.60s", who.product,
		 who.version, who.account, who.region);
	line(d, true, "endpoint", found, "", "");
	if (*who.catalogue)
		line(d, true, "catalogue", who.catalogue, "", "");
	line(d, true, "credentials", "a session", "", "");
	check_transport(d);
	check_clock(d);
	check_listed(d, c, KIND_IMAGE, NULL, cfg->image, cfg->image_line, &d->images);
	check_listed(d, c, KIND_SPEC, NULL, cfg->spec, cfg->spec_line, &d->specs);
	check_zone(d, c);
	check_outside(d, c);
	check_guest(d, c);
	check_quota(d, c);
	check_second(d);
	cloud_close(c);
	return ERR_OK;
}

static void check_target(struct doctor *d)
{
	struct co *co;

	if (!d->gather)
		printf("%s: target %s, driver %s\n", d->cfg->file, d->cfg->name, d->cfg->driver);
	line(d, true, "file", "no mistake", "", "");
	d->loop = loop_new();
	co = co_spawn(d->loop, "doctor", examine, d);
	co_detach(co);
	loop_run(d->loop);
	loop_free(d->loop);
	if (!d->gather && !d->cfg->ics_full)
		line(d, true, "ics", "unknown items: a run with them is not certifiable", "", "");
}

static void doctor_release(struct doctor *d)
{
	str_release(&d->images);
	str_release(&d->specs);
	str_release(&d->zones);
}

int cmd_doctor(int argc, char **argv)
{
	static const struct option options[] = { { "target", required_argument, NULL, 't' },
						 { "inline-secrets", no_argument, NULL, 'i' }, { 0 } };
	struct targets targets = { 0 };
	struct texts files = { 0 };
	bool inline_secrets = false;
	int opt, r;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "t:", options, NULL)) != -1) {
		if (opt == 't')
			texts_add(&files, optarg);
		else if (opt == 'i')
			inline_secrets = true;
		else
			return cmd_usage("doctor", false);
	}
	if (optind < argc)
		return cmd_usage("doctor", false);
	if (!files.count)
		return cmd_wanted("doctor", "found no target file; wanted -t TARGET.yaml, as "
				  "`plugfest init` writes one");
	r = targets_read(&files, inline_secrets, &targets);
	for (size_t i = 0; !r && i < targets.count; i++) {
		struct doctor d = { .cfg = targets.at[i] };

		check_target(&d);
		r = d.status ? d.status : d.bad ? 2 : 0;
		doctor_release(&d);
	}
	targets_free(&targets);
	free(files.at);
	return r;
}

static int write_template(const char *driver, const struct doctor *d, const char *output)
{
	AUTO(str_buf) struct str yaml = { 0 };
	struct error err;

	for (const struct driver_schema *s = driver_schemas(); s->name; s++) {
		if (strcmp(s->name, driver))
			continue;
		target_template(s, d->images.text, d->specs.text, d->zones.text, &yaml);
		if (!output) {
			fputs(yaml.text, stdout);
			return 0;
		}
		return file_write(output, yaml.text, yaml.len, &err) < 0 ? cmd_fail(&err) : 0;
	}
	fprintf(stderr, "plugfest: --driver: found \"%s\"; wanted one of `plugfest list drivers`\n",
		driver);
	return EXIT_USAGE;
}

int cmd_init(int argc, char **argv)
{
	static const struct option options[] = { { "driver", required_argument, NULL, 'd' },
						 { "target", required_argument, NULL, 't' },
						 { "output", required_argument, NULL, 'o' }, { 0 } };
	const char *driver = NULL, *output = NULL;
	struct targets targets = { 0 };
	struct doctor d = { .gather = true };
	struct texts files = { 0 };
	int opt, r = 0;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "d:t:o:", options, NULL)) != -1) {
		if (opt == 'd')
			driver = optarg;
		else if (opt == 't')
			texts_add(&files, optarg);
		else if (opt == 'o')
			output = optarg;
		else
			return cmd_usage("init", false);
	}
	if (optind < argc)
		return cmd_usage("init", false);
	if (!driver && !files.count)
		return cmd_wanted("init", "found no driver; wanted -d DRIVER, one of `plugfest list "
				  "drivers`");
	if (files.count)
		r = targets_read(&files, false, &targets);
	if (!r && targets.count) {
		d.cfg = targets.at[0];
		driver = driver ? driver : d.cfg->driver;
		check_target(&d);
		r = d.status == 2 ? 2 : 0;
	}
	if (!r)
		r = write_template(driver, &d, output);
	doctor_release(&d);
	targets_free(&targets);
	free(files.at);
	return r;
}
