#include "cloud/model.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define AT(member) offsetof(struct resource, member), sizeof(((struct resource *)0)->member)
#define TEXT(name_, member, flags_) \
	{ .name = name_, .type = FIELD_TEXT, .flags = flags_, .unit = "", AT(member), -1 }
#define REF(name_, member, flags_, kind_) \
	{ .name = name_, .type = FIELD_TEXT, .flags = flags_, .unit = "", AT(member), kind_ }
#define INT(name_, member, flags_, unit_) \
	{ .name = name_, .type = FIELD_INT, .flags = flags_, .unit = unit_, AT(member), -1 }

static const struct field region_fields[] = {
	TEXT("title", region.title, FIELD_GIVEN),
};
static const struct field zone_fields[] = {
	TEXT("status", zone.status, FIELD_GIVEN),
};
static const struct field image_fields[] = {
	TEXT("os", image.os, FIELD_GIVEN | FIELD_PORTABLE),
	TEXT("arch", image.arch, FIELD_GIVEN | FIELD_PORTABLE),
	TEXT("status", image.status, FIELD_GIVEN),
	INT("min_disk_gb", image.min_disk_gb, FIELD_GIVEN, "GB"),
};
static const struct field spec_fields[] = {
	INT("vcpu", spec.vcpu, FIELD_GIVEN | FIELD_PORTABLE, "vCPU"),
	INT("mem_mib", spec.mem_mib, FIELD_GIVEN | FIELD_PORTABLE, "MiB"),
	INT("disk_gb", spec.disk_gb, FIELD_GIVEN, "GB"),
};
static const struct field keypair_fields[] = {
	TEXT("fingerprint", keypair.fingerprint, FIELD_GIVEN | FIELD_IMMUTABLE),
	/* Given, unless the create brings one: then it is imported. */
	TEXT("public_key", keypair.public_key, FIELD_IMMUTABLE),
	{ "private_key", FIELD_SECRET, FIELD_GIVEN, "", AT(keypair.private_key), -1 },
};
static const struct field vpc_fields[] = {
	TEXT("cidr", vpc.cidr, FIELD_IMMUTABLE | FIELD_PORTABLE | FIELD_ECHO),
};
static const struct field subnet_fields[] = {
	TEXT("cidr", subnet.cidr, FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_PORTABLE | FIELD_ECHO),
	TEXT("zone", subnet.zone, FIELD_IMMUTABLE),
};
static const struct field router_fields[] = {
	TEXT("external_network", router.external_network, FIELD_ECHO),
};
static const struct field address_fields[] = {
	TEXT("ip", address.ip, FIELD_GIVEN | FIELD_IMMUTABLE),
	REF("vm", address.vm, FIELD_GIVEN, KIND_VM),
	TEXT("external_network", address.external_network, 0),
};
static const struct field sg_fields[] = {
	{ "rules", FIELD_RULES, FIELD_PORTABLE | FIELD_ECHO, "", AT(sg.rules), -1 },
};
static const struct field vm_fields[] = {
	REF("image", vm.image, FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_ECHO, KIND_IMAGE),
	REF("spec", vm.spec, FIELD_REQUIRED | FIELD_ECHO, KIND_SPEC),
	REF("vpc", vm.vpc, FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_ECHO | FIELD_HOLDS, KIND_VPC),
	REF("subnet", vm.subnet, FIELD_IMMUTABLE | FIELD_ECHO | FIELD_HOLDS, KIND_SUBNET),
	REF("keypair", vm.keypair, FIELD_IMMUTABLE | FIELD_ECHO, KIND_KEYPAIR),
	{ "sgs", FIELD_TEXTS, FIELD_ECHO | FIELD_HOLDS, "", AT(vm.sgs), KIND_SG },
	TEXT("zone", vm.zone, FIELD_IMMUTABLE),
	TEXT("private_ip", vm.private_ip, FIELD_GIVEN | FIELD_IMMUTABLE),
	TEXT("public_ip", vm.public_ip, FIELD_GIVEN),
};
static const struct field disk_fields[] = {
	INT("size_gb", disk.size_gb, FIELD_REQUIRED | FIELD_PORTABLE | FIELD_ECHO, "GB"),
	TEXT("type", disk.type, FIELD_IMMUTABLE),
	TEXT("zone", disk.zone, FIELD_IMMUTABLE),
	REF("vm", disk.vm, FIELD_GIVEN, KIND_VM),
};
static const struct field tag_fields[] = {
	TEXT("value", tag.value, FIELD_PORTABLE | FIELD_ECHO),
};
static const struct field price_fields[] = {
	REF("spec", price.spec, FIELD_GIVEN, KIND_SPEC),
	TEXT("currency", price.currency, FIELD_GIVEN),
	TEXT("unit", price.unit, FIELD_GIVEN),
	TEXT("amount", price.amount, FIELD_GIVEN),
};

