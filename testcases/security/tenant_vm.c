#include "tc/testcase.h"

/*
 * Another customer who can see a machine knows where to knock; one who can stop,
 * reboot or terminate it need not even knock.
 */
static CO_FN void machine(struct tc *t)
{
	AUTO(resource_list) struct resource_list all = { 0 };
	struct tc_site site = { 0 };
	struct resource vm, seen;
	struct cloud *second;
	struct ref ref;
	int r;

	CALL(t, "MCI-SEC-05", "open a session of another tenant", tc_second_tenant(t, &second));
	CALL(t, "MCI-SEC-05", "create a VM and wait until it runs", tc_make(t, KIND_VM, &site, &vm));
	ref = resource_ref(&vm);
	CALL(t, "MCI-SEC-05", "list every VM as the second tenant",
	     cloud_list(second, KIND_VM, NULL, &all, &t->err));
	CHECK_INT(t, "MCI-SEC-05", "how often the list holds the first tenant's VM", 0,
		  (int64_t)resource_list_count_id(&all, vm.id));
	r = cloud_get(second, &ref, &seen, &t->err);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "read it as the second tenant", r, ERR_NOT_FOUND, ERR_DENIED);
	r = cloud_act(second, &ref, ACT_STOP, NULL, &t->err);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "stop it as the second tenant", r, ERR_NOT_FOUND, ERR_DENIED);
	if (t->cfg->ics[CAP_BIT_VM_REBOOT] == CLAIM_SUPPORTED) {
		r = cloud_act(second, &ref, ACT_REBOOT, NULL, &t->err);
		CHECK_REFUSED_AS(t, "MCI-SEC-05", "reboot it as the second tenant", r, ERR_NOT_FOUND,
				 ERR_DENIED);
	}
	if (t->cfg->ics[CAP_BIT_VM_SUSPEND] == CLAIM_SUPPORTED) {
		r = cloud_act(second, &ref, ACT_SUSPEND, NULL, &t->err);
		CHECK_REFUSED_AS(t, "MCI-SEC-05", "suspend it as the second tenant", r, ERR_NOT_FOUND,
				 ERR_DENIED);
	}
	r = cloud_destroy(second, &ref, &t->err);
	CHECK_REFUSED_AS(t, "MCI-SEC-05", "terminate it as the second tenant", r, ERR_NOT_FOUND,
			 ERR_DENIED);
	CALL(t, "MCI-SEC-05", "read it as the first", tc_get(t, &vm, &seen));
	CHECK_TEXT(t, "MCI-SEC-05", "it still runs", state_name(STATE_RUNNING),
		   state_name(seen.state));
}

TESTCASE(tenant_vm) {
	.id = "security.tenant.vm",
	.title = "A tenant can neither see nor act on another tenant's VM",
	.purpose = "Check that listing, reading, stopping, rebooting, suspending and terminating another "
		   "tenant's VM shows nothing, is refused and leaves it running.",
	.verifies = REQS("MCI-SEC-05"),
	.needs = CAN(VPC) | CAN(SUBNET) | CAN(SG) | CAN(KEYPAIR) | CAN(VM),
	.if_claimed = CAN(TENANTS) | CAN(VM_STOP),
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .requests = 84 },
	.any_site = true,
	.timeout_s = 900,
	.run = machine,
};
