/* What serves many kinds alike; names are in alike_names.c. */
#include "tc/alike.h"

#include <stdlib.h>

#include "base/str.h"
#include "tc/private.h"

enum { TEXT_ROOM = 1100 };

/* ---- requests ---- */

void tc_want(struct tc *t, enum kind kind, const struct tc_site *site, struct resource *want)
{
	resource_init(want, kind);
	if (kind == KIND_VM)
		tc_vm_want(t, site, want);
	else if (kind == KIND_DISK)
		tc_disk_want(t, want);
	else if (kind == KIND_SUBNET || (kind == KIND_SG && t->dialect->sg_in_vpc))
		str_copy(want->parent, sizeof(want->parent), site->vpc.id);
	if (kind == KIND_SUBNET)
		tc_subnet_cidr(t, 1, want->subnet.cidr);
	if (kind == KIND_VPC && cloud_driver(t->cloud)->caps & CAN(VPC_CIDR) &&
	    t->cfg->ics[CAP_BIT_VPC_CIDR] != CLAIM_UNSUPPORTED)
		tc_cidr(t, want->vpc.cidr);
	if (kind == KIND_ROUTER)
		str_copy(want->router.external_network, ID_MAX, t->cfg->external_network);
	if (kind == KIND_ADDRESS)
		str_copy(want->address.external_network, ID_MAX, t->cfg->external_network);
	if (kind == KIND_SG) {
		rule_set(&want->sg.rules[0], "inbound", "tcp", 22, 22, "0.0.0.0/0");
		want->sg.rule_count = 1;
	}
	tc_name(t, kind, want->name);
}

CO_FN int tc_ground(struct tc *t, enum kind kind, struct tc_site *site)
{
	bool vm = kind == KIND_VM;
	bool net = vm || kind == KIND_SUBNET || (kind == KIND_SG && t->dialect->sg_in_vpc);
	int r = ERR_OK;

	if (vm && t->test->any_site && !*site->vpc.id)
		return tc_site(t, site);
	if (net && !*site->vpc.id)
		r = tc_vpc(t, &site->vpc);
	if (r == ERR_OK && vm && !*site->subnet.id)
		r = tc_subnet(t, &site->vpc, &site->subnet);
	if (r == ERR_OK && vm && !*site->sg.id)
		r = tc_sg(t, &site->vpc, &site->sg);
	if (r == ERR_OK && vm && !*site->keypair.id)
		r = tc_keypair(t, &site->keypair);
	return r;
}

CO_FN int tc_make(struct tc *t, enum kind kind, struct tc_site *site, struct resource *ret)
{
	enum state ready = kind_info(kind)->ready;
	struct resource want, made;
	int r = tc_ground(t, kind, site);

	if (r < 0)
		return r;
	tc_want(t, kind, site, &want);
	r = tc_create(t, &want, &made);
	if (r < 0)
		return r;
	return ready == STATE_NONE ? tc_get(t, &made, ret) : tc_wait(t, &made, ready, ret, NULL);
}

/* ---- the same ---- */

static const char *or_absent(const char *text) { return *text ? text : "(absent)"; }

static bool text_in(const struct resource *r, const struct field *f, const char *text)
{
	for (size_t at = 0; at < f->size; at += ID_MAX)
		if (*text && !strcmp((const char *)r + f->offset + at, text))
			return true;
	return false;
}

