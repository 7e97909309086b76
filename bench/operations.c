/*
 * What an operation through the whole harness costs: driver, journal, ledger and checks,
 * next to a bare loop of libcurl's multi interface and jansson that sends the same requests
 * over as many connections:
 *
 *   operations TARGET.yaml API BASE_URL HEADER OPERATIONS IN_FLIGHT [ROUNDS]
 *
 * An operation makes a virtual network, reads it, checks its name, deletes it and sees it
 * gone.  API is spider or openstack; HEADER the bare loop's credential.  Every measurement
 * is a process of its own (ours: a supervisor and its worker, added up).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "cmd.h"
#include "co/loop.h"
#include "journal/emit.h"
#include "plan/target.h"
#include "run/exchange.h"
#include "run/supervisor.h"
#include "tc/private.h"

enum { ROUNDS_MAX = 31 };

static struct {
	struct cloud_config *target;
	struct bare_work bare;
	unsigned operations, in_flight, rounds;
	char folder[64];
} work;

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

/* ---- ours ---- */

static struct {
	struct cloud *cloud;
	struct testcase test;
	unsigned left, failed;
	int report_to;
} ours;

/* As a case under load does it: what is wanted and what is read stand no longer than they serve. */
static CO_FN __attribute__((noinline)) int make(struct tc *t, const char *name,
						struct resource *made)
{
	struct resource want;

	resource_init(&want, KIND_VPC);
	str_copy(want.name, sizeof(want.name), name);
	if (cloud_driver(t->cloud)->caps & CAN(VPC_CIDR))
		str_copy(want.vpc.cidr, sizeof(want.vpc.cidr), "10.0.0.0/16");
	return tc_create(t, &want, made);
}

static CO_FN __attribute__((noinline)) void read_back(struct tc *t, const char *name,
						      const struct resource *made)
{
	struct resource seen;

	CALL(t, "MCI-NET-01", "read it", tc_get(t, made, &seen));
	CHECK_TEXT(t, "MCI-NET-01", "its name reads back", name, seen.name);
}

static CO_FN __attribute__((noinline)) void lifecycle(struct tc *t)
{
	struct resource made;
	char name[NAME_LEN];

	CALL(t, "MCI-NET-01", "create a virtual network",
	     make(t, tc_name(t, KIND_VPC, name), &made));
	read_back(t, name, &made);
	CALL(t, "MCI-NET-01", "delete it and see it gone", tc_destroy(t, &made));
}

static CO_FN int operate(void *arg)
{
	(void)arg;
	while (ours.left) {
		struct tc_private p = { .row = 1, .attempt = 1, .bulk = true,
					.target = work.target->name,
					.ledger = { .target = work.target->name, .row = 1,
						    .bulk = true } };
		struct tc t;

		ours.left--;
		tc_init(&t, &p, ours.cloud, &ours.test);
		co_local_set(&p);
		lifecycle(&t);
		ours.failed += p.step_count || p.held < 4;	/* what held is only counted */
		co_local_set(NULL);
		tc_release(&t);
	}
	return ERR_OK;
}

static CO_FN int work_main(void *arg)
{
	struct co **at = xcalloc(work.in_flight, sizeof(*at));
	struct bare_result r = { 0 };
	struct error err;
	int64_t cpu, wall;
	long before;

	(void)arg;
	if (cloud_open(co_loop(), work.target, NULL, &ours.cloud, &err) < 0) {
		fprintf(stderr, "operations: %s\n", err.text);
		_exit(4);
	}
	before = peak_kib();
	cpu = cpu_us();
	wall = clock_mono_us();
	ours.left = work.operations;
	for (unsigned i = 0; i < work.in_flight; i++)
		at[i] = co_spawn(co_loop(), "operation", operate, NULL);
	for (unsigned i = 0; i < work.in_flight; i++)
		co_join(at[i]);
	r = (struct bare_result){ .cpu_us = (double)(cpu_us() - cpu),
				  .wall_us = (double)(clock_mono_us() - wall),
				  .kib = (double)(peak_kib() - before),
				  .failed = ours.failed };
	if (write(ours.report_to, &r, sizeof(r)) != sizeof(r))
		_exit(4);
	cloud_close(ours.cloud);
	free(at);
	emit_done();
	(void)emit_flush();
	return ERR_OK;
}

static int worker(void *arg, int fd, const enum row_state *states, bool after_crash)
{
	struct loop *loop = loop_new();

	(void)arg, (void)states;
	if (after_crash)
		_exit(4);
	ledger_set_mark("pbench");
	exchange_open(work.folder);
	emit_open(loop, fd, NULL, NULL);
	co_detach(co_spawn(loop, "worker", work_main, NULL));
	loop_run(loop);
	emit_close();
	loop_free(loop);
	return 0;
}

