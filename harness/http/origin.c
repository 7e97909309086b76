#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "http/priv.h"

static char *part(CURLU *u, CURLUPart which)
{
	char *text = NULL, *own;

	if (curl_url_get(u, which, &text, CURLU_DEFAULT_PORT) || !text)
		return NULL;
	own = xstrdup(text);
	curl_free(text);
	return own;
}

static bool has(CURLU *u, CURLUPart which)
{
	char *text = NULL;
	bool yes = !curl_url_get(u, which, &text, 0);

	curl_free(text);
	return yes;
}

static int read_parts(CURLU *u, const char *url, struct http_origin *ret, struct error *err)
{
	CURLUcode bad = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);

	if (bad)
		return err_set(err, ERR_INVALID, "not a URL: %s", curl_url_strerror(bad));
	if (has(u, CURLUPART_USER) || has(u, CURLUPART_PASSWORD))
		return err_set(err, ERR_INVALID, "a URL must not hold a user name or password");
	ret->scheme = part(u, CURLUPART_SCHEME);
	ret->host = part(u, CURLUPART_HOST);
	ret->port = part(u, CURLUPART_PORT);
	if (!ret->scheme || (strcmp(ret->scheme, "http") && strcmp(ret->scheme, "https")))
		return err_set(err, ERR_INVALID, "the URL must begin with http:// or https://");
	if (!ret->host || !ret->port)
		return err_set(err, ERR_INVALID, "the URL names no host");
	for (const char *p = ret->host; *p; p++)
		if ((unsigned char)*p > 0x7e)
			return err_set(err, ERR_INVALID, "write the host name in its ASCII form (xn--...)");
	return ERR_OK;
}

int http_origin_parse(const char *url, struct http_origin *ret, struct error *err)
{
	CURLU *u = curl_url();
	int r;

	*ret = (struct http_origin){ 0 };
	if (!u)
		return err_set(err, ERR_HARNESS, "curl_url() failed");
	r = read_parts(u, url, ret, err);
	curl_url_cleanup(u);
	if (r < 0)
		http_origin_cleanup(ret);
	return r;
}

bool http_origin_eq(const struct http_origin *a, const struct http_origin *b)
{
	return !strcmp(a->scheme, b->scheme) && !strcasecmp(a->host, b->host) &&
	       !strcmp(a->port, b->port);
}

bool http_origin_is_literal(const struct http_origin *o)
{
	struct in_addr v4;

	return *o->host == '[' || inet_pton(AF_INET, o->host, &v4) == 1;
}

void http_origin_cleanup(struct http_origin *o)
{
	free(o->scheme);
	free(o->host);
	free(o->port);
	*o = (struct http_origin){ 0 };
}
