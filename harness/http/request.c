#include <ctype.h>
#include <string.h>

#include "http/priv.h"
#include "http/retry.h"

/* RFC 9110 tokens: methods and header names. */
static bool is_token(const char *s)
{
	if (!s || !*s)
		return false;
	while (isalnum((unsigned char)*s) || *s == '-')
		s++;
	return !*s || !s[strspn(s, "!#$%&'*+-.^_`|~abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")];
}

/* A line end in a value would begin a header, or a request, of its own. */
static bool is_value(const char *s)
{
	if (!s)
		return false;
	for (; *s; s++)
		if ((unsigned char)*s < ' ' && *s != '\t')
			return false;
	return true;
}

static bool is_url_text(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f || *s == '#')
			return false;
	return true;
}

static int check_headers(const struct http_header *head, struct error *err)
{
	for (; head && head->name; head++) {
		if (!is_token(head->name))
			return err_set(err, ERR_HARNESS, "\"%.60s\" cannot be a header name",
				       head->name);
		if (!is_value(head->value))
			return err_set(err, ERR_HARNESS, "the value of header %s holds a control "
				       "character", head->name);
	}
	return ERR_OK;
}

static int check_absolute(const struct http *h, const char *url, struct error *err)
{
	struct http_origin o;
	bool same;

	if (!is_url_text(url))
		return err_set(err, ERR_PROTOCOL, "the URL given for a call to %s holds a space, "
			       "'#' or control character", h->label);
	if (http_origin_parse(url, &o, err) < 0) {
		err->code = ERR_PROTOCOL;
		return err_context(err, "the URL given for a call to %s", h->label);
	}
	same = http_origin_eq(&o, &h->origin);
	if (!same)
		err_set(err, ERR_PROTOCOL, "%s points at another origin: %s://%s:%s", h->label,
			o.scheme, o.host, o.port);
	http_origin_cleanup(&o);
	return same ? ERR_OK : ERR_PROTOCOL;
}

static int check_target(const struct http *h, const struct http_call *call, struct error *err)
{
	if (call->absolute_url)
		return check_absolute(h, call->absolute_url, err);
	/* Anything else right after the host would become a part of its name. */
	if (call->path && *call->path && *call->path != '/' && *call->path != '?')
		return err_set(err, ERR_HARNESS, "a path begins with '/' or '?', not \"%.60s\"",
			       call->path);
	if (call->path && !is_url_text(call->path))
		return err_set(err, ERR_HARNESS, "the path \"%.60s\" holds a space, '#' or control "
			       "character: percent-encode it", call->path);
	return ERR_OK;
}

int http_request_check(const struct http *h, const struct http_call *call, struct error *err)
{
	int r;

	if (!is_token(call->method))
		return err_set(err, ERR_HARNESS, "no usable HTTP method was given");
	if (h->cfg.read_only && !retry_only_reads(call))
		return err_set(err, ERR_DENIED, "%s %s was not sent: the target is opened "
			       "read-only", call->method, call->op ? call->op : "");
	r = check_target(h, call, err);
	return r < 0 ? r : check_headers(call->headers, err);
}

char *http_request_url(const struct http *h, const struct http_call *call)
{
	if (call->absolute_url)
		return xstrdup(call->absolute_url);
	return xasprintf("%s%s", h->cfg.base_url, call->path ? call->path : "");
}
