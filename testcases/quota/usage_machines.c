#include "tc/testcase.h"

/* Not every quota says how much of it is used. */
static CO_FN void agrees_if_told(struct tc *t, enum kind kind)
{
	struct quota quota[KIND_COUNT];

	CALL(t, "MCI-QUO-01", "read limits and use", tc_quotas(t, t->cloud, quota));
	if (quota[kind].used >= 0)
		tc_check_use_agrees(t, "MCI-QUO-01", kind);
}

/*
 * How many machines still fit is read from the quota. A use that does not count those that
 * are there ends a roll-out half way.
 */
static CO_FN void usage(struct tc *t)
{
	struct tc_site site;
	struct resource vm, disk;

	CALL(t, "MCI-QUO-01", "make network, security group and key pair", tc_site(t, &site));
	CALL(t, "MCI-QUO-01", "create a VM and wait until it runs", tc_vm(t, &site, &vm));
	agrees_if_told(t, KIND_VM);
	if (!cloud_offers(t->cloud, KIND_DISK) || t->cfg->ics[CAP_BIT_DISK] != CLAIM_SUPPORTED)
		return;
	CALL(t, "MCI-QUO-01", "create a disk and wait until it is available", tc_disk(t, &disk));
	agrees_if_told(t, KIND_DISK);
}

TESTCASE(quota_usage_machines) {
	.id = "quota.usage.machines",
	.title = "The use that a quota shows of VMs and disks is what is there",
	.purpose = "Check that the use of the quotas for VMs and disks is what their "
		   "lists hold, and within the limit.",
	.verifies = REQS("MCI-QUO-01"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(QUOTA),
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .disks = 1, .requests = 220 },
	.any_site = true,
	.timeout_s = 1200,
	.run = usage,
};
