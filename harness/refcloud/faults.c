/* The fault plan: built-in faults, fault files, and which fault acts now. */
#include "refcloud/priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/conf.h"

static const char *const operators[DO_COUNT + 1] = {
	[DO_SWALLOW] = "swallow", [DO_ACCEPT_ILLEGAL] = "accept-illegal",
	[DO_ACCEPT_DUPLICATE] = "accept-duplicate", [DO_IGNORE_FIELD] = "ignore-field",
	[DO_SET_FIELD] = "set-field", [DO_STALE] = "stale", [DO_PARTIAL_LIST] = "partial-list",
	[DO_REPEAT_LIST] = "repeat-list", [DO_EXTRA_LEFTOVER] = "extra-leftover",
	[DO_FREEZE_STATE] = "freeze-state", [DO_SKIP_STATE] = "skip-state",
	[DO_WRONG_FINAL_STATE] = "wrong-final-state", [DO_REFUSE] = "refuse",
	[DO_RECLASS] = "reclass", [DO_SLOW] = "slow", [DO_NEW_ID] = "new-id",
	[DO_NO_AUTH] = "no-auth", [DO_LEAK] = "leak", [DO_CASCADE] = "cascade",
	[DO_KEEP_FIRST] = "keep-first", [DO_SKIP_AT_PAGE] = "skip-at-page",
	[DO_REPEAT_AT_PAGE] = "repeat-at-page",
	[DO_MAP_VALUE] = "map-value", [DO_COLLIDE] = "collide", [DO_ADOPT] = "adopt",
	[DO_HALF_MADE] = "half-made", [DO_TOO_MUCH] = "too-much", [DO_BRIDGE] = "bridge",
	[DO_MISCOUNT] = "miscount", [DO_THROTTLE] = "throttle",
	[DO_CUT_FIELD] = "cut-field", [DO_LOWER_FIELD] = "lower-field",
	[DO_PLAIN_FIELD] = "plain-field", [DO_MIX_FIELD] = "mix-field",
	[DO_HARM_USERS] = "harm-users", [DO_LOSE] = "lose", [DO_DROP_KEY] = "drop-key",
	[DO_RENAME_KEY] = "rename-key", [DO_RETYPE_KEY] = "retype-key", [DO_STATUS] = "status",
	[DO_BODY] = "body", [DO_HTML] = "html", [DO_CONTENT_TYPE] = "content-type",
	[DO_TELL] = "tell",
};

static const char *const ops[REF_OPS + 1] = {
	[REF_CREATE] = "create", [REF_GET] = "get", [REF_LIST] = "list",
	[REF_DESTROY] = "destroy", [REF_ACT] = "act", [REF_AUTH] = "auth",
	[REF_REACH] = "reach", [REF_DATA] = "data",
};

static const struct builtin {
	struct fault_info info;
	const char *does, *field, *value, *from, *to;
	int count;
} builtins[] = {
#define FAULT(name_, title_, requirement_, on_, do_, field_, value_, from_, to_, count_) \
	{ .info = { .name = name_, .title = title_, .requirement = requirement_, .on = on_ }, \
	  .does = do_, .field = field_, .value = value_, .from = from_, .to = to_, \
	  .count = count_ },
#include "refcloud/faults.def"
#undef FAULT
};
enum { BUILTINS = sizeof(builtins) / sizeof(*builtins) };

