#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/*
 * Security groups.  The model holds the IPv4 rules that name a range; those for
 * IPv6, those that name another group, and all of the "default" group are the
 * extras "rules" of the group.
 */

void osf_default_sg(const struct osf_call *c, char to[OSF_UUID])
{
	osf_uuid(to, "default security group", c->q->tenant, "");
}

bool osf_is_default_sg(const struct osf_call *c, const char *id)
{
	char own[OSF_UUID];

	osf_default_sg(c, own);
	return !strcmp(id, own);
}

/* ---- rules ---- */

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *number_or_null(int n)
{
	return n < 0 ? json_null() : json_integer(n);
}

static json_t *rule_view(struct osf_call *c, const char *sg, const char *id,
			 const struct osf_rule *u)
{
	json_t *view = json_pack("{s:s, s:s, s:s, s:s, s:n}", "id", id, "security_group_id", sg,
				 "direction", u->direction, "ethertype", u->ethertype,
				 "remote_address_group_id");

	json_object_set_new(view, "protocol", text_or_null(u->protocol));
	json_object_set_new(view, "port_range_min", number_or_null(u->from));
	json_object_set_new(view, "port_range_max", number_or_null(u->to));
	json_object_set_new(view, "remote_ip_prefix", text_or_null(u->cidr));
	json_object_set_new(view, "normalized_cidr", text_or_null(u->cidr));
	json_object_set_new(view, "remote_group_id", text_or_null(u->group));
	return osf_network_common(c, KIND_SG, sg, view);
}

static void text_of_rule(const struct rule *u, struct osf_rule *to)
{
	*to = (struct osf_rule){
		.direction = strcmp(u->direction, "outbound") ? "ingress" : "egress",
		.ethertype = "IPv4", .protocol = strcmp(u->protocol, "all") ? u->protocol : NULL,
		.cidr = u->cidr, .from = u->from, .to = u->to,
	};
}

/* The same rule has the same id: there cannot be two in one group. */
static void rule_id(const char *sg, const struct osf_rule *u, char to[OSF_UUID])
{
	char text[256];

	snprintf(text, sizeof(text), "%s %s %s %d %d %s %s", u->direction, u->ethertype,
		 u->protocol ? u->protocol : "", u->from, u->to,
		 u->cidr && strcmp(u->cidr, "::/0") ? u->cidr : "",
		 u->group ? u->group : "");
	osf_uuid(to, "rule", sg, text);
}

/* What a request said of a rule and the model does not keep; new only when made. */
static json_t *rule_note(struct osf_call *c, const char *sg, const char *id, bool make)
{
	json_t *notes = json_object_get(make ? osf_extra_make(c, sg) : osf_extra(c, sg), "notes");

	if (make && !notes) {
		notes = json_object();
		json_object_set_new(osf_extra(c, sg), "notes", notes);
	}
	if (make)
		json_object_set_new(notes, id, json_object());
	return json_object_get(notes, id);
}

static json_t *model_rule_view(struct osf_call *c, const char *sg, const struct rule *u)
{
	struct osf_rule text;
	char id[OSF_UUID];
	const json_t *x, *description, *raw, *protocol;
	json_t *view;

	text_of_rule(u, &text);
	rule_id(sg, &text, id);
	view = rule_view(c, sg, id, &text);
	x = rule_note(c, sg, id, false);
	description = json_object_get(x, "description");
	raw = json_object_get(x, "remote_ip_prefix");
	json_object_set_new(view, "description", text_or_null(json_string_value(description)));
	if (raw)
		json_object_set(view, "remote_ip_prefix", (json_t *)raw);
	if (json_is_null(raw))
		json_object_set_new(view, "normalized_cidr", json_null());
	protocol = json_object_get(x, "protocol");
	if (protocol)
		json_object_set(view, "protocol", (json_t *)protocol);
	return view;
}

