#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "plan/pack.h"

static bool matches(const char *const *patterns, const char *id)
{
	for (; patterns && *patterns; patterns++)
		if (str_glob(*patterns, id))
			return true;
	return false;
}

/* The strictest level that the profile gives to what the case verifies. */
static bool level_of(const struct profile *p, const struct testcase *test, enum level *ret)
{
	bool found = false;

	if (!profile_takes(p, test->id, test->apart))
		return false;
	for (const char *const *req = test->verifies; *req; req++) {
		const struct profile_item *item = profile_find(p, *req);

		if (!item)
			continue;
		if (!found || item->level < *ret)
			*ret = item->level;
		found = true;
	}
	return found;
}

static void decide(struct row *row, enum verdict v, const char *cause, const char *fmt,
		   const char *what)
{
	row->decided = v;
	row->cause = cause;
	snprintf(row->reason, sizeof(row->reason), fmt, what);
}

/* The first capability of a mask that the ICS does not support. */
static int lacking(const struct cloud_config *cfg, uint64_t mask, enum claim claim)
{
	for (int i = 0; i < CAP_COUNT; i++)
		if (mask & UINT64_C(1) << i && cfg->ics[i] == claim)
			return i;
	return -1;
}

static bool by_ics(struct row *row, const struct cloud_config *cfg)
{
	uint64_t optional = row->test->if_claimed;
	int cap;

	/* Mandatory items count as claimed: what they need may not be declared away. */
	if (row->level != LEVEL_MANDATORY)
		optional |= row->test->needs;
	cap = lacking(cfg, optional, CLAIM_UNSUPPORTED);
	if (cap < 0)
		return false;
	decide(row, VERDICT_NOT_APPLICABLE, "ics", "the ICS says that %s is unsupported",
	       cap_name((enum cap)cap));
	return true;
}

/* Optional and unknown: it is tried, and "unsupported" is then no failure. */
static bool is_undeclared(const struct row *row, const struct cloud_config *cfg)
{
	uint64_t optional = row->test->if_claimed;

	if (row->level != LEVEL_MANDATORY)
		optional |= row->test->needs;
	return lacking(cfg, optional, CLAIM_UNKNOWN) >= 0;
}

static bool by_ixit(struct row *row, const struct cloud_config *cfg)
{
	const char *image = row->test->inside ? cfg->guest.image : cfg->image;
	const char *missing = NULL;

	if ((row->test->budget.vms || row->test->needs & CAN(IMAGE)) && !*image)
		missing = "image";
	else if ((row->test->budget.vms || row->test->needs & CAN(SPEC)) && !*cfg->spec)
		missing = "spec";
	if (missing)
		decide(row, VERDICT_NOT_RUN, "ixit", "the IXIT gives no %s", missing);
	return missing != NULL;
}

/* A VM that is given no public address unasked gets one by an address that is bound to it. */
static bool lacks_address(const struct cloud_config *cfg)
{
	const struct driver *d = driver_by_name(cfg->driver);

	return !cfg->guest.private_address && d && !d->dialect->public_ip_on_create &&
	       (cfg->ics[CAP_BIT_ADDRESS] == CLAIM_UNSUPPORTED ||
		cfg->ics[CAP_BIT_ADDRESS_BIND] == CLAIM_UNSUPPORTED);
}

/* Neither pass nor fail, nor "not applicable": nobody looked. */
static bool by_guest(struct row *row, const struct cloud_config *cfg)
{
	const struct guest_config *g = &cfg->guest;
	const char *why = NULL;

	if (!row->test->inside)
		return false;
	if (g->access == GUEST_NONE)
		why = "the target gives no way into a guest (guest: {access: none})";
	else if (row->test->inside == INSIDE_DISKS && !g->disks)
		why = "the target's guests read and write no disks (guest: {disks: false})";
	else if (row->test->inside == INSIDE_SSH && g->access != GUEST_SSH)
		why = "it needs a login, and the target's way into a guest is not ssh";
	else if (lacks_address(cfg))
		why = "VMs get their public addresses by address.bind, which the ICS says is "
		      "unsupported (guest: {address: private} asks them elsewhere)";
	if (why)
		decide(row, VERDICT_NOT_RUN, "no-data-plane", "%s", why);
	return why != NULL;
}

