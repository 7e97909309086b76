#ifndef TESTCASES_VM_WHOLE_H
#define TESTCASES_VM_WHOLE_H

#include "tc/testcase.h"

/* After a boot a VM is the one it was: all that was ordered, its address and its zone. */
static inline CO_FN void vm_whole(struct tc *t, const char *req, const struct resource *was,
				  const struct resource *is)
{
	CHECK_TEXT(t, req, "its id stays", was->id, is->id);
	tc_check_same(t, req, was, is);
	CHECK_TEXT(t, req, "its private address stays", was->vm.private_ip, is->vm.private_ip);
	if (*was->vm.zone)
		CHECK_TEXT(t, req, "its zone stays", was->vm.zone, is->vm.zone);
}

#endif