/* APIs name a group by its id or by its name. */
static CO_FN void check_texts(struct tc *t, const char *req, const struct field *f,
			      const struct resource *asked, const struct resource *seen)
{
	char what[80], shown[TEXT_ROOM];

	resource_get_text(seen, f->name, shown, sizeof(shown));
	for (size_t at = 0; at < f->size; at += ID_MAX) {
		const char *id = (const char *)asked + f->offset + at;
		struct ref ref = { .kind = (enum kind)f->ref, .id = id };
		struct resource *named = xmalloc(sizeof(*named));
		bool there = text_in(seen, f, id);
		int r = ERR_OK;

		if (!there && *id && f->ref >= 0) {
			r = cloud_get(t->cloud, &ref, named, &t->err);
			there = r == ERR_OK && text_in(seen, f, named->name);
		}
		free(named);
		if (!*id)
			continue;
		/* Whether they agree is not known; that it is not there is no agreement. */
		if (r < 0 && r != ERR_NOT_FOUND) {
			snprintf(what, sizeof(what), "read the one of its %s asked for", f->name);
			(void)tc_stimulus(t, req, what, r, AT);
			continue;
		}
		snprintf(what, sizeof(what), "its %s hold the one asked for", f->name);
		CHECK(t, req, what, there, id, or_absent(shown));
	}
}

/* Clouds may add rules of their own. */
static void check_rules(struct tc *t, const char *req, const struct resource *asked,
			const struct resource *seen)
{
	char all[TEXT_ROOM], shown[TEXT_ROOM];

	resource_get_text(asked, "rules", all, sizeof(all));
	resource_get_text(seen, "rules", shown, sizeof(shown));
	for (int64_t i = 0; i < asked->sg.rule_count && i < RULES_MAX; i++)
		CHECK(t, req, "its rules hold the one asked for",
		      rule_in(seen, &asked->sg.rules[i]), all, or_absent(shown));
}

CO_FN int tc_vm_subnet(struct tc *t, const struct resource *vm, const struct resource *likely,
		       struct resource *ret)
{
	struct resource named;

	*ret = *likely;
	if (!strcmp(vm->vm.subnet, likely->id))
		return ERR_OK;
	resource_init(&named, KIND_SUBNET);
	str_copy(named.id, sizeof(named.id), vm->vm.subnet);
	str_copy(named.parent, sizeof(named.parent), vm->vm.vpc);
	return tc_get(t, &named, ret);
}

/* Asked for a network, a cloud takes any of its subnets. */
static CO_FN void check_place(struct tc *t, const char *req, const struct resource *asked,
			      const struct resource *seen)
{
	struct resource *pair = xcalloc(2, sizeof(*pair));
	int r;

	str_copy(pair[0].id, sizeof(pair[0].id), asked->vm.subnet);
	str_copy(pair[0].parent, sizeof(pair[0].parent), asked->vm.vpc);
	r = tc_vm_subnet(t, seen, &pair[0], &pair[1]);
	if (tc_stimulus(t, req, "read the subnet that it says it is in", r, AT))
		CHECK_TEXT(t, req, "its subnet is one of the network asked for", asked->vm.vpc,
			   pair[1].parent);
	free(pair);
}

CO_FN void tc_check_same(struct tc *t, const char *req, const struct resource *asked,
			 const struct resource *seen)
{
	const struct kind_info *info = kind_info(asked->kind);
	char what[80], want[TEXT_ROOM], got[TEXT_ROOM];

	if (*asked->name)
		CHECK_TEXT(t, req, "its name is as asked", asked->name, seen->name);
	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];

		if (!(f->flags & FIELD_ECHO))
			continue;
		resource_get_text(asked, f->name, want, sizeof(want));
		if (!*want)
			continue;
		if (asked->kind == KIND_VM && t->dialect->places_by_network &&
		    !strcmp(f->name, "subnet")) {
			check_place(t, req, asked, seen);
		} else if (f->type == FIELD_TEXTS) {
			check_texts(t, req, f, asked, seen);
		} else if (f->type == FIELD_RULES) {
			check_rules(t, req, asked, seen);
		} else {
			resource_get_text(seen, f->name, got, sizeof(got));
			snprintf(what, sizeof(what), "its %s is as asked", f->name);
			CHECK_TEXT(t, req, what, want, got);
		}
	}
}

/* ---- lists ---- */

