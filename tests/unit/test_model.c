#include <check.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "cloud/model.h"

Suite *model_suite(void);

#define COUNT(a) ((int)(sizeof(a) / sizeof(*a)))

static void fill_rules(struct resource *r)
{
	r->sg.rules[0] = (struct rule){ "inbound", "tcp", 22, 22, "10.0.0.0/8" };
	r->sg.rules[1] = (struct rule){ "outbound", "all", -1, -1, "0.0.0.0/0" };
	r->sg.rule_count = 2;
}

/* A resource with every field of its kind set to something of its own. */
static void fill(struct resource *r, enum kind k)
{
	const struct kind_info *info = kind_info(k);

	resource_init(r, k);
	snprintf(r->id, sizeof(r->id), "id-%d", k);
	snprintf(r->native, sizeof(r->native), "native-%d", k);
	snprintf(r->name, sizeof(r->name), "name \"%d\"", k);
	snprintf(r->parent, sizeof(r->parent), "parent-%d", k);
	r->state = info->ready;
	for (size_t i = 0; i < info->field_count; i++) {
		const struct field *f = &info->fields[i];
		char *at = (char *)r + f->offset;

		switch (f->type) {
		case FIELD_TEXT:
			snprintf(at, f->size, "%s-%zu", f->name, i);
			break;
		case FIELD_INT:
			*(int64_t *)at = INT64_MAX - (int64_t)i;
			break;
		case FIELD_SECRET:
			*(struct secret *)at = secret_add("the private key", 15);
			break;
		case FIELD_RULES:
			fill_rules(r);
			break;
		case FIELD_TEXTS:
			snprintf(at, ID_MAX, "first");
			snprintf(at + ID_MAX, ID_MAX, "second");
			break;
		}
	}
}

START_TEST(kind_survives_json)
{
	static struct resource out, back;
	struct error err;
	json_auto_t *doc = NULL, *again = NULL;
	AUTO(str) char *text = NULL;

	fill(&out, (enum kind)_i);
	doc = resource_to_json(&out);
	text = json_dumps(doc, 0);
	ck_assert_ptr_null(strstr(text, "the private key"));
	if (resource_from_json(doc, &back, &err) < 0)
		ck_abort_msg("%s", err.text);
	ck_assert_int_eq(back.kind, out.kind);
	ck_assert_int_eq(back.state, out.state);
	for (size_t i = 0; i < kind_info((enum kind)_i)->field_count; i++) {
		const struct field *f = &kind_info((enum kind)_i)->fields[i];
		static char a[2000], b[2000];

		ck_assert(resource_get_text(&out, f->name, a, sizeof(a)));
		ck_assert(resource_get_text(&back, f->name, b, sizeof(b)));
		ck_assert_str_ne(a, "");
		ck_assert_str_eq(b, f->type == FIELD_SECRET ? "" : a);
	}
	if (_i == KIND_KEYPAIR)
		json_object_del(doc, "private_key");
	again = resource_to_json(&back);
	ck_assert(json_equal(doc, again));
}
END_TEST

START_TEST(absent_fields_stay_absent)
{
	struct resource out, back;
	struct error err;
	json_auto_t *doc = NULL;
	char text[200];

	resource_init(&out, (enum kind)_i);
	doc = resource_to_json(&out);
	ck_assert_int_eq(resource_from_json(doc, &back, &err), ERR_OK);
	ck_assert_mem_eq(&out, &back, sizeof(out));
	for (size_t i = 0; i < kind_info((enum kind)_i)->field_count; i++) {
		ck_assert(resource_get_text(&out, kind_info((enum kind)_i)->fields[i].name, text,
					    sizeof(text)));
		ck_assert_str_eq(text, "");
	}
}
END_TEST

