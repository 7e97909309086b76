#include "plan/waivers.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"

enum { FILE_MAX = 1 << 20, WAIVERS_MAX = 1000, PATTERNS_MAX = 200 };

/* What waivers_read() really returns: the texts are those of doc. */
struct loaded {
	struct waivers w;	/* first */
	struct conf *doc;
};

static int bad(const struct conf *c, const char *what, const char *found, const char *wanted,
	       struct error *err)
{
	return err_at(err, ERR_INVALID, c->file, c->line, "%s: found \"%.80s\"; wanted %s", what, found,
		      wanted);
}

static bool only_of(const char *text, const char *set)
{
	return *text && !text[strspn(text, set)];
}

#define WORD "abcdefghijklmnopqrstuvwxyz0123456789-"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A text that says something. */
static int read_text(const struct conf *map, const char *key, size_t most, const char **ret,
		     struct error *err)
{
	const struct conf *c = conf_get(map, key);

	if (conf_text(c, NULL, ret, err) < 0)
		return err->code;
	if (!(*ret)[strspn(*ret, " \t\r\n")])
		return bad(c, key, *ret, "some words", err);
	if (strlen(*ret) > most)
		return err_at(err, ERR_INVALID, c->file, c->line,
			      "%s: found %zu bytes; wanted at most %zu", key, strlen(*ret), most);
	return ERR_OK;
}

static int read_day(const struct conf *map, const char *key, const char **ret, struct error *err)
{
	const struct conf *c = conf_get(map, key);

	if (conf_text(c, NULL, ret, err) < 0)
		return err->code;
	return waiver_is_day(*ret) ? ERR_OK : bad(c, key, *ret, "a day such as 2026-12-31", err);
}

static int read_cases(struct waiver *w, const struct conf *cases, struct error *err)
{
	size_t n = conf_count(cases);
	const char **all;

	if (!n || n > PATTERNS_MAX)
		return err_at(err, ERR_INVALID, cases->file, cases->line,
			      "cases: found %zu patterns; wanted 1 to %d", n, PATTERNS_MAX);
	all = xcalloc(n + 1, sizeof(*all));
	w->cases = all;
	for (const struct conf *c = cases->first; c; c = c->next, all++) {
		if (conf_text(c, NULL, all, err) < 0)
			return err->code;
		if (!only_of(*all, WORD ".*?"))
			return bad(c, "cases", *all, "the id of a case, or a pattern with * and ?", err);
	}
	return ERR_OK;
}

static int read_scope(struct waiver *w, const struct conf *scope, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "target", CONF_TEXT, false }, { "profile", CONF_TEXT, false }, { 0 },
	};
	const struct { const char *key, **to; } all[] = {
		{ "target", &w->target }, { "profile", &w->profile },
	};

	if (scope && conf_check(scope, "scope", keys, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct conf *c = scope ? conf_get(scope, all[i].key) : NULL;

		if (conf_text(c, "", all[i].to, err) < 0)
			return err->code;
		if (c && !only_of(*all[i].to, WORD "*?"))
			return bad(c, all[i].key, *all[i].to, "a name, or a pattern with * and ?", err);
	}
	return ERR_OK;
}

static int check_days(const struct waiver *w, const struct conf *c, struct error *err)
{
	const struct conf *expires = conf_get(c, "expires");

	if (strcmp(w->granted, w->expires) <= 0)
		return ERR_OK;
	return err_at(err, ERR_INVALID, expires->file, expires->line,
		      "expires: found %s, before granted: %s; wanted a later day", w->expires,
		      w->granted);
}

static int check_id(const struct waivers *all, const struct waiver *w, const struct conf *c,
		    struct error *err)
{
	if (!only_of(w->id, WORD CAPITALS "._") || strlen(w->id) > 40)
		return bad(conf_get(c, "id"), "id", w->id, "1 to 40 of letters, digits, - . and _", err);
	for (const struct waiver *before = all->at; before < w; before++)
		if (!strcmp(before->id, w->id))
			return err_at(err, ERR_INVALID, c->file, conf_get(c, "id")->line,
				      "id: found %s twice (first on line %d)", w->id, before->line);
	return ERR_OK;
}

