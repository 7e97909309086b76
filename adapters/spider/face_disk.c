/* Disks (section 9) and tags (13). */
#include "face.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_GB = 512 };

static const char *disk_word(enum state s)
{
	return s == STATE_CREATING ? "Creating" : s == STATE_AVAILABLE ? "Available" :
	       s == STATE_BOUND ? "Attached" : s == STATE_DELETING ? "Deleting" : "Error";
}

static json_t *show_disk(struct call *c, const struct resource *r)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:s, s:o, s:o}", "IId", spider_iid(r->name, r->id),
			 "Zone", r->disk.zone, "DiskType", r->disk.type,
			 "DiskSize", json_sprintf("%lld", (long long)r->disk.size_gb),
			 "Status", disk_word(r->state), "OwnerVM", spider_iid_of(c, KIND_VM, r->disk.vm),
			 "CreatedTime", spider_time(ref_born_us(c->rc, KIND_DISK, r->id)));
}

/* A request that is held until the disk is where it should be. */
struct disk_wait {
	char conn[NAME_LEN], id[ID_MAX], name[NAME_LEN];
};

/* True: come again. */
static bool under_way(struct refcloud *rc, const struct disk_wait *w, struct face_reply *rep)
{
	int64_t at = ref_settles_at_ms(rc, KIND_DISK, w->id), left = at - refcloud_now_ms(rc);

	if (!at)
		return false;
	rep->wait_ms = left > 0 ? left : 1;
	return true;
}

static void hold(struct call *c, const char *id, const char *name,
		 void (*again)(struct refcloud *rc, void *arg, struct face_reply *rep))
{
	struct disk_wait *w = xcalloc(1, sizeof(*w));

	str_copy(w->conn, sizeof(w->conn), c->conn);
	str_copy(w->id, sizeof(w->id), id);
	str_copy(w->name, sizeof(w->name), name);
	c->rep->arg = w;
	c->rep->again = again;
	again(c->rc, w, c->rep);
}

static void created(struct refcloud *rc, void *arg, struct face_reply *rep)
{
	struct disk_wait *w = arg;
	struct call c = { .rc = rc, .rep = rep, .conn = w->conn };
	struct resource disk;
	struct error err = { 0 };

	if (under_way(rc, w, rep))
		return;
	ref_reveal(rc, KIND_DISK, w->id);
	if (ref_get(rc, w->conn, KIND_DISK, w->id, &disk, &err) < 0)
		spider_error(&c, KIND_DISK, w->name, &err);
	else
		spider_answer(&c, show_disk(&c, &disk));
}

/* A size in GB; "" and "default" are one. */
static bool read_size(struct call *c, const char *key, int64_t *gb)
{
	char text[32];

	if (!spider_text(c, c->info, key, text, sizeof(text)))
		return false;
	*gb = !*text || !strcmp(text, "default") ? DEFAULT_GB : str_to_int(text, 1000000000);
	if (*gb >= 0)
		return true;
	spider_fail(c, 500, "InvalidParameterValue: invalid argument: %s %s", key, text);
	return false;
}

void spider_disk_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };

	resource_init(&want, KIND_DISK);
	if (!spider_name(c, want.name) ||
	    !spider_text(c, c->info, "Zone", want.disk.zone, sizeof(want.disk.zone)) ||
	    !spider_text(c, c->info, "DiskType", want.disk.type, sizeof(want.disk.type)) ||
	    !read_size(c, "DiskSize", &want.disk.size_gb))
		return;
	if (!strcmp(want.disk.type, "default"))
		want.disk.type[0] = '\0';
	if (!*want.disk.zone)
		snprintf(want.disk.zone, sizeof(want.disk.zone), "%.58s-z1", spider_region_name(c));
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES | REF_HIDDEN, &made, &err) < 0)
		spider_error(c, KIND_DISK, want.name, &err);
	else
		hold(c, made.id, made.name, created);
}

void spider_disk_all(struct call *c) { spider_get_all(c, KIND_DISK, "disk", show_disk); }
void spider_disk_one(struct call *c) { spider_get_one(c, KIND_DISK, show_disk); }

