/*
 * The disks of a guest.  What is written to one belongs to the disk and is there
 * for whatever it is attached to next; the guest's own goes with the VM.
 */
#include "refcloud/guest.h"

#include <stdlib.h>
#include <string.h>

enum { ROOT_GB = 10 };

struct ref_entry *ref_guest_disk(const struct ref_guest *g, const char *name)
{
	struct ref_entry *by_name = NULL, *e;

	if (!strcmp(name, "root"))
		return fault_on(g->rc, KIND_VM, REF_DATA, -1, DO_REFUSE) ? NULL : g->vm;
	for (e = store_next(g->rc, KIND_DISK, NULL); e; e = store_next(g->rc, KIND_DISK, e)) {
		if (e->r.state == STATE_DELETING || !ref_guest_sees(g, e))
			continue;
		if (!strcmp(e->r.id, name))
			return e;
		if (!by_name && !strcmp(e->r.name, name))
			by_name = e;
	}
	return by_name;
}

static int64_t size_gb(const struct ref_guest *g, const struct ref_entry *disk)
{
	const struct ref_entry *image;

	if (disk->r.kind == KIND_DISK)
		return disk->r.disk.size_gb;
	image = store_by_id(g->rc, NULL, KIND_IMAGE, disk->r.vm.image);
	return image && image->r.image.min_disk_gb > 0 ? image->r.image.min_disk_gb : ROOT_GB;
}

json_t *ref_guest_read(const struct ref_guest *g, struct ref_entry *disk, const char *name)
{
	const char *text = *ref_guest_text(g, disk);
	json_t *read = json_pack("{s:s, s:s, s:I}", "disk", name, "text", text ? text : "",
				 "bytes", (json_int_t)(size_gb(g, disk) << 30));

	ref_guest_spoil_disk(g, disk, read);
	return read;
}

json_t *ref_guest_write(const struct ref_guest *g, struct ref_entry *disk, const char *name,
			const char *text)
{
	char **slot = ref_guest_text(g, disk), *kept = xstrdup(text);

	if (ref_guest_keeps(g, disk, kept)) {
		free(*slot);
		*slot = kept;
	} else {
		free(kept);
	}
	return json_pack("{s:s, s:s}", "disk", name, "text", text);
}
