/* The data plane in a case: steps that many cases begin with. */
#include "tc/guest.h"

CO_FN bool tc_answering_guest(struct tc *t, struct tc_site *site, struct tc_guest **ret)
{
	return tc_stimulus(t, "MCI-VM-01", "make a network and a group that opens both ports",
			   tc_guest_open_site(t, site), AT) &&
	       tc_stimulus(t, "MCI-VM-01", "create a VM and wait until it runs",
			   tc_guest_vm(t, site, ret), AT) &&
	       tc_check_reachable(t, "MCI-VM-01", "it answers", *ret, 0);
}

CO_FN bool tc_answering_guests(struct tc *t, struct tc_site *site, struct tc_guest **one,
			       struct tc_guest **two)
{
	return tc_stimulus(t, "MCI-VM-01", "make a network and a group that opens both ports",
			   tc_guest_open_site(t, site), AT) &&
	       tc_stimulus(t, "MCI-VM-01", "create a VM and wait until it runs",
			   tc_guest_vm(t, site, one), AT) &&
	       tc_stimulus(t, "MCI-VM-01", "create another and wait until it runs",
			   tc_guest_vm(t, site, two), AT) &&
	       tc_check_reachable(t, "MCI-VM-01", "the first answers", *one, 0) &&
	       tc_check_reachable(t, "MCI-VM-01", "the second answers", *two, 0);
}

CO_FN bool tc_disk_with_text(struct tc *t, struct tc_guest *g, const char *vm,
			     struct resource *disk, char marker[MARKER_LEN])
{
	char attach[60], put[60];

	snprintf(attach, sizeof(attach), "attach it to %s", vm);
	snprintf(put, sizeof(put), "write a text to the disk in %s", vm);
	return tc_stimulus(t, "MCI-DSK-02", "create a disk and wait until it is available",
			   tc_disk(t, disk), AT) &&
	       tc_stimulus(t, "MCI-DSK-02", attach, tc_guest_attach(t, disk, g), AT) &&
	       tc_stimulus(t, "MCI-DSK-02", put,
			   tc_guest_put(t, g, tc_guest_disk(disk), tc_marker(marker)), AT);
}