#define IN(s) (1u << STATE_##s)
static const struct transition vm_transitions[] = {
	{ ACT_STOP, IN(RUNNING), STATE_STOPPING, STATE_STOPPED },
	{ ACT_START, IN(STOPPED), STATE_STARTING, STATE_RUNNING },
	{ ACT_REBOOT, IN(RUNNING), STATE_REBOOTING, STATE_RUNNING },
	{ ACT_SUSPEND, IN(RUNNING), STATE_SUSPENDING, STATE_SUSPENDED },
	{ ACT_RESUME, IN(SUSPENDED), STATE_RESUMING, STATE_RUNNING },
};
static const struct transition address_transitions[] = {
	{ ACT_BIND, IN(AVAILABLE), STATE_NONE, STATE_BOUND },
	{ ACT_UNBIND, IN(BOUND), STATE_NONE, STATE_AVAILABLE },
};
static const struct transition disk_transitions[] = {
	{ ACT_ATTACH, IN(AVAILABLE), STATE_NONE, STATE_BOUND },
	{ ACT_DETACH, IN(BOUND), STATE_NONE, STATE_AVAILABLE },
	{ ACT_RESIZE, IN(AVAILABLE), STATE_NONE, STATE_AVAILABLE },
};

#define FIELDS(a) .fields = a, .field_count = sizeof(a) / sizeof(*a)
#define MOVES(a) .transitions = a, .transition_count = sizeof(a) / sizeof(*a)
static const struct kind_info kinds[KIND_COUNT] = {
	[KIND_REGION] = { .name = "region", .title = "region", .parent = -1,
			  .cap = CAP_BIT_REGION, FIELDS(region_fields) },
	[KIND_ZONE] = { .name = "zone", .title = "zone", .parent = KIND_REGION,
			.cap = CAP_BIT_ZONE, FIELDS(zone_fields) },
	[KIND_IMAGE] = { .name = "image", .title = "image", .parent = -1,
			 .cap = CAP_BIT_IMAGE, FIELDS(image_fields) },
	[KIND_SPEC] = { .name = "spec", .title = "VM spec", .parent = -1,
			.cap = CAP_BIT_SPEC, FIELDS(spec_fields) },
	[KIND_KEYPAIR] = { .name = "keypair", .title = "key pair", .parent = -1,
			   .cap = CAP_BIT_KEYPAIR, .ours = true, .settle_s = 10,
			   FIELDS(keypair_fields) },
	[KIND_VPC] = { .name = "vpc", .title = "virtual network", .parent = -1,
		       .cap = CAP_BIT_VPC, .ours = true, .settle_s = 60, FIELDS(vpc_fields) },
	[KIND_SUBNET] = { .name = "subnet", .title = "subnet", .parent = KIND_VPC,
			  .cap = CAP_BIT_SUBNET, .ours = true, .settle_s = 60,
			  FIELDS(subnet_fields) },
	[KIND_ROUTER] = { .name = "router", .title = "router", .parent = -1,
			  .cap = CAP_BIT_ROUTER, .ours = true, .settle_s = 60,
			  FIELDS(router_fields) },
	[KIND_ADDRESS] = { .name = "address", .title = "public address", .parent = -1,
			   .cap = CAP_BIT_ADDRESS, .ours = true, .settle_s = 60,
			   .born = STATE_AVAILABLE, .ready = STATE_AVAILABLE,
			   FIELDS(address_fields), MOVES(address_transitions) },
	[KIND_SG] = { .name = "sg", .title = "security group", .parent = KIND_VPC,
		      .cap = CAP_BIT_SG, .ours = true, .settle_s = 60, FIELDS(sg_fields) },
	[KIND_VM] = { .name = "vm", .title = "VM", .parent = -1, .cap = CAP_BIT_VM,
		      .ours = true, .born = STATE_CREATING, .ready = STATE_RUNNING,
		      .settle_s = 900, FIELDS(vm_fields), MOVES(vm_transitions) },
	[KIND_DISK] = { .name = "disk", .title = "disk", .parent = -1, .cap = CAP_BIT_DISK,
			.ours = true, .born = STATE_CREATING, .ready = STATE_AVAILABLE,
			.settle_s = 120, FIELDS(disk_fields), MOVES(disk_transitions) },
	[KIND_TAG] = { .name = "tag", .title = "tag", .parent = -1, .on_any = true,
		       .cap = CAP_BIT_TAG, .ours = true, .settle_s = 10, FIELDS(tag_fields) },
	[KIND_PRICE] = { .name = "price", .title = "price", .parent = KIND_REGION,
			 .cap = CAP_BIT_PRICE, FIELDS(price_fields) },
};

