/* VPC and subnets (section 5), security groups (6). */
#include "face.h"

#include <ctype.h>
#include <string.h>

static json_t *show_subnet(struct call *c, const struct resource *r)
{
	(void)c;
	return json_pack("{s:o, s:s, s:s}", "IId", spider_iid(r->name, r->id), "Zone", r->subnet.zone,
			 "IPv4_CIDR", r->subnet.cidr);
}

static json_t *show_vpc(struct call *c, const struct resource *r)
{
	struct error err;
	json_t *subnets = spider_list(c, KIND_SUBNET, r->id, show_subnet, &err);

	return json_pack("{s:o, s:s, s:o}", "IId", spider_iid(r->name, r->id),
			 "IPv4_CIDR", r->vpc.cidr,
			 "SubnetInfoList", subnets ? subnets : json_null());
}

/* False with the answer made. */
static bool make_subnet(struct call *c, const json_t *from, const char *vpc)
{
	struct resource want, made;
	struct error err = { 0 };

	resource_init(&want, KIND_SUBNET);
	str_copy(want.parent, ID_MAX, vpc);
	if (!spider_text(c, from, "Name", want.name, NAME_LEN) ||
	    !spider_text(c, from, "Zone", want.subnet.zone, sizeof(want.subnet.zone)) ||
	    !spider_text(c, from, "IPv4_CIDR", want.subnet.cidr, ADDR_LEN))
		return false;
	if (!*want.name || !*want.subnet.cidr) {
		spider_fail(c, 500, "resources.%s's input value is empty!",
			    *want.name ? "SubnetInfo:IPv4_CIDR" : "IID:NameId");
		return false;
	}
	if (!*want.subnet.zone)
		snprintf(want.subnet.zone, sizeof(want.subnet.zone), "%.58s-z1", spider_region_name(c));
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES, &made, &err) == ERR_OK)
		return true;
	spider_error(c, KIND_SUBNET, want.name, &err);
	return false;
}

/* Undoes a VPC whose subnets could not all be made. */
static void unmake_vpc(struct call *c, const char *vpc)
{
	struct resource_list all = { 0 };
	struct error err;

	if (ref_list(c->rc, c->conn, KIND_SUBNET, vpc, &all, &err) == ERR_OK)
		for (size_t i = 0; i < all.count; i++)
			ref_destroy(c->rc, c->conn, KIND_SUBNET, all.at[i].id, &err);
	resource_list_cleanup(&all);
	ref_destroy(c->rc, c->conn, KIND_VPC, vpc, &err);
}

void spider_vpc_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };
	size_t i;
	json_t *one;

	resource_init(&want, KIND_VPC);
	if (!spider_name(c, want.name) ||
	    !spider_text(c, c->info, "IPv4_CIDR", want.vpc.cidr, ADDR_LEN))
		return;
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_NAMES, &made, &err) < 0) {
		spider_error(c, KIND_VPC, want.name, &err);
		return;
	}
	json_array_foreach(spider_member(c->info, "SubnetInfoList"), i, one)
		if (!make_subnet(c, one, made.id)) {
			unmake_vpc(c, made.id);
			return;
		}
	spider_answer(c, show_vpc(c, &made));
}

void spider_vpc_all(struct call *c) { spider_get_all(c, KIND_VPC, "vpc", show_vpc); }
void spider_vpc_one(struct call *c) { spider_get_one(c, KIND_VPC, show_vpc); }
void spider_vpc_delete(struct call *c) { spider_delete_one(c, KIND_VPC); }

void spider_subnet_create(struct call *c)
{
	struct resource vpc;
	struct error err = { 0 };
	char id[ID_MAX];

	spider_id(c, KIND_VPC, c->arg[0], NULL, id);
	if (!make_subnet(c, c->info, id))
		return;
	if (ref_get(c->rc, c->conn, KIND_VPC, id, &vpc, &err) < 0)
		spider_error(c, KIND_VPC, c->arg[0], &err);
	else
		spider_answer(c, show_vpc(c, &vpc));
}

