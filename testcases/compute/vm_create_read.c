#include <stdlib.h>

#include "tc/testcase.h"

/*
 * A machine of another size, image or network than ordered breaks plans that
 * nobody re-reads.  A state outside the published list breaks every client
 * that waits.
 */

/* Which of a wait's states may follow which while a VM is being made. */
static bool lawful(const struct wait_log *log)
{
	const uint32_t making = 1u << STATE_CREATING | 1u << STATE_STARTING | 1u << STATE_RUNNING |
				1u << STATE_UNSTATED;
	bool running = false;

	for (unsigned i = 0; i < log->count; i++) {
		if (!(making & 1u << log->order[i]) || (running && log->order[i] != STATE_RUNNING))
			return false;
		running = running || log->order[i] == STATE_RUNNING;
	}
	return true;
}

static const char *shown(const struct wait_log *log, char to[200])
{
	size_t n = 0;

	*to = '\0';
	for (unsigned i = 0; i < log->count && n < 180; i++)
		n += (size_t)snprintf(to + n, 200 - n, "%s%s", i ? ", " : "", state_name(log->order[i]));
	return to;
}

static CO_FN void check_address(struct tc *t, const struct tc_site *site,
				const struct resource *seen)
{
	struct resource *subnet = xcalloc(1, sizeof(*subnet));
	const char *ip = seen->vm.private_ip;
	int r = tc_vm_subnet(t, seen, &site->subnet, subnet);

	if (tc_stimulus(t, "MCI-VM-02", "read its subnet", r, AT))
		CHECK(t, "MCI-VM-02", "its private address is in the subnet",
		      cidr_holds(subnet->subnet.cidr, ip), subnet->subnet.cidr, *ip ? ip : "(absent)");
	free(subnet);
}

static CO_FN void create_read(struct tc *t)
{
	struct resource want, vm, seen;
	struct tc_site site;
	struct wait_log log;
	char order[200];

	CALL(t, "MCI-VM-01", "make network, security group and key pair", tc_site(t, &site));
	tc_vm_want(t, &site, &want);
	CALL(t, "MCI-VM-01", "create a VM", tc_create(t, &want, &vm));
	CALL(t, "MCI-VM-01", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &seen, &log));
	CHECK(t, "MCI-STM-01", "it showed only states of its API", !*log.strange, "published states",
	      *log.strange ? log.strange : "published states");
	CHECK(t, "MCI-STM-02", "it came to run by lawful steps", lawful(&log),
	      "creating or starting, then running", shown(&log, order));
	tc_check_same(t, "MCI-VM-02", &want, &seen);
	if (t->dialect->vm_zone && *want.vm.zone && *seen.vm.zone)
		CHECK_TEXT(t, "MCI-VM-02", "its zone is as asked", want.vm.zone, seen.vm.zone);
	check_address(t, &site, &seen);
	tc_check_listed(t, "MCI-VM-09", &seen, true);
}

TESTCASE(vm_create_read) {
	.id = "compute.vm.create-read",
	.title = "A VM runs, with the image, spec, network, key and group that were asked for",
	.purpose = "Check that a VM reaches the running state by published states and reads back as "
		   "asked.",
	.verifies = REQS("MCI-VM-01", "MCI-VM-02", "MCI-VM-09", "MCI-STM-01", "MCI-STM-02"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 60 },
	.any_site = true,
	.timeout_s = 900,
	.run = create_read,
};
