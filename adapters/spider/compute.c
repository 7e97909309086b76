/* Key pairs and VMs (API reference, 7 and 8). */
#include "spider.h"

#include <string.h>

static const char hidden[] = "Hidden for security.";

int spider_read_keypair(const json_t *one, struct resource *ret, struct error *err)
{
	const char *private = json_text(one, "PrivateKey"), *public = json_text(one, "PublicKey");
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->keypair.fingerprint, sizeof(ret->keypair.fingerprint),
		 json_text(one, "Fingerprint"));
	if (public && strcmp(public, hidden))
		str_copy(ret->keypair.public_key, sizeof(ret->keypair.public_key), public);
	if (private && *private && strcmp(private, hidden)) {
		ret->keypair.private_key = secret_add(private, strlen(private));
		ret->keypair.private_key_shown = true;
	}
	return ERR_OK;
}

static CO_FN int keypair_create(struct cloud *c, const struct resource *want,
				struct resource *ret, struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *info;
	int r;

	if (*want->keypair.public_key)
		return err_set(err, ERR_UNSUPPORTED, "CB-Spider makes every key pair itself: it imports none");
	info = json_pack("{s:s}", "Name", want->name);
	r = spider_call(c, "keypair.create", "POST", "/keypair", info, SPIDER_BLOCKS, &reply, err);
	return r < 0 ? r : spider_read_keypair(reply, ret, err);
}

static CO_FN int keypair_list(struct cloud *c, const char *parent, struct resource_list *ret,
			      struct error *err)
{
	(void)parent;
	return spider_plain_list(c, KIND_KEYPAIR, NULL, ret, err);
}

/* ---- VMs ---- */

/* VMInfo has no state: a second call tells it. */
int spider_read_vm(const json_t *one, struct resource *ret, struct error *err)
{
	size_t i;
	json_t *sg;
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	ret->state = STATE_UNSTATED;
	str_copy(ret->vm.image, ID_MAX, spider_name_id(one, "ImageIId"));
	str_copy(ret->vm.spec, ID_MAX, json_text(one, "VMSpecName"));
	str_copy(ret->vm.vpc, ID_MAX, spider_name_id(one, "VpcIID"));
	str_copy(ret->vm.subnet, ID_MAX, spider_name_id(one, "SubnetIID"));
	str_copy(ret->vm.keypair, ID_MAX, spider_name_id(one, "KeyPairIId"));
	json_array_foreach(json_object_get(one, "SecurityGroupIIds"), i, sg)
		if (i < VM_SGS_MAX)
			str_copy(ret->vm.sgs[i], ID_MAX, json_text(sg, "NameId"));
	str_copy(ret->vm.zone, sizeof(ret->vm.zone),
		 json_text(json_object_get(one, "Region"), "Zone"));
	str_copy(ret->vm.private_ip, ADDR_LEN, json_text(one, "PrivateIP"));
	str_copy(ret->vm.public_ip, ADDR_LEN, json_text(one, "PublicIP"));
	return ERR_OK;
}

static void set_state(struct resource *vm, const char *word)
{
	vm->state = spider_vm_state(word);
	str_copy(vm->state_word, sizeof(vm->state_word), word);
}

static json_t *sg_names(const struct resource *vm)
{
	json_t *all = json_array();

	for (int i = 0; i < VM_SGS_MAX; i++)
		if (*vm->vm.sgs[i])
			json_array_append_new(all, json_string(vm->vm.sgs[i]));
	return all;
}

static CO_FN int vm_poll(struct cloud *c, const struct ref *ref, struct resource *ret,
			 struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path("/vmstatus/", ref->id, NULL);
	int r;

	if (spider_is_stray(ref))
		return spider_stray_get(c, ref, ret, err);
	r = spider_call(c, "vm.poll", "GET", path, NULL, 0, &reply, err);
	if (r < 0)
		return r;
	str_copy(ret->id, sizeof(ret->id), ref->id);
	set_state(ret, json_text(reply, "Status"));
	return ERR_OK;
}