static const char *const states[STATE_COUNT] = {
	[STATE_NONE] = "none", [STATE_UNSTATED] = "unstated", [STATE_STRANGE] = "strange",
	[STATE_CREATING] = "creating", [STATE_RUNNING] = "running",
	[STATE_STOPPING] = "stopping", [STATE_STOPPED] = "stopped",
	[STATE_STARTING] = "starting", [STATE_REBOOTING] = "rebooting",
	[STATE_SUSPENDING] = "suspending", [STATE_SUSPENDED] = "suspended",
	[STATE_RESUMING] = "resuming", [STATE_AVAILABLE] = "available",
	[STATE_BOUND] = "bound", [STATE_CHANGING] = "changing", [STATE_DELETING] = "deleting", [STATE_GONE] = "gone",
	[STATE_FAILED] = "failed",
};
static const char *const actions[ACT_COUNT] = {
	[ACT_STOP] = "stop", [ACT_START] = "start", [ACT_REBOOT] = "reboot",
	[ACT_SUSPEND] = "suspend", [ACT_RESUME] = "resume", [ACT_BIND] = "bind",
	[ACT_UNBIND] = "unbind", [ACT_JOIN] = "join", [ACT_PART] = "part",
	[ACT_ADD_RULE] = "add-rule", [ACT_REMOVE_RULE] = "remove-rule",
	[ACT_ATTACH] = "attach", [ACT_DETACH] = "detach", [ACT_RESIZE] = "resize",
};
#undef CAP
static const struct { const char *name, *text; } caps[CAP_COUNT] = {
#define CAP(bit, name_, text_) [CAP_BIT_##bit] = { name_, text_ },
#include "cloud/caps.def"
#undef CAP
};

static int index_of(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const struct kind_info *kind_info(enum kind k) { return &kinds[k]; }

int kind_by_name(const char *name)
{
	for (int i = 0; i < KIND_COUNT; i++)
		if (!strcmp(kinds[i].name, name))
			return i;
	return -1;
}

const char *state_name(enum state s) { return s < STATE_COUNT ? states[s] : "?"; }
int state_by_name(const char *name) { return index_of(states, STATE_COUNT, name); }
const char *action_name(enum action a) { return a < ACT_COUNT ? actions[a] : "?"; }
int action_by_name(const char *name) { return index_of(actions, ACT_COUNT, name); }
const char *cap_name(enum cap c) { return c < CAP_COUNT ? caps[c].name : "?"; }
const char *cap_text(enum cap c) { return c < CAP_COUNT ? caps[c].text : "?"; }

int cap_by_name(const char *name)
{
	for (int i = 0; i < CAP_COUNT; i++)
		if (!strcmp(caps[i].name, name))
			return i;
	return -1;
}

bool tag_parent(enum kind kind, const char *id, char to[ID_MAX])
{
	int n = snprintf(to, ID_MAX, "%s/%s", kinds[kind].name, id);

	if (n > 0 && n < ID_MAX)
		return true;
	*to = '\0';
	return false;
}

int tag_owner(const char *parent, const char **id)
{
	size_t n = strcspn(parent, "/");

	for (int i = 0; parent[n] && i < KIND_COUNT; i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, parent, n)) {
			*id = parent + n + 1;
			return i;
		}
	return -1;
}

