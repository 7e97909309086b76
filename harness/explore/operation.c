#include "explore/operation.h"

#include <stdlib.h>
#include <string.h>

#include "explore/rules.h"

static const char *const verbs[OP_VERBS] = {
	[OP_CREATE] = "create", [OP_READ] = "read", [OP_LIST] = "list", [OP_DELETE] = "delete",
	[OP_ACT] = "act",
};
static const char *const twists[TWISTS] = {
	[TWIST_NONE] = "none", [TWIST_TWICE] = "twice", [TWIST_MISSING] = "missing",
	[TWIST_NOBODY] = "nobody", [TWIST_OUTSIDE] = "outside", [TWIST_OVERLAP] = "overlap",
	[TWIST_BAD_RULE] = "bad-rule",
};

static int index_of(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

const char *verb_name(enum verb v) { return verbs[v]; }
int verb_by_name(const char *name) { return index_of(verbs, OP_VERBS, name); }
const char *twist_name(enum twist t) { return twists[t]; }
int twist_by_name(const char *name) { return index_of(twists, TWISTS, name); }

void sequence_add(struct sequence *s, const struct operation *op)
{
	if (s->count == s->room) {
		s->room = s->room ? s->room * 2 : 64;
		s->at = xrealloc(s->at, s->room * sizeof(*s->at));
	}
	s->at[s->count++] = *op;
}

void sequence_copy(struct sequence *to, const struct sequence *from)
{
	to->count = 0;
	for (size_t i = 0; i < from->count; i++)
		sequence_add(to, &from->at[i]);
}

void sequence_free(struct sequence *s)
{
	free(s->at);
	*s = (struct sequence){ 0 };
}

static void refs_text(const struct operation *op, struct str *to)
{
	const struct kind_info *info = kind_info(op->kind);
	const char *between = " with ";

	for (size_t i = 0; i < info->field_count && i < REFS_MAX; i++) {
		if (info->fields[i].ref < 0 || !op->refs[i] ||
		    (op->twist == TWIST_MISSING && op->field == (int)i))
			continue;
		str_addf(to, "%s%s-%d", between, kind_info((enum kind)info->fields[i].ref)->name,
			 op->refs[i]);
		between = ", ";
	}
}

static void twist_text(const struct operation *op, struct str *to)
{
	const struct kind_info *info = kind_info(op->kind);
	const char *field = (size_t)op->field < info->field_count ? info->fields[op->field].name : "?";

	switch (op->twist) {
	case TWIST_TWICE:
		str_addf(to, ", under the name of %s-%d", info->name, op->object);
		break;
	case TWIST_MISSING:
		str_addf(to, ", without %s", field);
		break;
	case TWIST_NOBODY:
		str_addf(to, ", %s not there", field);
		break;
	case TWIST_OUTSIDE:
		str_add(to, ", its range outside");
		break;
	case TWIST_OVERLAP:
		str_addf(to, ", its range that of %s-%d", info->name, op->object);
		break;
	case TWIST_BAD_RULE:
		str_add(to, ", ports impossible");
		break;
	case TWIST_NONE:
	case TWISTS:
		break;
	}
}

void operation_text(const struct operation *op, struct str *to)
{
	const struct kind_info *info = kind_info(op->kind);
	const struct act_rule *rule = op->verb == OP_ACT ? act_rule(op->kind, op->action) : NULL;

	str_addf(to, "%s ", op->verb == OP_ACT ? action_name(op->action) : verb_name(op->verb));
	if (op->verb == OP_LIST)
		str_addf(to, "every %s", info->name);
	else if (op->item)
		str_addf(to, "%s-%d", info->name, op->item);
	else
		str_addf(to, "%s %s", info->ours ? "an unknown" : "the", info->name);
	if (op->verb == OP_CREATE && op->parent)
		str_addf(to, " in %s-%d", kind_info((enum kind)info->parent)->name, op->parent);
	if (op->verb == OP_CREATE)
		refs_text(op, to);
	if (op->verb == OP_LIST && op->object)
		str_addf(to, " of %s-%d", kind_info((enum kind)info->parent)->name, op->object);
	if (op->verb == OP_ACT && op->object && rule && rule->object >= 0)
		str_addf(to, ", %s-%d", kind_info((enum kind)rule->object)->name, op->object);
	twist_text(op, to);
}

size_t operation_items(const struct operation *op, int to[REFS_MAX + 3])
{
	size_t n = 0;

	if (op->item)
		to[n++] = op->item;
	if (op->object)
		to[n++] = op->object;
	if (op->parent)
		to[n++] = op->parent;
	for (int i = 0; op->verb == OP_CREATE && i < REFS_MAX; i++)
		if (op->refs[i])
			to[n++] = op->refs[i];
	return n;
}
