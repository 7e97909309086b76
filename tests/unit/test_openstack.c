/* What the openstack adapter decides without a network. */
#include <check.h>
#include <string.h>

#include "adapters/openstack/openstack.h"

/* Bodies as Nova, Neutron and Keystone of Debian 12 sent them. */
static const struct { int status; const char *body; enum err code; bool guessed; } replies[] = {
	{ 409, "{\"conflictingRequest\": {\"code\": 409, \"message\": \"Key pair 'x1' already exists.\"}}",
	  ERR_CONFLICT, false },
	{ 404, "{\"itemNotFound\": {\"code\": 404, \"message\": \"Instance 1 could not be found.\"}}",
	  ERR_NOT_FOUND, false },
	{ 400, "{\"badRequest\": {\"code\": 400, \"message\": \"Can not find requested image\"}}",
	  ERR_INVALID, false },
	{ 403, "{\"forbidden\": {\"code\": 403, \"message\": \"Quota exceeded for instances\"}}",
	  ERR_QUOTA, true },
	{ 403, "{\"forbidden\": {\"code\": 403, \"message\": \"Policy doesn't allow it\"}}", ERR_DENIED, false },
	{ 409, "{\"NeutronError\": {\"type\": \"OverQuota\", \"message\": \"Quota exceeded\", \"detail\": \"\"}}",
	  ERR_QUOTA, false },
	{ 409, "{\"NeutronError\": {\"type\": \"NetworkInUse\", \"message\": \"in use\", \"detail\": \"\"}}",
	  ERR_CONFLICT, false },
	{ 401, "{\"error\":{\"code\":401,\"message\":\"requires authentication.\",\"title\":\"Unauthorized\"}}",
	  ERR_UNAUTHENTICATED, false },
	{ 400, "{\"badRequest\": {\"code\": 400, \"message\": \"Invalid volume: Volume status must be available\"}}",
	  ERR_CONFLICT, true },
	{ 400, "{\"badRequest\": {\"code\": 400, \"message\": \"Invalid input received: New size for extend\"}}",
	  ERR_INVALID, false },
	{ 413, "{\"overLimit\": {\"code\": 413, \"message\": \"VolumeLimitExceeded\"}}", ERR_QUOTA, false },
	{ 404, "{\"message\": \"The resource could not be found.\", \"code\": \"404 Not Found\"}",
	  ERR_NOT_FOUND, false },
	{ 429, "{}", ERR_THROTTLED, false },
	{ 429, "{\"overLimit\": {\"code\": 429, \"message\": \"Too many requests\"}}", ERR_THROTTLED, false },
	{ 503, "{}", ERR_UNAVAILABLE, false },
	{ 500, "{\"computeFault\": {\"code\": 500, \"message\": \"Unexpected API Error.\"}}",
	  ERR_UNAVAILABLE, false },
	{ 418, "{}", ERR_INVALID, false },
};

START_TEST(replies_are_classified)
{
	json_auto_t *doc = json_loads(replies[_i].body, 0, NULL);
	const char *type, *message;
	bool guessed;

	openstack_error_text(doc, &type, &message);
	ck_assert_int_eq(openstack_classify(replies[_i].status, type, message, &guessed),
			 replies[_i].code);
	ck_assert_int_eq(guessed, replies[_i].guessed);
}
END_TEST

static const struct { const char *status, *task; enum state state; } states[] = {
	{ "ACTIVE", NULL, STATE_RUNNING }, { "ACTIVE", "powering-off", STATE_STOPPING },
	{ "ACTIVE", "deleting", STATE_DELETING }, { "SHUTOFF", NULL, STATE_STOPPED },
	{ "SHUTOFF", "powering-on", STATE_STARTING }, { "BUILD", "spawning", STATE_CREATING },
	{ "BUILD", NULL, STATE_CREATING }, { "ERROR", NULL, STATE_FAILED },
	{ "HARD_REBOOT", NULL, STATE_REBOOTING }, { "SUSPENDED", NULL, STATE_SUSPENDED },
	{ "DELETED", NULL, STATE_GONE }, { "", NULL, STATE_UNSTATED }, { NULL, NULL, STATE_UNSTATED },
	{ "MELTED", NULL, STATE_STRANGE },
};

