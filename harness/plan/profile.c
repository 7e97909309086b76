#include "plan/profile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/str.h"

enum { PROFILE_MAX = 1 << 20, ITEMS_MAX = 2000 };

/* What profile_read() really returns: the texts are those of doc. */
struct loaded {
	struct profile p;	/* first */
	struct conf *doc;
};

static const char *const level_names[] = {
	[LEVEL_MANDATORY] = "mandatory", [LEVEL_CONDITIONAL] = "conditional",
	[LEVEL_ADVISORY] = "advisory",
};

const char *level_name(enum level l) { return level_names[l]; }

static int read_level(const struct conf *c, enum level *ret, struct error *err)
{
	const char *word;

	if (conf_text(c, NULL, &word, err) < 0)
		return err->code;
	for (int i = LEVEL_MANDATORY; i <= LEVEL_ADVISORY; i++) {
		*ret = (enum level)i;
		if (!strcmp(level_names[i], word))
			return ERR_OK;
	}
	return err_at(err, ERR_INVALID, c->file, c->line,
		      "level: found \"%.60s\"; expected mandatory, conditional or advisory", word);
}

/* "MCI-KEY-01": a catalogue, a theme, a number. */
static bool is_requirement(const char *id)
{
	size_t parts = 0;

	for (;; parts++) {
		size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

		if (!n || (id[n] && id[n] != '-'))
			return false;
		id += n;
		if (!*id)
			return parts >= 2;
		id++;
	}
}

static int read_item(struct profile *p, const struct conf *c, const char *id,
		     const struct conf *level, struct error *err)
{
	struct profile_item *item = &p->items[p->item_count];
	const struct profile_item *before = profile_find(p, id);

	if (!is_requirement(id))
		return err_at(err, ERR_INVALID, c->file, c->line,
			      "\"%.60s\" is not the id of a requirement, such as MCI-KEY-01", id);
	if (before)
		return err_at(err, ERR_INVALID, c->file, c->line, "%s stands twice (first on line %d)",
			      id, before->line);
	*item = (struct profile_item){ .requirement = id, .line = c->line };
	p->item_count++;
	return read_level(level, &item->level, err);
}

/* Either MCI-KEY-01: mandatory, or - {id: MCI-KEY-01, level: mandatory}. */
static int read_items(struct profile *p, const struct conf *all, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "id", CONF_TEXT, true }, { "level", CONF_TEXT, true }, { 0 },
	};

	if (all->type != CONF_MAP && all->type != CONF_LIST)
		return err_at(err, ERR_INVALID, all->file, all->line,
			      "requirements: expected a map or a list");
	if (!all->first)
		return err_at(err, ERR_INVALID, all->file, all->line, "requirements: there are none");
	if (conf_count(all) > ITEMS_MAX)
		return err_at(err, ERR_INVALID, all->file, all->line, "requirements: more than %d",
			      ITEMS_MAX);
	p->items = xcalloc(conf_count(all), sizeof(*p->items));
	for (const struct conf *c = all->first; c; c = c->next) {
		if (all->type == CONF_LIST && conf_check(c, "a requirement", keys, err) < 0)
			return err->code;
		if (read_item(p, c, c->key ? c->key : conf_get(c, "id")->text,
			      c->key ? c : conf_get(c, "level"), err) < 0)
			return err->code;
	}
	return ERR_OK;
}

/* Patterns of case ids; without the key it is every case that does not stand apart. */
static int read_cases(struct profile *p, const struct conf *all, struct error *err)
{
	size_t n = 0;

	if (!all)
		return ERR_OK;
	p->cases = xcalloc(conf_count(all) + 1, sizeof(*p->cases));
	for (const struct conf *c = all->first; c; c = c->next)
		if (conf_text(c, NULL, &p->cases[n++], err) < 0)
			return err->code;
	return n ? ERR_OK : err_at(err, ERR_INVALID, all->file, all->line, "cases: there are none");
}

