#include "base/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "base/cleanup.h"
#include "base/str.h"

enum { FILE_MAX = 1 << 20, DEPTH_MAX = 32 };

/* What a struct conf really is: parents know their last child, so that adding
 * is O(1) and freeing needs no recursion. */
struct node {
	struct conf c;
	struct node *last;
	unsigned order;
};

struct reader {
	yaml_parser_t parser;
	const char *file;
	struct node *root, *open[DEPTH_MAX];
	int depth;
	char *key;		/* read, and waiting for its value */
	int key_line;
	unsigned count;
	struct error *err;
};

static const char *const type_names[] = {
	[CONF_TEXT] = "a single value", [CONF_MAP] = "a map", [CONF_LIST] = "a list",
	[CONF_NULL] = "nothing",
};

static void cleanup_event(yaml_event_t *e) { yaml_event_delete(e); }

/* What a text may not hold: control characters, and the characters that YAML
 * takes for line ends: they would not survive being written and read again. */
static bool printable(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0; i < n; i++) {
		if ((p[i] < 0x20 && p[i] != '\t' && p[i] != '\n') || p[i] == 0x7f)
			return false;
		if (p[i] == 0xc2 && p[i + 1] < 0xa0)
			return false;
		if (p[i] == 0xe2 && p[i + 1] == 0x80 && (p[i + 2] == 0xa8 || p[i + 2] == 0xa9))
			return false;
		if (p[i] == 0xef && ((p[i + 1] == 0xbb && p[i + 2] == 0xbf) ||
				     (p[i + 1] == 0xbf && p[i + 2] >= 0xbe)))
			return false;
	}
	return true;
}

static bool is_null(const yaml_event_t *e)
{
	const char *text = (const char *)e->data.scalar.value;

	return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcasecmp(text, "null"));
}

static int fail(struct reader *rd, int line, const char *what)
{
	return err_at(rd->err, ERR_INVALID, rd->file, line, "%s", what);
}

static int add_node(struct reader *rd, enum conf_type type, int line, struct node **ret)
{
	struct node *parent = rd->depth ? rd->open[rd->depth - 1] : NULL, *n;

	if (type != CONF_TEXT && type != CONF_NULL && rd->depth == DEPTH_MAX)
		return err_at(rd->err, ERR_INVALID, rd->file, line, "nested deeper than %d levels",
			      DEPTH_MAX);
	n = xcalloc(1, sizeof(*n));
	n->c.type = type;
	n->c.line = type != CONF_TEXT && rd->key ? rd->key_line : line;
	n->c.file = rd->root ? rd->root->c.file : xstrdup(rd->file);
	n->c.key = TAKE(rd->key);
	n->order = rd->count++;
	if (!parent) {
		rd->root = n;
	} else {
		if (parent->last)
			parent->last->c.next = &n->c;
		else
			parent->c.first = &n->c;
		parent->last = n;
	}
	if (type == CONF_MAP || type == CONF_LIST)
		rd->open[rd->depth++] = n;
	if (ret)
		*ret = n;
	return ERR_OK;
}

static int by_key(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;
	int r = strcmp(x->c.key, y->c.key);

	return r ? r : x->order < y->order ? -1 : 1;
}

/* Sorted, not compared each with each: a hostile file has many keys. */
static int check_duplicates(struct reader *rd, const struct node *map)
{
	size_t n = conf_count(&map->c), i = 0;
	const struct node **all = xmalloc(n * sizeof(const struct node *));
	const struct node *first = NULL, *second = NULL;

	for (const struct conf *c = map->c.first; c; c = c->next)
		all[i++] = (const struct node *)c;
	qsort(all, n, sizeof(*all), by_key);
	for (i = 1; i < n; i++) {
		if (strcmp(all[i - 1]->c.key, all[i]->c.key) ||
		    (second && second->order < all[i]->order))
			continue;
		first = all[i - 1];
		second = all[i];
	}
	free(all);
	if (!second)
		return ERR_OK;
	return err_at(rd->err, ERR_INVALID, rd->file, second->c.line,
		      "duplicate key \"%.60s\" (first on line %d)", second->c.key, first->c.line);
}