static void deleted(struct refcloud *rc, void *arg, struct face_reply *rep)
{
	struct disk_wait *w = arg;
	struct call c = { .rc = rc, .rep = rep, .conn = w->conn };
	struct resource disk;
	struct error err;

	if (under_way(rc, w, rep))
		return;
	if (ref_get(rc, w->conn, KIND_DISK, w->id, &disk, &err) == ERR_OK &&
	    disk.state == STATE_DELETING)
		spider_fail(&c, 500, "Failed to delete Disk %s. (Timeout=600)", w->name);
	else
		spider_result(&c, true);
}

void spider_disk_delete(struct call *c)
{
	struct error err = { 0 };
	char id[ID_MAX];

	spider_id(c, KIND_DISK, c->arg[0], NULL, id);
	if (ref_destroy(c->rc, c->conn, KIND_DISK, id, &err) < 0)
		spider_error(c, KIND_DISK, c->arg[0], &err);
	else
		hold(c, id, c->arg[0], deleted);
}

/* True and the disk's id when it was done; else the answer is made. */
static bool act(struct call *c, enum action action, const struct resource *object, char id[ID_MAX])
{
	struct error err = { 0 };

	spider_id(c, KIND_DISK, c->arg[0], NULL, id);
	if (ref_act(c->rc, c->conn, KIND_DISK, id, action, object, &err) == ERR_OK)
		return true;
	spider_error(c, KIND_DISK, c->arg[0], &err);
	return false;
}

static bool read_vm(struct call *c, struct resource *vm)
{
	char name[NAME_LEN];

	resource_init(vm, KIND_VM);
	if (!spider_text(c, c->info, "VMName", name, sizeof(name)))
		return false;
	spider_id(c, KIND_VM, name, NULL, vm->id);
	if (*name)
		return true;
	spider_fail(c, 500, "resources.VMName's input value is empty!");
	return false;
}

void spider_disk_attach(struct call *c)
{
	struct resource vm, disk;
	struct error err = { 0 };
	char id[ID_MAX];

	if (!read_vm(c, &vm) || !act(c, ACT_ATTACH, &vm, id))
		return;
	if (ref_get(c->rc, c->conn, KIND_DISK, id, &disk, &err) < 0)
		spider_error(c, KIND_DISK, c->arg[0], &err);
	else
		spider_answer(c, show_disk(c, &disk));
}

void spider_disk_detach(struct call *c)
{
	struct resource vm;
	char id[ID_MAX];

	if (read_vm(c, &vm) && act(c, ACT_DETACH, &vm, id))
		spider_result(c, true);
}

void spider_disk_resize(struct call *c)
{
	struct resource size;
	char id[ID_MAX];

	resource_init(&size, KIND_DISK);
	if (read_size(c, "Size", &size.disk.size_gb) && act(c, ACT_RESIZE, &size, id))
		spider_result(c, true);
}

/* ---- tags ---- */

static const struct { const char *type; enum kind kind; } types[] = {
	{ "vpc", KIND_VPC }, { "subnet", KIND_SUBNET }, { "sg", KIND_SG }, { "keypair", KIND_KEYPAIR },
	{ "vm", KIND_VM }, { "disk", KIND_DISK }, { "publicip", KIND_ADDRESS },
};

json_t *spider_tag_types(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		json_array_append_new(all, json_string(types[i].type));
	return all;
}

/* What is tagged: named by the query of a GET, by ReqInfo otherwise. */
struct owner {
	char type[32], name[NAME_LEN], parent[ID_MAX];
	enum kind kind;
};

static bool read_part(struct call *c, const char *key, char *to, size_t room)
{
	bool get = !strcmp(c->q->method, "GET");
	const char *given = get ? face_query(c->q, key) : NULL;

	*to = '\0';
	if (given ? !str_copy(to, room, given) : !get && !spider_text(c, c->info, key, to, room)) {
		if (given)
			spider_fail(c, 400, "%s is too long!", key);
		return false;
	}
	if (*to)
		return true;
	spider_fail(c, get ? 400 : 500, "%s is empty!", key);
	return false;
}

