/*
 * What a call through http_do() costs, next to a bare loop of libcurl's multi
 * interface with as many connections:  http BASE_URL PATH AUTHORIZATION CALLS
 *
 * Every measurement is a child process, so that memory and CPU time are its own; the
 * two ways take turns, and the median of the rounds counts.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "co/loop.h"
#include "http/http.h"

enum { ROUNDS = 5 };

static struct {
	const char *base, *path, *auth;
	unsigned calls;
} work;

struct result {
	double cpu_us, wall_us, kib;	/* a call; a call; an operation in flight */
	unsigned failed;
};

static int64_t cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * INT64_C(1000000) + u.ru_utime.tv_usec +
	       u.ru_stime.tv_usec;
}

static long peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

/* ---- ours: one coroutine an operation in flight ---- */

static struct http *http;
static unsigned left, failed;
static struct http_header headers[2];

static CO_FN int caller(void *arg)
{
	struct http_call call = { .method = "GET", .path = work.path, .headers = headers, .op = "bench" };
	struct error err;

	(void)arg;
	while (left) {
		left--;
		failed += http_do(http, &call, &err) < 0 || call.status != 200;
	}
	http_call_cleanup(&call);
	return 0;
}

static void by_coroutines(unsigned in_flight, unsigned connections)
{
	struct http_config cfg = { .base_url = work.base, .connections = connections };
	struct loop *loop = loop_new();
	struct error err;

	if (http_open(loop, &cfg, &http, &err) < 0) {
		fprintf(stderr, "http: %s\n", err.text);
		exit(4);
	}
	headers[0] = (struct http_header){ "Authorization", work.auth };
	for (unsigned i = 0; i < in_flight; i++)
		co_detach(co_spawn(loop, "bench", caller, NULL));
	loop_run(loop);
	http_close(http);
	loop_free(loop);
}

/* ---- bare: an easy handle a connection, nothing waits ---- */

struct body {
	char *text;
	size_t len, room;
};

static size_t on_data(char *data, size_t one, size_t n, void *arg)
{
	struct body *b = arg;

	(void)one;
	if (b->len + n + 1 > b->room) {
		b->room = (b->len + n + 1) * 2;
		b->text = realloc(b->text, b->room);
		if (!b->text)
			exit(4);
	}
	memcpy(b->text + b->len, data, n);
	b->len += n;
	return n;
}

static void finish_one(CURLM *multi, CURL *easy, CURLcode result)
{
	struct body *b;
	long status;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&b);
	failed += result != CURLE_OK || status != 200;
	b->len = 0;
	curl_multi_remove_handle(multi, easy);
	if (!left)
		return;
	left--;
	curl_multi_add_handle(multi, easy);
}

static void by_curl(unsigned in_flight, unsigned connections)
{
	CURLM *multi = curl_multi_init();
	CURL **easy = calloc(connections, sizeof(*easy));
	struct body *body = calloc(connections, sizeof(*body));
	struct curl_slist *list = NULL;
	char url[300], line[300];
	CURLMsg *msg;
	int running, queued;

	(void)in_flight;
	snprintf(url, sizeof(url), "%s%s", work.base, work.path);
	snprintf(line, sizeof(line), "Authorization: %s", work.auth);
	list = curl_slist_append(list, line);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections);
	for (unsigned i = 0; easy && body && i < connections && left; i++, left--) {
		easy[i] = curl_easy_init();
		curl_easy_setopt(easy[i], CURLOPT_URL, url);
		curl_easy_setopt(easy[i], CURLOPT_HTTPHEADER, list);
		curl_easy_setopt(easy[i], CURLOPT_WRITEFUNCTION, on_data);
		curl_easy_setopt(easy[i], CURLOPT_WRITEDATA, &body[i]);
		curl_easy_setopt(easy[i], CURLOPT_PRIVATE, &body[i]);
		curl_easy_setopt(easy[i], CURLOPT_PROXY, "");
		curl_multi_add_handle(multi, easy[i]);
	}
	do {
		curl_multi_perform(multi, &running);
		while ((msg = curl_multi_info_read(multi, &queued)))
			if (msg->msg == CURLMSG_DONE) {
				finish_one(multi, msg->easy_handle, msg->data.result);
				running = 1;
			}
		if (running)
			curl_multi_poll(multi, NULL, 0, 100, NULL);
	} while (running);
	for (unsigned i = 0; easy && body && i < connections; i++) {
		curl_easy_cleanup(easy[i]);
		free(body[i].text);
	}
	free(easy);
	free(body);
	curl_slist_free_all(list);
	curl_multi_cleanup(multi);
}

/* ---- measuring ---- */

typedef void way(unsigned in_flight, unsigned connections);

static void measure_here(way *how, unsigned in_flight, unsigned connections, int to)
{
	struct result r;
	long before;
	int64_t cpu, wall;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	before = peak_kib();
	cpu = cpu_us();
	wall = clock_mono_us();
	left = work.calls;
	how(in_flight, connections);
	r.cpu_us = (double)(cpu_us() - cpu) / work.calls;
	r.wall_us = (double)(clock_mono_us() - wall) / work.calls;
	r.kib = (double)(peak_kib() - before) / (how == by_curl ? connections : in_flight);
	r.failed = failed;
	if (write(to, &r, sizeof(r)) != sizeof(r))
		_exit(4);
	_exit(0);
}

static struct result measure(way *how, unsigned in_flight, unsigned connections)
{
	struct result r = { 0 };
	int fd[2];
	pid_t child;

	if (pipe(fd) < 0 || (child = fork()) < 0) {
		perror("http: fork");
		exit(4);
	}
	if (!child)
		measure_here(how, in_flight, connections, fd[1]);
	close(fd[1]);
	if (read(fd[0], &r, sizeof(r)) != sizeof(r) || r.failed) {
		fprintf(stderr, "http: %u calls failed\n", r.failed);
		exit(1);
	}
	close(fd[0]);
	waitpid(child, NULL, 0);
	return r;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_value);
	return v[ROUNDS / 2];
}

static void compare(unsigned in_flight, unsigned connections)
{
	double cpu[2][ROUNDS], wall[2][ROUNDS], kib[2][ROUNDS];

	for (int i = 0; i < ROUNDS; i++)
		for (int k = 0; k < 2; k++) {
			way *how = k ? by_curl : by_coroutines;
			struct result r = measure(how, in_flight, connections);

			cpu[k][i] = r.cpu_us;
			wall[k][i] = r.wall_us;
			kib[k][i] = r.kib;
		}
	printf("%9u %11u   %8.1f %8.1f %6.2f   %8.1f %8.1f   %7.1f %7.1f\n", in_flight, connections,
	       median(cpu[0]), median(cpu[1]), median(cpu[0]) / median(cpu[1]), median(wall[0]),
	       median(wall[1]), median(kib[0]), median(kib[1]));
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct rlimit files;

	if (argc != 5) {
		fprintf(stderr, "usage: http BASE_URL PATH AUTHORIZATION CALLS\n");
		return 3;
	}
	work.base = argv[1];
	work.path = argv[2];
	work.auth = argv[3];
	work.calls = (unsigned)strtoul(argv[4], NULL, 10);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	printf("%9s %11s   %26s   %17s   %15s\n", "", "", "CPU us a call", "wall us a call", "KiB in flight");
	printf("%9s %11s   %8s %8s %6s   %8s %8s   %7s %7s\n", "in flight", "connections", "ours", "curl",
	       "ratio", "ours", "curl", "ours", "curl");
	fflush(stdout);
	compare(1, 1);
	compare(64, 64);
	compare(1000, 64);
	compare(1000, 1000);
	return 0;
}