static const struct { const char *doc, *words; } wrong[] = {
	{ "{}", "nothing" }, { "{\"kind\": \"cow\"}", "cow" }, { "{\"kind\": 3}", "nothing" },
	{ "{\"kind\": \"vm\", \"colour\": \"red\"}", "colour" },
	{ "{\"kind\": \"vm\", \"name\": 3}", "name has the wrong type" },
	{ "{\"kind\": \"vm\", \"state\": \"happy\"}", "happy" },
	{ "{\"kind\": \"spec\", \"vcpu\": -1}", "vcpu" },
	{ "{\"kind\": \"spec\", \"vcpu\": \"x\"}", "vcpu" },
	{ "{\"kind\": \"vm\", \"sgs\": [\"a\", 3]}", "sgs[1]" },
	{ "{\"kind\": \"vm\", \"sgs\": [\"a\", \"b\", \"c\", \"d\", \"e\"]}", "sgs[4]" },
	{ "{\"kind\": \"sg\", \"rules\": [{\"direction\": \"inbound\"}]}", "rule 0" },
	{ "{\"kind\": \"sg\", \"rules\": [{\"direction\": \"inboundinbound\", \"protocol\": \"tcp\","
	  "\"from\": 1, \"to\": 1, \"cidr\": \"x\"}]}", "too long" },
	{ "{\"kind\": \"vpc\", \"cidr\": \"0123456789012345678901234567890123456789012345678\"}", "cidr" },
};

START_TEST(wrong_json_is_refused)
{
	json_auto_t *doc = json_loads(wrong[_i].doc, 0, NULL);
	struct resource r;
	struct error err;

	ck_assert_ptr_nonnull(doc);
	ck_assert_int_eq(resource_from_json(doc, &r, &err), ERR_INVALID);
	ck_assert_msg(strstr(err.text, wrong[_i].words) != NULL, "%s", err.text);
}
END_TEST

static const struct { enum kind kind; const char *field, *value; bool good; } settings[] = {
	{ KIND_VM, "name", "web-1", true }, { KIND_VM, "state", "running", true },
	{ KIND_VM, "state", "merry", false }, { KIND_VM, "image", "i-1", true },
	{ KIND_VM, "cidr", "10.0.0.0/8", false }, { KIND_SPEC, "vcpu", "4", true },
	{ KIND_SPEC, "vcpu", "-4", false }, { KIND_SPEC, "vcpu", "four", false },
	{ KIND_KEYPAIR, "private_key", "x", false }, { KIND_SG, "rules", "x", false },
	{ KIND_VPC, "parent", "", true },
};

START_TEST(field_is_set_from_text)
{
	struct resource r;
	struct error err;
	char text[200];

	resource_init(&r, settings[_i].kind);
	ck_assert_int_eq(resource_set_text(&r, settings[_i].field, settings[_i].value, &err),
			 settings[_i].good ? ERR_OK : ERR_INVALID);
	if (!settings[_i].good)
		return;
	ck_assert(resource_get_text(&r, settings[_i].field, text, sizeof(text)));
	ck_assert_str_eq(text, settings[_i].value);
}
END_TEST

START_TEST(unknown_field_has_no_text)
{
	struct resource r;
	char text[8];

	resource_init(&r, KIND_VM);
	ck_assert(!resource_get_text(&r, "colour", text, sizeof(text)));
}
END_TEST

START_TEST(rules_have_a_text)
{
	struct resource r;
	char text[200];

	resource_init(&r, KIND_SG);
	fill_rules(&r);
	ck_assert(resource_get_text(&r, "rules", text, sizeof(text)));
	ck_assert_str_eq(text, "inbound tcp 22-22 10.0.0.0/8; outbound all -1--1 0.0.0.0/0");
}
END_TEST

static const struct { enum kind kind; enum action action; enum state from, via, to; } moves[] = {
	{ KIND_VM, ACT_STOP, STATE_RUNNING, STATE_STOPPING, STATE_STOPPED },
	{ KIND_VM, ACT_START, STATE_STOPPED, STATE_STARTING, STATE_RUNNING },
	{ KIND_VM, ACT_REBOOT, STATE_RUNNING, STATE_REBOOTING, STATE_RUNNING },
	{ KIND_VM, ACT_SUSPEND, STATE_RUNNING, STATE_SUSPENDING, STATE_SUSPENDED },
	{ KIND_VM, ACT_RESUME, STATE_SUSPENDED, STATE_RESUMING, STATE_RUNNING },
	{ KIND_ADDRESS, ACT_BIND, STATE_AVAILABLE, STATE_NONE, STATE_BOUND },
	{ KIND_ADDRESS, ACT_UNBIND, STATE_BOUND, STATE_NONE, STATE_AVAILABLE },
	{ KIND_DISK, ACT_ATTACH, STATE_AVAILABLE, STATE_NONE, STATE_BOUND },
	{ KIND_DISK, ACT_DETACH, STATE_BOUND, STATE_NONE, STATE_AVAILABLE },
	{ KIND_DISK, ACT_RESIZE, STATE_AVAILABLE, STATE_NONE, STATE_AVAILABLE },
};