static void wire_rule_add(struct osf_call *c, const char *sg, const struct osf_rule *u)
{
	json_t *x = osf_extra_make(c, sg), *rules = json_object_get(x, "rules");
	char id[OSF_UUID];

	if (!rules) {
		rules = json_array();
		json_object_set_new(x, "rules", rules);
	}
	rule_id(sg, u, id);
	json_array_append_new(rules, rule_view(c, sg, id, u));
}

/* Both families out, where the operator lets new groups do that; the default group also
 * lets its own members in. */
static void wire_defaults(struct osf_call *c, const char *sg, bool whole)
{
	struct osf_rule u = { .direction = "egress", .ethertype = "IPv6", .from = -1, .to = -1 };
	bool out = !refcloud_egress_denied(c->rc);
	json_t *one;
	size_t i;

	if (out)
		wire_rule_add(c, sg, &u);
	u.ethertype = "IPv4";
	if (out && whole)
		wire_rule_add(c, sg, &u);
	u.direction = "ingress";
	u.group = sg;
	if (whole)
		wire_rule_add(c, sg, &u);
	u.ethertype = "IPv6";
	if (whole)
		wire_rule_add(c, sg, &u);
	/* Nobody asked for them, and so nobody described them. */
	json_array_foreach(json_object_get(osf_extra(c, sg), "rules"), i, one)
		json_object_set_new(one, "description", json_null());
}

/* sg NULL: the default group. */
static json_t *rules_of(struct osf_call *c, const char *id, const struct resource *sg)
{
	json_t *all = json_array();

	if (!sg && !json_object_get(osf_extra(c, id), "rules"))
		wire_defaults(c, id, true);
	for (int64_t i = 0; sg && i < sg->sg.rule_count && i < RULES_MAX; i++)
		json_array_append_new(all, model_rule_view(c, id, &sg->sg.rules[i]));
	json_array_extend(all, json_object_get(osf_extra(c, id), "rules"));
	return all;
}

/* ---- groups ---- */

static json_t *sg_view(struct osf_call *c, const char *id, const struct resource *sg)
{
	json_t *view =
		json_pack("{s:s, s:s, s:b, s:b, s:o}", "id", id, "name", sg ? sg->name : "default",
			  "stateful", 1, "shared", 0, "security_group_rules", rules_of(c, id, sg));

	osf_network_common(c, KIND_SG, id, view);
	if (!sg)
		json_object_set_new(view, "description", json_string("Default security group"));
	return view;
}

static json_t *sg_views(struct osf_call *c, const struct resource_list *all)
{
	char id[OSF_UUID];
	json_t *items = json_array();

	osf_default_sg(c, id);
	json_array_append_new(items, sg_view(c, id, NULL));
	for (size_t i = 0; i < all->count; i++)
		json_array_append_new(items, sg_view(c, all->at[i].id, &all->at[i]));
	return items;
}

static void sg_list(struct osf_call *c)
{
	struct resource_list all = { 0 };

	if (osf_list(c, KIND_SG, NULL, &all))
		osf_network_list(c, "security_groups", sg_views(c, &all));
	resource_list_cleanup(&all);
}

/* false: answered.  The default group is not the model's: *ret stays empty. */
static bool sg_read(struct osf_call *c, const char *id, struct resource *ret)
{
	struct error err;

	resource_init(ret, KIND_SG);
	if (osf_is_default_sg(c, id) ||
	    ref_get(c->rc, c->q->tenant, KIND_SG, id, ret, &err) == ERR_OK)
		return true;
	osf_fail_model(c, KIND_SG, id, &err);
	return false;
}

static void sg_get(struct osf_call *c)
{
	bool is_default = osf_is_default_sg(c, c->arg[0]);
	struct resource r;

	if (sg_read(c, c->arg[0], &r))
		osf_answer_one(c, 200, "security_group",
			       sg_view(c, is_default ? c->arg[0] : r.id, is_default ? NULL : &r));
}