static int index_of(const char *const *names, const char *name)
{
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* ---- the plan ---- */

/* "any" is any operation; what the guests do is none. */
const struct ref_fault *fault_next(struct refcloud *rc, const struct ref_fault *prev, enum kind k,
				   enum ref_op op, int action, enum fault_do does)
{
	const struct ref_fault *f = prev ? prev->next : rc->faults;

	for (; f; f = f->next)
		if (f->does == does && (f->kind < 0 || f->kind == (int)k) &&
		    (f->op < 0 ? op < REF_REACH : f->op == (int)op) &&
		    (f->action < 0 || f->action == action))
			return f;
	return NULL;
}

bool fault_auth(const struct refcloud *rc)
{
	for (const struct ref_fault *f = rc->faults; f; f = f->next)
		if (f->does == DO_NO_AUTH)
			return true;
	return false;
}

void fault_add(struct refcloud *rc, const struct ref_fault *f)
{
	struct ref_fault *one = xmalloc(sizeof(*one)), **slot = &rc->faults;

	*one = *f;
	one->next = NULL;
	while (*slot)
		slot = &(*slot)->next;
	*slot = one;
	if (f->does == DO_STALE || f->does == DO_EXTRA_LEFTOVER || f->does == DO_LEAK ||
	    (f->op == REF_REACH && f->does == DO_ACCEPT_ILLEGAL && fault_names(f->field, "gone")))
		rc->keep_gone = true;
}

void faults_clear(struct refcloud *rc)
{
	struct ref_fault *f;

	while ((f = rc->faults)) {
		rc->faults = f->next;
		free(f);
	}
}

/* ---- reading one ---- */

/* "vm.act.stop", "vpc.get", "any.auth", "vm.any" */
static int parse_on(struct ref_fault *f, const char *on, struct error *err)
{
	char text[64], *op, *action;

	f->kind = f->op = f->action = -1;
	str_copy(f->on, sizeof(f->on), on);
	if (!str_copy(text, sizeof(text), on) || !(op = strchr(text, '.')))
		return err_set(err, ERR_INVALID, "on: found \"%s\", wanted KIND.OPERATION", on);
	*op++ = '\0';
	action = strchr(op, '.');
	if (action)
		*action++ = '\0';
	f->kind = kind_by_name(text);
	if (f->kind < 0 && strcmp(text, "any"))
		return err_set(err, ERR_INVALID, "on: no kind of resource is called \"%s\"", text);
	f->op = index_of(ops, op);
	if (f->op < 0 && strcmp(op, "any"))
		return err_set(err, ERR_INVALID, "on: no operation is called \"%s\"", op);
	if (!action)
		return ERR_OK;
	f->action = action_by_name(action);
	if (f->op != REF_ACT || f->action < 0)
		return err_set(err, ERR_INVALID, "on: no action is called \"%s\"", action);
	return ERR_OK;
}

static bool field_exists(int kind, const char *field)
{
	struct resource r;
	char text[8], whole[64];
	size_t n = strlen(field);

	if (n > 5 && !strcmp(field + n - 5, ".last")) {
		snprintf(whole, sizeof(whole), "%.*s", (int)n - 5, field);
		field = whole;
	}

	if (!strncmp(field, "rule.", 5) || !strcmp(field, "private_key") || kind < 0)
		return true;
	resource_init(&r, (enum kind)kind);
	return resource_get_text(&r, field, text, sizeof(text));
}

static int check_from(const struct ref_fault *f, struct error *err)
{
	if (!*f->from || state_by_name(f->from) >= 0)
		return ERR_OK;
	return err_set(err, ERR_INVALID, "from: no state is called \"%s\"", f->from);
}

static int check_arguments(const struct ref_fault *f, struct error *err)
{
	bool wire = f->does >= DO_DROP_KEY;

	switch (f->does) {
	case DO_IGNORE_FIELD: case DO_SET_FIELD: case DO_DROP_KEY: case DO_RENAME_KEY:
	case DO_RETYPE_KEY: case DO_CUT_FIELD: case DO_LOWER_FIELD: case DO_PLAIN_FIELD:
	case DO_MIX_FIELD: case DO_MAP_VALUE: case DO_COLLIDE:
		if (!*f->field)
			return err_set(err, ERR_INVALID, "%s wants a field", operators[f->does]);
		if (!wire && !field_exists(f->kind, f->field))
			return err_set(err, ERR_INVALID, "a %s has no field \"%s\"",
				       kind_info((enum kind)f->kind)->title, f->field);
		if (f->does == DO_RENAME_KEY && !*f->to)
			return err_set(err, ERR_INVALID, "rename-key wants to");
		break;
	case DO_REFUSE:
		if (err_by_name(f->value) >= 0)
			return err_set(err, ERR_INVALID, "refuse: value \"%s\" is no error class", f->value);
		return check_from(f, err);
	case DO_ACCEPT_ILLEGAL:
		return check_from(f, err);
	case DO_SWALLOW: case DO_ACCEPT_DUPLICATE:
		if (*f->value && str_to_int(f->value, 3600000) < 0)
			return err_set(err, ERR_INVALID, "%s: value \"%s\" is no number of ms",
				       operators[f->does], f->value);
		return check_from(f, err);
	case DO_HARM_USERS:
		if (state_by_name(f->to) < 0)
			return err_set(err, ERR_INVALID, "to: no state is called \"%s\"", f->to);
		break;
	case DO_RECLASS:
		if (strcmp(f->value, "ok") && err_by_name(f->value) >= 0)
			return err_set(err, ERR_INVALID, "reclass: value \"%s\" is no error class", f->value);
		if (*f->from && err_by_name(f->from) >= 0)
			return err_set(err, ERR_INVALID, "reclass: from \"%s\" is no error class", f->from);
		break;
	case DO_FREEZE_STATE: case DO_SKIP_STATE: case DO_WRONG_FINAL_STATE:
		if (*f->from && state_by_name(f->from) < 0)
			return err_set(err, ERR_INVALID, "from: no state is called \"%s\"", f->from);
		if ((*f->to || f->does == DO_WRONG_FINAL_STATE) && state_by_name(f->to) < 0)
			return err_set(err, ERR_INVALID, "to: no state is called \"%s\"", f->to);
		break;
	case DO_SLOW: case DO_THROTTLE:
		if (str_to_int(f->value, 3600000) < 0)
			return err_set(err, ERR_INVALID, "%s: value \"%s\" is no number of ms",
				       operators[f->does], f->value);
		break;
	case DO_STATUS:
		if (str_to_int(f->value, 599) < 100)
			return err_set(err, ERR_INVALID, "status: value \"%s\" is no HTTP status", f->value);
		break;
	case DO_STALE:
	case DO_PARTIAL_LIST: case DO_REPEAT_LIST: case DO_EXTRA_LEFTOVER: case DO_NEW_ID:
	case DO_CONTENT_TYPE: case DO_TELL:
	case DO_ADOPT: case DO_HALF_MADE: case DO_TOO_MUCH: case DO_BRIDGE: case DO_MISCOUNT:
	case DO_NO_AUTH: case DO_LEAK: case DO_CASCADE: case DO_KEEP_FIRST: case DO_LOSE:
	case DO_SKIP_AT_PAGE:
	case DO_REPEAT_AT_PAGE: case DO_BODY:
	case DO_HTML: case DO_COUNT:
		break;
	}
	return ERR_OK;
}

int fault_parse(struct ref_fault *f, const char *on, const char *does, struct error *err)
{
	char hint[96];
	int n = index_of(operators, does), r;

	if (n < 0) {
		conf_suggest(does, operators, hint, sizeof(hint));
		return err_set(err, ERR_INVALID, "do: no operator is called \"%s\"%s%s", does,
			       *hint ? "; " : "", hint);
	}
	f->does = (enum fault_do)n;
	r = parse_on(f, on, err);
	if (r == ERR_OK && (f->op == REF_REACH || f->op == REF_DATA || f->does == DO_LOSE))
		return ref_guest_fault_check(f, does, err);
	return r < 0 ? r : check_arguments(f, err);
}

int refcloud_fault(struct refcloud *rc, const char *name, struct error *err)
{
	const char *names[BUILTINS + 1] = { 0 };
	char hint[128];

	for (size_t i = 0; i < BUILTINS; i++) {
		const struct builtin *b = &builtins[i];
		struct ref_fault f = { .count = b->count };
		int r;

		names[i] = b->info.name;
		if (strcmp(b->info.name, name))
			continue;
		str_copy(f.name, sizeof(f.name), b->info.name);
		str_copy(f.title, sizeof(f.title), b->info.title);
		str_copy(f.requirement, sizeof(f.requirement), b->info.requirement);
		str_copy(f.field, sizeof(f.field), b->field);
		str_copy(f.value, sizeof(f.value), b->value);
		str_copy(f.from, sizeof(f.from), b->from);
		str_copy(f.to, sizeof(f.to), b->to);
		r = fault_parse(&f, b->info.on, b->does, err);
		if (r == ERR_OK)
			fault_add(rc, &f);
		return r;
	}
	conf_suggest(name, names, hint, sizeof(hint));
	return err_set(err, ERR_NOT_FOUND, "no fault is called \"%s\"%s%s", name, *hint ? "; " : "",
		       hint);
}

size_t refcloud_faults(const struct fault_info **ret)
{
	static struct fault_info all[BUILTINS];

	for (size_t i = 0; i < BUILTINS; i++)
		all[i] = builtins[i].info;
	*ret = all;
	return BUILTINS;
}

/* ---- fault files ---- */

static const struct conf_key keys[] = {
	{ "fault", CONF_TEXT, true }, { "title", CONF_TEXT, false },
	{ "requirement", CONF_TEXT, false }, { "on", CONF_TEXT, true }, { "do", CONF_TEXT, true },
	{ "field", CONF_TEXT, false }, { "value", CONF_TEXT, false },
	{ "from", CONF_TEXT, false }, { "to", CONF_TEXT, false }, { "count", CONF_TEXT, false },
	{ 0 },
};

static int read_count(const struct conf *one, int *count, struct error *err)
{
	const struct conf *c = conf_get(one, "count");
	int64_t n = 0;
	int r;

	if (c && c->text && !strcmp(c->text, "all")) {
		*count = FAULT_COUNT_ALL;
		return ERR_OK;
	}
	if (c && c->text && !strcmp(c->text, "made")) {
		*count = FAULT_COUNT_MADE;
		return ERR_OK;
	}
	r = conf_int(c, 1, 1000000, 0, &n, err);
	*count = (int)n;
	return r;
}

static int read_fault(struct refcloud *rc, const struct conf *one, struct error *err)
{
	struct ref_fault f = { 0 };
	const struct { const char *key; char *to; size_t room; } texts[] = {
		{ "fault", f.name, sizeof(f.name) }, { "title", f.title, sizeof(f.title) },
		{ "requirement", f.requirement, sizeof(f.requirement) },
		{ "field", f.field, sizeof(f.field) }, { "value", f.value, sizeof(f.value) },
		{ "from", f.from, sizeof(f.from) }, { "to", f.to, sizeof(f.to) },
	};
	int r = conf_check(one, "a fault", keys, err);

	for (size_t i = 0; r == ERR_OK && i < sizeof(texts) / sizeof(*texts); i++) {
		const struct conf *c = conf_get(one, texts[i].key);

		if (c && !str_copy(texts[i].to, texts[i].room, c->text))
			return err_at(err, ERR_INVALID, c->file, c->line, "%s is longer than %zu bytes",
				      texts[i].key, texts[i].room - 1);
	}
	if (r == ERR_OK)
		r = read_count(one, &f.count, err);
	if (r < 0)
		return r;
	r = fault_parse(&f, conf_get(one, "on")->text, conf_get(one, "do")->text, err);
	if (r < 0) {
		str_copy(err->file, sizeof(err->file), one->file);
		err->line = one->line;
		return r;
	}
	fault_add(rc, &f);
	return ERR_OK;
}

/* One fault, a list of them, or a map whose only key "faults" holds the list. */
int refcloud_fault_file(struct refcloud *rc, const char *path, struct error *err)
{
	AUTO(conf) struct conf *file = NULL;
	const struct conf *top, *one;
	int r = conf_read(path, &file, err);

	if (r < 0)
		return r;
	top = file->type == CONF_MAP && conf_get(file, "faults") ? conf_get(file, "faults") : file;
	if (top->type == CONF_MAP)
		return read_fault(rc, top, err);
	if (top->type != CONF_LIST || !top->first)
		return err_at(err, ERR_INVALID, path, top->line, "found no fault; wanted a list of them");
	for (one = top->first; one && r == ERR_OK; one = one->next)
		r = one->type == CONF_MAP ? read_fault(rc, one, err) :
		    err_at(err, ERR_INVALID, path, one->line, "a fault is a map");
	return r;
}