static int add_scalar(struct reader *rd, const yaml_event_t *e, bool as_key)
{
	const char *text = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	int line = (int)e->start_mark.line + 1;
	bool null = is_null(e);
	struct node *node;

	if (!printable(text, n))
		return fail(rd, line, "a control character stands in a text");
	if (as_key) {
		if (null)
			return fail(rd, line, "a key is missing before \":\"");
		rd->key = xstrndup(text, n);
		rd->key_line = line;
		return ERR_OK;
	}
	if (add_node(rd, null ? CONF_NULL : CONF_TEXT, line, &node) < 0)
		return rd->err->code;
	if (!null) {
		node->c.text = xstrndup(text, n);
		node->c.quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	}
	return ERR_OK;
}

static bool wants_key(const struct reader *rd)
{
	return rd->depth && rd->open[rd->depth - 1]->c.type == CONF_MAP && !rd->key;
}

static int refuse_extras(struct reader *rd, const yaml_event_t *e)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	int line = (int)e->start_mark.line + 1;

	if (e->type == YAML_ALIAS_EVENT)
		return fail(rd, line, "YAML aliases are not allowed: write the value out");
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
	}
	if (anchor)
		return fail(rd, line, "YAML anchors (&name) are not allowed");
	if (tag)
		return fail(rd, line, "YAML tags (!name) are not allowed");
	return ERR_OK;
}

static int take_event(struct reader *rd, const yaml_event_t *e)
{
	int line = (int)e->start_mark.line + 1;

	if (refuse_extras(rd, e) < 0)
		return rd->err->code;
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return rd->root ? fail(rd, line, "a second document (---) in the file") : ERR_OK;
	case YAML_SCALAR_EVENT:
		return add_scalar(rd, e, wants_key(rd));
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		if (wants_key(rd))
			return fail(rd, line, "a map or a list cannot be a key");
		return add_node(rd, e->type == YAML_MAPPING_START_EVENT ? CONF_MAP : CONF_LIST,
				line, NULL);
	case YAML_MAPPING_END_EVENT:
		return check_duplicates(rd, rd->open[--rd->depth]);
	case YAML_SEQUENCE_END_EVENT:
		rd->depth--;
		return ERR_OK;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_ALIAS_EVENT:
		return ERR_OK;
	}
	return ERR_OK;
}

/* libyaml has no line for bytes that it could not even decode. */
static int syntax_error(struct reader *rd, const char *text)
{
	const yaml_parser_t *p = &rd->parser;
	const char *context = p->context ? p->context : "";
	int line = (int)p->problem_mark.line + 1;

	if (p->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < p->problem_offset; i++)
			line += text[i] == '\n';
	}
	return err_at(rd->err, ERR_INVALID, rd->file, line, "not valid YAML: %s%s%s", context,
		      *context ? ", " : "", p->problem ? p->problem : "unreadable");
}

static int read_events(struct reader *rd, const char *text)
{
	int r = ERR_OK;

	for (bool more = true; more && r >= 0;) {
		__attribute__((cleanup(cleanup_event))) yaml_event_t e = { 0 };

		if (!yaml_parser_parse(&rd->parser, &e))
			return syntax_error(rd, text);
		r = take_event(rd, &e);
		more = e.type != YAML_STREAM_END_EVENT;
	}
	if (r >= 0 && (!rd->root || rd->root->c.type == CONF_NULL))
		return fail(rd, 0, "the file is empty");
	return r;
}

int conf_read_text(const char *name, const char *text, size_t n, struct conf **ret,
		   struct error *err)
{
	struct reader rd = { .file = name, .err = err };
	int r;