/* Whatever the order. */
static bool texts_agree(const struct resource *a, const struct resource *b, const struct field *f)
{
	if (f->type == FIELD_RULES) {
		for (int64_t i = 0; i < a->sg.rule_count && i < RULES_MAX; i++)
			if (!rule_in(b, &a->sg.rules[i]))
				return false;
		return a->sg.rule_count == b->sg.rule_count;
	}
	for (size_t at = 0; at < f->size; at += ID_MAX)
		if (((const char *)a + f->offset)[at] &&
		    !text_in(b, f, (const char *)a + f->offset + at))
			return false;
	return true;
}

static void check_agrees(struct tc *t, const char *req, const char *field, const struct field *f,
			 const struct resource *listed, const struct resource *read)
{
	char what[80], one[TEXT_ROOM], other[TEXT_ROOM];

	resource_get_text(listed, field, one, sizeof(one));
	if (!*one)
		return;
	resource_get_text(read, field, other, sizeof(other));
	snprintf(what, sizeof(what), "its %s in the list is as read", field);
	if (f && (f->type == FIELD_RULES || f->type == FIELD_TEXTS))
		CHECK(t, req, what, texts_agree(listed, read, f) && texts_agree(read, listed, f),
		      other, one);
	else
		CHECK_TEXT(t, req, what, other, one);
}

void tc_check_alike(struct tc *t, const char *req, const struct resource *listed,
		    const struct resource *read)
{
	static const char *const common[] = { "name", "native", "parent" };
	const struct kind_info *info = kind_info(read->kind);

	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		check_agrees(t, req, common[i], NULL, listed, read);
	if (listed->state != STATE_NONE && listed->state != STATE_UNSTATED)
		check_agrees(t, req, "state", NULL, listed, read);
	for (size_t i = 0; i < info->field_count; i++)
		if (info->fields[i].type != FIELD_SECRET)
			check_agrees(t, req, info->fields[i].name, &info->fields[i], listed, read);
}

CO_FN void tc_check_list_agrees(struct tc *t, const char *req, const struct resource *read)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	const struct resource *listed;
	char what[80];

	snprintf(what, sizeof(what), "list every %s", kind_info(read->kind)->title);
	if (!tc_stimulus(t, req, what, tc_list_with(t, read, 1, &all), AT))
		return;
	CHECK_INT(t, req, "how often the list holds it", 1,
		  (int64_t)resource_list_count_id(&all, read->id));
	listed = resource_list_find(&all, read->id);
	if (listed)
		tc_check_alike(t, req, listed, read);
}

CO_FN void tc_check_order_refused(struct tc *t, const char *req, const char *what,
				  struct resource *want)
{
	struct resource made;

	CHECK_REFUSED_AS(t, req, what, tc_create(t, want, &made), ERR_INVALID, ERR_NOT_FOUND);
	tc_check_none_named(t, req, want);
}

enum { SAMPLES = 5 };	/* of what may be thousands */

CO_FN void tc_check_sample_reads(struct tc *t, const char *req, enum kind kind)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource seen;
	char what[200];
	size_t step;

	snprintf(what, sizeof(what), "list every %s", kind_info(kind)->title);
	CALL(t, req, what, tc_list(t, kind, NULL, &all));
	REQUIRE(t, req, "there is one", all.count > 0, "at least one", all.count ? "some" : "none");
	step = (all.count + SAMPLES - 1) / SAMPLES;
	for (size_t i = 0; i < all.count; i += step) {
		snprintf(what, sizeof(what), "read %.150s", all.at[i].id);
		CALL(t, req, what, tc_get(t, &all.at[i], &seen));
		CHECK_TEXT(t, req, "its id reads back", all.at[i].id, seen.id);
		tc_check_alike(t, req, &all.at[i], &seen);
	}
}

/* ---- at once ---- */

struct crowd { struct co *waiting; size_t left; int64_t limit_ms; };
struct one_of_many {
	struct crowd *crowd;
	struct cloud *session;
	struct tc t;		/* its own: the error of the last call stands in it */
	struct resource want;
	struct tc_answer *answer;
};

