#ifndef TESTCASES_STORAGE_DISK_USED_H
#define TESTCASES_STORAGE_DISK_USED_H

#include "tc/testcase.h"

/* A VM that runs and a disk of its own in use by it, as steps under req; false with a failed
 * step. */
static inline CO_FN bool disk_used(struct tc *t, const char *req, struct resource *vm,
				   struct resource *disk)
{
	struct tc_site site;

	return tc_stimulus(t, req, "make network, security group and key pair", tc_site(t, &site), AT) &&
	       tc_stimulus(t, req, "create a VM and wait until it runs", tc_vm(t, &site, vm), AT) &&
	       tc_stimulus(t, req, "create a disk and wait until it is available", tc_disk(t, disk),
			   AT) &&
	       tc_stimulus(t, req, "attach it to the VM", tc_act(t, disk, ACT_ATTACH, vm), AT) &&
	       tc_stimulus(t, req, "wait until it is in use",
			   tc_wait(t, disk, STATE_BOUND, NULL, NULL), AT);
}

/* It still is, and by that VM. */
static inline CO_FN void disk_still_used(struct tc *t, const char *req, const struct resource *vm,
					 const struct resource *disk)
{
	struct resource seen;

	CALL(t, req, "read the disk", tc_get(t, disk, &seen));
	CHECK_TEXT(t, req, "it is still in use", state_name(STATE_BOUND), state_name(seen.state));
	CHECK_TEXT(t, req, "and by the same VM", vm->id, seen.disk.vm);
}

#endif