static int check_words(const struct conf *doc, const struct profile *p, struct error *err)
{
	static const char *const filled[] = { "version", "title", "authority" };
	const struct conf *c = conf_get(doc, "id");

	if (!*p->id || p->id[strspn(p->id, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return err_at(err, ERR_INVALID, c->file, c->line,
			      "id: found \"%.60s\"; an id is of the characters a-z, 0-9 and -", p->id);
	for (size_t i = 0; i < sizeof(filled) / sizeof(*filled); i++) {
		c = conf_get(doc, filled[i]);
		if (!*c->text)
			return err_at(err, ERR_INVALID, c->file, c->line, "%s: is empty", filled[i]);
	}
	return ERR_OK;
}

static int read_doc(struct profile *p, const struct conf *doc, struct error *err)
{
	static const struct conf_key keys[] = {
		{ "plugfest", CONF_TEXT, true }, { "id", CONF_TEXT, true },
		{ "version", CONF_TEXT, true }, { "title", CONF_TEXT, true },
		{ "title_ko", CONF_TEXT, false }, { "authority", CONF_TEXT, true },
		{ "requirements", CONF_NULL, true }, { "cases", CONF_LIST, false }, { 0 },
	};
	const struct conf *format = conf_get(doc, "plugfest");

	if (!format || format->type != CONF_TEXT || strcmp(format->text, "profile/1"))
		return err_at(err, ERR_INVALID, doc->file, format ? format->line : doc->line,
			      "not a profile: it lacks the line \"plugfest: profile/1\"");
	if (conf_check(doc, "", keys, err) < 0 ||
	    conf_text(conf_get(doc, "id"), "", &p->id, err) < 0 ||
	    conf_text(conf_get(doc, "version"), "", &p->version, err) < 0 ||
	    conf_text(conf_get(doc, "title"), "", &p->title, err) < 0 ||
	    conf_text(conf_get(doc, "title_ko"), "", &p->title_ko, err) < 0 ||
	    conf_text(conf_get(doc, "authority"), "", &p->authority, err) < 0 ||
	    check_words(doc, p, err) < 0 || read_items(p, conf_get(doc, "requirements"), err) < 0 ||
	    read_cases(p, conf_get(doc, "cases"), err) < 0)
		return err->code;
	return ERR_OK;
}

/* Read once: the digest must be of the very bytes that were understood. */
static int read_bytes(const char *path, struct str *to, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[4096];
	ssize_t got = fd < 0 ? -1 : 1;

	while (got > 0 && to->len <= PROFILE_MAX) {
		got = read(fd, part, sizeof(part));
		if (got > 0)
			str_addn(to, part, (size_t)got);
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	if (got < 0)
		err_at(err, ERR_HARNESS, path, 0, "cannot be read: %s; wanted a profile: a file, or a name of "
		       "`plugfest list profiles`", strerror(errno));
	if (fd >= 0)
		close(fd);
	return got < 0 ? ERR_HARNESS : ERR_OK;
}

static int no_such(const char *name, const char *folder, struct error *err)
{
	char found[64][64], near[100] = "";
	const char *names[65];
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	while (dir && n < 64 && (e = readdir(dir))) {
		size_t len = strlen(e->d_name);

		if (len < 6 || len > 63 || strcmp(e->d_name + len - 5, ".yaml"))
			continue;
		str_copy(found[n], len - 4, e->d_name);
		names[n] = found[n];
		n++;
	}
	if (dir)
		closedir(dir);
	names[n] = NULL;
	conf_suggest(name, names, near, sizeof(near));
	return err_set(err, ERR_NOT_FOUND, "no profile \"%.60s\" in %.160s%s%s", name, folder,
		       *near ? "; " : "", near);
}

static bool is_path(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".yaml")) ||
	       (n > 5 && !strcmp(name + n - 5, ".json"));
}

int profile_read(const char *name_or_path, const char *folder, struct profile **ret,
		 struct error *err)
{
	AUTO(str_buf) struct str bytes = { 0 };
	AUTO(str) char *path = is_path(name_or_path) ? xstrdup(name_or_path) :
			       xasprintf("%s/%s.yaml", folder, name_or_path);
	struct loaded *l;
	struct conf *doc;

	*ret = NULL;
	if (!is_path(name_or_path) && access(path, F_OK) < 0)
		return no_such(name_or_path, folder, err);
	if (read_bytes(path, &bytes, err) < 0 ||
	    conf_read_text(path, str_text(&bytes), bytes.len, &doc, err) < 0)
		return err->code;
	l = xcalloc(1, sizeof(*l));
	l->doc = doc;
	l->p.file = doc->file;
	sha256_hex(str_text(&bytes), bytes.len, l->p.digest);
	if (read_doc(&l->p, doc, err) < 0)
		profile_free(&l->p);
	else
		*ret = &l->p;
	return *ret ? ERR_OK : err->code;
}

void profile_free(struct profile *p)
{
	struct loaded *l = (struct loaded *)p;

	if (!l)
		return;
	free(l->p.items);
	free(l->p.cases);
	conf_free(l->doc);
	free(l);
}

const struct profile_item *profile_find(const struct profile *p, const char *requirement)
{
	for (size_t i = 0; i < p->item_count; i++)
		if (!strcmp(p->items[i].requirement, requirement))
			return &p->items[i];
	return NULL;
}

bool profile_takes(const struct profile *p, const char *id, bool apart)
{
	if (!p->cases)
		return !apart;
	for (const char **pattern = p->cases; *pattern; pattern++)
		if (str_glob(*pattern, id))
			return true;
	return false;
}
