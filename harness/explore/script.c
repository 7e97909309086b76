#include "explore/script.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/conf.h"
#include "explore/rules.h"

enum { STEPS_MAX = 10000, ITEM_MAX = 100000 };

/* ---- writing ---- */

static void write_refs(const struct operation *op, struct str *to)
{
	const struct kind_info *info = kind_info(op->kind);
	const char *between = ", refs: {";

	for (size_t i = 0; op->verb == OP_CREATE && i < info->field_count && i < REFS_MAX; i++)
		if (op->refs[i]) {
			str_addf(to, "%s%s: %d", between, info->fields[i].name, op->refs[i]);
			between = ", ";
		}
	if (!strcmp(between, ", "))
		str_addc(to, '}');
}

static void write_step(const struct operation *op, struct str *to)
{
	str_add(to, "  # ");
	operation_text(op, to);
	str_addf(to, "\n  - {do: %s, kind: %s, item: %d", verb_name(op->verb),
		 kind_info(op->kind)->name, op->item);
	if (op->verb == OP_ACT)
		str_addf(to, ", action: %s", action_name(op->action));
	if (op->parent)
		str_addf(to, ", parent: %d", op->parent);
	if (op->object)
		str_addf(to, ", object: %d", op->object);
	write_refs(op, to);
	if (op->twist != TWIST_NONE)
		str_addf(to, ", twist: %s", twist_name(op->twist));
	if (op->twist == TWIST_MISSING || op->twist == TWIST_NOBODY)
		str_addf(to, ", field: %s", kind_info(op->kind)->fields[op->field].name);
	if (op->verb == OP_CREATE || op->verb == OP_ACT)
		str_addf(to, ", value: %u", op->value);
	if (op->round)
		str_addf(to, ", round: %u", op->round);
	str_add(to, "}\n");
}

static void write_comment(const char *label, const char *text, struct str *to)
{
	struct str line = { 0 };

	str_addf(&line, "# %s: %s", label, text ? text : "");
	str_one_line(&line);
	str_addf(to, "%s\n", line.text);
	str_release(&line);
}

void script_write(const struct script_head *head, const struct sequence *s, struct str *to)
{
	write_comment("A sequence at whose last step a cloud parts from the model; target", head->target, to);
	write_comment("requirement", head->requirement, to);
	write_comment("what", head->what, to);
	write_comment("expected", head->expected, to);
	write_comment("observed", head->observed, to);
	str_add(to, "# Again:  plugfest explore --replay THIS-FILE -t TARGET.yaml\n");
	str_addf(to, "plugfest: exploration/1\nseed: %llu\nsteps:\n", (unsigned long long)head->seed);
	for (size_t i = 0; i < s->count; i++)
		write_step(&s->at[i], to);
}

/* ---- reading ---- */

static const struct conf_key step_keys[] = {
	{ "do", CONF_TEXT, true }, { "kind", CONF_TEXT, true }, { "item", CONF_TEXT, false },
	{ "action", CONF_TEXT, false }, { "parent", CONF_TEXT, false }, { "object", CONF_TEXT, false },
	{ "refs", CONF_MAP, false }, { "twist", CONF_TEXT, false }, { "field", CONF_TEXT, false },
	{ "value", CONF_TEXT, false }, { "round", CONF_TEXT, false }, { 0 },
};

static int no_such(const struct conf *c, const char *wanted, struct error *err)
{
	return err_at(err, ERR_INVALID, c->file, c->line, "%s: found \"%.60s\"; wanted %s", c->key,
		      c->text, wanted);
}

static int read_word(const struct conf *step, const char *key, int (*by_name)(const char *),
		     const char *wanted, int fallback, int *ret, struct error *err)
{
	const struct conf *c = conf_get(step, key);

	*ret = c ? by_name(c->text) : fallback;
	return *ret < 0 ? no_such(c, wanted, err) : ERR_OK;
}

static int read_number(const struct conf *step, const char *key, int64_t max, int *ret,
		       struct error *err)
{
	int64_t n = 0;
	int r = conf_int(conf_get(step, key), 0, max, 0, &n, err);

	*ret = (int)n;
	return r;
}

static int read_refs(const struct conf *refs, struct operation *op, struct error *err)
{
	for (const struct conf *c = refs ? refs->first : NULL; c; c = c->next) {
		const struct field *f = field_by_name(op->kind, c->key);
		int i = field_index(op->kind, c->key);
		int64_t n = 0;

		if (!f || f->ref < 0 || i >= REFS_MAX)
			return err_at(err, ERR_INVALID, c->file, c->line,
				      "refs: found \"%.60s\"; wanted a field of a %s that refers to something",
				      c->key, kind_info(op->kind)->title);
		if (conf_int(c, 1, ITEM_MAX, 0, &n, err) < 0)
			return err->code;
		op->refs[i] = (int)n;
	}
	return ERR_OK;
}

