#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "run.h"

static int64_t integer(const json_t *line, const char *key)
{
	return json_integer_value(json_object_get(line, key));
}

static void keep(char to[32], const json_t *line, const char *key)
{
	const char *text = json_text(line, key);

	str_copy(to, 32, text ? text : "");
}

static void read_line(const json_t *line, const char *case_id, int64_t *row, struct outcome *o)
{
	const char *type = json_text(line, "type"), *id = json_text(line, "case");

	if (!type)
		return;
	if (!strcmp(type, "row") && id && !strcmp(id, case_id))
		*row = integer(line, "row");
	o->crashed |= !strcmp(type, "crashed");
	o->complete |= !strcmp(type, "end") && !strcmp(json_text(line, "outcome"), "completed");
	if (!strcmp(type, "finish") && integer(line, "row") == *row) {
		keep(o->verdict, line, "verdict");
		keep(o->cause, line, "cause");
		keep(o->cleanup, line, "cleanup");
	}
}

void outcome_read(const char *dir, const char *case_id, struct outcome *o)
{
	char *journal = xasprintf("%s/run/journal.jsonl", dir), *junit = xasprintf("%s/run/junit.xml", dir);
	char *said = xasprintf("%s/said", dir);
	struct error err;
	int64_t row = -1;

	(void)file_read(journal, 64u << 20, &o->journal, &err);
	(void)file_read(junit, 64u << 20, &o->junit, &err);
	(void)file_read(said, 1u << 20, &o->said, &err);
	for (const char *at = str_text(&o->journal); *at;) {
		size_t n = strcspn(at, "\n");
		json_t *line = json_loadb(at, n, 0, NULL);

		read_line(line, case_id, &row, o);
		json_decref(line);
		at += n + (at[n] == '\n');
	}
	free(journal);
	free(junit);
	free(said);
}

void outcome_release(struct outcome *o)
{
	str_release(&o->journal);
	str_release(&o->junit);
	str_release(&o->said);
}