/* The VPC of the path; false with the answer made. */
static bool vpc_of(struct call *c, char id[ID_MAX])
{
	ref_resolve(c->rc, c->conn, KIND_VPC, c->arg[0], NULL, id);
	if (*id && !ref_external(c->rc, id))
		return true;
	spider_fail(c, 500, "VPC '%s' does not exist in connection '%s'", c->arg[0], c->conn);
	return false;
}

/* The one GET that knows 404. */
void spider_subnet_one(struct call *c)
{
	struct resource r;
	struct error err = { 0 };
	char vpc[ID_MAX], id[ID_MAX];

	if (!vpc_of(c, vpc))
		return;
	spider_id(c, KIND_SUBNET, c->arg[1], vpc, id);
	if (ref_get(c->rc, c->conn, KIND_SUBNET, id, &r, &err) == ERR_OK)
		spider_answer(c, show_subnet(c, &r));
	else if (err.code == ERR_NOT_FOUND)
		spider_fail(c, 404, "Subnet not found");
	else
		spider_error(c, KIND_SUBNET, c->arg[1], &err);
}

void spider_subnet_delete(struct call *c)
{
	struct error err = { 0 };
	char vpc[ID_MAX], id[ID_MAX];

	if (!vpc_of(c, vpc))
		return;
	spider_id(c, KIND_SUBNET, c->arg[1], vpc, id);
	if (ref_destroy(c->rc, c->conn, KIND_SUBNET, id, &err) < 0)
		spider_error(c, KIND_SUBNET, c->arg[1], &err);
	else
		spider_result(c, true);
}

/* ---- security groups ---- */

static json_t *show_port(int port) { return json_sprintf("%d", port); }

static json_t *show_rule(const struct rule *u)
{
	char protocol[sizeof(u->protocol)];

	for (size_t i = 0; i < sizeof(protocol); i++)
		protocol[i] = (char)toupper((unsigned char)u->protocol[i]);
	return json_pack("{s:s, s:s, s:o, s:o, s:s}", "Direction", u->direction,
			 "IPProtocol", protocol, "FromPort", show_port(u->from),
			 "ToPort", show_port(u->to), "CIDR", u->cidr);
}

static json_t *show_sg(struct call *c, const struct resource *r)
{
	json_t *rules = json_array();

	for (int64_t i = 0; i < r->sg.rule_count && i < RULES_MAX; i++)
		json_array_append_new(rules, show_rule(&r->sg.rules[i]));
	return json_pack("{s:o, s:o, s:o}", "IId", spider_iid(r->name, r->id),
			 "VpcIID", spider_iid_of(c, KIND_VPC, r->parent), "SecurityRules", rules);
}

/* -2: no port at all, which the cloud will refuse. */
static int port(const char *text)
{
	int64_t n = str_to_int(text, 1000000);

	return !strcmp(text, "-1") ? -1 : n < 0 ? -2 : (int)n;
}

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

static bool read_rule(struct call *c, const json_t *one, struct rule *u)
{
	char direction[32], protocol[32], from[32], to[32];

	if (!spider_text(c, one, "Direction", direction, sizeof(direction)) ||
	    !spider_text(c, one, "IPProtocol", protocol, sizeof(protocol)) ||
	    !spider_text(c, one, "FromPort", from, sizeof(from)) ||
	    !spider_text(c, one, "ToPort", to, sizeof(to)) ||
	    !spider_text(c, one, "CIDR", u->cidr, sizeof(u->cidr)))
		return false;
	lower(direction);
	lower(protocol);
	if (!str_copy(u->direction, sizeof(u->direction), direction) ||
	    !str_copy(u->protocol, sizeof(u->protocol), protocol)) {
		spider_fail(c, 500, "InvalidParameterValue: %s %s", direction, protocol);
		return false;
	}
	u->from = port(from);
	u->to = port(to);
	if (!strcmp(protocol, "icmp") || !strcmp(protocol, "all"))
		u->from = u->to = -1;
	if (!*u->cidr)
		str_copy(u->cidr, sizeof(u->cidr), "0.0.0.0/0");
	return true;
}

