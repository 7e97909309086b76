#include "tc/testcase.h"

/*
 * A machine is reached by its addresses.  The network's own address or the broadcast
 * reaches nobody; a public address that is gone after the night cuts the customers off.
 */

/* An address of a host in that range, neither its first nor its last. */
static bool is_host(const char *cidr, const char *ip)
{
	char alone[ADDR_LEN + 4];
	uint32_t net, host;
	unsigned bits, all;

	snprintf(alone, sizeof(alone), "%s/32", ip);
	if (!cidr_holds(cidr, ip) || !cidr_parse(cidr, &net, &bits) ||
	    !cidr_parse(alone, &host, &all) || bits > 30)
		return false;
	host &= UINT32_MAX >> bits;
	return host != 0 && host != UINT32_MAX >> bits;
}

static void check_public(struct tc *t, const char *req, const char *what,
			 const struct resource *subnet, const struct resource *vm)
{
	const char *ip = vm->vm.public_ip;

	/* Some clouds have one on request only. */
	if (!t->dialect->public_ip_on_create)
		return;
	CHECK(t, req, what, cidr_holds("0.0.0.0/0", ip) &&
	      !cidr_holds(subnet->subnet.cidr, ip), "an address outside its subnet",
	      *ip ? ip : "(absent)");
}

static CO_FN void addresses(struct tc *t)
{
	struct resource vm, again, subnet;
	struct tc_site site = { 0 };

	CALL(t, "MCI-VM-02", "make a VM and what it needs, and wait until it runs",
	     tc_make(t, KIND_VM, &site, &vm));
	CALL(t, "MCI-VM-02", "read its subnet", tc_vm_subnet(t, &vm, &site.subnet, &subnet));
	CHECK(t, "MCI-VM-02", "its private address is one of a host in its subnet",
	      is_host(subnet.subnet.cidr, vm.vm.private_ip), subnet.subnet.cidr,
	      *vm.vm.private_ip ? vm.vm.private_ip : "(absent)");
	check_public(t, "MCI-VM-02", "its public address", &subnet, &vm);
	CALL(t, "MCI-VM-04", "stop it", tc_act(t, &vm, ACT_STOP, NULL));
	CALL(t, "MCI-VM-04", "wait until it is stopped", tc_wait(t, &vm, STATE_STOPPED, &again, NULL));
	CALL(t, "MCI-VM-04", "start it", tc_act(t, &vm, ACT_START, NULL));
	CALL(t, "MCI-VM-04", "wait until it runs", tc_wait(t, &vm, STATE_RUNNING, &again, NULL));
	CHECK_TEXT(t, "MCI-VM-06", "its private address stays", vm.vm.private_ip, again.vm.private_ip);
	check_public(t, "MCI-VM-06", "its public address, though it may be another", &subnet, &again);
}

TESTCASE(vm_addresses) {
	.id = "compute.vm.addresses",
	.title = "A VM has addresses that a host can have, before and after a stop",
	.purpose = "Check that the private address is a host's in the subnet, that a public one is "
		   "there where the API gives it unasked, and that both are after stop and start.",
	.verifies = REQS("MCI-VM-02", "MCI-VM-04", "MCI-VM-06"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM) | CAN(VM_STOP),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 90 },
	.any_site = true,
	.timeout_s = 1200,
	.run = addresses,
};