const struct transition *kind_transition(enum kind k, enum action a, enum state from)
{
	for (size_t i = 0; i < kinds[k].transition_count; i++)
		if (kinds[k].transitions[i].action == a &&
		    kinds[k].transitions[i].from & 1u << from)
			return &kinds[k].transitions[i];
	return NULL;
}

bool resource_set_id(struct resource *r, const char *id)
{
	if (str_copy(r->id, sizeof(r->id), id))
		return true;
	*r->id = '\0';
	return false;
}

struct ref resource_ref(const struct resource *r)
{
	return (struct ref){ .kind = r->kind, .id = r->id, .parent = r->parent };
}

void resource_init(struct resource *r, enum kind k)
{
	memset(r, 0, sizeof(*r));
	r->kind = k;
	for (size_t i = 0; i < kinds[k].field_count; i++)
		if (kinds[k].fields[i].type == FIELD_INT)
			*(int64_t *)((char *)r + kinds[k].fields[i].offset) = -1;
}

struct resource *resource_list_add(struct resource_list *l)
{
	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 8;
		l->at = xrealloc(l->at, l->room * sizeof(*l->at));
	}
	resource_init(&l->at[l->count], KIND_REGION);
	return &l->at[l->count++];
}

const struct resource *resource_list_find(const struct resource_list *l, const char *id)
{
	for (size_t i = 0; i < l->count; i++)
		if (!strcmp(l->at[i].id, id))
			return &l->at[i];
	return NULL;
}

size_t resource_list_count_id(const struct resource_list *l, const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		n += !strcmp(l->at[i].id, id);
	return n;
}

void resource_list_cleanup(struct resource_list *l)
{
	free(l->at);
	*l = (struct resource_list){ 0 };
}

/* The text fields that every kind has. */
static char *common_text(struct resource *r, const char *field, size_t *size)
{
	*size = ID_MAX;
	if (!strcmp(field, "id"))
		return r->id;
	if (!strcmp(field, "native"))
		return r->native;
	if (!strcmp(field, "name"))
		return r->name;
	if (!strcmp(field, "parent"))
		return r->parent;
	return NULL;
}

static const struct field *field_of(enum kind k, const char *name)
{
	for (size_t i = 0; i < kinds[k].field_count; i++)
		if (!strcmp(kinds[k].fields[i].name, name))
			return &kinds[k].fields[i];
	return NULL;
}

static void texts_join(const struct resource *r, const struct field *f, struct str *to)
{
	for (size_t at = 0; at < f->size; at += ID_MAX) {
		const char *one = (const char *)r + f->offset + at;

		if (*one)
			str_addf(to, "%s%s", to->len ? "," : "", one);
	}
}

static void rules_join(const struct resource *r, struct str *to)
{
	for (int64_t i = 0; i < r->sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &r->sg.rules[i];

		str_addf(to, "%s%s %s %d-%d %s", i ? "; " : "", u->direction, u->protocol,
			 u->from, u->to, u->cidr);
	}
}