static bool read_rules(struct call *c, const json_t *list, struct resource *sg)
{
	size_t i;
	json_t *one;

	/* As in the original: nobody has looked whether it is there. */
	if (!json_is_array(list)) {
		spider_fail(c, 500, "Internal Server Error");
		return false;
	}
	if (json_array_size(list) > RULES_MAX) {
		spider_fail(c, 500, "RulesPerSecurityGroupLimitExceeded: more than %d rules", RULES_MAX);
		return false;
	}
	json_array_foreach(list, i, one)
		if (!read_rule(c, one, &sg->sg.rules[i]))
			return false;
	sg->sg.rule_count = (int64_t)json_array_size(list);
	return true;
}

void spider_sg_create(struct call *c)
{
	struct resource want, made;
	struct error err = { 0 };
	char vpc[NAME_LEN];

	resource_init(&want, KIND_SG);
	if (!spider_name(c, want.name) || !spider_text(c, c->info, "VPCName", vpc, sizeof(vpc)))
		return;
	if (!*vpc) {
		spider_fail(c, 500, "resources.VpcIID:NameId's input value is empty!");
		return;
	}
	spider_id(c, KIND_VPC, vpc, NULL, want.parent);
	if (!read_rules(c, spider_member(c->info, "SecurityRules"), &want))
		return;
	if (ref_create(c->rc, c->conn, &want, REF_UNIQUE_ANYWHERE, &made, &err) < 0)
		spider_error(c, KIND_SG, want.name, &err);
	else
		spider_answer(c, show_sg(c, &made));
}

void spider_sg_all(struct call *c) { spider_get_all(c, KIND_SG, "securitygroup", show_sg); }
void spider_sg_one(struct call *c) { spider_get_one(c, KIND_SG, show_sg); }
void spider_sg_delete(struct call *c) { spider_delete_one(c, KIND_SG); }

void spider_sg_of_vpc(struct call *c)
{
	struct error err = { 0 };
	char vpc[ID_MAX];
	json_t *list;

	if (!vpc_of(c, vpc))
		return;
	list = spider_list(c, KIND_SG, vpc, show_sg, &err);
	if (list)
		spider_answer(c, json_pack("{s:o}", "securitygroup", list));
	else
		spider_error(c, KIND_SG, "", &err);
}

/* True and the group's id when the rules were changed; else the answer is made. */
static bool change_rules(struct call *c, enum action action, char id[ID_MAX])
{
	const json_t *list = spider_member(c->info ? c->info : c->body, "RuleInfoList");
	struct resource rules;
	struct error err = { 0 };

	resource_init(&rules, KIND_SG);
	spider_id(c, KIND_SG, c->arg[0], NULL, id);
	if (!read_rules(c, list, &rules))
		return false;
	if (ref_act(c->rc, c->conn, KIND_SG, id, action, &rules, &err) == ERR_OK)
		return true;
	spider_error(c, KIND_SG, c->arg[0], &err);
	return false;
}

void spider_rules_add(struct call *c)
{
	struct resource r;
	struct error err = { 0 };
	char id[ID_MAX];

	if (!change_rules(c, ACT_ADD_RULE, id))
		return;
	if (ref_get(c->rc, c->conn, KIND_SG, id, &r, &err) < 0)
		spider_error(c, KIND_SG, c->arg[0], &err);
	else
		spider_answer(c, show_sg(c, &r));
}

void spider_rules_remove(struct call *c)
{
	char id[ID_MAX];

	if (change_rules(c, ACT_REMOVE_RULE, id))
		spider_result(c, true);
}
