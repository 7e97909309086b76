#include "explore/rules.h"

#include <string.h>

static const struct { const char *kind, *of[OF_COUNT]; } requirements[] = {
#define ROW(kind_, create_, fields_, list_, delete_, twice_, in_use_) \
	{ kind_, { [OF_CREATE] = create_, [OF_FIELDS] = fields_, [OF_LIST] = list_, \
		   [OF_DELETE] = delete_, [OF_TWICE] = twice_, [OF_IN_USE] = in_use_ } }
	ROW("region", "MCI-RZ-01", "MCI-RZ-01", "MCI-RZ-01", "MCI-RZ-01", "", ""),
	ROW("zone", "MCI-RZ-01", "MCI-RZ-01", "MCI-RZ-01", "MCI-RZ-01", "", ""),
	ROW("image", "MCI-IMG-01", "MCI-IMG-01", "MCI-IMG-01", "MCI-IMG-01", "", ""),
	ROW("spec", "MCI-META-01", "MCI-META-01", "MCI-META-01", "MCI-META-01", "", ""),
	ROW("price", "MCI-META-02", "MCI-META-02", "MCI-META-02", "MCI-META-02", "", ""),
	ROW("keypair", "MCI-KEY-01", "MCI-KEY-01", "MCI-KEY-01", "MCI-IDM-06", "MCI-ERR-03",
	    "MCI-ERR-05"),
	ROW("vpc", "MCI-NET-01", "MCI-NET-01", "MCI-NET-01", "MCI-NET-01", "MCI-ERR-03",
	    "MCI-NET-05"),
	ROW("subnet", "MCI-NET-02", "MCI-NET-02", "MCI-NET-02", "MCI-NET-02", "MCI-ERR-03",
	    "MCI-ERR-05"),
	ROW("router", "MCI-NET-09", "MCI-NET-09", "MCI-NET-09", "MCI-NET-09", "MCI-ERR-03",
	    "MCI-NET-05"),
	ROW("address", "MCI-NET-06", "MCI-NET-06", "MCI-NET-06", "MCI-NET-06", "MCI-ERR-03",
	    "MCI-ERR-05"),
	ROW("sg", "MCI-SG-01", "MCI-SG-05", "MCI-SG-01", "MCI-SG-01", "MCI-ERR-03", "MCI-ERR-05"),
	ROW("vm", "MCI-VM-01", "MCI-VM-02", "MCI-VM-09", "MCI-VM-07", "MCI-IDM-02", "MCI-ERR-05"),
	ROW("disk", "MCI-DSK-01", "MCI-DSK-01", "MCI-DSK-01", "MCI-DSK-01", "MCI-ERR-03",
	    "MCI-DSK-07"),
	ROW("tag", "MCI-META-04", "MCI-META-04", "MCI-META-04", "MCI-META-04", "MCI-ERR-03",
	    "MCI-ERR-05"),
#undef ROW
};

const char *requirement_of(enum kind k, enum rule_of of)
{
	for (size_t i = 0; i < sizeof(requirements) / sizeof(*requirements); i++)
		if (!strcmp(requirements[i].kind, kind_info(k)->name) && *requirements[i].of[of])
			return requirements[i].of[of];
	return of == OF_TWICE ? "MCI-ERR-03" : of == OF_IN_USE ? "MCI-ERR-05" : "MCI-IDM-06";
}

static const struct {
	const char *action, *kind, *object, *cap;
	enum effect effect;
	const char *field, *requirement, *keeps;
} acts[] = {
	{ "stop", "vm", NULL, "vm.stop", EFFECT_STATE, NULL, "MCI-VM-04", "MCI-VM-06" },
	{ "start", "vm", NULL, "vm.stop", EFFECT_STATE, NULL, "MCI-VM-04", "MCI-VM-06" },
	{ "reboot", "vm", NULL, "vm.reboot", EFFECT_STATE, NULL, "MCI-VM-06", "MCI-VM-06" },
	{ "suspend", "vm", NULL, "vm.suspend", EFFECT_STATE, NULL, "MCI-VM-05", "MCI-VM-05" },
	{ "resume", "vm", NULL, "vm.suspend", EFFECT_STATE, NULL, "MCI-VM-05", "MCI-VM-05" },
	{ "bind", "address", "vm", "address.bind", EFFECT_TIE, "vm", "MCI-NET-06", NULL },
	{ "unbind", "address", "vm", "address.bind", EFFECT_UNTIE, "vm", "MCI-NET-06", NULL },
	{ "join", "router", "subnet", "router", EFFECT_JOIN, NULL, "MCI-NET-09", NULL },
	{ "part", "router", "subnet", "router", EFFECT_PART, NULL, "MCI-NET-09", NULL },
	{ "add-rule", "sg", "sg", "sg.change", EFFECT_ADD_RULE, "rules", "MCI-SG-01", NULL },
	{ "remove-rule", "sg", "sg", "sg.change", EFFECT_REMOVE_RULE, "rules", "MCI-SG-01", NULL },
	{ "attach", "disk", "vm", "disk.attach", EFFECT_TIE, "vm", "MCI-DSK-02", NULL },
	{ "detach", "disk", "vm", "disk.attach", EFFECT_UNTIE, "vm", "MCI-DSK-03", NULL },
	{ "resize", "disk", "disk", "disk.resize", EFFECT_GROW, "size_gb", "MCI-DSK-05", NULL },
};
enum { ACTS = sizeof(acts) / sizeof(*acts) };

/* Those that this build's model knows. */
static size_t gather(struct act_rule *known)
{
	size_t n = 0;

	for (size_t i = 0; i < ACTS; i++) {
		int action = action_by_name(acts[i].action), kind = kind_by_name(acts[i].kind);

		if (action < 0 || kind < 0 || cap_by_name(acts[i].cap) < 0)
			continue;
		known[n++] = (struct act_rule){
			.action = (enum action)action, .kind = (enum kind)kind,
			.object = acts[i].object ? kind_by_name(acts[i].object) : -1,
			.cap = cap_by_name(acts[i].cap), .effect = acts[i].effect,
			.field = acts[i].field, .requirement = acts[i].requirement,
			.keeps = acts[i].keeps ? acts[i].keeps : acts[i].requirement,
		};
	}
	return n;
}

const struct act_rule *act_rule_at(size_t i)
{
	static struct act_rule known[ACTS];
	static size_t count;

	if (!count)
		count = gather(known);
	return i < count ? &known[i] : NULL;
}

const struct act_rule *act_rule(enum kind k, enum action a)
{
	const struct act_rule *rule;

	for (size_t i = 0; (rule = act_rule_at(i)); i++)
		if (rule->kind == k && rule->action == a)
			return rule;
	return NULL;
}

int field_index(enum kind k, const char *name)
{
	for (size_t i = 0; i < kind_info(k)->field_count; i++)
		if (!strcmp(kind_info(k)->fields[i].name, name))
			return (int)i;
	return -1;
}

const struct field *field_by_name(enum kind k, const char *name)
{
	int i = field_index(k, name);

	return i < 0 ? NULL : &kind_info(k)->fields[i];
}
