/* Scheme, host and port of a URL, and which of them may get credentials. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
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

/* One pattern of the list; a port that is not named is the scheme's own. */
static bool pattern_matches(const char *pattern, size_t n, const struct http_origin *o)
{
	const char *usual = strcmp(o->scheme, "https") ? "80" : "443";
	char *one = xstrndup(pattern, n);
	char *with = xasprintf("%s://%s:%s", o->scheme, o->host, o->port);
	char *without = xasprintf("%s://%s", o->scheme, o->host);
	bool yes;

	while (n && one[n - 1] == '/')
		one[--n] = '\0';
	yes = str_glob(one, with) || (!strcmp(o->port, usual) && str_glob(one, without));
	free(one);
	free(with);
	free(without);
	return yes;
}

int http_origin_allowed(const char *url, const char *endpoint, const char *also,
			struct error *err)
{
	struct http_origin to = { 0 }, from = { 0 };
	int r = http_origin_parse(url, &to, err);
	bool allowed;

	if (r == ERR_OK)
		r = http_origin_parse(endpoint, &from, err);
	if (r < 0) {
		http_origin_cleanup(&to);
		return r;
	}
	for (char *p = to.host; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	allowed = !strcasecmp(to.host, from.host) && !strcmp(to.scheme, from.scheme);
	while (also && *also && !allowed) {
		size_t n = strcspn(also, " ");

		allowed = n && pattern_matches(also, n, &to);
		also += n + (also[n] == ' ');
	}
	if (!allowed)
		r = err_set(err, ERR_DENIED, "found %s://%s:%s, another origin than the endpoint's: no "
			    "credential was sent there; if it is to be trusted, name it in connection: "
			    "catalogue_origins", to.scheme, to.host, to.port);
	http_origin_cleanup(&to);
	http_origin_cleanup(&from);
	return r;
}
