#include "fuzz.h"

#include <string.h>

#include "base/conf.h"

static void walk(const struct conf *c, int depth)
{
	PROMISE(depth <= 33);
	PROMISE(c->type != CONF_TEXT || c->text);
	PROMISE(c->line >= 0 && c->file);
	for (const struct conf *child = c->first; child; child = child->next) {
		PROMISE((c->type == CONF_MAP) == (child->key != NULL));
		if (child->key)
			PROMISE(conf_get(c, child->key) == child);	/* no duplicate keys */
		walk(child, depth + 1);
	}
}

/* A tree whose nodes keep what conf.h says, or a message with file and line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct conf *c = NULL;
	struct error err = { 0 };
	int64_t i;
	double d;
	bool b;

	if (conf_read_text("fuzz.yaml", (const char *)data, n, &c, &err) < 0) {
		PROMISE(!c && *err.text && !strcmp(err.file, "fuzz.yaml"));
		return 0;
	}
	PROMISE(c);
	walk(c, 0);
	conf_int(c->first, -5, 5, 0, &i, &err);
	conf_number(c->first, -5, 5, 0, &d, &err);
	conf_bool(c->first, false, &b, &err);
	conf_free(c);
	return 0;
}
