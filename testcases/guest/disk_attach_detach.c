#include "tc/guest.h"

/*
 * A disk that the API calls attached and the machine does not see is bought in vain; one
 * that is smaller inside than outside runs full behind the back of who watches it.
 */
static CO_FN void usable(struct tc *t)
{
	char marker[MARKER_LEN];
	struct resource disk;
	struct tc_guest *g;
	struct tc_site site;
	const char *id;

	if (!tc_answering_guest(t, &site, &g) ||
	    !tc_disk_with_text(t, g, "the VM", &disk, marker))
		return;
	id = tc_guest_disk(&disk);
	tc_check_text_on(t, "MCI-DSK-02", "the text stands on the disk", g, id, marker);
	CALL(t, "MCI-DSK-02", "write another over it", tc_guest_put(t, g, id, tc_marker(marker)));
	tc_check_text_on(t, "MCI-DSK-02", "the other text stands in its place", g, id, marker);
	tc_check_disk_size(t, "MCI-DSK-02", "the size of the disk in the VM, in bytes", g, id,
			   disk.disk.size_gb);
	CALL(t, "MCI-DSK-03", "detach it", tc_guest_detach(t, &disk, g));
	tc_check_no_disk(t, "MCI-DSK-03", "the VM sees the disk no longer", g, id);
}

TESTCASE(guest_disk_usable) {
	.id = "guest.disk.attach-detach",
	.title = "A VM can use a disk of the size asked for while it is attached, and not afterwards",
	.purpose = "Check inside a VM that an attached disk is there with its size, is written, "
		   "written over and read, and is not there any more once it is detached.",
	.verifies = REQS("MCI-DSK-02", "MCI-DSK-03", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 1, .vpcs = 1, .addresses = 1, .disks = 1, .requests = 220 },
	.any_vpc = true,
	.timeout_s = 1200,
	.run = usable,
};
