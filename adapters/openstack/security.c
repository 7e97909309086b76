/* Security groups with their rules, and key pairs. */
#include "openstack.h"

#include <limits.h>
#include <string.h>

/* The names of our model in Neutron's notation and back. */
static const char *to_direction(const char *ours)
{
	return !strcmp(ours, "inbound") ? "ingress" : !strcmp(ours, "outbound") ? "egress" : ours;
}

static const char *from_direction(const char *theirs)
{
	return !theirs ? "" : !strcmp(theirs, "ingress") ? "inbound" :
	       !strcmp(theirs, "egress") ? "outbound" : theirs;
}

/* -1: any.  A number that no port has stays one, whatever it is: cut to an int, 2^32 + 22
 * would pass for 22. */
static int port(const json_t *rule, const char *key)
{
	const json_t *v = json_object_get(rule, key);
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;

	return n < INT_MIN || n > INT_MAX ? INT_MAX : (int)n;
}

/* An absent prefix and an absent group mean "any" (Networking API, rules). */
static void read_rule(const json_t *one, struct rule *u)
{
	const char *protocol = json_text(one, "protocol"), *cidr = json_text(one, "remote_ip_prefix");
	const char *group = json_text(one, "remote_group_id"), *ether = json_text(one, "ethertype");

	str_copy(u->direction, sizeof(u->direction), from_direction(json_text(one, "direction")));
	str_copy(u->protocol, sizeof(u->protocol), protocol ? protocol : "all");
	u->from = port(one, "port_range_min");
	u->to = port(one, "port_range_max");
	if (cidr)
		str_copy(u->cidr, sizeof(u->cidr), cidr);
	else if (group)
		snprintf(u->cidr, sizeof(u->cidr), "group:%.36s", group);
	else
		str_copy(u->cidr, sizeof(u->cidr), ether && !strcmp(ether, "IPv6") ? "::/0" : "0.0.0.0/0");
}

static int read_sg(const json_t *one, struct resource *ret, struct error *err)
{
	const json_t *rules = json_object_get(one, "security_group_rules");
	size_t i;
	json_t *rule;
	int r = openstack_read_id(one, ret, err);

	if (r < 0)
		return r;
	ret->sg.rule_count = (int64_t)json_array_size(rules);
	json_array_foreach(rules, i, rule)
		if (i < RULES_MAX)
			read_rule(rule, &ret->sg.rules[i]);
	return ERR_OK;
}

static json_t *write_rule(const char *group, const struct rule *u)
{
	json_t *one = json_pack("{s:s, s:s, s:s, s:s}", "security_group_id", group,
				"direction", to_direction(u->direction), "ethertype", "IPv4",
				"remote_ip_prefix", u->cidr);

	if (strcmp(u->protocol, "all"))
		json_object_set_new(one, "protocol", json_string(u->protocol));
	if (u->from >= 0)
		json_object_set_new(one, "port_range_min", json_integer(u->from));
	if (u->to >= 0)
		json_object_set_new(one, "port_range_max", json_integer(u->to));
	return json_pack("{s:o}", "security_group_rule", one);
}

static CO_FN int add_rules(struct cloud *c, const char *group, const struct resource *sg,
			   struct error *err)
{
	for (int64_t i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++) {
		json_auto_t *reply = NULL;
		int r = openstack_call(c, SERVICE_NETWORK, "sg.act.add-rule", "POST",
				       "/security-group-rules", write_rule(group, &sg->sg.rules[i]), 201,
				       &reply, err);

		if (r < 0)
			return err_context(err, "rule %lld of the security group", (long long)i + 1);
	}
	return ERR_OK;
}

static CO_FN int sg_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			struct error *err)
{
	AUTO(str) char *path = openstack_path("/security-groups/", ref->id, NULL);

	return openstack_get(c, SERVICE_NETWORK, "sg.get", path, "security_group", read_sg, ret, err);
}

static CO_FN int sg_create(struct cloud *c, const struct resource *want, struct resource *ret,
			   struct error *err)
{
	json_auto_t *reply = NULL;
	struct resource made;
	struct ref ref = resource_ref(ret);	/* borrows the id that ret will have */
	int r = openstack_call(c, SERVICE_NETWORK, "sg.create", "POST", "/security-groups",
			       json_pack("{s:{s:s}}", "security_group", "name", want->name), 201, &reply,
			       err);

	if (r < 0)
		return r;
	resource_init(&made, KIND_SG);
	r = read_sg(json_object_get(reply, "security_group"), &made, err);
	if (r < 0)
		return r;
	*ret = made;
	r = add_rules(c, made.id, want, err);
	if (r < 0)
		return r;
	resource_init(&made, KIND_SG);
	r = sg_get(c, &ref, &made, err);
	if (r == ERR_OK)
		*ret = made;
	return r;
}

static CO_FN int sg_list(struct cloud *c, const char *parent, struct resource_list *ret,
			 struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_NETWORK, "sg.list", "/security-groups",
			      "security_groups", KIND_SG, read_sg, ret, err);
}

static CO_FN int sg_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *path = openstack_path("/security-groups/", ref->id, NULL);

	return openstack_call(c, SERVICE_NETWORK, "sg.destroy", "DELETE", path, NULL, 204, NULL, err);
}