static bool read_owner(struct call *c, struct owner *o)
{
	char id[ID_MAX];

	if (!read_part(c, "ResourceType", o->type, sizeof(o->type)) ||
	    !read_part(c, "ResourceName", o->name, sizeof(o->name)))
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].type, o->type))
			continue;
		o->kind = types[i].kind;
		spider_id(c, o->kind, o->name, NULL, id);
		if (tag_parent(o->kind, id, o->parent))
			return true;
		spider_fail(c, 500, "InvalidParameterValue: ResourceName is too long");
		return false;
	}
	spider_fail(c, 500, "%s does not support Tag of %s", c->conn, o->type);
	return false;
}

static void tag_error(struct call *c, const struct owner *o, const char *key,
		      const struct error *err)
{
	struct resource there;
	struct error why;
	const char *id = o->parent;

	(void)tag_owner(o->parent, &id);
	if (!strcmp(err->provider_code, "duplicate"))
		spider_fail(c, 500, "tag key '%s' already exists for the resource '%s'", key, o->name);
	else if (err->code == ERR_NOT_FOUND && !*err->provider_code &&
		 ref_get(c->rc, c->conn, o->kind, id, &there, &why) == ERR_OK)
		spider_fail(c, 500, "tag key '%s' does not exist for the resource '%s'", key, o->name);
	else
		spider_error(c, o->kind, o->name, err);
}

/* KeyValue; an empty value is left out. */
static json_t *show_tag(struct call *c, const struct resource *r)
{
	(void)c;
	return json_pack("{s:s, s:s*}", "Key", r->name, "Value", *r->tag.value ? r->tag.value : NULL);
}

void spider_tag_create(struct call *c)
{
	const json_t *tag = spider_member(c->info, "Tag");
	struct resource want, made;
	struct error err = { 0 };
	struct owner o;

	resource_init(&want, KIND_TAG);
	if (!read_owner(c, &o) || !spider_text(c, tag, "Key", want.name, sizeof(want.name)) ||
	    !spider_text(c, tag, "Value", want.tag.value, sizeof(want.tag.value)))
		return;
	str_copy(want.parent, sizeof(want.parent), o.parent);
	if (!*want.name)
		spider_fail(c, 500, "resources.KeyValue:Key's input value is empty!");
	else if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES, &made, &err) < 0)
		tag_error(c, &o, want.name, &err);
	else
		spider_answer(c, show_tag(c, &made));
}

void spider_tag_all(struct call *c)
{
	struct error err = { 0 };
	struct owner o;
	json_t *list;

	if (!read_owner(c, &o))
		return;
	list = spider_list(c, KIND_TAG, o.parent, show_tag, &err);
	if (!list) {
		tag_error(c, &o, "", &err);
		return;
	}
	for (char *p = o.type; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	spider_answer(c, json_pack("{s:o, s:s}", "tag", list, "resourceType", o.type));
}

/* The tag of the path on what the request names; false: answered. */
static bool read_tag(struct call *c, struct owner *o, char id[ID_MAX])
{
	if (!read_owner(c, o))
		return false;
	spider_id(c, KIND_TAG, c->arg[0], o->parent, id);
	return true;
}

void spider_tag_one(struct call *c)
{
	struct resource tag;
	struct error err = { 0 };
	struct owner o;
	char id[ID_MAX];

	if (!read_tag(c, &o, id))
		return;
	if (ref_get(c->rc, c->conn, KIND_TAG, id, &tag, &err) < 0)
		tag_error(c, &o, c->arg[0], &err);
	else
		spider_answer(c, show_tag(c, &tag));
}

void spider_tag_delete(struct call *c)
{
	struct error err = { 0 };
	struct owner o;
	char id[ID_MAX];

	if (!read_tag(c, &o, id))
		return;
	if (ref_destroy(c->rc, c->conn, KIND_TAG, id, &err) < 0)
		tag_error(c, &o, c->arg[0], &err);
	else
		spider_result(c, true);
}