START_TEST(states_are_mapped)
{
	ck_assert_int_eq(openstack_vm_state(states[_i].status, states[_i].task), states[_i].state);
}
END_TEST

static const struct { const char *status; enum state state; } volume_states[] = {
	{ "creating", STATE_CREATING }, { "available", STATE_AVAILABLE }, { "in-use", STATE_BOUND },
	{ "reserved", STATE_CHANGING }, { "attaching", STATE_CHANGING },
	{ "detaching", STATE_CHANGING }, { "extending", STATE_CHANGING },
	{ "deleting", STATE_DELETING }, { "error", STATE_FAILED }, { "error_deleting", STATE_FAILED },
	{ "melted", STATE_STRANGE }, { "", STATE_UNSTATED }, { NULL, STATE_UNSTATED },
};

START_TEST(states_of_volumes_are_mapped)
{
	ck_assert_int_eq(openstack_volume_state(volume_states[_i].status), volume_states[_i].state);
}
END_TEST

static const struct { const char *theirs, *ours; } versions[] = {
	{ "2.93", "2.35" }, { "2.35", "2.35" }, { "2.1", "2.1" }, { "3.0", "2.35" },
	{ "1.9", "" }, { "", "" }, { NULL, "" }, { "two", "" },
};

START_TEST(microversions_are_agreed)
{
	char ours[16] = "x";

	openstack_microversion(versions[_i].theirs, ours, sizeof(ours));
	ck_assert_str_eq(ours, versions[_i].ours);
}
END_TEST

START_TEST(expiry_is_read)
{
	ck_assert_int_eq(openstack_time_us("1970-01-02T00:00:01.000000Z"), INT64_C(86401000000));
	ck_assert_int_eq(openstack_time_us("soon"), -1);
	ck_assert_int_eq(openstack_time_us(NULL), -1);
}
END_TEST

START_TEST(an_object_without_an_id_is_refused)
{
	json_auto_t *none = json_pack("{s:s}", "name", "n"), *empty = json_pack("{s:s}", "id", "");
	struct resource r;
	struct error err;

	resource_init(&r, KIND_VPC);
	ck_assert_int_eq(openstack_read_id(none, &r, &err), ERR_PROTOCOL);
	ck_assert_int_eq(openstack_read_id(empty, &r, &err), ERR_PROTOCOL);
	ck_assert_int_eq(openstack_read_id(NULL, &r, &err), ERR_PROTOCOL);
}
END_TEST

static const struct { int age_s, life_s; bool due, over; } tokens[] = {
	{ 0, 3600, false, false }, { 3539, 3600, false, false }, { 3540, 3600, true, false },
	{ 3600, 3600, true, true }, { 90000, 3600, true, true },
	/* A short one is used to its end. */
	{ 59, 60, false, false }, { 60, 60, true, true }, { 100, 119, false, false },
	/* Without a stated life nobody knows. */
	{ 90000, -1, false, false }, { 90000, 0, false, false },
};

START_TEST(a_token_is_renewed_before_its_end)
{
	int64_t age = tokens[_i].age_s * INT64_C(1000000);
	int64_t life = tokens[_i].life_s * INT64_C(1000000);

	if (tokens[_i].life_s < 0)
		life = -1;
	ck_assert_int_eq(openstack_token_due(age, life), tokens[_i].due);
	ck_assert_int_eq(openstack_token_over(age, life), tokens[_i].over);
}
END_TEST

Suite *openstack_suite(void);
Suite *openstack_suite(void)
{
	Suite *s = suite_create("openstack");
	TCase *tc = tcase_create("decisions");

	tcase_add_loop_test(tc, replies_are_classified, 0, sizeof(replies) / sizeof(*replies));
	tcase_add_loop_test(tc, states_are_mapped, 0, sizeof(states) / sizeof(*states));
	tcase_add_loop_test(tc, states_of_volumes_are_mapped, 0,
			    sizeof(volume_states) / sizeof(*volume_states));
	tcase_add_loop_test(tc, microversions_are_agreed, 0, sizeof(versions) / sizeof(*versions));
	tcase_add_test(tc, expiry_is_read);
	tcase_add_test(tc, an_object_without_an_id_is_refused);
	tcase_add_loop_test(tc, a_token_is_renewed_before_its_end, 0,
			    sizeof(tokens) / sizeof(*tokens));
	suite_add_tcase(s, tc);
	return s;
}
