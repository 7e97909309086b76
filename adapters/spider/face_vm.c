/* Key pairs (section 7), VMs (8), public addresses (14). */
#include "face.h"

#include <stdlib.h>
#include <string.h>

/* ---- key pairs ---- */

static json_t *key_info(struct call *c, const struct resource *r, const char *public_key)
{
	static const char hidden[] = "Hidden for security.";
	const char *private_key = r->keypair.private_key_shown ? ref_private_key(c->rc, r->id) : "";

	return json_pack("{s:o, s:s, s:s, s:s, s:s}", "IId", spider_iid(r->name, r->id),
			 "Fingerprint", r->keypair.fingerprint,
			 "PublicKey", public_key ? public_key : hidden,
			 "PrivateKey", *private_key ? private_key : hidden, "VMUserID", "cb-user");
}

static json_t *show_key(struct call *c, const struct resource *r) { return key_info(c, r, NULL); }

void spider_key_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };

	resource_init(&want, KIND_KEYPAIR);
	if (!spider_name(c, want.name))
		return;
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES, &made, &err) < 0)
		spider_error(c, KIND_KEYPAIR, want.name, &err);
	else
		spider_answer(c, key_info(c, &made, made.keypair.public_key));
}

void spider_key_all(struct call *c) { spider_get_all(c, KIND_KEYPAIR, "keypair", show_key); }
void spider_key_one(struct call *c) { spider_get_one(c, KIND_KEYPAIR, show_key); }
void spider_key_delete(struct call *c) { spider_delete_one(c, KIND_KEYPAIR); }

/* ---- VMs ---- */

static const char *vm_word(enum state s)
{
	switch (s) {
	case STATE_CREATING: return "Creating";
	case STATE_RUNNING: return "Running";
	case STATE_STOPPING: case STATE_SUSPENDING: return "Suspending";
	case STATE_STOPPED: case STATE_SUSPENDED: return "Suspended";
	case STATE_STARTING: case STATE_RESUMING: return "Resuming";
	case STATE_REBOOTING: return "Rebooting";
	case STATE_DELETING: return "Terminating";
	case STATE_GONE: return "Terminated";
	case STATE_NONE: case STATE_UNSTATED: case STATE_STRANGE: case STATE_AVAILABLE:
	case STATE_BOUND: case STATE_CHANGING: case STATE_FAILED: case STATE_COUNT:
		break;
	}
	return "Failed";
}

/* What "omitempty" leaves out: NULL for none. */
static json_t *data_disks(struct call *c, const struct resource *vm)
{
	struct resource_list all = { 0 };
	json_t *iids = json_array();

	ref_list_attached(c->rc, c->conn, vm->id, &all);
	for (size_t i = 0; i < all.count; i++)
		json_array_append_new(iids, spider_iid(all.at[i].name, all.at[i].id));
	resource_list_cleanup(&all);
	if (json_array_size(iids))
		return iids;
	json_decref(iids);
	return NULL;
}

static json_t *list_of(const char *text)
{
	return *text ? json_pack("[s]", text) : NULL;
}

static json_t *show_vm(struct call *c, const struct resource *r)
{
	json_t *doc, *sgs = json_array();

	for (int i = 0; i < VM_SGS_MAX; i++)
		if (*r->vm.sgs[i])
			json_array_append_new(sgs, spider_iid_of(c, KIND_SG, r->vm.sgs[i]));
	doc = json_pack("{s:o, s:o, s:{s:s, s:s}, s:s, s:o, s:s, s:o, s:o, s:o, s:o}",
		"IId", spider_iid(r->name, r->id),
		"StartTime", spider_time(ref_born_us(c->rc, KIND_VM, r->id)),
		"Region", "Region", spider_region_name(c), "Zone", r->vm.zone,
		"ImageType", "PublicImage", "ImageIId", spider_iid_of(c, KIND_IMAGE, r->vm.image),
		"VMSpecName", r->vm.spec, "VpcIID", spider_iid_of(c, KIND_VPC, r->vm.vpc),
		"SubnetIID", spider_iid_of(c, KIND_SUBNET, r->vm.subnet),
		"SecurityGroupIIds", sgs,
		"KeyPairIId", spider_iid_of(c, KIND_KEYPAIR, r->vm.keypair));
	json_t *rest = json_pack("{s:s, s:s, s:s, s:o*, s:s, s:s, s:s, s:o*, s:s, s:o*, s:s, s:o, s:o}",
		"RootDiskType", "SSD", "RootDiskSize", "32", "RootDeviceName", "/dev/sda1",
		"DataDiskIIDs", data_disks(c, r),
		"VMUserId", "cb-user", "NetworkInterface", "refni0",
		"PublicIP", r->vm.public_ip, "PublicIPs", list_of(r->vm.public_ip),
		"PrivateIP", r->vm.private_ip, "PrivateIPs", list_of(r->vm.private_ip),
		"Platform", "LINUX/UNIX",
		"SSHAccessPoint", json_sprintf("%s:22", r->vm.public_ip),
		"AccessPoint", json_sprintf("%s:22", r->vm.public_ip));

	json_object_update(doc, rest);
	json_decref(rest);
	return doc;
}

