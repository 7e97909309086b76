/* What the spider adapter decides without a network (API reference, sections 1, 8, 26.4). */
#include <check.h>
#include <string.h>

#include "adapters/spider/spider.h"

static const struct { int status; const char *message; enum err code; bool guessed; } replies[] = {
	{ 500, "code=415, message=Unsupported Media Type", ERR_INVALID, true },
	{ 500, "VM KeyPair 'k' already exists in connection 'c'", ERR_CONFLICT, true },
	{ 500, "VPC 'v' does not exist in connection 'c'", ERR_NOT_FOUND, true },
	{ 500, "c1: does not exist!", ERR_NOT_FOUND, true },
	{ 500, "The VM 'x' does not exist!", ERR_NOT_FOUND, true },
	{ 500, "mock does not support Cluster", ERR_UNSUPPORTED, true },
	{ 500, "vpc-kt can have only 1 VPC, but already have a VPC v", ERR_CONFLICT, true },
	{ 500, "code=400, message=Unmarshal type error: expected=string, got=number", ERR_INVALID, true },
	{ 500, "resources.IID:NameId's input value is empty!", ERR_INVALID, true },
	{ 500, "RequestLimitExceeded", ERR_THROTTLED, true },
	{ 500, "Quota 'CPUS' exceeded", ERR_QUOTA, true },
	{ 500, "Failed to terminate VM x. (Timeout=600)", ERR_TIMEOUT, true },
	{ 500, "xx is not a valid action!!", ERR_INVALID, true },
	{ 500, "Internal Server Error", ERR_UNAVAILABLE, true },
	{ 500, "", ERR_UNAVAILABLE, true },
	{ 500, "Disk 'd' is already Attached status!!", ERR_CONFLICT, true },
	{ 500, "tag key 'k' already exists for the resource 'r'", ERR_CONFLICT, true },
	{ 500, "tag key 'k' does not exist for the resource 'r'", ERR_NOT_FOUND, true },
	{ 401, "Unauthorized", ERR_UNAUTHENTICATED, false },
	{ 404, "Subnet not found", ERR_NOT_FOUND, true },
	{ 405, "Method Not Allowed", ERR_UNSUPPORTED, false },
	{ 503, "not ready", ERR_UNAVAILABLE, false },
};

START_TEST(replies_are_classified)
{
	bool guessed;

	ck_assert_int_eq(spider_classify(replies[_i].status, replies[_i].message, &guessed),
			 replies[_i].code);
	ck_assert_int_eq(guessed, replies[_i].guessed);
}
END_TEST

static const struct { const char *word; enum state state; } states[] = {
	{ "Creating", STATE_CREATING }, { "Running", STATE_RUNNING },
	{ "Suspending", STATE_STOPPING }, { "Suspended", STATE_STOPPED },
	{ "Resuming", STATE_STARTING }, { "Rebooting", STATE_REBOOTING },
	{ "Terminating", STATE_DELETING }, { "Terminated", STATE_GONE }, { "NotExist", STATE_GONE },
	{ "Failed", STATE_FAILED }, { "", STATE_UNSTATED },
	/* Words that drivers show and the enum does not have. */
	{ "Deleted", STATE_STRANGE }, { "Error", STATE_STRANGE }, { "Unknown", STATE_STRANGE },
	{ "Booting", STATE_STRANGE }, { "Failed. The VM has already been Suspended.", STATE_STRANGE },
};

START_TEST(states_are_mapped)
{
	ck_assert_int_eq(spider_vm_state(states[_i].word), states[_i].state);
}
END_TEST

START_TEST(absent_numbers_stay_absent)
{
	json_auto_t *o = json_pack("{s:s, s:s, s:i, s:s}", "a", "32768", "b", "-1", "c", 4, "d", "NA");

	ck_assert_int_eq(spider_number(o, "a"), 32768);
	ck_assert_int_eq(spider_number(o, "b"), -1);
	ck_assert_int_eq(spider_number(o, "c"), 4);
	ck_assert_int_eq(spider_number(o, "d"), -1);
	ck_assert_int_eq(spider_number(o, "missing"), -1);
}
END_TEST

START_TEST(a_resource_without_a_name_is_refused)
{
	json_auto_t *none = json_pack("{s:{s:s}}", "IId", "SystemId", "x");
	json_auto_t *both = json_pack("{s:{s:s, s:s}}", "IId", "NameId", "v1", "SystemId", "vpc-0");
	struct resource r;
	struct error err;

	resource_init(&r, KIND_VPC);
	ck_assert_int_eq(spider_read_iid(none, "IId", &r, &err), ERR_PROTOCOL);
	ck_assert_int_eq(spider_read_iid(both, "IId", &r, &err), ERR_OK);
	ck_assert_str_eq(r.id, "v1");
	ck_assert_str_eq(r.native, "vpc-0");
}
END_TEST