/* A rule is removed by its id, which is looked up by what the rule says. */
static CO_FN int remove_rule(struct cloud *c, const struct ref *ref, const struct rule *gone,
			     struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = openstack_path("/security-groups/", ref->id, NULL), *rule_path = NULL;
	size_t i;
	json_t *one;
	int r = openstack_call(c, SERVICE_NETWORK, "sg.get", "GET", path, NULL, 200, &reply, err);

	if (r < 0)
		return r;
	json_array_foreach(json_object_get(json_object_get(reply, "security_group"),
					   "security_group_rules"), i, one) {
		struct rule u = { 0 };

		read_rule(one, &u);
		if (!rule_eq(&u, gone) || !json_text(one, "id"))
			continue;
		rule_path = openstack_path("/security-group-rules/", json_text(one, "id"), NULL);
		return openstack_call(c, SERVICE_NETWORK, "sg.act.remove-rule", "DELETE", rule_path, NULL,
				      204, NULL, err);
	}
	return err_set(err, ERR_NOT_FOUND, "security group %s has no such rule", ref->id);
}

static CO_FN int sg_act(struct cloud *c, const struct ref *ref, enum action action,
			const struct resource *object, struct error *err)
{
	int r = ERR_OK;

	if (action == ACT_ADD_RULE)
		return add_rules(c, ref->id, object, err);
	if (action != ACT_REMOVE_RULE)
		return err_set(err, ERR_UNSUPPORTED, "a security group cannot %s", action_name(action));
	for (int64_t i = 0; r == ERR_OK && i < object->sg.rule_count && i < RULES_MAX; i++)
		r = remove_rule(c, ref, &object->sg.rules[i], err);
	return r;
}

/* ---- key pairs: the name is the id ---- */

static int read_keypair(const json_t *one, struct resource *ret, struct error *err)
{
	const char *name = json_text(one, "name"), *private = json_text(one, "private_key");

	if (!name || !*name)
		return err_set(err, ERR_PROTOCOL, "a key pair without a name in the answer");
	if (!resource_set_id(ret, name))
		return err_set(err, ERR_PROTOCOL, "a key pair's name is over %d bytes", ID_MAX - 1);
	str_copy(ret->name, sizeof(ret->name), name);
	str_copy(ret->keypair.fingerprint, sizeof(ret->keypair.fingerprint),
		 json_text(one, "fingerprint"));
	str_copy(ret->keypair.public_key, sizeof(ret->keypair.public_key), json_text(one, "public_key"));
	if (private && *private) {
		ret->keypair.private_key = secret_add(private, strlen(private));
		ret->keypair.private_key_shown = true;
	}
	return ERR_OK;
}

/* The list wraps each in {"keypair": ..}. */
static int read_listed(const json_t *one, struct resource *ret, struct error *err)
{
	return read_keypair(json_object_get(one, "keypair"), ret, err);
}

static CO_FN int keypair_create(struct cloud *c, const struct resource *want, struct resource *ret,
				struct error *err)
{
	const struct openstack *s = cloud_private(c);
	json_auto_t *reply = NULL;
	/* 2.2 answers 201 and knows types, 2.1 answers 200 (microversion history). */
	bool typed = *s->microversion && strcmp(s->microversion, "compute 2.1");
	json_t *key = json_pack("{s:s}", "name", want->name);
	int r;

	if (typed)
		json_object_set_new(key, "type", json_string("ssh"));
	if (*want->keypair.public_key)
		json_object_set_new(key, "public_key", json_string(want->keypair.public_key));
	r = openstack_call(c, SERVICE_COMPUTE, "keypair.create", "POST", "/os-keypairs",
			   json_pack("{s:o}", "keypair", key), typed ? 201 : 200, &reply, err);
	return r < 0 ? r : read_keypair(json_object_get(reply, "keypair"), ret, err);
}

static CO_FN int keypair_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			     struct error *err)
{
	AUTO(str) char *path = openstack_path("/os-keypairs/", ref->id, NULL);

	return openstack_get(c, SERVICE_COMPUTE, "keypair.get", path, "keypair", read_keypair, ret, err);
}

static CO_FN int keypair_list(struct cloud *c, const char *parent, struct resource_list *ret,
			      struct error *err)
{
	(void)parent;
	return openstack_list(c, SERVICE_COMPUTE, "keypair.list", "/os-keypairs", "keypairs",
			      KIND_KEYPAIR, read_listed, ret, err);
}

static CO_FN int keypair_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	const struct openstack *s = cloud_private(c);
	AUTO(str) char *path = openstack_path("/os-keypairs/", ref->id, NULL);
	bool typed = *s->microversion && strcmp(s->microversion, "compute 2.1");

	return openstack_call(c, SERVICE_COMPUTE, "keypair.destroy", "DELETE", path, NULL,
			      typed ? 204 : 202, NULL, err);
}

const struct kind_ops openstack_sg_ops = {
	.create = sg_create, .get = sg_get, .list = sg_list, .destroy = sg_destroy, .act = sg_act,
};
const struct kind_ops openstack_keypair_ops = {
	.create = keypair_create, .get = keypair_get, .list = keypair_list,
	.destroy = keypair_destroy,
};
