#include "tc/guest.h"

/*
 * A machine breaks, and its disk is put into another: that is what the disk of its own
 * was bought for. If the data do not come along, there is no second copy.
 */
static CO_FN void moves(struct tc *t)
{
	char marker[MARKER_LEN];
	struct tc_guest *one, *two;
	struct resource disk;
	struct tc_site site;
	const char *id;

	if (!tc_answering_guests(t, &site, &one, &two) ||
	    !tc_disk_with_text(t, one, "the first VM", &disk, marker))
		return;
	id = tc_guest_disk(&disk);
	CALL(t, "MCI-DSK-03", "detach it", tc_guest_detach(t, &disk, one));
	CALL(t, "MCI-DSK-03", "attach it to the second VM", tc_guest_attach(t, &disk, two));
	tc_check_text_on(t, "MCI-DSK-03", "the second VM reads the text", two, id, marker);
}

TESTCASE(guest_disk_moves) {
	.id = "guest.disk.moves",
	.title = "A disk that is detached and attached elsewhere brings its data along",
	.purpose = "Check inside two VMs that what one wrote to a disk is read by the other, which "
		   "the disk is attached to next.",
	.verifies = REQS("MCI-DSK-03", "MCI-DSK-02", "MCI-VM-01"),
	.needs = GUEST_NEEDS,
	.if_claimed = CAN(DISK) | CAN(DISK_ATTACH),
	.inside = INSIDE_DISKS,
	.severity = SEV_BLOCKER,
	.impact = IMPACT_CREATE,
	.budget = { .vms = 2, .vpcs = 1, .addresses = 2, .disks = 1, .requests = 260 },
	.any_vpc = true,
	.timeout_s = 1500,
	.run = moves,
};
