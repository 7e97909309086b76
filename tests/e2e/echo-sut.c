/*
 * A hostile system under test: it says the password back in every spelling it knows.
 *
 *   echo-sut LOG            speaks enough of CB-Spider for the cases of key pairs.  The connection
 *                           named fails: every call on a key pair fails with an echo in its text.
 *   echo-sut LOG UPSTREAM   hands everything on to another server.
 *   echo-sut --page         a server of something else: a page that says 404, whatever is asked.
 *   echo-sut --spellings SECRET...
 *                           prints what a search for them has to look for, a line each.
 *
 * A server prints its address and ends by itself.  LOG holds what was sent back, so that a search
 * for a secret can be proved to find it where it must be.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "spellings.h"

enum { LIFE_S = 280, PATIENCE_S = 20, HEADERS_MAX = 100, BODY_MAX = 1 << 20 };

static void file_cleanup(FILE **f)
{
	if (*f)
		fclose(*f);
}

static void json_cleanup(json_t **j) { json_decref(*j); }

/* ---- one request and its reply ---- */

struct call {
	char method[16], *target;
	char *headers[HEADERS_MAX];
	unsigned header_count;
	char *body;
	size_t body_len;
	char *password;
};

static struct {
	FILE *log;
	char *upstream;		/* "http://host:port", or NULL */
	bool page;
} sut;

static void call_cleanup(struct call *c)
{
	free(c->target);
	for (unsigned i = 0; i < c->header_count; i++)
		free(c->headers[i]);
	free(c->body);
	free(c->password);
}

static const char *header(const struct call *c, const char *name)
{
	size_t n = strlen(name);

	for (unsigned i = 0; i < c->header_count; i++)
		if (!strncasecmp(c->headers[i], name, n) && c->headers[i][n] == ':')
			return c->headers[i] + n + 1 + strspn(c->headers[i] + n + 1, " \t");
	return NULL;
}

/* Of "Basic dXNlcjpwYXNzd29yZA=="; "" without. */
static char *password_of(const struct call *c)
{
	const char *coded = header(c, "Authorization"), *colon;
	unsigned char plain[1024] = "";

	if (!coded || strncmp(coded, "Basic ", 6) != 0 || strlen(coded) > sizeof(plain))
		return must(strdup(""));
	coded += 6;
	if (EVP_DecodeBlock(plain, (const unsigned char *)coded, (int)strlen(coded)) < 0)
		return must(strdup(""));
	colon = strchr((const char *)plain, ':');
	return must(strdup(colon ? colon + 1 : ""));
}