/* null is Go's empty list; an answer that holds none at all says nothing of what is there. */
START_TEST(what_is_no_list_is_not_an_empty_one)
{
	json_auto_t *doc = json_loads("{\"a\":[1],\"b\":null,\"c\":{},\"d\":\"\"}", 0, NULL);
	const json_t *all;
	struct error err;

	ck_assert_int_eq(spider_list_of(doc, "a", &all, &err), ERR_OK);
	ck_assert_uint_eq(json_array_size(all), 1);
	ck_assert_int_eq(spider_list_of(doc, "b", &all, &err), ERR_OK);
	ck_assert_uint_eq(json_array_size(all), 0);
	ck_assert_int_eq(spider_list_of(doc, "c", &all, &err), ERR_PROTOCOL);
	ck_assert_int_eq(spider_list_of(doc, "d", &all, &err), ERR_PROTOCOL);
	ck_assert_int_eq(spider_list_of(doc, "e", &all, &err), ERR_PROTOCOL);
	ck_assert_ptr_nonnull(strstr(err.text, "found no \"e\"; wanted a list"));
}
END_TEST

START_TEST(a_port_beyond_all_is_not_any)
{
	json_auto_t *doc = json_loads("{\"IId\":{\"NameId\":\"g\",\"SystemId\":\"s\"},\"SecurityRules\":"
		"[{\"Direction\":\"inbound\",\"FromPort\":\"70000\",\"ToPort\":\"-1\"}]}", 0, NULL);
	struct resource sg;
	struct error err;

	resource_init(&sg, KIND_SG);
	ck_assert_int_eq(spider_read_sg(doc, &sg, &err), ERR_OK);
	ck_assert_int_ne(sg.sg.rules[0].from, -1);
	ck_assert_int_eq(sg.sg.rules[0].to, -1);
}
END_TEST

START_TEST(names_are_escaped_in_paths)
{
	char *path = spider_path("/vmimage/", "a/b:c d", NULL);

	ck_assert_str_eq(path, "/vmimage/a%2Fb%3Ac%20d");
	free(path);
}
END_TEST

static const struct { const char *asked, *found; bool same; } names[] = {
	{ "p12345abc-vm", "p12345abc-vm", true },
	{ "p12345abc-vm", "p12345abc-vm-d9q3kvk5m8l0rgg7e2s0", true },
	{ "p12345abc-vm", "p12345abc-d9q3kvk5m8l0rgg7e2s0", true },
	{ "p12345abc-vm", "p12345abc_vm-d9q3kvk5m8l0rgg7e2s0", true },
	{ "P12345abc-vm", "p12345abc-vm-d9q3kvk5m8l0rgg7e2s0", true },
	{ "p12345abc-vm", "p12345ab-d9q3kvk5m8l0rgg7e2s0", false },
	{ "p12345abc-vm", "p12345abd-vm-d9q3kvk5m8l0rgg7e2s0", false },
	{ "p12345abc-vm", "p12345abc-vm2-d9q3kvk5m8l0rgg7e2s0", false },
	{ "p12345abc-vm", "p12345abc-vm-d9q3kvk5m8l0rgg7e2s", false },
	{ "p12345abc-vm", "p12345abc-vm-d9q3kvk5m8l0rgg7e2sz", false },
	{ "p12345abc-vm", "p12345abc-vm.d9q3kvk5m8l0rgg7e2s0", false },
	{ "p12345abc-vm", "", false },
};

START_TEST(a_name_is_known_by_what_the_provider_got)
{
	ck_assert_int_eq(spider_became(names[_i].asked, names[_i].found), names[_i].same);
}
END_TEST

/* One that is broken must not hide those that a sweep can remove. */
START_TEST(an_entry_without_an_id_hides_no_other)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	json_auto_t *doc = json_pack("{s:{s:n, s:[{s:s, s:s}, {s:s}, {s:s, s:s}, i, {s:s, s:s}]}}",
				     "AllList", "MappedList", "OnlyCSPList", "NameId", "a", "SystemId",
				     "i-1", "NameId", "b", "NameId", "c", "SystemId", "", 7, "NameId",
				     "d", "SystemId", "i-4");
	json_auto_t *none = json_pack("{s:s}", "Result", "true");
	struct error err;

	ck_assert_int_eq(spider_read_strays(doc, KIND_VM, &all, &err), ERR_OK);
	ck_assert_uint_eq(all.count, 5);
	ck_assert_str_eq(all.at[0].id, "csp:i-1");
	ck_assert_str_eq(all.at[1].id, "");
	ck_assert_str_eq(all.at[1].name, "b");
	ck_assert_str_eq(all.at[2].id, "");
	ck_assert_str_eq(all.at[4].id, "csp:i-4");
	ck_assert_int_eq(spider_read_strays(none, KIND_VM, &all, &err), ERR_PROTOCOL);
}
END_TEST

Suite *spider_suite(void);
Suite *spider_suite(void)
{
	Suite *s = suite_create("spider");
	TCase *tc = tcase_create("decisions");

	tcase_add_loop_test(tc, replies_are_classified, 0, sizeof(replies) / sizeof(*replies));
	tcase_add_loop_test(tc, states_are_mapped, 0, sizeof(states) / sizeof(*states));
	tcase_add_test(tc, absent_numbers_stay_absent);
	tcase_add_test(tc, a_resource_without_a_name_is_refused);
	tcase_add_test(tc, an_entry_without_an_id_hides_no_other);
	tcase_add_test(tc, what_is_no_list_is_not_an_empty_one);
	tcase_add_test(tc, a_port_beyond_all_is_not_any);
	tcase_add_test(tc, names_are_escaped_in_paths);
	tcase_add_loop_test(tc, a_name_is_known_by_what_the_provider_got, 0,
			    sizeof(names) / sizeof(*names));
	suite_add_tcase(s, tc);
	return s;
}
