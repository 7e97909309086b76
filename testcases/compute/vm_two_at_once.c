#include <stdlib.h>

#include "tc/testcase.h"

/*
 * Orders that arrive together must not be mixed up. A machine with its neighbour's key
 * opens to the wrong person, one with its neighbour's address takes its traffic.
 */

/* Two orders that differ in key and group, sent together. */
static CO_FN bool order(struct tc *t, struct resource want[2], struct tc_answer *made)
{
	struct resource group, key;
	struct tc_site site;
	int r;

	if (!tc_stimulus(t, "MCI-VM-08", "make network, security group and key pair",
			 tc_site(t, &site), AT))
		return false;
	r = tc_sg(t, &site.vpc, &group);
	if (r == ERR_OK)
		r = tc_keypair(t, &key);
	if (!tc_stimulus(t, "MCI-VM-08", "make another group and another key pair", r, AT))
		return false;
	tc_want(t, KIND_VM, &site, &want[0]);
	tc_want(t, KIND_VM, &site, &want[1]);
	str_copy(want[1].vm.sgs[0], ID_MAX, group.id);
	str_copy(want[1].vm.keypair, ID_MAX, key.id);
	tc_create_all_at_once(t, want, 2, made);
	for (int i = 0; i < 2; i++) {
		t->err = made[i].err;
		if (!tc_stimulus(t, "MCI-VM-08", i ? "... the second of two VMs created at once" :
				 "the first of two VMs created at once", made[i].r, AT))
			return false;
	}
	return true;
}

static CO_FN void compare(struct tc *t, const struct resource want[2], struct tc_answer *made)
{
	struct resource vm[2];

	for (int i = 0; i < 2; i++) {
		CALL(t, "MCI-VM-08", "wait until it runs",
		     tc_wait(t, &made[i].made, STATE_RUNNING, &vm[i], NULL));
		tc_check_same(t, "MCI-VM-08", &want[i], &vm[i]);
	}
	CHECK(t, "MCI-VM-08", "their ids differ", strcmp(vm[0].id, vm[1].id), "another id", vm[1].id);
	CHECK(t, "MCI-VM-08", "their private addresses differ",
	      strcmp(vm[0].vm.private_ip, vm[1].vm.private_ip), "another address",
	      vm[1].vm.private_ip);
}

static CO_FN void two_at_once(struct tc *t)
{
	struct resource *want = xcalloc(2, sizeof(*want));
	struct tc_answer *made = xcalloc(2, sizeof(*made));

	if (order(t, want, made))
		compare(t, want, made);
	free(want);
	free(made);
}

TESTCASE(vm_two_apart) {
	.id = "compute.vm.two-at-once",
	.title = "Two VMs ordered at once are what each order says",
	.purpose = "Check that two VMs created at the same time in one network have each the key "
		   "and group of their own order and addresses that differ.",
	.verifies = REQS("MCI-VM-08"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .requests = 100 },
	.timeout_s = 1200,
	.run = two_at_once,
};
