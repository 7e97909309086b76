#include "tc/guest.h"

/*
 * Two disks that are one behind the API overwrite each other's data, and a new disk that
 * shows what somebody else left on it gives that away.
 */
static CO_FN void apart(struct tc *t)
{
	char marker[2][MARKER_LEN];
	struct tc_guest *g[2];
	struct resource disk[2];
	struct tc_site site;

	if (!tc_answering_guests(t, &site, &g[0], &g[1]))
		return;
	for (int i = 0; i < 2; i++) {
		CALL(t, "MCI-DSK-02", "create a disk and wait until it is available",
		     tc_disk(t, &disk[i]));
		CALL(t, "MCI-DSK-02", "attach it to a VM of its own",
		     tc_guest_attach(t, &disk[i], g[i]));
		CALL(t, "MCI-DSK-02", "write a text of its own to it",
		     tc_guest_put(t, g[i], tc_guest_disk(&disk[i]), tc_marker(marker[i])));
	}
	tc_check_text_on(t, "MCI-DSK-02", "the first VM reads the first text", g[0],
			 tc_guest_disk(&disk[0]), marker[0]);
	tc_check_text_on(t, "MCI-DSK-02", "the second VM reads the second text", g[1],
			 tc_guest_disk(&disk[1]), marker[1]);
	tc_check_no_disk(t, "MCI-DSK-02", "the first VM does not see the disk of the second", g[0],
			 tc_guest_disk(&disk[1]));
}

TESTCASE(guest_disk_apart) {
	.id = "guest.disk.two-apart",
	.title = "The disks of two VMs have nothing in common",
	.purpose = "Check inside two VMs that each reads on its disk what it wrote there, and that the "
		   "disk of the one is not there in the other.",
	.verifies = REQS("MCI-DSK-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .disks = 2, .requests = 300 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = apart,
};
