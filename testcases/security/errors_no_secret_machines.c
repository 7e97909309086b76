#include <stdio.h>

#include "base/secret.h"
#include "tc/testcase.h"

/*
 * Errors about machines and their disks go into more tickets than any others. A password in
 * one of them has left the house.
 */
static void tells_none(struct tc *t, const char *what, int r)
{
	const struct tc_reply *reply = tc_reply(t);
	bool found;

	if (r == ERR_OK)
		return;
	found = reply->text && secret_found(reply->text, reply->len);
	CHECK(t, "MCI-SEC-06", what, !found, "an error without a secret of this session",
	      found ? "a secret stands in the error" : "none in it");
}

static CO_FN void no_secret(struct tc *t)
{
	static const enum kind kinds[] = { KIND_VM, KIND_DISK, KIND_SG, KIND_ADDRESS, KIND_IMAGE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct kind_info *info = kind_info(kinds[i]);
		struct resource nobody, seen;
		char what[80];

		if (!cloud_offers(t->cloud, kinds[i]) || t->cfg->ics[info->cap] != CLAIM_SUPPORTED)
			continue;
		tc_unknown(t, kinds[i], &nobody);
		snprintf(what, sizeof(what), "read a %s that does not exist", info->title);
		tells_none(t, what, tc_get(t, &nobody, &seen));
		if (!info->ours)
			continue;
		snprintf(what, sizeof(what), "delete a %s that does not exist", info->title);
		tells_none(t, what, tc_send_destroy(t, &nobody));
	}
}

TESTCASE(error_secret_machines) {
	.id = "security.errors.no-secret-machines",
	.title = "No error about a VM, disk, group, address or image shows a secret of the session",
	.purpose = "Check that no password, token or private key that the session knows stands in the "
		   "refusals to read or delete an unknown VM, disk, security group, public address "
		   "or image.",
	.verifies = REQS("MCI-SEC-06"),
	.needs = CAN(VM),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .requests = 20 },
	.timeout_s = 400,
	.run = no_secret,
};