/* A line without its end; NULL when there is none. */
static char *read_line(FILE *in)
{
	char *line = NULL;
	size_t room = 0;

	if (getline(&line, &room, in) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

static bool read_call(FILE *in, struct call *c)
{
	AUTO(str) char *first = read_line(in);
	const char *length, *target;
	char *line;

	if (!first || sscanf(first, "%15s", c->method) != 1 || !(target = strchr(first, ' ')))
		return false;
	c->target = must(strndup(target + 1, strcspn(target + 1, " ")));
	while ((line = read_line(in)) && *line) {
		if (c->header_count == HEADERS_MAX) {
			free(line);
			return false;
		}
		c->headers[c->header_count++] = line;
	}
	if (!line)
		return false;
	free(line);
	length = header(c, "Content-Length");
	c->body_len = length ? strtoul(length, NULL, 10) : 0;
	if (c->body_len > BODY_MAX || header(c, "Transfer-Encoding"))
		return false;
	c->body = must(calloc(1, c->body_len + 1));
	c->password = password_of(c);
	return fread(c->body, 1, c->body_len, in) == c->body_len;
}

/* headers: as they are sent, with the end of a line after each. */
static bool reply(FILE *out, const struct call *c, long status, const char *headers,
		  const char *body, size_t n)
{
	char date[40];
	time_t now = time(NULL);
	struct tm utc;

	if (sut.log) {
		flockfile(sut.log);
		fputs(headers, sut.log);
		fwrite(body, 1, n, sut.log);
		fputc('\n', sut.log);
		fflush(sut.log);
		funlockfile(sut.log);
	}
	strftime(date, sizeof(date), "%a, %d %b %Y %T GMT", gmtime_r(&now, &utc));
	fprintf(out, "HTTP/1.1 %ld Said\r\nServer: echo-sut\r\nDate: %s\r\n", status, date);
	fputs(headers, out);
	if (status != 204)
		fprintf(out, "Content-Length: %zu\r\n", n);
	fputs("\r\n", out);
	if (strcmp(c->method, "HEAD") != 0)
		fwrite(body, 1, n, out);
	return !fflush(out);
}

/* ---- CB-Spider, as far as key pairs go ---- */

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static struct key {
	char *name, *material;
	struct key *next;
} *keys;
static unsigned echoes, answers;

static char *private_key(void)
{
	unsigned char raw[48], coded[65];
	char *text = NULL;
	FILE *to = writing(&text);

	fputs("-----BEGIN RSA PRIVATE KEY-----\n", to);
	for (unsigned i = 0; i < 24; i++) {
		if (RAND_bytes(raw, sizeof(raw)) != 1)
			abort();
		EVP_EncodeBlock(coded, raw, sizeof(raw));
		fprintf(to, "%s\n", (const char *)coded);
	}
	fputs("-----END RSA PRIVATE KEY-----\n", to);
	fclose(to);
	return must(text);
}

/* Over and over, so that wherever a text is cut, it is cut within a secret. */
static char *echo(const struct call *c)
{
	unsigned n = echoes++, how = n % (SPELLINGS + 1);
	AUTO(str) char *key = how == SPELLINGS ? private_key() : NULL;
	char *text = NULL;
	FILE *to = writing(&text);

	for (unsigned i = 0; i < 60; i++) {
		if (key)
			fputs(key, to);
		else
			spell(to, how, c->password);
		fprintf(to, "%.*s", 1 + (int)(n % 3), ",,,");
	}
	fclose(to);
	return must(text);
}

static char *everything(const struct call *c)
{
	char *text = NULL;
	FILE *to = writing(&text);

	for (unsigned i = 0; i < SPELLINGS; i++) {
		fputs(i ? " " : "", to);
		spell(to, i, c->password);
	}
	fclose(to);
	return must(text);
}

/* Takes the document. */
static bool answer(FILE *out, const struct call *c, long status, json_t *document)
{
	/* Both ways of writing JSON: with and without \u escapes. */
	size_t way = answers++ % 2 ? 0 : JSON_ENSURE_ASCII;
	AUTO(str) char *body = must(json_dumps(must(document), way));
	AUTO(str) char *headers = NULL;
	FILE *to = writing(&headers);

	json_decref(document);
	fputs("Content-Type: application/json\r\n", to);
	for (unsigned i = 0; *c->password && i < SPELLINGS; i++) {
		fprintf(to, "X-Echo-%u: ", i);
		spell(to, i, c->password);
		fputs("\r\n", to);
	}
	fclose(to);
	return reply(out, c, status, headers, body, strlen(body));
}

static json_t *key_document(const struct call *c, const struct key *k, bool made)
{
	AUTO(str) char *all = everything(c), *said = echo(c);
	AUTO(str) char *private = private_key(), *other = private_key();

	return json_pack("{s:{s:s, s:s}, s:s, s:s, s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}]}",
			 "IId", "NameId", k->name, "SystemId", k->material,
			 "Fingerprint", k->material, "PublicKey", "Hidden for security.",
			 "PrivateKey", made ? private : "Hidden for security.", "VMUserID", all,
			 "KeyValueList", "Key", "material", "Value", other,
			 "Key", said, "Value", all);
}

static struct key **find_key(const char *name)
{
	struct key **k = &keys;

	while (*k && strcmp((*k)->name, name) != 0)
		k = &(*k)->next;
	return k;
}

static bool fails(FILE *out, const struct call *c)
{
	AUTO(str) char *all = everything(c), *said = echo(c), *text = NULL;

	/* What a terminal would obey stands before it. */
	if (asprintf(&text, "\033[2J\302\2331m\n%s%s", said, all) < 0)
		abort();
	return answer(out, c, 500, json_pack("{s:s, s:s}", "message", text, "again", c->body));
}

static bool complain(FILE *out, const struct call *c, const char *name, const char *what)
{
	AUTO(str) char *said = echo(c), *text = NULL;

	if (asprintf(&text, "KeyPair '%s' %s:\033[31m %s", name, what, said) < 0)
		abort();
	return answer(out, c, 500, json_pack("{s:s}", "message", text));
}

static bool key_create(FILE *out, const struct call *c, const char *name)
{
	struct key *k;

	if (*find_key(name))
		return complain(out, c, name, "already exists");
	k = must(calloc(1, sizeof(*k)));
	*k = (struct key){ .name = must(strdup(name)), .material = echo(c), .next = keys };
	keys = k;
	return answer(out, c, 200, key_document(c, k, true));
}

static bool key_list(FILE *out, const struct call *c)
{
	json_t *all = must(json_array());

	for (struct key *k = keys; k; k = k->next)
		json_array_append_new(all, key_document(c, k, false));
	return answer(out, c, 200, json_pack("{s:o}", "keypair", all));
}

static bool key_destroy(FILE *out, const struct call *c, struct key **at)
{
	AUTO(str) char *said = echo(c);
	struct key *k = *at;

	*at = k->next;
	free(k->name);
	free(k->material);
	free(k);
	return answer(out, c, 200, json_pack("{s:s, s:s}", "Result", "true", "Note", said));
}

static bool key_pairs(FILE *out, const struct call *c, const char *name, json_t *asked)
{
	const char *wanted = json_string_value(json_object_get(json_object_get(asked, "ReqInfo"), "Name"));

	if (!strcmp(c->method, "POST"))
		return key_create(out, c, wanted ? wanted : "");
	if (!*name)
		return key_list(out, c);
	if (!*find_key(name))
		return complain(out, c, name, "does not exist");
	if (!strcmp(c->method, "DELETE"))
		return key_destroy(out, c, find_key(name));
	return answer(out, c, 200, key_document(c, *find_key(name), false));
}

/* The connection is named in the body or in the query. */
static bool is_failing(const struct call *c, json_t *asked)
{
	const char *name = json_string_value(json_object_get(asked, "ConnectionName"));
	const char *query = strchr(c->target, '?');

	if (name && *name)
		return !strcmp(name, "fails");
	name = query ? strstr(query, "ConnectionName=") : NULL;
	return name && !strncmp(strchr(name, '=') + 1, "fails", 5);
}

static bool spider(FILE *out, const struct call *c)
{
	const char *path = strncmp(c->target, "/spider/", 8) ? "" : c->target + 8;
	AUTO(json) json_t *asked = json_loadb(c->body, c->body_len, 0, NULL);
	AUTO(str) char *what = must(strndup(path, strcspn(path, "/?")));
	AUTO(str) char *name = NULL;

	path += strlen(what);
	path += *path == '/';
	name = must(strndup(path, strcspn(path, "?")));
	if (!strcmp(what, "version")) {
		AUTO(str) char *said = echo(c);

		return answer(out, c, 200, json_pack("{s:s}", "Version", said));
	}
	if (!strcmp(what, "connectionconfig")) {
		AUTO(str) char *all = everything(c), *said = echo(c);

		return answer(out, c, 200, json_pack("{s:s, s:s, s:s, s:s, s:s}", "ConfigName", name,
						     "ProviderName", "NONE", "DriverName", all,
						     "CredentialName", c->password, "RegionName", said));
	}
	if (strcmp(what, "keypair") != 0 || is_failing(c, asked))
		return fails(out, c);
	return key_pairs(out, c, name, asked);
}

/* ---- another server ---- */

static size_t keep(char *bytes, size_t size, size_t n, void *to)
{
	return fwrite(bytes, size, n, to);
}

static bool one_of(const char *line, const char *const *names)
{
	for (; *names; names++)
		if (!strncasecmp(line, *names, strlen(*names)) && line[strlen(*names)] == ':')
			return true;
	return false;
}

/* Called with each line of the reply's head; those that go on are kept. */
static size_t keep_header(char *line, size_t size, size_t n, void *to)
{
	static const char *const ours[] = { "connection", "content-length", "transfer-encoding",
					    "date", "server", NULL };

	if (memchr(line, ':', n) && strncmp(line, "HTTP/", 5) != 0 && !one_of(line, ours))
		fwrite(line, size, n, to);
	return size * n;
}

/* The caller frees. */
static struct curl_slist *headers_on(const struct call *c)
{
	static const char *const ours[] = { "host", "connection", "content-length", "expect", NULL };
	/* Nothing that libcurl would add by itself. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	if (!header(c, "Content-Type"))
		list = curl_slist_append(list, "Content-Type:");
	if (!header(c, "Accept"))
		list = curl_slist_append(list, "Accept:");
	for (unsigned i = 0; i < c->header_count; i++)
		if (!one_of(c->headers[i], ours))
			list = curl_slist_append(list, c->headers[i]);
	return list;
}

static bool hand_on(FILE *out, const struct call *c)
{
	AUTO(str) char *url = NULL, *headers = NULL, *body = NULL;
	size_t body_len;
	FILE *to_headers = writing(&headers);
	FILE *to_body = must(open_memstream(&body, &body_len));
	struct curl_slist *list = headers_on(c);
	CURL *up = must(curl_easy_init());
	CURLcode got;
	long status = 0;

	if (asprintf(&url, "%s%s", sut.upstream, c->target) < 0)
		abort();
	curl_easy_setopt(up, CURLOPT_URL, url);
	curl_easy_setopt(up, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(up, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(up, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(up, CURLOPT_TIMEOUT, (long)PATIENCE_S);
	curl_easy_setopt(up, CURLOPT_HTTPHEADER, list);
	if (c->body_len) {
		curl_easy_setopt(up, CURLOPT_POSTFIELDSIZE, (long)c->body_len);
		curl_easy_setopt(up, CURLOPT_POSTFIELDS, c->body);
	}
	curl_easy_setopt(up, CURLOPT_NOBODY, (long)!strcmp(c->method, "HEAD"));
	curl_easy_setopt(up, CURLOPT_CUSTOMREQUEST, c->method);
	curl_easy_setopt(up, CURLOPT_HEADERFUNCTION, keep_header);
	curl_easy_setopt(up, CURLOPT_HEADERDATA, to_headers);
	curl_easy_setopt(up, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(up, CURLOPT_WRITEDATA, to_body);
	got = curl_easy_perform(up);
	curl_easy_getinfo(up, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(up);
	curl_slist_free_all(list);
	fclose(to_headers);
	fclose(to_body);
	if (got != CURLE_OK)
		fprintf(stderr, "%s: %s\n", url, curl_easy_strerror(got));
	return got == CURLE_OK && reply(out, c, status, headers, body, body_len);
}

/* ---- the server ---- */

static bool page(FILE *out, const struct call *c)
{
	static const char text[] = "<!DOCTYPE html>\n<title>404</title>\n<p>There is no such page.\n";

	return reply(out, c, 404, "Content-Type: text/html\r\n", text, sizeof(text) - 1);
}

static bool serve_one(FILE *in, FILE *out)
{
	AUTO(call) struct call c = { 0 };
	bool more;

	if (!read_call(in, &c))
		return false;
	if (sut.page)
		return page(out, &c);
	if (sut.upstream)
		return hand_on(out, &c);
	pthread_mutex_lock(&one_at_a_time);
	more = spider(out, &c);
	pthread_mutex_unlock(&one_at_a_time);
	return more;
}

static void *serve_all(void *arg)
{
	int fd = (int)(intptr_t)arg;
	AUTO(file) FILE *in = must(fdopen(fd, "r"));
	AUTO(file) FILE *out = must(fdopen(dup(fd), "w"));

	while (serve_one(in, out))
		;
	return NULL;
}

static int listen_here(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, n) < 0 || listen(fd, 64) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) < 0) {
		perror("echo-sut: listening on 127.0.0.1");
		return -1;
	}
	*port = ntohs(a.sin_port);
	return fd;
}

