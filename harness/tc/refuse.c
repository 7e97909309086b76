/* What must be refused, and leave nothing behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tc/private.h"

CO_FN int64_t tc_count_behind(struct tc *t, const char *req, const struct resource *want)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	char what[100];
	int64_t n = 0;

	snprintf(what, sizeof(what), "list every %s that exists behind the API alone",
		 kind_info(want->kind)->title);
	if (!tc_stimulus(t, req, what, cloud_strays(t->cloud, want->kind, &all, &t->err), AT))
		return -1;
	for (size_t i = 0; i < all.count; i++)
		n += cloud_became(t->cloud, want->name, all.at[i].name);
	return n;
}

static CO_FN void check_none_behind(struct tc *t, const char *req, const struct resource *want)
{
	int64_t n = cloud_looks_behind(t->cloud, want->kind) ? tc_count_behind(t, req, want) : -1;

	if (n >= 0)
		CHECK_INT(t, req, "how many of that name exist behind the API", 0, n);
}

CO_FN void tc_check_none_named(struct tc *t, const char *req, const struct resource *want)
{
	int64_t n = tc_count_named(t, req, want);

	if (n >= 0)
		CHECK_INT(t, req, "how many of that name exist", 0, n);
	check_none_behind(t, req, want);
}

CO_FN void tc_check_create_refused(struct tc *t, const char *req, const char *what,
				   struct resource *want, enum err one, enum err other)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource made;
	int64_t found = 0;
	char text[200];

	CHECK_REFUSED_AS(t, req, what, tc_create(t, want, &made), one, other);
	snprintf(text, sizeof(text), "list every %s", kind_info(want->kind)->title);
	CALL(t, req, text, tc_list(t, want->kind, NULL, &all));
	for (size_t i = 0; i < all.count; i++)
		found += !strcmp(all.at[i].name, want->name);
	snprintf(text, sizeof(text), "how many are called %.100s after the refusal", want->name);
	CHECK_INT(t, req, text, 0, found);
	check_none_behind(t, req, want);
}

static CO_FN void act_absent(struct tc *t, const char *req, enum action action,
			     const struct resource *nobody, const struct resource *vm)
{
	char what[100];

	snprintf(what, sizeof(what), "%s a %s that does not exist", action_name(action),
		 kind_info(nobody->kind)->title);
	CHECK_REFUSED(t, req, what, tc_act(t, nobody, action, vm), ERR_NOT_FOUND);
}

struct absent { struct tc_site site; struct resource vm, nobody; };

static CO_FN void acts_absent(struct tc *t, const char *req, enum action one, enum action other,
			      struct absent *a)
{
	CALL(t, req, "make network, security group and key pair", tc_site(t, &a->site));
	CALL(t, req, "create a VM and wait until it runs", tc_vm(t, &a->site, &a->vm));
	act_absent(t, req, one, &a->nobody, &a->vm);
	act_absent(t, req, other, &a->nobody, &a->vm);
}

CO_FN void tc_check_act_absent(struct tc *t, const char *req, enum kind kind, enum action one,
			       enum action other)
{
	struct absent *a = xcalloc(1, sizeof(*a));

	tc_unknown(t, kind, &a->nobody);
	acts_absent(t, req, one, other, a);
	free(a);
}

CO_FN int tc_probe(struct tc *t, enum probe what)
{
	struct ledger *l = &t->p->ledger;
	struct ledger_entry *e;
	struct resource want;
	int r;

	if (what == PROBE_NO_CREDENTIAL)
		return cloud_probe(t->cloud, what, "", &t->err);
	resource_init(&want, KIND_KEYPAIR);
	tc_name(t, KIND_KEYPAIR, want.name);
	r = ledger_intend(l, &want, &e);
	if (r < 0) {
		ledger_note(l, e, LEDGER_GONE, "never sent");
		return err_set(&t->err, (enum err)r, "%s before a request was sent",
			       err_name((enum err)r));
	}
	r = cloud_probe(t->cloud, what, want.name, &t->err);
	/* Whatever was answered, it is looked for by its name. */
	e->refused = true;
	return r;
}

bool tc_check_expected(struct tc *t, const char *req, const char *what, int r,
		       enum expect expect, bool *ok, const char *at)
{
	enum err class = r == ERR_INVALID ? ERR_INVALID : ERR_CONFLICT;

	if (expect == EXPECT_REFUSED || (expect == EXPECT_EITHER && r < 0)) {
		*ok = tc_check_refused(t, req, what, r, class, class, at);
		return r == ERR_OK;
	}
	*ok = tc_stimulus(t, req, what, r, at);
	return r == ERR_OK;
}