static CO_FN int vm_create(struct cloud *c, const struct resource *want, struct resource *ret,
			   struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *info = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s}",
				 "Name", want->name, "ImageType", "PublicImage",
				 "ImageName", want->vm.image, "VMSpecName", want->vm.spec,
				 "VPCName", want->vm.vpc, "SubnetName", want->vm.subnet,
				 "SecurityGroupNames", sg_names(want),
				 "KeyPairName", want->vm.keypair);
	int r = spider_call(c, "vm.create", "POST", "/vm", info, SPIDER_BLOCKS, &reply, err);

	/* It returns when CB-Spider holds it for done. */
	return r < 0 ? r : spider_read_vm(reply, ret, err);
}

static CO_FN int vm_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			struct error *err)
{
	struct resource status;
	int r = spider_plain_get(c, ref, ret, err);

	if (r < 0 || spider_is_stray(ref))
		return r;
	resource_init(&status, KIND_VM);
	r = vm_poll(c, ref, &status, err);
	if (r < 0)
		return r;
	ret->state = status.state;
	memcpy(ret->state_word, status.state_word, sizeof(ret->state_word));
	return ERR_OK;
}

static CO_FN int vm_list(struct cloud *c, const char *parent, struct resource_list *ret,
			 struct error *err)
{
	(void)parent;
	return spider_plain_list(c, KIND_VM, NULL, ret, err);
}

CO_FN int spider_terminate(struct cloud *c, const char *path, struct error *err)
{
	json_auto_t *reply = NULL;
	enum state state;
	int r = spider_call(c, "vm.destroy", "DELETE", path, NULL, SPIDER_BLOCKS, &reply, err);

	if (r < 0)
		return r;
	state = spider_vm_state(json_text(reply, "Status"));
	if (state == STATE_DELETING || state == STATE_GONE)
		return ERR_OK;
	return err_set(err, ERR_PROTOCOL, "DELETE %s: HTTP 200 with Status \"%s\"", path,
		       json_text(reply, "Status") ? json_text(reply, "Status") : "");
}

static CO_FN int vm_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = spider_path("/vm/", ref->id, NULL);

	return spider_is_stray(ref) ? spider_stray_destroy(c, ref, err) :
	       spider_terminate(c, path, err);
}

static CO_FN int vm_act(struct cloud *c, const struct ref *ref, enum action action,
			const struct resource *object, struct error *err)
{
	static const struct { const char *word, *op; } verb[ACT_COUNT] = {
		[ACT_STOP] = { "suspend", "vm.act.stop" },
		[ACT_START] = { "resume", "vm.act.start" },
		[ACT_REBOOT] = { "reboot", "vm.act.reboot" },
	};
	json_auto_t *reply = NULL;
	AUTO(str) char *head = NULL, *path = NULL;
	const char *status;
	int r;

	(void)object;
	if (!verb[action].word)
		return err_set(err, ERR_UNSUPPORTED, "CB-Spider cannot %s a VM", action_name(action));
	head = spider_path("/controlvm/", ref->id, "?action=");
	path = spider_path(head, verb[action].word, NULL);
	/* GET works too, but a read-only session must be able to tell. */
	r = spider_call(c, verb[action].op, "PUT", path, NULL, SPIDER_BLOCKS, &reply, err);
	if (r < 0)
		return r;
	status = json_text(reply, "Status");
	if (!status)
		return err_set(err, ERR_PROTOCOL, "PUT %s: HTTP 200 without Status", path);
	/* Several drivers refuse with HTTP 200 and a sentence in the enum field. */
	if (spider_vm_state(status) == STATE_STRANGE || !strncmp(status, "Failed", 6)) {
		err_set(err, ERR_CONFLICT, "PUT %s: HTTP 200 with Status \"%s\"", path, status);
		err->guessed = true;
		err->http_status = 200;
		return ERR_CONFLICT;
	}
	return ERR_OK;
}

const struct kind_ops spider_keypair_ops = {
	.create = keypair_create, .get = spider_plain_get, .list = keypair_list,
	.destroy = spider_plain_destroy, .strays = spider_strays,
};
const struct kind_ops spider_vm_ops = {
	.create = vm_create, .get = vm_get, .list = vm_list, .poll = vm_poll,
	.destroy = vm_destroy, .act = vm_act, .strays = spider_strays,
};