static const char *const sg_keeps[] = { "description", NULL };

static void sg_create(struct osf_call *c)
{
	static const char *const attrs[] = {
		"s name", "s description", "b stateful", "s tenant_id", "s project_id", NULL,
	};
	const json_t *body = osf_body(c, "security_group", attrs);
	const char *name = json_text(body, "name");
	struct osf_rule out = { .direction = "egress", .ethertype = "IPv4", .cidr = "0.0.0.0/0",
				 .from = -1, .to = -1 };
	struct resource want, got;
	char id[OSF_UUID];
	struct error err;

	if (!body)
		return;
	if (name && !strcasecmp(name, "default")) {
		osf_fail(c, 409, "SecurityGroupDefaultAlreadyExists",
			 "Default security group already exists.");
		return;
	}
	resource_init(&want, KIND_SG);
	want.sg.rule_count = refcloud_egress_denied(c->rc) ? 0 : 1;
	want.sg.rules[0] = (struct rule){ .direction = "outbound", .protocol = "all", .from = -1,
					  .to = -1, .cidr = "0.0.0.0/0" };
	if (!osf_network_name(c, name, &want))
		return;
	if (ref_create(c->rc, c->q->tenant, &want, REF_SHUT, &got, &err) < 0) {
		osf_fail_model(c, KIND_SG, "", &err);
		return;
	}
	osf_extra_take(c, got.id, body, sg_keeps);
	wire_defaults(c, got.id, false);
	rule_id(got.id, &out, id);
	if (want.sg.rule_count)
		json_object_set_new(rule_note(c, got.id, id, true), "remote_ip_prefix", json_null());
	osf_answer_one(c, 201, "security_group", sg_view(c, got.id, &got));
}

static void sg_update(struct osf_call *c)
{
	static const char *const attrs[] = { "s name", "s description", "b stateful", NULL };
	const json_t *body = osf_body(c, "security_group", attrs);
	bool is_default = osf_is_default_sg(c, c->arg[0]);
	struct resource r;

	if (!body || !sg_read(c, c->arg[0], &r) ||
	    osf_renamed(c, body, is_default ? "default" : r.name))
		return;
	osf_extra_take(c, c->arg[0], body, sg_keeps);
	osf_answer_one(c, 200, "security_group", sg_view(c, c->arg[0], is_default ? NULL : &r));
}

static void sg_destroy(struct osf_call *c)
{
	struct error err;

	if (osf_is_default_sg(c, c->arg[0]))
		osf_fail(c, 409, "SecurityGroupCannotRemoveDefault",
			 "Insufficient rights for removing default security group.");
	else if (ref_destroy(c->rc, c->q->tenant, KIND_SG, c->arg[0], &err) < 0)
		osf_fail_model(c, KIND_SG, c->arg[0], &err);
	else {
		osf_extra_drop(c, c->arg[0]);
		osf_answer(c, 204, NULL);
	}
}

/* ---- the rules as a collection of their own ---- */

static json_t *all_rules(struct osf_call *c, const struct resource_list *sgs)
{
	json_t *groups = sg_views(c, sgs), *all = json_array(), *one;
	size_t i;

	json_array_foreach(groups, i, one)
		json_array_extend(all, json_object_get(one, "security_group_rules"));
	json_decref(groups);
	return all;
}

static void rule_list(struct osf_call *c)
{
	struct resource_list sgs = { 0 };

	if (osf_list(c, KIND_SG, NULL, &sgs))
		osf_network_list(c, "security_group_rules", all_rules(c, &sgs));
	resource_list_cleanup(&sgs);
}

