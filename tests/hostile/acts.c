#include "acts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define JSON_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

static const struct row *row(const struct talk *t) { return t->p->row; }

bool act_text(struct talk *t)
{
	return talk_send(t, JSON_HEAD, row(t)->text, strlen(row(t)->text));
}

bool act_status(struct talk *t)
{
	struct str s = { 0 };
	bool sent;

	str_addf(&s, "HTTP/1.1 %ld Whatever\r\n%s", row(t)->number, row(t)->text ? row(t)->text : "");
	sent = talk_send(t, s.text, "", 0);
	str_release(&s);
	return sent;
}

bool act_raw(struct talk *t)
{
	(void)talk_say(t, row(t)->text);
	return false;
}

bool act_html(struct talk *t)
{
	static const char page[] = "<!DOCTYPE html>\n<html><body><h1>Welcome to the captive portal</h1>"
				   "</body></html>\n";

	return talk_send(t, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n", page, sizeof(page) - 1);
}

/* The head without its Content-Type. */
static void untyped(struct talk *t, struct str *to)
{
	char *at = t->head.text, *line;

	while ((line = strsep(&at, "\n")) && *line)
		if (strncasecmp(line, "Content-Type:", 13))
			str_addf(to, "%s\n", line);
}

bool act_type(struct talk *t)
{
	struct str head = { 0 };
	bool sent = talk_fetch(t);

	if (sent) {
		untyped(t, &head);
		str_add(&head, "Content-Type: text/plain; charset=euc-kr\r\n");
		sent = talk_send(t, head.text, str_text(&t->body), t->body.len);
	}
	str_release(&head);
	return sent;
}

bool act_truncated(struct talk *t)
{
	struct str s = { 0 };

	if (talk_fetch(t)) {
		str_addf(&s, "%sContent-Length: %zu\r\n\r\n%s", t->head.text, t->body.len + 100,
			 str_text(&t->body));
		(void)wire_send(t->client, s.text, s.len);
	}
	str_release(&s);
	return false;
}

/* n bytes from a pattern, as they are or as chunks. */
static bool pour(struct talk *t, const char *pattern, size_t n, bool chunked)
{
	size_t len = strlen(pattern), used = 16384 / len * len;
	char buf[16384], head[24];
	bool on = true;

	for (size_t i = 0; i < used; i += len)
		memcpy(buf + i, pattern, len);
	while (on && n) {
		size_t part = n < used ? n : used;

		snprintf(head, sizeof(head), "%zx\r\n", part);
		on = (!chunked || talk_say(t, head)) && wire_send(t->client, buf, part) &&
		     (!chunked || talk_say(t, "\r\n"));
		n -= part;
	}
	return on;
}

bool act_declared(struct talk *t)
{
	struct str s = { 0 };

	str_addf(&s, JSON_HEAD "Content-Length: %ld\r\n\r\n", row(t)->number);
	if (talk_say(t, s.text))
		(void)pour(t, row(t)->text, (size_t)row(t)->number, false);
	str_release(&s);
	return false;
}

bool act_chunked(struct talk *t)
{
	if (talk_say(t, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n"))
		(void)(pour(t, row(t)->text, (size_t)row(t)->number, true) && talk_say(t, "0\r\n\r\n"));
	return false;
}

static bool chunk(struct talk *t, const char *text)
{
	char head[24];

	snprintf(head, sizeof(head), "%zx\r\n", strlen(text));
	return talk_say(t, head) && talk_say(t, text) && talk_say(t, "\r\n");
}

/* {"image":[{},{},...,{}]}, which is a list to no driver's taste. */
bool act_values(struct talk *t)
{
	return talk_say(t, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n") &&
	       chunk(t, "{\"image\":[") && pour(t, "{},", (size_t)row(t)->number * 3, true) &&
	       chunk(t, "{}]}") && talk_say(t, "0\r\n\r\n");
}

bool act_deep(struct talk *t)
{
	return talk_say(t, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n") &&
	       pour(t, "[", (size_t)row(t)->number, true) && chunk(t, "1") &&
	       pour(t, "]", (size_t)row(t)->number, true) && talk_say(t, "0\r\n\r\n");
}

/* Puts bytes behind the body's first brace. */
static bool begin_with(struct talk *t, const char *bytes, size_t n)
{
	struct str s = { 0 };
	const char *brace;
	bool sent = talk_fetch(t);

	brace = strchr(str_text(&t->body), '{');
	if (sent && brace) {
		str_addc(&s, '{');
		str_addn(&s, bytes, n);
		str_addn(&s, brace + 1, t->body.len - (size_t)(brace + 1 - t->body.text));
		sent = talk_send(t, t->head.text, s.text, s.len);
	}
	str_release(&s);
	return sent;
}

bool act_nul(struct talk *t) { return begin_with(t, "\"a\0b\":1,", 8); }
bool act_not_utf8(struct talk *t) { return begin_with(t, "\"a\":\"\xff\xfe\xc0\xaf\",", 11); }
bool act_twice(struct talk *t) { return begin_with(t, "\"a\":1,\"a\":2,", 12); }

bool act_secrets(struct talk *t)
{
	struct str s = { 0 };
	bool sent;

	str_add(&s, "{\"all\":[");
	for (long i = 0; i < row(t)->number; i++)
		str_addf(&s, "{\"password\":\"invented-%08ld\"},", i);
	str_add(&s, "0]}");
	sent = talk_send(t, JSON_HEAD, s.text, s.len);
	str_release(&s);
	return sent;
}

bool act_escapes(struct talk *t)
{
	return talk_say(t, JSON_HEAD "Transfer-Encoding: chunked\r\n\r\n") &&
	       chunk(t, "{\"image\":[\"") &&
	       pour(t, "\\u0025&amp;%2b+\\\\u00", (size_t)row(t)->number << 20, true) &&
	       chunk(t, "\"]}") && talk_say(t, "0\r\n\r\n");
}

bool act_drip(struct talk *t)
{
	struct str s = { 0 };

	if (!talk_fetch(t))
		return false;
	str_addf(&s, "%sContent-Length: %zu\r\n\r\n%s", t->head.text, t->body.len, str_text(&t->body));
	for (size_t i = 0; i < s.len && !t->p->over && wire_send(t->client, s.text + i, 1); i++)
		sleep(1);
	str_release(&s);
	return false;
}

bool act_reset(struct talk *t)
{
	if ((long)t->nth < row(t)->number)
		return talk_fetch(t) &&
		       talk_send(t, t->head.text, str_text(&t->body), t->body.len);
	wire_close(t->client, true);
	return false;
}

bool act_close(struct talk *t)
{
	(void)t;
	return false;
}

bool act_silence(struct talk *t)
{
	if (row(t)->number)
		(void)talk_say(t, JSON_HEAD "Content-Length: 10\r\n\r\n");
	talk_linger(t);
	return false;
}

bool act_header(struct talk *t)
{
	struct str s = { 0 };
	bool sent = talk_fetch(t);

	if (sent) {
		str_addf(&s, "%sX-Long: ", t->head.text);
		for (long i = 0; i < row(t)->number; i++)
			str_addc(&s, 'x');
		str_add(&s, "\r\n");
		sent = talk_send(t, s.text, str_text(&t->body), t->body.len);
	}
	str_release(&s);
	return sent;
}

bool act_headers(struct talk *t)
{
	struct str s = { 0 };
	bool sent = talk_fetch(t);

	if (sent) {
		str_add(&s, t->head.text);
		for (long i = 0; i < row(t)->number; i++)
			str_addf(&s, "X-Many-%ld: and one more of them\r\n", i);
		sent = talk_send(t, s.text, str_text(&t->body), t->body.len);
	}
	str_release(&s);
	return sent;
}

bool act_redirect(struct talk *t)
{
	struct str s = { 0 };
	bool sent;

	str_addf(&s, "HTTP/1.1 %ld Elsewhere\r\nLocation: http://127.0.0.2:%u/%s\r\n", row(t)->number,
		 t->p->elsewhere_port, t->path);
	sent = talk_send(t, s.text, "", 0);
	str_release(&s);
	return sent;
}

bool act_catalogue(struct talk *t)
{
	struct str s = { 0 };
	char from[64], to[64];
	const char *at, *hit;
	bool sent = talk_fetch(t);

	snprintf(from, sizeof(from), "http://127.0.0.1:%u/compute", t->p->port);
	snprintf(to, sizeof(to), "http://127.0.0.2:%u/compute", t->p->elsewhere_port);
	for (at = str_text(&t->body); (hit = strstr(at, from)); at = hit + strlen(from)) {
		str_addn(&s, at, (size_t)(hit - at));
		str_add(&s, to);
	}
	str_add(&s, at);
	sent = sent && talk_send(t, t->head.text, s.text, s.len);
	str_release(&s);
	return sent;
}

static void http_date(time_t at, char to[40])
{
	struct tm tm;

	strftime(to, 40, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&at, &tm));
}

bool act_retry(struct talk *t)
{
	const char *when = row(t)->text;
	struct str s = { 0 };
	char date[40];
	bool sent;

	http_date(time(NULL) + 1, date);
	str_addf(&s, "HTTP/1.1 %ld Later\r\nContent-Type: application/json\r\n", row(t)->number);
	if (when)
		str_addf(&s, "Retry-After: %s\r\n", strcmp(when, "date") ? when : date);
	sent = talk_send(t, s.text, "{\"message\":\"later\"}", 19);
	str_release(&s);
	return sent;
}

bool act_date(struct talk *t)
{
	struct str s = { 0 };
	char date[40], *at, *line;
	bool sent = talk_fetch(t);

	http_date(time(NULL) + row(t)->number, date);
	if (sent) {
		for (at = t->head.text; (line = strsep(&at, "\n")) && *line;)
			if (strncasecmp(line, "Date:", 5))
				str_addf(&s, "%s\n", line);
		str_addf(&s, "Date: %s\r\n", date);
		sent = talk_send(t, s.text, str_text(&t->body), t->body.len);
	}
	str_release(&s);
	return sent;
}

bool act_hang_up(struct talk *t)
{
	if (talk_fetch(t))
		(void)talk_send(t, t->head.text, str_text(&t->body), t->body.len);
	return false;
}

bool act_half(struct talk *t)
{
	if (talk_fetch(t) && talk_send(t, t->head.text, str_text(&t->body), t->body.len))
		shutdown(t->client->fd, SHUT_WR);
	talk_linger(t);
	return false;
}

bool act_extra(struct talk *t)
{
	struct str s = { 0 };
	bool sent = talk_fetch(t);

	if (sent) {
		str_addf(&s, "%sContent-Length: %zu\r\n\r\n%s%s", t->head.text, t->body.len,
			 str_text(&t->body), row(t)->text);
		sent = wire_send(t->client, s.text, s.len);
	}
	str_release(&s);
	return sent;
}

/* ---- tokens ---- */

enum { LATE_MS = 150 };

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool refuse(struct talk *t)
{
	return talk_send(t, "HTTP/1.1 401 Unauthorized\r\n", "", 0);
}

static bool hands_out(const struct talk *t)
{
	return str_glob("POST", t->method) && str_glob("*/auth/tokens", t->path);
}

bool act_token_dies(struct talk *t)
{
	struct proxy *p = t->p;
	bool dead;

	pthread_mutex_lock(&p->lock);
	if (!*p->worn && str_glob("GET", t->method) && str_glob("*/os-keypairs/*", t->path))
		snprintf(p->worn, sizeof(p->worn), "%s", p->credential);
	dead = *p->worn && !strcmp(p->worn, p->credential) && !hands_out(t);
	pthread_mutex_unlock(&p->lock);
	if (dead)
		return refuse(t);
	return talk_fetch(t) && talk_send(t, t->head.text, str_text(&t->body), t->body.len);
}

/* "expires_at": so many seconds after "issued_at". */
static void shorten(struct str *body, long seconds)
{
	char *issued = strstr(body->text, "\"issued_at\""), *expires = strstr(body->text, "\"expires_at\"");
	struct tm tm = { 0 };
	char text[24];
	time_t at;

	issued = issued ? strstr(issued, "20") : NULL;
	expires = expires ? strstr(expires, "20") : NULL;
	if (!issued || !expires || !strptime(issued, "%Y-%m-%dT%H:%M:%S", &tm))
		return;
	at = timegm(&tm) + seconds;
	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	memcpy(expires, text, strlen(text));
}

bool act_token_wears(struct talk *t)
{
	struct timespec late = { .tv_nsec = LATE_MS * 1000000L };
	struct proxy *p = t->p;
	bool over;

	if (hands_out(t)) {
		if (!talk_fetch(t))
			return false;
		shorten(&t->body, row(t)->number);
		p->fresh_ms = now_ms();
		return talk_send(t, t->head.text, str_text(&t->body), t->body.len);
	}
	nanosleep(&late, NULL);
	over = now_ms() - p->fresh_ms >= row(t)->number * 1000;
	if (over)
		return refuse(t);
	return talk_fetch(t) && talk_send(t, t->head.text, str_text(&t->body), t->body.len);
}

bool act_interim(struct talk *t)
{
	bool on = talk_fetch(t);

	for (long i = 0; on && i < row(t)->number; i++)
		on = talk_say(t, i % 2 ? "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
				       : "HTTP/1.1 102 Processing\r\n\r\n");
	return on && talk_send(t, t->head.text, str_text(&t->body), t->body.len);
}

bool act_slow(struct talk *t)
{
	struct timespec pause = { .tv_nsec = row(t)->number * 1000000 };

	nanosleep(&pause, NULL);
	return talk_fetch(t) && talk_send(t, t->head.text, str_text(&t->body), t->body.len);
}
