#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "refcloud/refcloud.h"

enum { ABOVE_IDLE_KIB = 256 * 1024 };

/* One row under way. */
struct going {
	const struct row *row;
	enum driver_bit driver;
	const char *work;
	char *dir, *target;
	struct proxy proxy;
	pid_t cloud, front;		/* the reference cloud, nghttpx */
	unsigned front_port;
	int checks, failed;
};

const char *driver_word(enum driver_bit d) { return d == SPIDER ? "spider" : "openstack"; }

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void folder_remove(const char *path) { (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

static void check(struct going *g, bool ok, const char *what, const char *found)
{
	g->checks++;
	if (ok)
		return;
	g->failed++;
	printf("    %s: %s: %s: found %.300s\n", driver_word(g->driver), g->row->name, what, found);
}

static void check_number(struct going *g, bool ok, const char *what, double found)
{
	char text[40];

	snprintf(text, sizeof(text), "%g", found);
	check(g, ok, what, text);
}

/* ---- what stands around it ---- */

/* Starts argv, its output going to out, and dies with us. */
static pid_t launch(char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(out, 1);
	dup2(out, 2);
	execvp(argv[0], argv);
	_exit(127);
}

static void stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(-pid, SIGTERM);
	kill(pid, SIGTERM);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Its first line is "FACE URL". */
static bool cloud_start(struct going *g)
{
	char *argv[] = { getenv("PLUGFEST"), "refcloud", "--face", (char *)driver_word(g->driver),
			 "--time-scale", "0.01", NULL };
	char line[256] = "";
	const char *colon;
	int fds[2];
	size_t n = 0;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	g->cloud = launch(argv, fds[1]);
	close(fds[1]);
	while (n < sizeof(line) - 1 && read(fds[0], line + n, 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	colon = strstr(line, "127.0.0.1:");
	g->proxy.cloud_port = colon ? (unsigned)strtoul(colon + 10, NULL, 10) : 0;
	return g->proxy.cloud_port > 0;
}

/* HTTP/2 and TLS in front of the proxy. */
static bool front_start(struct going *g)
{
	char front[64], back[64], *key = xasprintf("%s/server.key", g->dir);
	char *cert = xasprintf("%s/server.pem", g->dir), *log = xasprintf("%s/front.log", g->dir);
	char *seen = xasprintf("--accesslog-file=%s/front.access", g->dir);
	char *argv[] = { "nghttpx", front, back, "--conf=/dev/null", "--workers=1", "--no-ocsp", seen,
			 "--accesslog-format=$remote_port $alpn", key, cert, NULL };
	int fd = open(log, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	/* A port of our range that the kernel does not hand out by itself. */
	g->front_port = 20000 + (unsigned)getpid() % 10000;
	snprintf(front, sizeof(front), "-f127.0.0.1,%u", g->front_port);
	snprintf(back, sizeof(back), "-b127.0.0.1,%u", g->proxy.port);
	g->front = launch(argv, fd);
	close(fd);
	usleep(600000);
	free(key);
	free(cert);
	free(log);
	free(seen);
	return waitpid(g->front, NULL, WNOHANG) == 0;
}

static void insert(struct str *yaml, const char *behind, const char *what)
{
	struct str s = { 0 };
	char *at = strstr(yaml->text, behind);

	if (!at)
		abort();
	at += strlen(behind);
	str_addn(&s, yaml->text, (size_t)(at - yaml->text));
	str_add(&s, what);
	str_add(&s, at);
	str_release(yaml);
	*yaml = s;
}

static bool target_make(struct going *g)
{
	const struct face *face = face_by_name(driver_word(g->driver));
	const char *scheme = g->row->scheme ? g->row->scheme : g->row->cert ? "https" : "http";
	unsigned port = g->row->http2 ? g->front_port : g->proxy.port;
	struct str yaml = { 0 }, more = { 0 };
	struct error err;
	char url[100];
	bool ok;

	snprintf(url, sizeof(url), "%s://%s:%u%s", scheme, g->row->ipv6 ? "[::1]" : "127.0.0.1",
		 g->row->closed ? 1 : port, face->prefix);
	face->target(url, &yaml);
	str_addf(&more, "timeout_s: %d, connect_timeout_s: 2, ", g->row->timeout_s ? g->row->timeout_s : 2);
	if (g->row->cert)
		str_addf(&more, "cacert: \"%s/ca.pem\", ", g->dir);
	if (g->row->settings)
		str_addf(&more, "%s, ", g->row->settings);
	insert(&yaml, "connection: {", more.text);
	insert(&yaml, "ixit: {", "delete_deadline_s: 3, settle: {keypair: 1}, ");
	ok = file_write(g->target, yaml.text, yaml.len, &err) == ERR_OK;
	str_release(&yaml);
	str_release(&more);
	return ok;
}

static bool set_up(struct going *g)
{
	struct error err;

	g->proxy.row = g->row;
	g->proxy.driver = g->driver;
	if (folder_make(g->dir, &err) < 0 || !cloud_start(g))
		return false;
	if (g->row->cert && !cert_write(g->dir, g->row->cert))
		return false;
	if (g->row->cert)
		g->proxy.outside = "https";
	if (g->row->cert && !g->row->http2)
		g->proxy.tls = cert_context(g->dir);
	return proxy_start(&g->proxy) && (!g->row->http2 || front_start(g)) && target_make(g);
}

/* ---- the program ---- */

static void program_run(struct going *g, double limit_s, struct outcome *o)
{
	const char *profile = g->row->profile ? g->row->profile : g->row->case_id ?
			      "tests/hostile/images.yaml" : "tests/hostile/keys.yaml";
	char *run = xasprintf("%s/run", g->dir), *said = xasprintf("%s/said", g->dir);
	char *argv[] = { getenv("PLUGFEST"), g->row->doctor ? "doctor" : "run", "-t", g->target, NULL, NULL,
			 NULL, NULL, NULL, NULL };
	int fd = open(said, O_CREAT | O_WRONLY | O_CLOEXEC, 0600), status = 0;
	int64_t began = clock_mono_us();
	unsigned next_hup = 4;
	struct rusage used = { 0 };
	pid_t pid, done = 0;

	if (!g->row->doctor) {
		argv[4] = "-p";
		argv[5] = (char *)profile;
		argv[6] = "-o";
		argv[7] = run;
		argv[8] = "-q";
	}
	pid = launch(argv, fd);
	o->exit = -1;
	while (!done && (double)(clock_mono_us() - began) / 1e6 < limit_s) {
		usleep(10000);
		if (g->front > 0 && g->proxy.by_http2 >= next_hup) {
			kill(g->front, SIGHUP);	/* a new worker takes over: GOAWAY to all clients */
			next_hup += 6;
		}
		done = wait4(pid, &status, WNOHANG, &used);
	}
	if (!done) {
		kill(-pid, SIGKILL);
		wait4(pid, &status, 0, &used);
	} else {
		o->exit = WIFEXITED(status) ? WEXITSTATUS(status) : -2;
	}
	o->seconds = (double)(clock_mono_us() - began) / 1e6;
	o->peak_kib = used.ru_maxrss;
	close(fd);
	free(run);
	free(said);
}

/* Idle is what the healthy row took. */
static void check_memory(struct going *g, const struct outcome *o)
{
	char *path = xasprintf("%s/idle-%s-%d", g->work, driver_word(g->driver), g->row->case_id != NULL);
	struct str s = { 0 };
	struct error err;
	char text[24];

	if (!strncmp(g->row->name, "healthy", 7)) {
		snprintf(text, sizeof(text), "%ld", o->peak_kib);
		(void)file_write(path, text, strlen(text), &err);
	} else if (!getenv("HOSTILE_ASAN")) {
		(void)file_read(path, 100, &s, &err);
		check_number(g, s.len && o->peak_kib - strtol(s.text, NULL, 10) <= ABOVE_IDLE_KIB,
			     "at most 256 MiB above idle; KiB", (double)o->peak_kib);
	}
	str_release(&s);
	free(path);
}

static void check_word(struct going *g, const char *what, const char *wanted, const char *found)
{
	char text[80];

	if (!wanted)
		return;
	snprintf(text, sizeof(text), "%s \"%s\"", what, wanted);
	check(g, !strcmp(wanted, found), text, found);
}

static void check_says(struct going *g, const struct outcome *o)
{
	const char *words = g->row->says;
	char text[160];

	if (!words)
		return;
	if (g->row->doctor) {
		check(g, strstr(str_text(&o->said), words), "the doctor names it", str_text(&o->said));
		return;
	}
	snprintf(text, sizeof(text), "\"%.100s\" in the journal", words);
	check(g, strstr(str_text(&o->journal), words), text, "it not");
	snprintf(text, sizeof(text), "\"%.100s\" in junit.xml", words);
	if (strcmp(o->verdict, "pass"))
		check(g, strstr(str_text(&o->junit), words), text, "it not");
}

static void check_credentials(struct going *g, const struct outcome *o)
{
	struct proxy *p = &g->proxy;

	if (!p->row->elsewhere_relays)
		check_number(g, p->elsewhere == 0, "nothing is sent elsewhere; calls", p->elsewhere);
	check(g, !strstr(str_text(&o->journal), "hostile-test-password") &&
	      !strstr(str_text(&o->said), "hostile-test-password") &&
	      !strstr(str_text(&o->junit), "hostile-test-password"), "no password is written", "one");
}

/* The proxy knows that HTTP/2 was spoken, the front that connections were changed. */
static void check_http2(struct going *g)
{
	char *path = xasprintf("%s/front.access", g->dir), port[16] = "", alpn[16], now[16];
	struct str s = { 0 };
	struct error err;
	int changes = 0;

	(void)file_read(path, 1u << 20, &s, &err);
	for (const char *at = str_text(&s); sscanf(at, "%15s %15s", now, alpn) == 2;
	     at += strcspn(at, "\n") + 1) {
		changes += strcmp(port, now) != 0;
		memcpy(port, now, sizeof(port));
		if (strcmp(alpn, "h2"))
			check(g, false, "HTTP/2 in every call", alpn);
		if (!strchr(at, '\n'))
			break;
	}
	check_number(g, g->proxy.by_http2 > 5, "calls by HTTP/2", g->proxy.by_http2);
	check_number(g, changes >= 2, "connections, the first one being sent away", changes);
	str_release(&s);
	free(path);
}

static void check_all(struct going *g, struct outcome *o, double limit_s)
{
	const struct row *r = g->row;
	int left = r->doctor || r->closed ? r->left : proxy_holdings(&g->proxy);

	check_number(g, o->exit == r->exit, "exit status", o->exit);
	check_number(g, o->seconds <= limit_s, "ends in time; seconds", o->seconds);
	check_number(g, o->seconds >= r->at_least_s, "pauses when asked to; seconds", o->seconds);
	check_memory(g, o);
	check_says(g, o);
	check_credentials(g, o);
	check_number(g, !r->hits_most || g->proxy.hits <= r->hits_most, "no storm; calls", g->proxy.hits);
	check_number(g, g->proxy.hits >= r->hits_least, "comes again; calls", g->proxy.hits);
	check_number(g, !r->auths_most || g->proxy.auths <= r->auths_most, "no storm of tokens",
		     g->proxy.auths);
	check_number(g, g->proxy.auths >= r->auths_least, "tokens", g->proxy.auths);
	if (r->http2)
		check_http2(g);
	if (r->doctor)
		return;
	check(g, o->complete && !o->crashed, "the journal is whole and no worker crashed", "otherwise");
	check_word(g, "verdict", r->verdict, o->verdict);
	check_word(g, "cause", r->cause, o->cause);
	check_word(g, "clean-up", r->cleanup, o->cleanup);
	/* A session that never opened has no credential to ask with, and made nothing. */
	if (left >= 0)
		check_number(g, left == r->left, "key pairs left in the cloud", left);
	check(g, r->left == 0 || strcmp(o->cleanup, "clean"), "what is left is told", o->cleanup);
}

/* A machine with more to do than it can gets more time, up to five times. */
static double stretch(void)
{
	double load, each;

	if (getloadavg(&load, 1) != 1)
		return 1;
	each = (load + 4) / (double)sysconf(_SC_NPROCESSORS_ONLN);
	return each < 2 ? 1 : each > 10 ? 5 : each / 2;
}

int row_run(const struct row *row, enum driver_bit driver, const char *work, int number,
	    bool talkative)
{
	struct going g = { .row = row, .driver = driver, .work = work };
	double limit_s = (row->limit_s ? row->limit_s : 12) * stretch();
	struct outcome o = { 0 };

	if (getenv("HOSTILE_ASAN"))
		limit_s *= 4;
	g.dir = xasprintf("%s/%d", work, number);
	g.target = xasprintf("%s/target.yaml", g.dir);
	if (set_up(&g)) {
		program_run(&g, limit_s, &o);
		outcome_read(g.dir, row->case_id ? row->case_id : "compute.keypair.create-read", &o);
		check_all(&g, &o, limit_s);
		proxy_stop(&g.proxy);
	} else {
		printf("    %s: %s: could not be set up\n", driver_word(driver), row->name);
		g.failed++;
	}
	stop(g.front);
	stop(g.cloud);
	if (talkative || g.failed)
		printf("%-9s %-40s exit %d  %s (%s) %s  %d of %d checks  %.1f s  %ld MiB  %u hits  %u auths\n",
		       driver_word(driver), row->name, o.exit, o.verdict, o.cause, o.cleanup,
		       g.checks - g.failed, g.checks, o.seconds, o.peak_kib / 1024, g.proxy.hits,
		       g.proxy.auths);
	fflush(stdout);
	return g.failed || !g.checks;
}