static bool by_limit(struct row *row, const struct cloud_config *cfg)
{
	char why[sizeof(row->reason)];
	struct need need;

	need_of(row->test, cfg, &need);
	for (int k = 0; k < KIND_COUNT; k++)
		if (cfg->limit[k] >= 0 && need.of[k] > cfg->limit[k]) {
			snprintf(why, sizeof(why), "it needs %u of kind %s at once; limits: allows %lld",
				 need.of[k], kind_info((enum kind)k)->name,
				 (long long)cfg->limit[k]);
			decide(row, VERDICT_NOT_RUN, "limit", "%s", why);
			return true;
		}
	return false;
}

static void decide_row(struct row *row, const struct cloud_config *cfg,
		       const struct plan_options *opt)
{
	row->decided = VERDICT_COUNT;
	row->cause = "";
	row->undeclared = is_undeclared(row, cfg);
	if ((opt->only && *opt->only && !matches(opt->only, row->test->id)) ||
	    matches(opt->skip, row->test->id)) {
		decide(row, VERDICT_NOT_RUN, "filtered", "%s", "left out by --only or --skip");
		return;
	}
	if (opt->wanted && !opt->wanted(opt->wanted_arg, row->test->id, cfg->name)) {
		decide(row, VERDICT_NOT_RUN, "filtered", "%s", opt->unwanted);
		return;
	}
	if (by_ics(row, cfg) || by_guest(row, cfg) || by_ixit(row, cfg) || by_limit(row, cfg))
		return;
	if (row->test->impact != IMPACT_READ && opt->read_only)
		decide(row, VERDICT_NOT_RUN, "read-only", "%s", "the run is --read-only");
	else if (row->test->impact == IMPACT_INTRUSIVE && !opt->allow_intrusive)
		decide(row, VERDICT_NOT_RUN, "not-allowed", "%s",
		       "intrusive cases need --allow intrusive and an authorisation");
	else if (row->test->impact == IMPACT_LOAD && !opt->allow_load && !opt->allow_intrusive)
		decide(row, VERDICT_NOT_RUN, "not-allowed", "%s",
		       "cases that load the cloud need --allow load and an authorisation");
}

static void add_row(struct plan *p, const struct testcase *test, size_t target, enum level level,
		    const struct plan_options *opt)
{
	struct row *row;

	p->rows = xrealloc(p->rows, (p->row_count + 1) * sizeof(*p->rows));
	row = &p->rows[p->row_count++];
	*row = (struct row){ .number = (int)p->row_count, .test = test, .target = target,
			     .level = level };
	decide_row(row, p->targets[target], opt);
}

void plan_row(struct plan *p, const struct testcase *test, size_t target, const char *level,
	      enum verdict decided, const char *cause)
{
	struct row *row;

	p->rows = xrealloc(p->rows, (p->row_count + 1) * sizeof(*p->rows));
	row = &p->rows[p->row_count++];
	*row = (struct row){ .number = (int)p->row_count, .test = test, .target = target,
			     .level = LEVEL_MANDATORY, .decided = decided, .cause = cause };
	for (int l = LEVEL_MANDATORY; l <= LEVEL_ADVISORY; l++)
		if (!strcmp(level_name((enum level)l), level))
			row->level = (enum level)l;
	row->undeclared = is_undeclared(row, p->targets[target]);
}