/* A request that is held until a VM is where it should be. */
struct vm_wait {
	char conn[NAME_LEN];
	struct resource vm;
};

/* True: come again. */
static bool under_way(struct refcloud *rc, const struct vm_wait *w, struct face_reply *rep)
{
	int64_t at = ref_settles_at_ms(rc, KIND_VM, w->vm.id), left = at - refcloud_now_ms(rc);

	if (!at)
		return false;
	rep->wait_ms = left > 0 ? left : 1;
	return true;
}

static struct vm_wait *wait_new(struct call *c, const struct resource *vm)
{
	struct vm_wait *w = xcalloc(1, sizeof(*w));

	str_copy(w->conn, sizeof(w->conn), c->conn);
	w->vm = *vm;
	return w;
}

/* Only now does CB-Spider write down that there is such a VM. */
static void created(struct refcloud *rc, void *arg, struct face_reply *rep)
{
	struct vm_wait *w = arg;
	struct call c = { .rc = rc, .rep = rep, .conn = w->conn };

	if (under_way(rc, w, rep))
		return;
	ref_reveal(rc, KIND_VM, w->vm.id);
	spider_answer(&c, show_vm(&c, &w->vm));
}

static bool read_sgs(struct call *c, struct resource *want)
{
	const json_t *list = spider_member(c->info, "SecurityGroupNames");
	size_t i;
	json_t *one;

	if (json_array_size(list) > VM_SGS_MAX) {
		spider_fail(c, 500, "SecurityGroupsPerInterfaceLimitExceeded: more than %d",
			    VM_SGS_MAX);
		return false;
	}
	json_array_foreach(list, i, one) {
		if (!json_is_string(one)) {
			spider_fail(c, 500, "code=400, message=Unmarshal type error: expected=string, "
				    "field=ReqInfo.SecurityGroupNames, offset=0");
			return false;
		}
		spider_id(c, KIND_SG, json_string_value(one), NULL, want->vm.sgs[i]);
	}
	return true;
}

static bool read_vm(struct call *c, struct resource *want)
{
	static const char *const keys[] = {
		"ImageName", "VMSpecName", "VPCName", "SubnetName", "KeyPairName",
	};
	static const char *const fields[] = { "image", "spec", "vpc", "subnet", "keypair" };
	static const enum kind kinds[] = {
		KIND_IMAGE, KIND_SPEC, KIND_VPC, KIND_SUBNET, KIND_KEYPAIR,
	};
	char *const to[] = {
		want->vm.image, want->vm.spec, want->vm.vpc, want->vm.subnet, want->vm.keypair,
	};
	char text[NAME_LEN];

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!spider_text(c, c->info, keys[i], text, sizeof(text)))
			return false;
		if (!*text && ref_takes(c->rc, KIND_VM, fields[i]))
			continue;
		if (!*text) {
			spider_fail(c, 500, "resources.VMReqInfo:%s's input value is empty!", keys[i]);
			return false;
		}
		spider_id(c, kinds[i], text, kinds[i] == KIND_SUBNET ? want->vm.vpc : NULL, to[i]);
	}
	snprintf(want->vm.zone, sizeof(want->vm.zone), "%.58s-z1", spider_region_name(c));
	return read_sgs(c, want);
}

void spider_vm_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };

	resource_init(&want, KIND_VM);
	if (!spider_name(c, want.name) || !read_vm(c, &want))
		return;
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES | REF_HIDDEN | REF_PUBLIC_IP,
		       &made, &err) < 0) {
		spider_error(c, KIND_VM, want.name, &err);
		return;
	}
	c->rep->arg = wait_new(c, &made);
	c->rep->again = created;
	created(c->rc, c->rep->arg, c->rep);
}

void spider_vm_all(struct call *c) { spider_get_all(c, KIND_VM, "vm", show_vm); }
void spider_vm_one(struct call *c) { spider_get_one(c, KIND_VM, show_vm); }

static void deleted(struct refcloud *rc, void *arg, struct face_reply *rep)
{
	struct vm_wait *w = arg;
	struct call c = { .rc = rc, .rep = rep, .conn = w->conn };
	struct resource vm;
	struct error err;

	if (under_way(rc, w, rep))
		return;
	if (ref_get(rc, w->conn, KIND_VM, w->vm.id, &vm, &err) == ERR_OK &&
	    vm.state == STATE_DELETING)
		spider_fail(&c, 500, "Failed to terminate VM %s. (Timeout=600)", w->vm.name);
	else
		spider_answer(&c, json_pack("{s:s}", "Status", "Terminated"));
}

