#include "tc/guest.h"

/*
 * A disk is made larger because it runs full, so it is full of data. One that grows in the
 * API alone, or that comes back empty, ends in the outage it was to prevent.
 */
static CO_FN void resize(struct tc *t)
{
	char marker[MARKER_LEN];
	struct resource disk, size;
	struct tc_guest *g;
	struct tc_site site;
	const char *id;

	if (!tc_answering_guest(t, &site, &g) ||
	    !tc_disk_with_text(t, g, "the VM", &disk, marker))
		return;
	id = tc_guest_disk(&disk);
	CALL(t, "MCI-DSK-05", "detach it", tc_guest_detach(t, &disk, g));
	tc_disk_want(t, &size);
	size.disk.size_gb = disk.disk.size_gb * 2;
	CALL(t, "MCI-DSK-05", "ask for twice the size", tc_act(t, &disk, ACT_RESIZE, &size));
	CALL(t, "MCI-DSK-05", "wait until it is available again",
	     tc_wait(t, &disk, STATE_AVAILABLE, NULL, NULL));
	CALL(t, "MCI-DSK-05", "attach it to the VM again", tc_guest_attach(t, &disk, g));
	tc_check_text_on(t, "MCI-DSK-05", "the text still stands on the disk", g, id, marker);
	tc_check_disk_size(t, "MCI-DSK-05", "the size of the disk in the VM, in bytes", g, id,
			   size.disk.size_gb);
}

TESTCASE(guest_disk_resize) {
	.id = "guest.disk.resize",
	.title = "A disk that was made larger is larger in the VM and has its data",
	.purpose = "Check inside a VM that a disk made larger between two attachments shows the new "
		   "size and the content of before.",
	.verifies = REQS("MCI-DSK-05", "MCI-DSK-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH) | CAN(DISK_RESIZE),
	.inside = INSIDE_DISKS,
	.severity = SEV_MAJOR,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .disks = 1, .requests = 240 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = resize,
};
