/* Virtual networks, subnets, security groups, public addresses (API reference, 5, 6, 14). */
#include "spider.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

static int read_subnet(const json_t *one, const char *vpc, struct resource *ret, struct error *err)
{
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->parent, sizeof(ret->parent), vpc);
	str_copy(ret->subnet.cidr, sizeof(ret->subnet.cidr), json_text(one, "IPv4_CIDR"));
	str_copy(ret->subnet.zone, sizeof(ret->subnet.zone), json_text(one, "Zone"));
	return ERR_OK;
}

int spider_read_vpc(const json_t *one, struct resource *ret, struct error *err)
{
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->vpc.cidr, sizeof(ret->vpc.cidr), json_text(one, "IPv4_CIDR"));
	return ERR_OK;
}

static CO_FN int vpc_create(struct cloud *c, const struct resource *want, struct resource *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *info = json_pack("{s:s, s:s, s:[]}", "Name", want->name,
				 "IPv4_CIDR", want->vpc.cidr, "SubnetInfoList");
	int r = spider_call(c, "vpc.create", "POST", "/vpc", info, SPIDER_BLOCKS, &reply, err);

	return r < 0 ? r : spider_read_vpc(reply, ret, err);
}

static CO_FN int vpc_list(struct cloud *c, const char *parent, struct resource_list *ret,
			  struct error *err)
{
	(void)parent;
	return spider_plain_list(c, KIND_VPC, NULL, ret, err);
}

/* The answer to a new subnet is the whole VPC. */
static CO_FN int subnet_create(struct cloud *c, const struct resource *want, struct resource *ret,
			       struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path("/vpc/", want->parent, "/subnet");
	json_t *info = json_pack("{s:s, s:s}", "Name", want->name, "IPv4_CIDR", want->subnet.cidr);
	size_t i;
	json_t *one;
	int r;

	if (*want->subnet.zone)
		json_object_set_new(info, "Zone", json_string(want->subnet.zone));
	r = spider_call(c, "subnet.create", "POST", path, info, SPIDER_BLOCKS, &reply, err);
	if (r < 0)
		return r;
	json_array_foreach(json_object_get(reply, "SubnetInfoList"), i, one)
		if (!strcmp(spider_name_id(one, "IId"), want->name))
			return read_subnet(one, want->parent, ret, err);
	return err_set(err, ERR_PROTOCOL, "the new subnet %s is not in the VPC that was answered",
		       want->name);
}

static CO_FN int subnet_get(struct cloud *c, const struct ref *ref, struct resource *ret,
			    struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *head = spider_path("/vpc/", ref->parent, "/subnet/");
	AUTO(str) char *path = spider_path(head, ref->id, NULL);
	int r = spider_call(c, "subnet.get", "GET", path, NULL, 0, &reply, err);

	return r < 0 ? r : read_subnet(reply, ref->parent, ret, err);
}

static int read_subnets(const json_t *vpc, struct resource_list *ret, struct error *err)
{
	const json_t *all;
	size_t i;
	json_t *one;
	int r = spider_list_of(vpc, "SubnetInfoList", &all, err);

	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		struct resource *to = resource_list_add(ret);

		resource_init(to, KIND_SUBNET);
		r = read_subnet(one, spider_name_id(vpc, "IId"), to, err);
		if (r < 0)
			return r;
	}
	return ERR_OK;
}

static CO_FN int subnet_list(struct cloud *c, const char *parent, struct resource_list *ret,
			     struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = parent ? spider_path("/vpc/", parent, NULL) : xstrdup("/vpc");
	const json_t *all;
	size_t i;
	json_t *one;
	int r = spider_call(c, "subnet.list", "GET", path, NULL, 0, &reply, err);

	if (r < 0)
		return r;
	ret->pages = 1;
	if (parent)
		return read_subnets(reply, ret, err);
	r = spider_list_of(reply, "vpc", &all, err);
	if (r < 0)
		return r;
	json_array_foreach(all, i, one) {
		r = read_subnets(one, ret, err);
		if (r < 0)
			return r;
	}
	return ERR_OK;
}

static CO_FN int subnet_destroy(struct cloud *c, const struct ref *ref, struct error *err)
{
	AUTO(str) char *head = spider_path("/vpc/", ref->parent, "/subnet/");
	AUTO(str) char *path = spider_path(head, ref->id, NULL);

	return spider_delete(c, "subnet.destroy", path, err);
}

/* ---- security groups ---- */

static void case_copy(char *to, size_t room, const char *from, int (*fold)(int))
{
	str_copy(to, room, from);
	for (; *to; to++)
		*to = (char)fold((unsigned char)*to);
}

/* -1: any.  A number that no port has is not any of them. */
static int port_of(const json_t *rule, const char *key)
{
	int64_t n = spider_number(rule, key);

	return n > 65535 ? INT_MAX : n >= 0 ? (int)n : -1;
}

static void read_rules(const json_t *rules, struct resource *ret)
{
	size_t i;
	json_t *one;

	ret->sg.rule_count = (int64_t)json_array_size(rules);
	json_array_foreach(rules, i, one) {
		struct rule *u = &ret->sg.rules[i];

		if (i >= RULES_MAX)
			break;
		case_copy(u->direction, sizeof(u->direction), json_text(one, "Direction"), tolower);
		case_copy(u->protocol, sizeof(u->protocol), json_text(one, "IPProtocol"), tolower);
		u->from = port_of(one, "FromPort");
		u->to = port_of(one, "ToPort");
		str_copy(u->cidr, sizeof(u->cidr), json_text(one, "CIDR"));
	}
}