static CO_FN int one_create(void *arg)
{
	struct one_of_many *a = arg;
	struct co_deadline deadline;

	co_deadline_push(&deadline, a->crowd->limit_ms);
	a->answer->r = tc_create_as(&a->t, a->session, &a->want, &a->answer->made);
	a->answer->err = a->t.err;
	co_deadline_pop(&deadline);
	if (!--a->crowd->left)
		co_wake(a->crowd->waiting);
	return ERR_OK;
}

/* step: 0 sends the first want n times. */
static CO_FN size_t create_many(struct tc *t, const struct tc_many *m, size_t step,
				struct tc_answer *ret)
{
	int64_t limit = co_deadline_left();
	struct crowd crowd = { .waiting = co_self(), .left = m->n,
			       .limit_ms = limit < INT32_MAX ? limit : INT32_MAX };
	struct one_of_many *all = xcalloc(m->n, sizeof(*all));
	struct co **co = xcalloc(m->n, sizeof(struct co *));
	struct co_hold hold;
	size_t won = 0;
	int r = ERR_OK;

	for (size_t i = 0; i < m->n; i++) {
		ret[i].r = TC_PENDING;
		all[i] = (struct one_of_many){ .crowd = &crowd, .t = *t, .want = m->want[i * step],
					       .session = m->session, .answer = &ret[i] };
		co[i] = co_spawn(co_loop(), "create at once", one_create, &all[i]);
	}
	/* Each of them ends with what the IXIT grants it. */
	co_deadline_hold(&hold);
	while (crowd.left && m->watch && co_deadline_left() > 0)
		if (!m->watch(t, ret, m->n, m->arg))
			break;
	while (crowd.left && r == ERR_OK)
		r = co_suspend("creates at once");
	co_deadline_resume(&hold);
	for (size_t i = 0; crowd.left && i < m->n; i++)
		co_cancel(co[i]);
	for (size_t i = 0; i < m->n; i++) {
		co_join(co[i]);
		won += ret[i].r == ERR_OK;
	}
	free(all);
	free(co);
	return won;
}

CO_FN size_t tc_create_at_once(struct tc *t, const struct resource *want, size_t n,
			       struct tc_answer *ret)
{
	const struct tc_many m = { .session = t->cloud, .want = want, .n = n };

	return create_many(t, &m, 0, ret);
}

CO_FN size_t tc_create_all_at_once(struct tc *t, const struct resource want[], size_t n,
				   struct tc_answer *ret)
{
	const struct tc_many m = { .session = t->cloud, .want = want, .n = n };

	return create_many(t, &m, 1, ret);
}

CO_FN size_t tc_create_watched(struct tc *t, const struct tc_many *m, struct tc_answer *ret)
{
	return create_many(t, m, 1, ret);
}

CO_FN void tc_check_at_once(struct tc *t, const char *req, const struct resource *want, size_t n)
{
	bool unique = t->dialect->names_unique & KIND_BIT(want->kind);
	struct tc_answer *answer = xcalloc(n, sizeof(*answer));
	size_t won = tc_create_at_once(t, want, n, answer), alike = 0;
	char what[80];

	for (size_t i = 0; i < n; i++) {
		t->err = answer[i].err;
		snprintf(what, sizeof(what), "answer %zu of %zu creates of one name at once", i + 1, n);
		if (answer[i].r < 0 && unique)
			CHECK_REFUSED(t, req, what, answer[i].r, ERR_CONFLICT);
		else if (!tc_stimulus(t, req, what, answer[i].r, AT))
			break;
		for (size_t j = 0; j < i; j++)
			alike += answer[i].r == ERR_OK && answer[j].r == ERR_OK &&
				 !strcmp(answer[i].made.id, answer[j].made.id);
	}
	if (unique) {
		CHECK_INT(t, req, "how many of them were accepted", 1, (int64_t)won);
		tc_check_named_once(t, req, want);
	} else {
		CHECK_INT(t, req, "how many of them share an id", 0, (int64_t)alike);
	}
	free(answer);
}
