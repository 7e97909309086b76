#include "run/requirements.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "journal/emit.h"

int requirements_read(const char *dir, json_t **ret, struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/mci.json", dir);
	AUTO(str_buf) struct str text = { 0 };
	struct error why;
	int r = file_read(path, 8u << 20, &text, err);

	if (r < 0)
		return r;
	if (json_read(text.text, text.len, NULL, ret, &why) < 0)
		return err_at(err, ERR_INVALID, path, why.line, "%s", why.text);
	if (!json_is_array(json_object_get(*ret, "requirements")))
		return err_at(err, ERR_INVALID, path, 0, "found no list \"requirements\"");
	return ERR_OK;
}

static const json_t *find(const json_t *catalogue, const char *id)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(catalogue, "requirements"), i, one) {
		const char *name = json_text(one, "id");

		if (name && !strcmp(name, id))
			return one;
	}
	return NULL;
}

static void journal_one(struct journal *j, const struct profile_item *item, const json_t *one)
{
	AUTO(str_buf) struct str s = { 0 };
	AUTO(str) char *trace = json_dumps(json_object_get(one, "traces"), JSON_COMPACT | JSON_ENCODE_ANY);

	member_text(&s, "type", "requirement");
	member_text(&s, "id", item->requirement);
	member_text(&s, "text", json_text(one, "text"));
	member_text(&s, "level", level_name(item->level));
	if (json_text(one, "covered"))
		member_text(&s, "covered", json_text(one, "covered"));
	member_raw(&s, "trace", trace ? trace : "[]");
	journal_append(j, s.text, s.len);
}

int requirements_journal(struct journal *j, const struct profile *profile, const char *dir,
			 struct error *err)
{
	json_auto_t *catalogue = NULL;
	int r = requirements_read(dir, &catalogue, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < profile->item_count; i++) {
		const json_t *one = find(catalogue, profile->items[i].requirement);

		if (!one)
			return err_at(err, ERR_INVALID, profile->file, profile->items[i].line,
				      "found requirement %s, which is not in the catalogue",
				      profile->items[i].requirement);
		journal_one(j, &profile->items[i], one);
	}
	return ERR_OK;
}