/* Each call is a line of the journal. */
static unsigned calls_in(const char *path)
{
	static const char mark[] = "\"type\":\"call\"";
	AUTO(str_buf) struct str text = { 0 };
	struct error err;
	unsigned n = 0;

	if (file_read(path, 4ul << 30, &text, &err) < 0)
		return 0;
	for (const char *at = str_text(&text); (at = strstr(at, mark)); at++)
		n++;
	return n;
}

/* In a child: the supervisor.  What it spends counts too. */
static void by_harness(struct bare_result *ret)
{
	struct job job = { .work = worker, .rows = 1, .quiet = true };
	struct job_result result;
	struct journal j;
	struct error err;
	struct stat info;
	int64_t cpu = cpu_us();
	int fd[2];

	snprintf(work.folder, sizeof(work.folder), "/tmp/plugfest-bench-XXXXXX");
	if (!mkdtemp(work.folder) || pipe(fd) < 0 ||
	    journal_create(&j, work.folder, "journal.jsonl", NULL, &err) < 0)
		_exit(4);
	ours.report_to = fd[1];
	if (supervise(&j, &job, &result, &err) < 0 || result.outcome != JOB_COMPLETED ||
	    read(fd[0], ret, sizeof(*ret)) != sizeof(*ret)) {
		fprintf(stderr, "operations: the worker did not complete\n");
		_exit(4);
	}
	journal_close(&j);
	ret->journal_us = (double)(cpu_us() - cpu);
	ret->cpu_us += ret->journal_us;
	ret->calls = calls_in(j.path);
	if (stat(j.path, &info) == 0)
		ret->journal_bytes = (double)info.st_size;
}

/* ---- measuring ---- */

typedef void way(struct bare_result *ret);

static void by_curl_poll(struct bare_result *ret) { bare_poll(&work.bare, ret); }
static void by_curl_epoll(struct bare_result *ret) { bare_epoll(&work.bare, ret); }

static struct bare_result measure(way *how)
{
	struct bare_result r = { 0 };
	int fd[2];
	pid_t child;

	if (pipe(fd) < 0 || (child = fork()) < 0) {
		perror("operations: fork");
		exit(4);
	}
	if (!child) {
		how(&r);
		_exit(write(fd[1], &r, sizeof(r)) == sizeof(r) ? 0 : 4);
	}
	close(fd[1]);
	if (read(fd[0], &r, sizeof(r)) != sizeof(r) || r.failed || !r.calls) {
		fprintf(stderr, "operations: %u of %u operations failed\n", r.failed, work.operations);
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
	qsort(v, work.rounds, sizeof(*v), by_value);
	return v[work.rounds / 2];
}

static void compare(void)
{
	static way *const ways[] = { by_harness, by_curl_poll, by_curl_epoll };
	double cpu[3][ROUNDS_MAX], kib[3][ROUNDS_MAX], bytes[ROUNDS_MAX], us[ROUNDS_MAX], bare;

	for (unsigned i = 0; i < work.rounds; i++)
		for (unsigned k = 0; k < 3; k++) {
			struct bare_result r = measure(ways[k]);

			cpu[k][i] = r.cpu_us / r.calls;
			kib[k][i] = r.kib / (k ? work.bare.connections : work.in_flight);
			if (!k) {
				bytes[i] = r.journal_bytes / r.calls;
				us[i] = r.journal_us / r.calls;
			}
		}
	bare = median(cpu[1]) < median(cpu[2]) ? median(cpu[1]) : median(cpu[2]);
	printf("%-9s %9u %11u   %8.1f %8.1f %8.1f %6.2f   %8.1f %8.1f   %8.0f %8.1f\n", work.bare.api,
	       work.in_flight, work.bare.connections, median(cpu[0]), median(cpu[1]),
	       median(cpu[2]),
	       median(cpu[0]) / bare, median(kib[0]), median(kib[1]), median(bytes),
	       median(us));
}

int main(int argc, char **argv)
{
	struct target_options how = { .drivers = driver_schemas() };
	struct rlimit files;
	struct error err;

	if (argc < 7) {
		fputs("usage: operations TARGET.yaml API BASE_URL HEADER OPERATIONS IN_FLIGHT "
		      "[ROUNDS]\n", stderr);
		return 3;
	}
	if (target_read(argv[1], &how, &work.target, &err) < 0)
		return cmd_fail(&err);
	work.operations = (unsigned)strtoul(argv[5], NULL, 10);
	work.in_flight = (unsigned)strtoul(argv[6], NULL, 10);
	work.rounds = argc > 7 ? (unsigned)strtoul(argv[7], NULL, 10) : 5;
	if (!work.rounds || work.rounds > ROUNDS_MAX || !work.in_flight)
		return 3;
	work.bare = (struct bare_work){ .api = argv[2], .base = argv[3], .header = argv[4],
					.operations = work.operations,
					.connections = (unsigned)work.target->connections };
	if (work.bare.connections > work.in_flight)
		work.bare.connections = work.in_flight;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	signals_block();
	compare();
	target_free(work.target);
	return 0;
}