/* New reference; NULL: answered. */
static json_t *rule_read(struct osf_call *c)
{
	struct resource_list sgs = { 0 };
	json_t *all, *one, *found = NULL;
	size_t i;

	if (!osf_list(c, KIND_SG, NULL, &sgs))
		return NULL;
	all = all_rules(c, &sgs);
	resource_list_cleanup(&sgs);
	json_array_foreach(all, i, one)
		if (!strcmp(json_text(one, "id"), c->arg[0]))
			found = one;
	json_incref(found);
	json_decref(all);
	if (!found)
		osf_fail(c, 404, "SecurityGroupRuleNotFound",
			 "Security group rule %s does not exist", c->arg[0]);
	return found;
}

static void rule_get(struct osf_call *c)
{
	json_t *rule = rule_read(c);

	if (rule)
		osf_answer_one(c, 200, "security_group_rule", rule);
}

/* ---- a rule from a request ---- */

/* Neutron names the one that is there. */
static void duplicate(struct osf_call *c, const char *id)
{
	osf_fail(c, 409, "SecurityGroupRuleExists",
		 "Security group rule already exists. Rule id is %s.", id);
}

static bool wire_has(struct osf_call *c, const char *sg, const char *id)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(osf_extra(c, sg), "rules"), i, one)
		if (!strcmp(json_text(one, "id"), id))
			return true;
	return false;
}

/* A rule of the kinds that the model cannot say. */
static void wire_rule_create(struct osf_call *c, const char *sg, const struct osf_rule *u)
{
	char id[OSF_UUID];
	json_t *rules;

	rule_id(sg, u, id);
	if (osf_is_default_sg(c, sg) && !json_object_get(osf_extra(c, sg), "rules"))
		wire_defaults(c, sg, true);
	if (wire_has(c, sg, id)) {
		duplicate(c, id);
		return;
	}
	wire_rule_add(c, sg, u);
	rules = json_object_get(osf_extra(c, sg), "rules");
	osf_answer_one(c, 201, "security_group_rule",
		       json_incref(json_array_get(rules, json_array_size(rules) - 1)));
}

/* What a number means; NULL: everything. */
static const char *model_protocol(const char *text)
{
	return !text ? "all" : !strcmp(text, "6") ? "tcp" : !strcmp(text, "17") ? "udp" :
	       !strcmp(text, "1") ? "icmp" : text;
}

static void model_rule_create(struct osf_call *c, const char *sg, const struct osf_rule *u,
			      const json_t *body)
{
	const char *raw = json_text(body, "remote_ip_prefix");
	const char *protocol = model_protocol(u->protocol);
	struct osf_rule text;
	struct resource want;
	struct error err;
	char id[OSF_UUID];
	json_t *x, *view;

	resource_init(&want, KIND_SG);
	want.sg.rule_count = 1;
	want.sg.rules[0] = (struct rule){ .from = u->from, .to = u->to };
	str_copy(want.sg.rules[0].direction, sizeof(want.sg.rules[0].direction),
		 strcmp(u->direction, "egress") ? "inbound" : "outbound");
	str_copy(want.sg.rules[0].protocol, sizeof(want.sg.rules[0].protocol), protocol);
	str_copy(want.sg.rules[0].cidr, ADDR_LEN, u->cidr ? u->cidr : "0.0.0.0/0");
	text_of_rule(&want.sg.rules[0], &text);
	rule_id(sg, &text, id);
	if (ref_act(c->rc, c->q->tenant, KIND_SG, sg, ACT_ADD_RULE, &want, &err) < 0) {
		if (!strcmp(err.provider_code, "duplicate"))
			duplicate(c, id);
		else
			osf_fail_model(c, KIND_SG, sg, &err);
		return;
	}
	x = rule_note(c, sg, id, true);
	/* As it was asked, host bits and all; a single address as a range of one. */
	json_object_set_new(x, "remote_ip_prefix", !raw || !*raw ? json_null() :
			    json_sprintf("%s%s", raw, strchr(raw, '/') ? "" : "/32"));
	if (u->protocol && strcmp(u->protocol, protocol))
		json_object_set_new(x, "protocol", json_string(u->protocol));
	json_object_set_new(x, "description", json_string(json_text(body, "description") ?
							  json_text(body, "description") : ""));
	view = model_rule_view(c, sg, &want.sg.rules[0]);
	json_object_del(view, "tags");
	osf_answer_one(c, 201, "security_group_rule", view);
}