	*ret = NULL;
	if (n > FILE_MAX)
		return err_at(err, ERR_INVALID, name, 0, "larger than 1 MiB");
	if (!yaml_parser_initialize(&rd.parser))
		return err_set(err, ERR_HARNESS, "the YAML library cannot start");
	yaml_parser_set_encoding(&rd.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&rd.parser, (const unsigned char *)text, n);
	r = read_events(&rd, text);
	yaml_parser_delete(&rd.parser);
	free(rd.key);
	if (r < 0)
		conf_free((struct conf *)rd.root);
	else
		*ret = (struct conf *)rd.root;
	return r;
}

int conf_read(const char *path, struct conf **ret, struct error *err)
{
	AUTO(str) char *text = xmalloc(FILE_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got = fd < 0 ? -1 : 1;

	*ret = NULL;
	while (got > 0 && n <= FILE_MAX) {
		got = read(fd, text + n, FILE_MAX + 1 - n);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			n += (size_t)got;
	}
	if (got < 0)
		err_at(err, ERR_HARNESS, path, 0, "cannot be read: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return got < 0 ? ERR_HARNESS : conf_read_text(path, text, n, ret, err);
}

void conf_free(struct conf *c)
{
	char *file = c ? (char *)c->file : NULL;

	while (c) {
		struct node *n = (struct node *)c;

		if (n->last)
			n->last->c.next = c->next;
		c = n->last ? c->first : c->next;
		free((char *)n->c.key);
		free((char *)n->c.text);
		free(n);
	}
	free(file);
}

const struct conf *conf_get(const struct conf *map, const char *key)
{
	if (!map || map->type != CONF_MAP)
		return NULL;
	for (const struct conf *c = map->first; c; c = c->next)
		if (!strcmp(c->key, key))
			return c;
	return NULL;
}

size_t conf_count(const struct conf *c)
{
	size_t n = 0;

	for (c = c ? c->first : NULL; c; c = c->next)
		n++;
	return n;
}

void conf_suggest(const char *found, const char *const *valid, char *to, size_t room)
{
	unsigned best = (unsigned)strlen(found) / 3 + 1;
	const char *near = NULL;

	if (best > 3)
		best = 3;
	for (; *valid; valid++) {
		unsigned d = str_distance(found, *valid);

		if (d < best || (d == best && !near && d < strlen(*valid))) {
			best = d;
			near = *valid;
		}
	}
	snprintf(to, room, "%s%s%s", near ? "did you mean \"" : "", near ? near : "",
		 near ? "\"?" : "");
}

static int unknown_key(const struct conf *c, const char *where, const struct conf_key *keys,
		       struct error *err)
{
	const char *names[64];
	char near[100];
	size_t n = 0;

	for (; keys[n].key && n < 63; n++)
		names[n] = keys[n].key;
	names[n] = NULL;
	conf_suggest(c->key, names, near, sizeof(near));
	return err_at(err, ERR_INVALID, c->file, c->line, "unknown key \"%.60s\"%s%s%s%s", c->key,
		      *where ? " in " : "", where, *near ? "; " : "", near);
}

static int wrong_type(const struct conf *c, const char *wanted, struct error *err)
{
	return err_at(err, ERR_INVALID, c->file, c->line, "%s: expected %s, found %s",
		      c->key ? c->key : "the item", wanted, type_names[c->type]);
}

int conf_check(const struct conf *map, const char *where, const struct conf_key *keys,
	       struct error *err)
{
	if (map->type != CONF_MAP)
		return err_at(err, ERR_INVALID, map->file, map->line, "%s: expected a map, found %s",
			      *where ? where : "the file", type_names[map->type]);
	for (const struct conf *c = map->first; c; c = c->next) {
		const struct conf_key *k = keys;

		while (k->key && strcmp(k->key, c->key))
			k++;
		if (!k->key)
			return unknown_key(c, where, keys, err);
		/* CONF_NULL in the table: the caller looks at the type himself. */
		if (k->type != CONF_NULL && c->type != k->type)
			return wrong_type(c, type_names[k->type], err);
	}
	for (const struct conf_key *k = keys; k->key; k++)
		if (k->required && !conf_get(map, k->key))
			return err_at(err, ERR_INVALID, map->file, map->line, "%s lacks \"%s\"",
				      *where ? where : "the file", k->key);
	return ERR_OK;
}

int conf_text(const struct conf *c, const char *fallback, const char **ret, struct error *err)
{
	*ret = fallback;
	if (!c)
		return ERR_OK;
	if (c->type != CONF_TEXT)
		return wrong_type(c, "a text", err);
	*ret = c->text;
	return ERR_OK;
}

/* "found" for messages: the kind of thing, or the text itself. */
static int not_a(const struct conf *c, const char *wanted, struct error *err)
{
	if (c->type != CONF_TEXT)
		return wrong_type(c, wanted, err);
	return err_at(err, ERR_INVALID, c->file, c->line, "%s: expected %s, found %s%.60s%s%s",
		      c->key ? c->key : "the item", wanted, c->quoted ? "the text \"" : "",
		      c->text, c->quoted ? "\"" : "", c->quoted ? " (leave out the quotes)" : "");
}

/* An optional minus and digits, no leading zero (YAML 1.1 would read octal). */
static bool parse_digits(const char *text, int64_t *ret)
{
	bool minus = *text == '-';

	text += minus;
	if (text[0] == '0' && text[1])
		return false;
	*ret = str_to_int(text, INT64_MAX);
	if (*ret < 0)
		return false;
	*ret = minus ? -*ret : *ret;
	return true;
}

int conf_int(const struct conf *c, int64_t min, int64_t max, int64_t fallback, int64_t *ret,
	     struct error *err)
{
	*ret = fallback;
	if (!c)
		return ERR_OK;
	if (c->type != CONF_TEXT || c->quoted || !parse_digits(c->text, ret))
		return not_a(c, "a whole number", err);
	if (*ret < min || *ret > max)
		return err_at(err, ERR_INVALID, c->file, c->line,
			      "%s: %s is out of range (%lld to %lld)", c->key ? c->key : "the item",
			      c->text, (long long)min, (long long)max);
	return ERR_OK;
}

/* Digits with an optional fraction, at most 15 in all: exact as a double on
 * every machine and in every locale, which strtod() is not.  No leading zero
 * here either: what is written again as JSON has none. */
static bool parse_decimal(const char *text, double *ret)
{
	double n = 0, scale = 1;
	bool minus = *text == '-', point = false;
	int digits = 0;

	text += minus;
	if (text[0] == '0' && text[1] >= '0' && text[1] <= '9')
		return false;
	for (; *text; text++) {
		if (*text == '.' && !point && digits) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > 15)
			return false;
		n = n * 10 + (*text - '0');
		scale *= point ? 10 : 1;
	}
	*ret = minus ? -n / scale : n / scale;
	return digits > 0 && text[-1] != '.';
}

int conf_number(const struct conf *c, double min, double max, double fallback, double *ret,
		struct error *err)
{
	*ret = fallback;
	if (!c)
		return ERR_OK;
	if (c->type != CONF_TEXT || c->quoted || !parse_decimal(c->text, ret))
		return not_a(c, "a number", err);
	if (*ret < min || *ret > max)
		return err_at(err, ERR_INVALID, c->file, c->line, "%s: %s is out of range (%g to %g)",
			      c->key ? c->key : "the item", c->text, min, max);
	return ERR_OK;
}

int conf_bool(const struct conf *c, bool fallback, bool *ret, struct error *err)
{
	*ret = fallback;
	if (!c)
		return ERR_OK;
	if (c->type != CONF_TEXT || c->quoted ||
	    (strcmp(c->text, "true") && strcmp(c->text, "false")))
		return not_a(c, "true or false", err);
	*ret = c->text[0] == 't';
	return ERR_OK;
}