void spider_vm_delete(struct call *c)
{
	struct resource vm;
	struct error err = { 0 };

	resource_init(&vm, KIND_VM);
	str_copy(vm.name, sizeof(vm.name), c->arg[0]);
	spider_id(c, KIND_VM, c->arg[0], NULL, vm.id);
	if (ref_destroy(c->rc, c->conn, KIND_VM, vm.id, &err) < 0) {
		spider_error(c, KIND_VM, c->arg[0], &err);
		return;
	}
	c->rep->arg = wait_new(c, &vm);
	c->rep->again = deleted;
	deleted(c->rc, c->rep->arg, c->rep);
}

static json_t *show_status(struct call *c, const struct resource *r)
{
	(void)c;
	return json_pack("{s:o, s:s}", "IId", spider_iid(r->name, r->id), "VmStatus",
			 vm_word(r->state));
}

static json_t *show_one_status(struct call *c, const struct resource *r)
{
	(void)c;
	return json_pack("{s:s}", "Status", vm_word(r->state));
}

void spider_status_all(struct call *c) { spider_get_all(c, KIND_VM, "vmstatus", show_status); }
void spider_status_one(struct call *c) { spider_get_one(c, KIND_VM, show_one_status); }

void spider_vm_control(struct call *c)
{
	static const struct { const char *word, *status; enum action action; } verbs[] = {
		{ "suspend", "Suspending", ACT_STOP }, { "resume", "Resuming", ACT_START },
		{ "reboot", "Rebooting", ACT_REBOOT },
	};
	const char *word = face_query(c->q, "action");
	struct error err = { 0 };
	char id[ID_MAX];

	if (!word)
		word = "";
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].word, word))
			continue;
		snprintf(c->rep->op, sizeof(c->rep->op), "vm.act.%s", action_name(verbs[i].action));
		spider_id(c, KIND_VM, c->arg[0], NULL, id);
		if (ref_act(c->rc, c->conn, KIND_VM, id, verbs[i].action, NULL, &err) < 0)
			spider_error(c, KIND_VM, c->arg[0], &err);
		else
			spider_answer(c, json_pack("{s:s}", "Status", verbs[i].status));
		return;
	}
	spider_fail(c, 500, "%s is not a valid action!!", word);
}

/* ---- public addresses ---- */

static json_t *show_ip(struct call *c, const struct resource *r)
{
	return json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}", "IId", spider_iid(r->name, r->id),
			 "PublicIPAddress", r->address.ip,
			 "Status", r->state == STATE_BOUND ? "Associated" : "Available",
			 "OwnedVM", spider_iid_of(c, KIND_VM, r->address.vm),
			 "OwnedNIC", spider_iid("", ""),
			 "CreatedTime", spider_time(ref_born_us(c->rc, KIND_ADDRESS, r->id)));
}

void spider_ip_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };

	resource_init(&want, KIND_ADDRESS);
	if (!spider_name(c, want.name))
		return;
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES, &made, &err) < 0)
		spider_error(c, KIND_ADDRESS, want.name, &err);
	else
		spider_answer(c, show_ip(c, &made));
}

void spider_ip_all(struct call *c) { spider_get_all(c, KIND_ADDRESS, "publicip", show_ip); }
void spider_ip_one(struct call *c) { spider_get_one(c, KIND_ADDRESS, show_ip); }
void spider_ip_delete(struct call *c) { spider_delete_one(c, KIND_ADDRESS); }

void spider_ip_bind(struct call *c)
{
	struct resource vm, r;
	struct error err = { 0 };
	char id[ID_MAX], name[NAME_LEN];

	resource_init(&vm, KIND_VM);
	if (!spider_text(c, c->info ? c->info : c->body, "VMName", name, sizeof(name)))
		return;
	if (!*name) {
		spider_fail(c, 500, "resources.VMName's input value is empty!");
		return;
	}
	spider_id(c, KIND_VM, name, NULL, vm.id);
	spider_id(c, KIND_ADDRESS, c->arg[0], NULL, id);
	if (ref_act(c->rc, c->conn, KIND_ADDRESS, id, ACT_BIND, &vm, &err) < 0 ||
	    ref_get(c->rc, c->conn, KIND_ADDRESS, id, &r, &err) < 0)
		spider_error(c, KIND_ADDRESS, c->arg[0], &err);
	else
		spider_answer(c, show_ip(c, &r));
}

void spider_ip_unbind(struct call *c)
{
	struct error err = { 0 };
	char id[ID_MAX];

	spider_id(c, KIND_ADDRESS, c->arg[0], NULL, id);
	if (ref_act(c->rc, c->conn, KIND_ADDRESS, id, ACT_UNBIND, NULL, &err) < 0)
		spider_error(c, KIND_ADDRESS, c->arg[0], &err);
	else
		spider_result(c, true);
}