static void rule_create(struct osf_call *c)
{
	const json_t *body;
	struct osf_rule u;
	struct resource r;
	const char *sg;

	if (!osf_rule_read(c, &body, &u))
		return;
	sg = json_text(body, "security_group_id");
	if (!sg_read(c, sg, &r) || (u.group && !sg_read(c, u.group, &r)))
		return;
	if (strcmp(u.ethertype, "IPv4") || u.group || osf_is_default_sg(c, sg) ||
	    (strcmp(model_protocol(u.protocol), "all") && strcmp(model_protocol(u.protocol), "tcp") &&
	     strcmp(model_protocol(u.protocol), "udp") && strcmp(model_protocol(u.protocol), "icmp")))
		wire_rule_create(c, sg, &u);
	else
		model_rule_create(c, sg, &u, body);
}

/* true: it was one that the model has not. */
static bool wire_rule_destroy(struct osf_call *c, const char *sg, const char *id)
{
	json_t *rules = json_object_get(osf_extra(c, sg), "rules"), *one;
	size_t i;

	json_array_foreach(rules, i, one)
		if (!strcmp(json_text(one, "id"), id)) {
			json_array_remove(rules, i);
			return true;
		}
	return false;
}

static void model_rule_destroy(struct osf_call *c, const char *sg, const char *id)
{
	struct resource all, want;
	struct osf_rule text;
	struct error err;
	char own[OSF_UUID];

	if (!sg_read(c, sg, &all))
		return;
	resource_init(&want, KIND_SG);
	for (int64_t i = 0; i < all.sg.rule_count && i < RULES_MAX; i++) {
		text_of_rule(&all.sg.rules[i], &text);
		rule_id(sg, &text, own);
		if (!strcmp(own, id)) {
			want.sg.rules[0] = all.sg.rules[i];
			want.sg.rule_count = 1;
		}
	}
	if (ref_act(c->rc, c->q->tenant, KIND_SG, sg, ACT_REMOVE_RULE, &want, &err) < 0) {
		osf_fail_model(c, KIND_SG, sg, &err);
		return;
	}
	osf_answer(c, 204, NULL);
}

static void rule_destroy(struct osf_call *c)
{
	json_t *rule = rule_read(c);
	char sg[ID_MAX];

	if (!rule)
		return;
	str_copy(sg, sizeof(sg), json_text(rule, "security_group_id"));
	json_decref(rule);
	if (wire_rule_destroy(c, sg, c->arg[0]))
		osf_answer(c, 204, NULL);
	else
		model_rule_destroy(c, sg, c->arg[0]);
}

const struct osf_route osf_policy_routes[] = {
	{ "GET", "/v2.0/security-groups", "sg.list", sg_list, 0 },
	{ "POST", "/v2.0/security-groups", "sg.create", sg_create, 0 },
	{ "GET", "/v2.0/security-groups/?", "sg.get", sg_get, 0 },
	{ "PUT", "/v2.0/security-groups/?", "sg.update", sg_update, 0 },
	{ "DELETE", "/v2.0/security-groups/?", "sg.destroy", sg_destroy, 0 },
	{ "GET", "/v2.0/security-group-rules", "sg.list", rule_list, 0 },
	{ "POST", "/v2.0/security-group-rules", "sg.act.add-rule", rule_create, 0 },
	{ "GET", "/v2.0/security-group-rules/?", "sg.get", rule_get, 0 },
	{ "DELETE", "/v2.0/security-group-rules/?", "sg.act.remove-rule", rule_destroy, 0 },
	{ 0 },
};
