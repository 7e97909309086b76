/* Disks: what may be asked of one, and what a VM's end means for it. */
#include "refcloud/priv.h"

#include <string.h>

enum { DISK_MAX_GB = 16384 };

int disk_check_size(int64_t size_gb, struct error *err)
{
	if (size_gb >= 1 && size_gb <= DISK_MAX_GB)
		return ERR_OK;
	return refuse(err, ERR_INVALID, "field:size_gb", "size %lld GB is not one of 1 to %d",
		      (long long)size_gb, DISK_MAX_GB);
}

static int attach(struct refcloud *rc, struct ref_entry *e, const char *vm_id, struct error *err)
{
	const struct ref_entry *vm = store_by_id(rc, e->tenant->name, KIND_VM, vm_id);
	int r;

	if ((!vm || vm->hidden) && !fault_lenient(rc, KIND_DISK, REF_ACT, ACT_ATTACH, "vm"))
		return refuse(err, ERR_INVALID, "unknown:vm", "%s", vm_id);
	r = ref_act_state(rc, e, ACT_ATTACH, err);
	if (r == ERR_OK && !fault_on(rc, KIND_DISK, REF_ACT, ACT_ATTACH, DO_SWALLOW))
		str_copy(e->r.disk.vm, ID_MAX, vm_id);
	if (r == ERR_OK)
		fault_data_lost(rc, e, "attach");
	return r;
}

/* vm_id "": from whatever has it. */
static int detach(struct refcloud *rc, struct ref_entry *e, const char *vm_id, struct error *err)
{
	bool other = *vm_id && strcmp(vm_id, e->r.disk.vm);
	int r;

	if (other && !store_by_id(rc, e->tenant->name, KIND_VM, vm_id))
		return refuse(err, ERR_INVALID, "unknown:vm", "%s", vm_id);
	if (other && *e->r.disk.vm)
		return refuse(err, ERR_CONFLICT, "state", "disk '%s' is not attached to '%s'",
			      e->r.name, ref_name(rc, KIND_VM, vm_id));
	r = ref_act_state(rc, e, ACT_DETACH, err);
	if (r == ERR_OK && !fault_on(rc, KIND_DISK, REF_ACT, ACT_DETACH, DO_SWALLOW))
		e->r.disk.vm[0] = '\0';
	if (r == ERR_OK)
		fault_data_lost(rc, e, "detach");
	return r;
}

static int resize(struct refcloud *rc, struct ref_entry *e, int64_t size_gb, struct error *err)
{
	int r = disk_check_size(size_gb, err);

	if (r == ERR_OK && size_gb <= e->r.disk.size_gb)
		r = refuse(err, ERR_INVALID, "field:size_gb",
			   "a disk only grows: %lld GB is not more than %lld GB",
			   (long long)size_gb, (long long)e->r.disk.size_gb);
	if (r < 0 && !fault_lenient(rc, KIND_DISK, REF_ACT, ACT_RESIZE, "size_gb"))
		return r;
	r = ref_act_state(rc, e, ACT_RESIZE, err);
	if (r < 0 || fault_on(rc, KIND_DISK, REF_ACT, ACT_RESIZE, DO_SWALLOW))
		return r;
	e->r.disk.size_gb = size_gb;
	fault_data_lost(rc, e, "resize");
	fault_fields(rc, REF_ACT, ACT_RESIZE, &e->r);
	return ERR_OK;
}

int disk_act(struct refcloud *rc, struct ref_entry *e, enum action a,
	     const struct resource *object, struct error *err)
{
	const char *vm = object && object->kind == KIND_VM ? object->id : "";

	if (a == ACT_ATTACH)
		return attach(rc, e, vm, err);
	if (a == ACT_DETACH)
		return detach(rc, e, vm, err);
	return resize(rc, e, object && object->kind == KIND_DISK ? object->disk.size_gb : -1, err);
}

void disks_release(struct refcloud *rc, const char *vm)
{
	bool along = fault_on(rc, KIND_VM, REF_DESTROY, -1, DO_CASCADE);

	for (struct ref_entry *e = store_next(rc, KIND_DISK, NULL), *next; e; e = next) {
		next = store_next(rc, KIND_DISK, e);
		if (strcmp(e->r.disk.vm, vm))
			continue;
		if (along) {
			store_drop(rc, e);
			continue;
		}
		e->r.disk.vm[0] = '\0';
		e->r.state = STATE_AVAILABLE;
		fault_data_lost(rc, e, "destroy");
	}
}
