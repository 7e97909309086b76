#include "base/json.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { DEPTH_DEFAULT = 128, VALUES_DEFAULT = 200000 };

/* One pass over the bytes; what is no JSON at all is left for jansson to say. */
struct scan {
	const char *at, *end;
	unsigned depth;
	size_t values, line;
	bool opened;		/* a container was opened and nothing stands in it yet */
};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* What a scan stops at within a string; most of a reply is strings. */
static const bool in_string[256] = { ['"'] = true, ['\\'] = true, ['\n'] = true };

static void skip_string(struct scan *s)
{
	for (s->at++; s->at < s->end; s->at++) {
		while (s->at < s->end && !in_string[(unsigned char)*s->at])
			s->at++;
		if (s->at == s->end || *s->at == '"')
			return;
		if (*s->at == '\\' && s->at + 1 < s->end)
			s->at++;
		s->line += *s->at == '\n';
	}
}

static int scan(const char *text, size_t n, unsigned depth, size_t values, struct error *err)
{
	struct scan s = { .at = text, .end = text + n, .values = 1, .line = 1 };

	for (; s.at < s.end; s.at++) {
		char c = *s.at;

		s.line += c == '\n';
		if (is_space(c))
			continue;
		if (s.opened && c != '}' && c != ']')
			s.values++;
		s.opened = c == '{' || c == '[';
		if (s.opened && ++s.depth > depth)
			return err_set(err, ERR_PROTOCOL, "line %zu: JSON nested deeper than %u levels",
				       s.line, depth);
		if ((c == '}' || c == ']') && s.depth)
			s.depth--;
		s.values += c == ',';
		if (s.values > values)
			return err_set(err, ERR_PROTOCOL, "line %zu: more than %zu JSON values",
				       s.line, values);
		if (c == '"')
			skip_string(&s);
	}
	return ERR_OK;
}

/* What servers send instead of JSON when something in between answers. */
static int refuse_other(const char *text, size_t n, struct error *err)
{
	size_t i = 0;

	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		return err_set(err, ERR_PROTOCOL, "not JSON: it begins with a byte order mark");
	while (i < n && is_space(text[i]))
		i++;
	if (i == n)
		return err_set(err, ERR_PROTOCOL, "an empty text instead of JSON");
	if (text[i] != '<')
		return ERR_OK;
	if ((n - i >= 14 && !strncasecmp(text + i, "<!doctype html", 14)) ||
	    (n - i >= 5 && !strncasecmp(text + i, "<html", 5)))
		return err_set(err, ERR_PROTOCOL, "an HTML page instead of JSON");
	return err_set(err, ERR_PROTOCOL, "XML or HTML instead of JSON");
}

int json_read(const char *text, size_t n, const struct json_limits *limits, json_t **ret,
	      struct error *err)
{
	unsigned depth = limits && limits->depth ? limits->depth : DEPTH_DEFAULT;
	size_t values = limits && limits->values ? limits->values : VALUES_DEFAULT;
	json_error_t why;
	char *near;

	*ret = json_plain(text, n, depth, values);
	if (*ret)
		return ERR_OK;
	if (refuse_other(text, n, err) < 0 || scan(text, n, depth, values, err) < 0)
		return err->code;
	*ret = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (*ret)
		return ERR_OK;
	/* jansson quotes the text, possibly half a secret that redaction would miss. */
	near = strstr(why.text, " near '");
	if (near)
		*near = '\0';
	return err_set(err, ERR_PROTOCOL, "line %d column %d: not JSON: %s", why.line, why.column,
		       why.text);
}

const char *json_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}