/* Every kind, action and state: exactly the moves above and no others. */
START_TEST(only_the_known_moves_are_legal)
{
	for (int i = 0; i < KIND_COUNT * ACT_COUNT * STATE_COUNT; i++) {
		enum kind k = (enum kind)(i % KIND_COUNT);
		enum action a = (enum action)(i / KIND_COUNT % ACT_COUNT);
		enum state from = (enum state)(i / KIND_COUNT / ACT_COUNT);
		const struct transition *t = kind_transition(k, a, from);
		bool found = false;

		for (int m = 0; m < COUNT(moves); m++) {
			if (moves[m].kind != k || moves[m].action != a || moves[m].from != from)
				continue;
			found = true;
			ck_assert_ptr_nonnull(t);
			ck_assert_int_eq(t->via, moves[m].via);
			ck_assert_int_eq(t->to, moves[m].to);
		}
		ck_assert(found == (t != NULL));
	}
}
END_TEST

START_TEST(tags_know_their_owner)
{
	char parent[ID_MAX], longest[ID_MAX];
	const char *id = NULL;

	ck_assert(tag_parent(KIND_VM, "a/b", parent));
	ck_assert_str_eq(parent, "vm/a/b");
	ck_assert_int_eq(tag_owner(parent, &id), KIND_VM);
	ck_assert_str_eq(id, "a/b");
	ck_assert_int_eq(tag_owner("vm", &id), -1);
	ck_assert_int_eq(tag_owner("v/x", &id), -1);
	/* Cut, it would be another resource's. */
	memset(longest, 'x', sizeof(longest));
	longest[ID_MAX - 3] = '\0';
	ck_assert(!tag_parent(KIND_VM, longest, parent));
	ck_assert_str_eq(parent, "");
	longest[ID_MAX - 4] = '\0';
	ck_assert(tag_parent(KIND_VM, longest, parent));
}
END_TEST

START_TEST(names_lead_back)
{
	for (int i = 0; i < KIND_COUNT; i++)
		ck_assert_int_eq(kind_by_name(kind_info((enum kind)i)->name), i);
	for (int i = 0; i < STATE_COUNT; i++)
		ck_assert_int_eq(state_by_name(state_name((enum state)i)), i);
	for (int i = 0; i < ACT_COUNT; i++)
		ck_assert_int_eq(action_by_name(action_name((enum action)i)), i);
	for (int i = 0; i < CAP_COUNT; i++) {
		ck_assert_int_eq(cap_by_name(cap_name((enum cap)i)), i);
		ck_assert_str_ne(cap_text((enum cap)i), "");
	}
	ck_assert_int_eq(kind_by_name("cow"), -1);
	ck_assert_int_eq(state_by_name(""), -1);
	ck_assert_int_eq(action_by_name("jump"), -1);
	ck_assert_int_eq(cap_by_name("vm."), -1);
}
END_TEST

static const struct { const char *cidr; bool good; uint32_t net; unsigned bits; } cidrs[] = {
	{ "10.0.0.0/16", true, 0x0a000000, 16 }, { "0.0.0.0/0", true, 0, 0 },
	{ "192.168.1.7/32", true, 0xc0a80107, 32 }, { "10.0.0.0", false, 0, 0 },
	{ "10.0.0.0/33", false, 0, 0 }, { "10.0.0.0/", false, 0, 0 }, { "10.0.0.0/-1", false, 0, 0 },
	{ "10.0.0/16", false, 0, 0 }, { "256.0.0.0/8", false, 0, 0 }, { "", false, 0, 0 },
	{ "fd00::/8", false, 0, 0 }, { "10.0.0.0/16 ", false, 0, 0 },
	{ "10.0.0.0/0000000000000000000000000000000000000000016", false, 0, 0 },
};

