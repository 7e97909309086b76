#include <stdbool.h>
#include <string.h>

#include "base/json.h"

/*
 * jansson reads a byte at a time through three functions: a quarter of what a call costs the
 * client.  This reads what services send nearly always, and only that: objects and lists a few
 * levels deep, of ASCII strings without escapes, integers, true, false and null.  At anything else,
 * right or wrong, it gives up, and jansson reads the whole and is the one to judge.
 */
enum { DEPTH_MOST = 16, DIGITS_MOST = 18 };

struct plain {
	const char *at, *end;
	size_t values;			/* how many may still come */
	unsigned depth, most;
	json_t *root;
	json_t *open[DEPTH_MOST];	/* each in the one before it */
	const char *key;		/* of the value that comes next, in an object */
	size_t key_len;
};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static int next(struct plain *p)
{
	while (p->at < p->end && is_space(*p->at))
		p->at++;
	return p->at < p->end ? (unsigned char)*p->at++ : -1;
}

/* Behind its first quote.  False: not a plain one. */
static bool take_string(struct plain *p, const char **text, size_t *len)
{
	const char *at = p->at;

	while (at < p->end && *at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\')
		at++;
	if (at == p->end || *at != '"')
		return false;
	*text = p->at;
	*len = (size_t)(at - p->at);
	p->at = at + 1;
	return true;
}

/* Its first character was taken. */
static json_t *take_integer(struct plain *p)
{
	const char *from = p->at - 1, *at = from + (*from == '-'), *digits = at;
	json_int_t n = 0;

	for (; at < p->end && *at >= '0' && *at <= '9' && at - digits < DIGITS_MOST; at++)
		n = n * 10 + (*at - '0');
	if (at == digits || (*digits == '0' && at - from > 1))
		return NULL;
	/* It must end here: a fraction or more digits are for jansson. */
	if (at == p->end || !(*at == ',' || *at == ']' || *at == '}' || is_space(*at)))
		return NULL;
	p->at = at;
	return json_integer(*from == '-' ? -n : n);
}

static json_t *take_word(struct plain *p, const char *rest, json_t *value)
{
	size_t n = strlen(rest);

	if ((size_t)(p->end - p->at) < n || memcmp(p->at, rest, n))
		return NULL;
	p->at += n;
	return value;		/* of these three there is only one each: nothing is owned */
}

static json_t *take_value(struct plain *p)
{
	const char *text;
	size_t len;
	int c = next(p);

	switch (c) {
	case '"':
		return take_string(p, &text, &len) ? json_stringn_nocheck(text, len) : NULL;
	case '{':
		return json_object();
	case '[':
		return json_array();
	case 't':
		return take_word(p, "rue", json_true());
	case 'f':
		return take_word(p, "alse", json_false());
	case 'n':
		return take_word(p, "ull", json_null());
	default:
		return c == '-' || (c >= '0' && c <= '9') ? take_integer(p) : NULL;
	}
}

/* Into the innermost that is open; what it is put into owns it from here on. */
static bool put(struct plain *p, json_t *value)
{
	json_t *in = p->depth ? p->open[p->depth - 1] : NULL;

	if (!in) {
		p->root = value;
		return true;
	}
	if (json_is_array(in))
		return json_array_append_new(in, value) == 0;
	if (!json_object_getn(in, p->key, p->key_len))
		return json_object_setn_new_nocheck(in, p->key, p->key_len, value) == 0;
	json_decref(value);	/* a name twice */
	return false;
}

static bool take_key(struct plain *p)
{
	return next(p) == '"' && take_string(p, &p->key, &p->key_len) && next(p) == ':';
}

/* True when that closed the innermost one. */
static bool closes(struct plain *p, int c)
{
	return p->depth && c == (json_is_array(p->open[p->depth - 1]) ? ']' : '}');
}

/* One value, and whatever of those around it ends with it; more: another one follows. */
static bool take_one(struct plain *p, bool *more)
{
	bool inside = p->depth && json_is_object(p->open[p->depth - 1]);
	json_t *value;
	int c = -1;

	if (!p->values-- || (inside && !take_key(p)) || !(value = take_value(p)) || !put(p, value))
		return false;
	*more = true;
	if (json_is_object(value) || json_is_array(value)) {
		if (p->depth == p->most)
			return false;
		p->open[p->depth++] = value;
		c = next(p);
		if (!closes(p, c)) {
			p->at--;	/* the first of what it holds */
			return c >= 0;
		}
		p->depth--;
	}
	while (p->depth && closes(p, c = next(p)))
		p->depth--;
	*more = p->depth > 0;
	return *more ? c == ',' : next(p) < 0;
}

json_t *json_plain(const char *text, size_t n, unsigned depth, size_t values)
{
	struct plain p = { .at = text, .end = text + n, .values = values,
			   .most = depth < DEPTH_MOST ? depth : DEPTH_MOST };
	bool more = true;

	while (more)
		if (!take_one(&p, &more)) {
			json_decref(p.root);
			return NULL;
		}
	return p.root;
}