bool resource_get_text(const struct resource *r, const char *field, char *to, size_t room)
{
	const struct field *f = field_of(r->kind, field);
	struct str s = { 0 };
	size_t size;
	const char *common = common_text((struct resource *)r, field, &size);

	if (common)
		str_add(&s, common);
	else if (!strcmp(field, "state"))
		str_add(&s, state_name(r->state));
	else if (!f)
		return false;
	else if (f->type == FIELD_TEXT)
		str_add(&s, (const char *)r + f->offset);
	else if (f->type == FIELD_INT && *(const int64_t *)((const char *)r + f->offset) >= 0)
		str_addf(&s, "%lld", (long long)*(const int64_t *)((const char *)r + f->offset));
	else if (f->type == FIELD_SECRET &&
		 secret_present(*(const struct secret *)((const char *)r + f->offset)))
		str_add(&s, "***");
	else if (f->type == FIELD_TEXTS)
		texts_join(r, f, &s);
	else if (f->type == FIELD_RULES)
		rules_join(r, &s);
	str_copy(to, room, str_text(&s));
	str_release(&s);
	return true;
}

int resource_set_text(struct resource *r, const char *field, const char *value, struct error *err)
{
	const struct field *f = field_of(r->kind, field);
	size_t size;
	char *text = common_text(r, field, &size);
	int state;

	if (!strcmp(field, "state")) {
		state = state_by_name(value);
		if (state < 0)
			return err_set(err, ERR_INVALID, "no such state: %s", value);
		r->state = (enum state)state;
		return ERR_OK;
	}
	if (!text && f && (f->type == FIELD_TEXT || f->type == FIELD_TEXTS)) {
		text = (char *)r + f->offset;
		size = f->type == FIELD_TEXTS ? ID_MAX : f->size;
	}
	if (text)
		return str_copy(text, size, value) ? ERR_OK :
		       err_set(err, ERR_INVALID, "%s is longer than %zu bytes", field, size - 1);
	if (f && f->type == FIELD_INT) {
		int64_t n = str_to_int(value, INT64_MAX);

		if (n < 0)
			return err_set(err, ERR_INVALID, "%s: \"%s\" is not a number", field, value);
		*(int64_t *)((char *)r + f->offset) = n;
		return ERR_OK;
	}
	return err_set(err, ERR_INVALID, "a %s has no settable field %s", kinds[r->kind].title, field);
}

static json_t *rules_to_json(const struct resource *r)
{
	json_t *all = json_array();

	for (int64_t i = 0; i < r->sg.rule_count && i < RULES_MAX; i++) {
		const struct rule *u = &r->sg.rules[i];

		json_array_append_new(all, json_pack("{s:s, s:s, s:i, s:i, s:s}",
						     "direction", u->direction, "protocol", u->protocol,
						     "from", u->from, "to", u->to, "cidr", u->cidr));
	}
	return all;
}

static json_t *field_to_json(const struct resource *r, const struct field *f)
{
	const char *at = (const char *)r + f->offset;
	json_t *all;

	switch (f->type) {
	case FIELD_TEXT:
		return *at ? json_string(at) : NULL;
	case FIELD_INT:
		return *(const int64_t *)at >= 0 ? json_integer(*(const int64_t *)at) : NULL;
	case FIELD_SECRET:
		return secret_present(*(const struct secret *)at) ? json_string("***") : NULL;
	case FIELD_RULES:
		return rules_to_json(r);
	case FIELD_TEXTS:
		all = json_array();
		for (size_t i = 0; i < f->size; i += ID_MAX)
			if (at[i])
				json_array_append_new(all, json_string(at + i));
		return all;
	}
	return NULL;
}

json_t *resource_to_json(const struct resource *r)
{
	json_t *doc = json_pack("{s:s}", "kind", kinds[r->kind].name);
	static const char *const common[] = { "id", "native", "name", "parent" };

	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		size_t size;
		const char *text = common_text((struct resource *)r, common[i], &size);

		if (*text)
			json_object_set_new(doc, common[i], json_string(text));
	}
	if (r->state != STATE_NONE)
		json_object_set_new(doc, "state", json_string(state_name(r->state)));
	for (size_t i = 0; i < kinds[r->kind].field_count; i++) {
		json_t *value = field_to_json(r, &kinds[r->kind].fields[i]);

		if (value)
			json_object_set_new(doc, kinds[r->kind].fields[i].name, value);
	}
	return doc;
}