/* What the words say must go together. */
static int check_step(const struct conf *step, const struct operation *op, struct error *err)
{
	const struct conf *field = conf_get(step, "field");

	if (op->verb == OP_ACT && !act_rule(op->kind, op->action))
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found action %s; wanted one that a %s knows", action_name(op->action),
			      kind_info(op->kind)->title);
	if ((op->verb == OP_CREATE || op->verb == OP_ACT) && !op->item)
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found a step without item; wanted the number of one");
	if ((op->verb == OP_CREATE || op->verb == OP_DELETE) && !kind_info(op->kind)->ours)
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found kind %s; wanted one that can be created", kind_info(op->kind)->name);
	if ((op->parent || (op->verb == OP_LIST && op->object)) && kind_info(op->kind)->parent < 0)
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found a parent of kind %s; wanted a kind that lives in another",
			      kind_info(op->kind)->name);
	if ((op->twist == TWIST_MISSING || op->twist == TWIST_NOBODY) &&
	    op->verb == OP_CREATE && !field)
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found twist %s without a field; wanted the field it is about",
			      twist_name(op->twist));
	if (field && op->field < 0)
		return no_such(field, "a field of that kind", err);
	if (op->twist == TWIST_BAD_RULE && field_index(op->kind, "rules") < 0)
		return no_such(conf_get(step, "twist"), "one that fits the kind", err);
	return ERR_OK;
}

static int read_step(const struct conf *step, struct operation *op, struct error *err)
{
	int verb, kind, action, twist, value, round;

	if (conf_check(step, "a step", step_keys, err) < 0 ||
	    read_word(step, "do", verb_by_name, "create, read, list, delete or act", 0, &verb, err) < 0 ||
	    read_word(step, "kind", kind_by_name, "a kind of resource", 0, &kind, err) < 0 ||
	    read_word(step, "action", action_by_name, "an action", 0, &action, err) < 0 ||
	    read_word(step, "twist", twist_by_name, "a twist", 0, &twist, err) < 0 ||
	    read_number(step, "item", ITEM_MAX, &op->item, err) < 0 ||
	    read_number(step, "parent", ITEM_MAX, &op->parent, err) < 0 ||
	    read_number(step, "object", ITEM_MAX, &op->object, err) < 0 ||
	    read_number(step, "value", ITEM_MAX, &value, err) < 0 ||
	    read_number(step, "round", ITEM_MAX, &round, err) < 0)
		return err->code;
	op->verb = (enum verb)verb;
	op->kind = (enum kind)kind;
	op->action = (enum action)action;
	op->twist = (enum twist)twist;
	op->value = (unsigned)value;
	op->round = (unsigned)round;
	op->field = conf_get(step, "field") ? field_index(op->kind, conf_get(step, "field")->text) : 0;
	if (op->verb == OP_ACT && !conf_get(step, "action"))
		return err_at(err, ERR_INVALID, step->file, step->line,
			      "found do: act without an action; wanted one");
	if (read_refs(conf_get(step, "refs"), op, err) < 0)
		return err->code;
	return check_step(step, op, err);
}

static int read_doc(const struct conf *doc, struct sequence *ret, uint64_t *seed, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "plugfest", CONF_TEXT, true }, { "seed", CONF_TEXT, false },
		{ "steps", CONF_LIST, true }, { 0 },
	};
	const struct conf *format = doc->type == CONF_MAP ? conf_get(doc, "plugfest") : NULL;
	int64_t n = 0;

	if (!format || format->type != CONF_TEXT || strcmp(format->text, "exploration/1"))
		return err_at(err, ERR_INVALID, doc->file, format ? format->line : doc->line,
			      "not an exploration: it lacks the line \"plugfest: exploration/1\"");
	if (conf_check(doc, "", keys, err) < 0 ||
	    conf_int(conf_get(doc, "seed"), 0, INT64_MAX, 0, &n, err) < 0)
		return err->code;
	*seed = (uint64_t)n;
	if (!conf_count(conf_get(doc, "steps")) || conf_count(conf_get(doc, "steps")) > STEPS_MAX)
		return err_at(err, ERR_INVALID, doc->file, conf_get(doc, "steps")->line,
			      "steps: found %zu; wanted 1 to %d", conf_count(conf_get(doc, "steps")),
			      STEPS_MAX);
	for (const struct conf *c = conf_get(doc, "steps")->first; c; c = c->next) {
		struct operation op = { 0 };

		if (c->type != CONF_MAP)
			return err_at(err, ERR_INVALID, c->file, c->line, "a step is a map");
		if (read_step(c, &op, err) < 0)
			return err->code;
		sequence_add(ret, &op);
	}
	return ERR_OK;
}

static int take_doc(struct conf *doc, struct sequence *ret, uint64_t *seed, struct error *err)
{
	int r = read_doc(doc, ret, seed, err);

	conf_free(doc);
	if (r < 0)
		sequence_free(ret);
	return r;
}

int script_read_text(const char *name, const char *text, size_t n, struct sequence *ret,
		     uint64_t *seed, struct error *err)
{
	struct conf *doc;

	*ret = (struct sequence){ 0 };
	return conf_read_text(name, text, n, &doc, err) < 0 ? (int)err->code :
	       take_doc(doc, ret, seed, err);
}

int script_read(const char *path, struct sequence *ret, uint64_t *seed, struct error *err)
{
	struct conf *doc;

	*ret = (struct sequence){ 0 };
	return conf_read(path, &doc, err) < 0 ? (int)err->code : take_doc(doc, ret, seed, err);
}
