#include "tc/guest.h"

/*
 * Keys are changed regularly. A cloud that shuts down, or cuts off, what was made with the
 * old one turns a routine into an outage.
 */
static CO_FN void deleted(struct tc *t)
{
	struct guest_who before;
	struct tc_guest *g;
	struct tc_site site;

	if (!tc_answering_guest(t, &site, &g))
		return;
	before = g->who;
	CALL(t, "MCI-KEY-03", "delete the key pair that it was made with",
	     tc_destroy(t, &site.keypair));
	if (!tc_check_opened(t, "MCI-KEY-03", "it still answers", g, 0))
		return;
	CHECK_TEXT(t, "MCI-KEY-03", "it has not booted meanwhile", before.boot, g->who.boot);
}

TESTCASE(guest_key_deleted) {
	.id = "guest.key.deleted",
	.title = "A VM goes on answering when the key pair that it was made with is deleted",
	.purpose = "Check from outside that deleting a key pair neither stops nor reboots nor cuts off "
		   "a running VM that was made with it.",
	.verifies = REQS("MCI-KEY-03", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.inside = INSIDE_GUEST,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .requests = 140 },
	.any_vpc = true,
	.timeout_s = 900,
	.run = deleted,
};
