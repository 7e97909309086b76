/* The reference cloud as a child process of `run` and `plan`. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/secret.h"
#include "cmd.h"
#include "refcloud/refcloud.h"

enum { START_MS = 10000 };

/* One password for this process and its child, in the environment only. */
static void agree_on_password(void)
{
	unsigned char noise[16];
	char text[33];

	if (getenv("PLUGFEST_REFCLOUD_PASSWORD"))
		return;
	random_bytes(noise, sizeof(noise));
	hex(noise, sizeof(noise), text);
	setenv("PLUGFEST_REFCLOUD_PASSWORD", text, 1);
}

static void add_option(struct texts *argv, const char *option, const char *value)
{
	if (!value)
		return;
	texts_add(argv, option);
	texts_add(argv, value);
}

void embedded_words(const struct embedded_options *opt, struct texts *ret)
{
	for (size_t i = 0; i < opt->faults.count; i++)
		add_option(ret, "--fault", opt->faults.at[i]);
	add_option(ret, "--set-fault-file", opt->fault_file);
	add_option(ret, "--latency", opt->latency);
	add_option(ret, "--seed", opt->seed);
	add_option(ret, "--time-scale", opt->time_scale);
	add_option(ret, "--quota", opt->quota);
	add_option(ret, "--egress", opt->egress);
}

static _Noreturn void become(const struct embedded_options *opt, int out, pid_t parent)
{
	struct texts argv = { 0 };
	char self[PATH_MAX];
	ssize_t length;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(4);
	dup2(out, 1);
	texts_add(&argv, "plugfest");
	texts_add(&argv, "refcloud");
	for (size_t i = 0; i < opt->faces.count; i++)
		add_option(&argv, "--face", opt->faces.at[i]);
	embedded_words(opt, &argv);
	if (opt->foreign)
		texts_add(&argv, "--foreign");
	/* By its path: a checker that runs this program shows its own under that link. */
	length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	execv(length > 0 ? self : "/proc/self/exe", (char **)argv.at);
	fprintf(stderr, "plugfest: cannot start the reference cloud: %s\n", strerror(errno));
	_exit(4);
}

/* Not every API can show its quota: "vm=2,vpc=3" becomes limits: {vm: 2, vpc: 3}. */
static void add_limits(const char *quota, struct str *yaml)
{
	str_add(yaml, "\nlimits: {");
	for (; *quota; quota++)
		if (*quota == '=')
			str_add(yaml, ": ");
		else if (*quota == ',')
			str_add(yaml, ", ");
		else
			str_addc(yaml, *quota);
	str_add(yaml, "}\n");
}

static int read_target(const char *line, const struct embedded_options *opt,
		       struct targets *targets)
{
	struct target_options how = { .drivers = driver_schemas(), .embedded = true,
				      .egress_denied = opt->egress && !strcmp(opt->egress, "denied-by-default") };
	const char *url = strchr(line, ' ');
	struct str yaml = { 0 };
	struct error err;
	char name[64], file[100];
	int r = 0;

	if (!url)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)(url - line), line);
	if (!face_by_name(name))
		return 0;
	snprintf(file, sizeof(file), "embedded:%s", name);
	face_by_name(name)->target(url + 1, &yaml);
	if (opt->time_scale)
		str_addf(&yaml, "\ntime_scale: %s\n", opt->time_scale);
	/* Who needs a public address makes a router too, of which a tenant may have 20. */
	add_limits(opt->quota ? opt->quota : "address=8", &yaml);
	targets->at = xrealloc(targets->at, (targets->count + 1) * sizeof(*targets->at));
	if (target_read_text(file, yaml.text, yaml.len, &how, &targets->at[targets->count], &err) <
	    0)
		r = cmd_fail(&err);
	else
		targets->count++;
	str_release(&yaml);
	return r;
}

/* Lines "FACE URL" until the child closes its end. */
static int read_targets(int fd, const struct embedded_options *opt, struct targets *targets)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct str text = { 0 };
	char buf[512];
	ssize_t n = 1;
	int r = 0;

	while (n > 0 && targets->count < opt->faces.count && !r) {
		char *end;

		if (poll(&p, 1, START_MS) <= 0)
			break;
		n = read(fd, buf, sizeof(buf));
		if (n > 0)
			str_addn(&text, buf, (size_t)n);
		while (!r && text.len && (end = strchr(text.text, '\n'))) {
			*end = '\0';
			r = read_target(text.text, opt, targets);
			text.len -= (size_t)(end + 1 - text.text);
			memmove(text.text, end + 1, text.len + 1);
		}
	}
	str_release(&text);
	if (!r && targets->count < opt->faces.count) {
		fprintf(stderr, "plugfest: the reference cloud did not start\n");
		return EXIT_INCOMPLETE;
	}
	return r;
}

/* Its exit status, -1 when it died of a signal or was never started. */
static int stop_child(struct embedded *e)
{
	int status = -1;

	if (e->pid <= 0)
		return -1;
	kill(e->pid, SIGTERM);
	while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR)
		;
	e->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int embedded_start(const struct embedded_options *opt, struct embedded *ret,
		   struct targets *targets)
{
	pid_t parent = getpid();
	int out[2], r;

	agree_on_password();
	if (pipe(out) < 0) {
		perror("plugfest: pipe");
		return EXIT_INCOMPLETE;
	}
	fflush(NULL);
	ret->pid = fork();
	if (!ret->pid) {
		close(out[0]);
		become(opt, out[1], parent);
	}
	close(out[1]);
	if (ret->pid < 0) {
		perror("plugfest: fork");
		close(out[0]);
		return EXIT_INCOMPLETE;
	}
	r = read_targets(out[0], opt, targets);
	close(out[0]);
	/* An option that the child refused is a mistake of usage here too. */
	if (r && stop_child(ret) == EXIT_USAGE)
		r = EXIT_USAGE;
	return r;
}

void embedded_stop(struct embedded *e) { (void)stop_child(e); }
