#include "journal/clean.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

/* Keys whose values this program chose, or by which it finds what it made. The target's
 * own words among them cannot hold a secret of its file: target_read() refuses that. */
static bool kept(const char *key)
{
	static const char *const name[] = {
		"case", "cases", "cause", "class", "cleanup", "commit", "config", "connection",
		"decision", "digest", "driver", "endpoint", "exchanges", "expires", "format",
		"granted", "head", "ics", "id", "identity", "impact", "kind", "level", "method",
		"name", "op", "outcome", "parent", "prev", "profile", "requirement", "requirements",
		"run", "salt", "severity", "target", "type", "utc", "verdict", "waiver", "when",
	};
	size_t n = strlen(key);

	if ((n > 7 && !strcmp(key + n - 7, "_digest")) || (n > 7 && !strcmp(key + n - 7, "_sha256")))
		return true;
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		if (!strcmp(key, name[i]))
			return true;
	return false;
}

static json_t *clean(json_t *value)
{
	struct str s = { 0 };
	json_t *ret;

	str_addn(&s, json_string_value(value), json_string_length(value));
	secret_redact(&s);
	ret = json_stringn_nocheck(str_text(&s), s.len);
	str_release(&s);
	return ret;
}

/* Depth is that of what we compose: a few. */
static void walk(json_t *doc)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(doc, key, value) {
		if (kept(key))
			continue;
		if (json_is_string(value))
			json_object_set_new_nocheck(doc, key, clean(value));
		else
			walk(value);
	}
	if (json_is_array(doc))
		json_array_foreach(doc, i, value) {
			if (json_is_string(value))
				json_array_set_new(doc, i, clean(value));
			else
				walk(value);
		}
}

void members_clean(struct str *members)
{
	struct str braced = { 0 };
	json_t *doc;
	char *text;

	if (!secret_found(str_text(members), members->len))
		return;
	str_addf(&braced, "{%s}", str_text(members));
	doc = json_loadb(braced.text, braced.len, JSON_ALLOW_NUL, NULL);
	explicit_bzero(braced.text, braced.len);
	str_release(&braced);
	if (!doc) {	/* not ours to read: then nothing of it is kept apart */
		secret_redact(members);
		return;
	}
	walk(doc);
	text = json_dumps(doc, JSON_COMPACT);
	json_decref(doc);
	explicit_bzero(members->text, members->len);
	str_clear(members);
	str_addn(members, text + 1, strlen(text) - 2);
	free(text);
}