static int read_one(struct waivers *all, const struct conf *c, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "id", CONF_TEXT, true }, { "cases", CONF_LIST, true }, { "scope", CONF_MAP, false },
		{ "reason", CONF_TEXT, true }, { "link", CONF_TEXT, true },
		{ "owner", CONF_TEXT, true }, { "approver", CONF_TEXT, true },
		{ "granted", CONF_TEXT, true }, { "expires", CONF_TEXT, true }, { 0 },
	};
	struct waiver *w = &all->at[all->count];

	if (conf_check(c, "a waiver", keys, err) < 0)
		return err->code;
	/* From here on it is freed with the others. */
	w->line = c->line;
	all->count++;
	if (read_text(c, "id", 40, &w->id, err) < 0 || check_id(all, w, c, err) < 0 ||
	    read_cases(w, conf_get(c, "cases"), err) < 0 ||
	    read_scope(w, conf_get(c, "scope"), err) < 0 ||
	    read_text(c, "reason", 2000, &w->reason, err) < 0 ||
	    read_text(c, "link", 500, &w->link, err) < 0 ||
	    read_text(c, "owner", 200, &w->owner, err) < 0 ||
	    read_text(c, "approver", 200, &w->approver, err) < 0 ||
	    read_day(c, "granted", &w->granted, err) < 0 ||
	    read_day(c, "expires", &w->expires, err) < 0)
		return err->code;
	return check_days(w, c, err);
}

static int read_doc(struct waivers *w, const struct conf *doc, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "plugfest", CONF_TEXT, true }, { "waivers", CONF_LIST, true }, { 0 },
	};
	const struct conf *format = conf_get(doc, "plugfest"), *all;

	if (!format || format->type != CONF_TEXT || strcmp(format->text, "waivers/1"))
		return err_at(err, ERR_INVALID, doc->file, format ? format->line : doc->line,
			      "not a waiver file: it lacks the line \"plugfest: waivers/1\"");
	if (conf_check(doc, "", keys, err) < 0)
		return err->code;
	all = conf_get(doc, "waivers");
	if (conf_count(all) > WAIVERS_MAX)
		return err_at(err, ERR_INVALID, all->file, all->line, "waivers: more than %d",
			      WAIVERS_MAX);
	w->at = xcalloc(conf_count(all) + 1, sizeof(*w->at));
	for (const struct conf *c = all->first; c; c = c->next)
		if (read_one(w, c, err) < 0)
			return err->code;
	return ERR_OK;
}

int waivers_read_text(const char *name, const char *text, size_t n, struct waivers **ret,
		      struct error *err)
{
	struct loaded *l;
	struct conf *doc;

	*ret = NULL;
	if (conf_read_text(name, text, n, &doc, err) < 0)
		return err->code;
	l = xcalloc(1, sizeof(*l));
	l->doc = doc;
	l->w.file = doc->file;
	sha256_hex(text, n, l->w.digest);
	if (read_doc(&l->w, doc, err) < 0)
		waivers_free(&l->w);
	else
		*ret = &l->w;
	return *ret ? ERR_OK : err->code;
}

/* Read once: the digest must be of the very bytes that were understood. */
int waivers_read(const char *path, struct waivers **ret, struct error *err)
{
	AUTO(str_buf) struct str bytes = { 0 };

	*ret = NULL;
	if (file_read(path, FILE_MAX, &bytes, err) < 0)
		return err->code;
	return waivers_read_text(path, str_text(&bytes), bytes.len, ret, err);
}

void waivers_free(struct waivers *w)
{
	struct loaded *l = (struct loaded *)w;

	if (!l)
		return;
	for (size_t i = 0; i < w->count; i++)
		free((void *)w->at[i].cases);
	free(w->at);
	conf_free(l->doc);
	free(l);
}

void waivers_print(const struct waivers *w, const struct plan *p, const char *day, struct str *to)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct waiver *one = &w->at[i];
		enum waiver_state state = waiver_on(one->granted, one->expires, day);
		unsigned n = 0;

		for (size_t k = 0; k < p->row_count; k++)
			n += waiver_covers(one->cases, one->target, one->profile,
					   p->rows[k].test->id, p->targets[p->rows[k].target]->name,
					   p->profile->id);
		str_addf(to, "waiver %s: %s %s, covers %u rows%s\n", one->id,
			 state == WAIVER_EXPIRED ? "expired on" :
			 state == WAIVER_EARLY ? "not in force before" : "in force until",
			 state == WAIVER_EARLY ? one->granted : one->expires, n,
			 n ? "" : ": it matches nothing");
	}
}
