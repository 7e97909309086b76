#include "tc/testcase.h"

/*
 * What is shut down at night is chosen by the list of tags: one that shows the
 * values wrong, or those of another resource, shuts down the wrong machine.
 */
static CO_FN void list(struct tc *t)
{
	static const char *const values[] = { "one", "two", "three" };
	enum { N = sizeof(values) / sizeof(*values) };
	AUTO(resource_list) struct resource_list all = { 0 };
	struct resource on, want, tag[N];

	CALL(t, "MCI-META-04", "make something to tag", tc_taggable(t, &on));
	for (int i = 0; i < N; i++) {
		CALL(t, "MCI-META-04", "compose a tag", tc_tag_want(t, &on, values[i], &want));
		CALL(t, "MCI-META-04", "set it", tc_create(t, &want, &tag[i]));
	}
	CALL(t, "MCI-META-04", "list the tags", tc_list_with(t, tag, N, &all));
	for (int i = 0; i < N; i++) {
		const struct resource *listed = resource_list_find(&all, tag[i].id);

		CHECK_INT(t, "MCI-META-04", "how often the list holds the key", 1,
			  (int64_t)resource_list_count_id(&all, tag[i].id));
		CHECK_TEXT(t, "MCI-META-04", "its value in the list", values[i],
			   listed ? listed->tag.value : "");
	}
}

TESTCASE(tag_list) {
	.id = "tag.tag.list",
	.title = "The list of a resource's tags holds each once with its value",
	.purpose = "Check that several tags of one resource are listed with their keys and values.",
	.verifies = REQS("MCI-META-04"),
	.if_claimed = CAN(TAG),
	.severity = SEV_MINOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 80 },
	.timeout_s = 900,
	.run = list,
};