START_TEST(cidr_is_parsed)
{
	uint32_t net = 0;
	unsigned bits = 0;

	ck_assert(cidr_parse(cidrs[_i].cidr, &net, &bits) == cidrs[_i].good);
	if (cidrs[_i].good) {
		ck_assert_uint_eq(net, cidrs[_i].net);
		ck_assert_uint_eq(bits, cidrs[_i].bits);
	}
}
END_TEST

static const struct { const char *outer, *inner; bool contains; } nested[] = {
	{ "10.0.0.0/8", "10.1.0.0/16", true }, { "10.1.0.0/16", "10.0.0.0/8", false },
	{ "10.0.0.0/16", "10.0.0.0/16", true }, { "10.0.0.0/16", "10.1.0.0/24", false },
	{ "0.0.0.0/0", "1.2.3.4/32", true }, { "10.0.0.5/16", "10.0.9.0/24", true },
	{ "x", "10.0.0.0/8", false }, { "10.0.0.0/8", "x", false },
};

START_TEST(cidr_contains_cidr)
{
	ck_assert(cidr_contains(nested[_i].outer, nested[_i].inner) == nested[_i].contains);
}
END_TEST

static const struct { const char *cidr, *address; bool holds; } held[] = {
	{ "10.0.0.0/24", "10.0.0.255", true }, { "10.0.0.0/24", "10.0.1.0", false },
	{ "10.0.0.0/24", "", false }, { "10.0.0.0/24", "10.0.0.1/8", false },
	{ "10.0.0.0/24", "::1", false }, { "", "10.0.0.1", false },
};

START_TEST(cidr_holds_address)
{
	ck_assert(cidr_holds(held[_i].cidr, held[_i].address) == held[_i].holds);
}
END_TEST

START_TEST(list_grows_finds_and_counts)
{
	AUTO(resource_list) struct resource_list l = { 0 };

	for (int i = 0; i < 100; i++) {
		struct resource *r = resource_list_add(&l);

		resource_init(r, KIND_VM);
		snprintf(r->id, sizeof(r->id), "vm-%d", i % 60);
	}
	ck_assert_uint_eq(l.count, 100);
	ck_assert_ptr_eq(resource_list_find(&l, "vm-7"), &l.at[7]);
	ck_assert_ptr_null(resource_list_find(&l, "vm-70"));
	ck_assert_uint_eq(resource_list_count_id(&l, "vm-7"), 2);
	ck_assert_uint_eq(resource_list_count_id(&l, "vm-70"), 0);
}
END_TEST

START_TEST(rules_mean_the_same)
{
	struct rule a = { "inbound", "tcp", 22, 22, "10.0.0.0/8" }, b = a;

	ck_assert(rule_eq(&a, &b));
	b.to = 23;
	ck_assert(!rule_eq(&a, &b));
	b = a;
	snprintf(b.cidr, sizeof(b.cidr), "0.0.0.0/0");
	ck_assert(!rule_eq(&a, &b));
}
END_TEST

Suite *model_suite(void)
{
	Suite *s = suite_create("cloud/model");
	TCase *tc = tcase_create("model");

	tcase_add_checked_fixture(tc, NULL, secret_forget_all);
	tcase_add_loop_test(tc, kind_survives_json, 0, KIND_COUNT);
	tcase_add_loop_test(tc, absent_fields_stay_absent, 0, KIND_COUNT);
	tcase_add_loop_test(tc, wrong_json_is_refused, 0, COUNT(wrong));
	tcase_add_loop_test(tc, field_is_set_from_text, 0, COUNT(settings));
	tcase_add_test(tc, unknown_field_has_no_text);
	tcase_add_test(tc, rules_have_a_text);
	tcase_add_test(tc, only_the_known_moves_are_legal);
	tcase_add_test(tc, tags_know_their_owner);
	tcase_add_test(tc, names_lead_back);
	tcase_add_loop_test(tc, cidr_is_parsed, 0, COUNT(cidrs));
	tcase_add_loop_test(tc, cidr_contains_cidr, 0, COUNT(nested));
	tcase_add_loop_test(tc, cidr_holds_address, 0, COUNT(held));
	tcase_add_test(tc, list_grows_finds_and_counts);
	tcase_add_test(tc, rules_mean_the_same);
	suite_add_tcase(s, tc);
	return s;
}
