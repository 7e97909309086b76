#include "fuzz.h"

#include "co/loop.h"
#include "refcloud/refcloud.h"

/* A fault file of somebody else, and a create, a list and a delete under it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct loop *loop;
	struct refcloud_config cfg = { .seed = 1, .time_scale = 0.001 };
	struct resource want, got, seen;
	struct resource_list all = { 0 };
	struct refcloud *rc;
	struct error err = { 0 };

	if (!loop)
		loop = loop_new();
	rc = refcloud_new(loop, &cfg);
	if (refcloud_fault_file(rc, fuzz_file("faults.yaml", data, n), &err) < 0)
		PROMISE(*err.text);
	for (int k = KIND_KEYPAIR; k <= KIND_VPC; k++) {
		resource_init(&want, (enum kind)k);
		str_copy(want.name, sizeof(want.name), "fuzz");
		if (k == KIND_VPC)
			str_copy(want.vpc.cidr, sizeof(want.vpc.cidr), "10.1.0.0/16");
		if (ref_create(rc, "t", &want, REF_UNIQUE_NAMES, &got, &err) < 0)
			continue;
		ref_get(rc, "t", (enum kind)k, got.id, &seen, &err);
		ref_list(rc, "t", (enum kind)k, NULL, &all, &err);
		resource_list_cleanup(&all);
		all = (struct resource_list){ 0 };
		ref_destroy(rc, "t", (enum kind)k, got.id, &err);
	}
	refcloud_free(rc);
	return 0;
}