static int rules_from_json(const json_t *all, struct resource *ret, struct error *err)
{
	size_t i;
	json_t *one;

	ret->sg.rule_count = (int64_t)json_array_size(all);
	json_array_foreach(all, i, one) {
		const char *direction, *protocol, *cidr;
		struct rule *u = &ret->sg.rules[i];

		if (i >= RULES_MAX)
			break;
		if (json_unpack(one, "{s:s, s:s, s:i, s:i, s:s}", "direction", &direction,
				"protocol", &protocol, "from", &u->from, "to", &u->to, "cidr", &cidr))
			return err_set(err, ERR_INVALID, "rule %zu lacks a field", i);
		if (!str_copy(u->direction, sizeof(u->direction), direction) ||
		    !str_copy(u->protocol, sizeof(u->protocol), protocol) ||
		    !str_copy(u->cidr, sizeof(u->cidr), cidr))
			return err_set(err, ERR_INVALID, "rule %zu: a field is too long", i);
	}
	return ERR_OK;
}

static int texts_from_json(const json_t *all, const struct field *f, struct resource *ret,
			   struct error *err)
{
	size_t i;
	json_t *one;

	json_array_foreach(all, i, one) {
		if (!json_is_string(one) || (i + 1) * ID_MAX > f->size ||
		    !str_copy((char *)ret + f->offset + i * ID_MAX, ID_MAX, json_string_value(one)))
			return err_set(err, ERR_INVALID, "%s[%zu] does not fit", f->name, i);
	}
	return ERR_OK;
}

int resource_from_json(const json_t *doc, struct resource *ret, struct error *err)
{
	const char *key, *name = json_string_value(json_object_get(doc, "kind"));
	int kind = name ? kind_by_name(name) : -1, r = ERR_OK;
	json_t *value;

	if (kind < 0)
		return err_set(err, ERR_INVALID, "kind: found \"%s\"", name ? name : "nothing");
	resource_init(ret, (enum kind)kind);
	json_object_foreach((json_t *)doc, key, value) {
		const struct field *f = field_of((enum kind)kind, key);

		if (!strcmp(key, "kind") || (f && f->type == FIELD_SECRET))
			continue;
		if (f && f->type == FIELD_RULES)
			r = rules_from_json(value, ret, err);
		else if (f && f->type == FIELD_TEXTS)
			r = texts_from_json(value, f, ret, err);
		else if (f && f->type == FIELD_INT && json_is_integer(value) &&
			 json_integer_value(value) >= 0)
			*(int64_t *)((char *)ret + f->offset) = json_integer_value(value);
		else if (json_is_string(value))
			r = resource_set_text(ret, key, json_string_value(value), err);
		else
			r = err_set(err, ERR_INVALID, "%s has the wrong type", key);
		if (r < 0)
			return r;
	}
	return ERR_OK;
}

bool rule_eq(const struct rule *a, const struct rule *b)
{
	return !strcmp(a->direction, b->direction) && !strcmp(a->protocol, b->protocol) &&
	       a->from == b->from && a->to == b->to && !strcmp(a->cidr, b->cidr);
}

bool cidr_parse(const char *cidr, uint32_t *net, unsigned *bits)
{
	char text[ADDR_LEN], *slash;
	struct in_addr in;
	int64_t n;

	if (!str_copy(text, sizeof(text), cidr) || !(slash = strchr(text, '/')))
		return false;
	*slash++ = '\0';
	n = str_to_int(slash, 32);
	if (n < 0 || inet_pton(AF_INET, text, &in) != 1)
		return false;
	*bits = (unsigned)n;
	*net = ntohl(in.s_addr);
	return true;
}

static uint32_t mask(unsigned bits) { return bits ? ~UINT32_C(0) << (32 - bits) : 0; }

bool cidr_contains(const char *outer, const char *inner)
{
	uint32_t o, i;
	unsigned ob, ib;

	return cidr_parse(outer, &o, &ob) && cidr_parse(inner, &i, &ib) && ib >= ob &&
	       (o & mask(ob)) == (i & mask(ob));
}

bool cidr_holds(const char *cidr, const char *address)
{
	char host[ADDR_LEN + 4];

	snprintf(host, sizeof(host), "%s/32", address);
	return cidr_contains(cidr, host);
}