static int serve(void)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	int port, fd = listen_here(&port);
	pthread_t thread;

	if (fd < 0)
		return 4;
	signal(SIGPIPE, SIG_IGN);
	alarm(LIFE_S);
	printf("http://127.0.0.1:%d%s\n", port, sut.page || sut.upstream ? "" : "/spider");
	fflush(stdout);
	for (;;) {
		int one = accept(fd, NULL, NULL);

		if (one < 0)
			continue;
		setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		setsockopt(one, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
		if (pthread_create(&thread, NULL, serve_all, (void *)(intptr_t)one))
			close(one);
		else
			pthread_detach(thread);
	}
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--spellings")) {
		for (int i = 2; i < argc; i++)
			print_spellings(argv[i]);
		return 0;
	}
	sut.page = argc == 2 && !strcmp(argv[1], "--page");
	if (argc < 2 || argc > 3 || (argv[1][0] == '-' && !sut.page)) {
		fprintf(stderr, "usage: echo-sut LOG [UPSTREAM-URL] | --page | --spellings SECRET...\n");
		return 3;
	}
	if (!sut.page && !(sut.log = fopen(argv[1], "a"))) {
		perror(argv[1]);
		return 3;
	}
	if (argc == 3) {	/* without the path: a request brings its own */
		const char *host = strstr(argv[2], "://");

		if (!host) {
			fprintf(stderr, "echo-sut: found %s; wanted http://HOST:PORT\n", argv[2]);
			return 3;
		}
		sut.upstream = must(strndup(argv[2], (size_t)(host + 3 - argv[2]) + strcspn(host + 3, "/")));
		curl_global_init(CURL_GLOBAL_DEFAULT);
	}
	return serve();
}