/* A requirement that no case verifies could never be missed. */
static int check_coverage(const struct profile *profile, struct error *err)
{
	for (size_t i = 0; i < profile->item_count; i++) {
		const struct testcase *tc;
		bool verified = false;

		for (size_t k = 0; (tc = testcase_at(k)) && !verified; k++)
			for (const char *const *req = tc->verifies;
			     profile_takes(profile, tc->id, tc->apart) && *req; req++)
				verified = verified || !strcmp(*req, profile->items[i].requirement);
		if (!verified)
			return err_at(err, ERR_INVALID, profile->file, profile->items[i].line,
				      "found requirement %s, which no case verifies; wanted one of "
				      "`plugfest list requirements`", profile->items[i].requirement);
	}
	return ERR_OK;
}

int plan_make(const struct profile *profile, struct cloud_config *const *targets, size_t n,
	      const struct plan_options *opt, struct plan *ret, struct error *err)
{
	const struct testcase *tc;
	enum level level = LEVEL_ADVISORY;
	int r = check_coverage(profile, err);

	if (r < 0)
		return r;
	*ret = (struct plan){ .profile = profile, .targets = targets, .target_count = n };
	for (size_t t = 0; t < n; t++)
		for (size_t i = 0; (tc = testcase_at(i)); i++) {
			if (!level_of(profile, tc, &level))
				continue;
			add_row(ret, tc, t, level, opt);
			ret->filtered += !strcmp(ret->rows[ret->row_count - 1].cause, "filtered");
		}
	if (ret->filtered == ret->row_count) {
		plan_free(ret);
		return err_set(err, ERR_INVALID, opt->wanted ?
			       "every case of profile %s has passed there: nothing to run again" :
			       "no case of profile %s is left after --only and --skip", profile->id);
	}
	return ERR_OK;
}

void plan_free(struct plan *p)
{
	free(p->rows);
	free(p->room);
	*p = (struct plan){ 0 };
}

int64_t plan_peak(const struct plan *p, size_t target, enum kind kind)
{
	const struct cloud_config *cfg = p->targets[target];
	unsigned one = 0, all = 0;
	struct need need;
	int64_t peak;

	for (size_t i = 0; i < p->row_count; i++) {
		if (p->rows[i].target != target || p->rows[i].decided != VERDICT_COUNT)
			continue;
		need_of(p->rows[i].test, cfg, &need);
		all += need.of[kind];
		if (need.of[kind] > one)
			one = need.of[kind];
	}
	peak = (int64_t)one * cfg->parallel < all ? (int64_t)one * cfg->parallel : all;
	if (p->room && p->room[target][kind] >= 0 && p->room[target][kind] < peak)
		peak = p->room[target][kind];
	return cfg->limit[kind] >= 0 && cfg->limit[kind] < peak ? cfg->limit[kind] : peak;
}

void plan_print(const struct plan *p, struct str *to)
{
	for (size_t t = 0; t < p->target_count; t++) {
		unsigned run = 0;

		str_addf(to, "target %s (%s): backend %s %s through layer %s %s\n", p->targets[t]->name,
			 p->targets[t]->driver, p->targets[t]->backend_provider,
			 p->targets[t]->backend_region, p->targets[t]->layer_product,
			 p->targets[t]->layer_version);
		for (size_t i = 0; i < p->row_count; i++) {
			const struct row *row = &p->rows[i];

			if (row->target != t)
				continue;
			run += row->decided == VERDICT_COUNT;
			str_addf(to, "  %-14s %-12s %-38s %s%s\n",
				 row->decided == VERDICT_COUNT ? "run" : verdict_name(row->decided),
				 level_name(row->level), row->test->id,
				 row->decided == VERDICT_COUNT ? row->test->title : row->reason, "");
		}
		str_addf(to, "  %u cases to run; at most at once:", run);
		for (int k = 0; k < KIND_COUNT; k++)
			if (kind_info((enum kind)k)->ours)
				str_addf(to, " %lld %s", (long long)plan_peak(p, t, (enum kind)k),
					 kind_info((enum kind)k)->name);
		str_add(to, "\n");
	}
}