int spider_read_sg(const json_t *one, struct resource *ret, struct error *err)
{
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->parent, sizeof(ret->parent), spider_name_id(one, "VpcIID"));
	read_rules(json_object_get(one, "SecurityRules"), ret);
	return ERR_OK;
}

static json_t *write_rules(const struct resource *sg)
{
	json_t *all = json_array();

	for (int64_t i = 0; i < sg->sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &sg->sg.rules[i];
		char from[16], to[16], protocol[sizeof(u->protocol)];

		snprintf(from, sizeof(from), "%d", u->from);
		snprintf(to, sizeof(to), "%d", u->to);
		case_copy(protocol, sizeof(protocol), u->protocol, toupper);
		json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:s, s:s}",
						     "Direction", u->direction, "IPProtocol", protocol,
						     "FromPort", from, "ToPort", to, "CIDR", u->cidr));
	}
	return all;
}

static CO_FN int sg_create(struct cloud *c, const struct resource *want, struct resource *ret,
			   struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *info = json_pack("{s:s, s:s, s:o}", "Name", want->name, "VPCName", want->parent,
				 "SecurityRules", write_rules(want));
	int r = spider_call(c, "sg.create", "POST", "/securitygroup", info, SPIDER_BLOCKS, &reply, err);

	return r < 0 ? r : spider_read_sg(reply, ret, err);
}

static CO_FN int sg_list(struct cloud *c, const char *parent, struct resource_list *ret,
			 struct error *err)
{
	AUTO(str) char *path = parent ? spider_path("/securitygroup/vpc/", parent, NULL) : NULL;

	return spider_plain_list(c, KIND_SG, path, ret, err);
}

static CO_FN int sg_act(struct cloud *c, const struct ref *ref, enum action action,
			const struct resource *object, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path("/securitygroup/", ref->id, "/rules");
	json_t *info;
	const char *result;
	int r;

	if (action != ACT_ADD_RULE && action != ACT_REMOVE_RULE)
		return err_set(err, ERR_UNSUPPORTED, "a security group cannot %s", action_name(action));
	info = json_pack("{s:o}", "RuleInfoList", write_rules(object));
	if (action == ACT_ADD_RULE)
		return spider_call(c, "sg.act.add-rule", "POST", path, info, 0, &reply, err);
	r = spider_call(c, "sg.act.remove-rule", "DELETE", path, info, 0, &reply, err);
	if (r < 0)
		return r;
	result = json_text(reply, "Result");
	return result && !strcmp(result, "true") ? ERR_OK :
	       err_set(err, ERR_PROTOCOL, "DELETE %s: Result is not \"true\"", path);
}

/* ---- public addresses ---- */

int spider_read_address(const json_t *one, struct resource *ret, struct error *err)
{
	const char *status = json_text(one, "Status");
	int r = spider_read_iid(one, "IId", ret, err);

	if (r < 0)
		return r;
	str_copy(ret->address.ip, sizeof(ret->address.ip), json_text(one, "PublicIPAddress"));
	str_copy(ret->address.vm, sizeof(ret->address.vm), spider_name_id(one, "OwnedVM"));
	str_copy(ret->state_word, sizeof(ret->state_word), status);
	ret->state = !status || !*status ? STATE_UNSTATED :
		     !strcmp(status, "Available") ? STATE_AVAILABLE :
		     !strcmp(status, "Associated") ? STATE_BOUND :
		     !strcmp(status, "Deleting") ? STATE_DELETING :
		     !strcmp(status, "Error") ? STATE_FAILED :
		     !strcmp(status, "NotFound") ? STATE_GONE : STATE_STRANGE;
	return ERR_OK;
}

static CO_FN int address_create(struct cloud *c, const struct resource *want, struct resource *ret,
				struct error *err)
{
	json_auto_t *reply = NULL;
	json_t *info = json_pack("{s:s}", "Name", want->name);
	int r = spider_call(c, "address.create", "POST", "/publicip", info, SPIDER_BLOCKS, &reply, err);

	return r < 0 ? r : spider_read_address(reply, ret, err);
}

static CO_FN int address_list(struct cloud *c, const char *parent, struct resource_list *ret,
			      struct error *err)
{
	(void)parent;
	return spider_plain_list(c, KIND_ADDRESS, NULL, ret, err);
}

static CO_FN int address_act(struct cloud *c, const struct ref *ref, enum action action,
			     const struct resource *object, struct error *err)
{
	json_auto_t *reply = NULL;
	AUTO(str) char *path = spider_path("/publicip/", ref->id,
					   action == ACT_BIND ? "/associate" : "/disassociate");

	if (action != ACT_BIND && action != ACT_UNBIND)
		return err_set(err, ERR_UNSUPPORTED, "a public address cannot %s", action_name(action));
	return spider_call(c, action == ACT_BIND ? "address.act.bind" : "address.act.unbind", "PUT", path,
			   json_pack("{s:s}", "VMName", object ? object->id : ""), 0, &reply, err);
}

const struct kind_ops spider_vpc_ops = {
	.create = vpc_create, .get = spider_plain_get, .list = vpc_list,
	.destroy = spider_plain_destroy, .strays = spider_strays,
};
const struct kind_ops spider_subnet_ops = {
	.create = subnet_create, .get = subnet_get, .list = subnet_list, .destroy = subnet_destroy,
};
const struct kind_ops spider_sg_ops = {
	.create = sg_create, .get = spider_plain_get, .list = sg_list,
	.destroy = spider_plain_destroy, .act = sg_act, .strays = spider_strays,
};
const struct kind_ops spider_address_ops = {
	.create = address_create, .get = spider_plain_get, .list = address_list,
	.destroy = spider_plain_destroy, .act = address_act,
};
