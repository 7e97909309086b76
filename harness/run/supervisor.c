#include "run/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "journal/emit.h"

/* What nobody waits for is on the disk this long after it was written, at most. */
enum { SYNC_MS = 200 };

struct supervisor {
	struct journal *journal;
	const struct job *job;
	enum row_state *states;
	pid_t worker;
	int socket, signals;
	struct str in;
	uint64_t events;		/* of the present worker, appended */
	unsigned stops;
	bool done;
	struct error lost;		/* why the journal cannot be written any longer */
	bool asked;			/* the worker waits for what it sent to be durable */
	int64_t sync_at_us;		/* when it is anyway; 0: it is */
	int64_t began_us;
};

static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };

/* Asks the worker what it waits for; it never takes its own course, in no process of a run. */
enum { DUMP_SIGNAL = SIGUSR1 };

static sigset_t taken_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		sigaddset(&set, taken[i]);
	return set;
}

void signals_block(void)
{
	sigset_t set = taken_set();

	sigaddset(&set, DUMP_SIGNAL);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void signals_default(void)
{
	sigset_t set = taken_set();

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++)
		signal(taken[i], SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static int start_worker(struct supervisor *s, bool after_crash, struct error *err)
{
	int pair[2];
	pid_t parent = getpid();

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(err, ERR_HARNESS, "socketpair: %s", strerror(errno));
	fflush(NULL);
	s->worker = fork();
	if (s->worker < 0) {
		close(pair[0]);
		close(pair[1]);
		return err_set(err, ERR_HARNESS, "fork: %s", strerror(errno));
	}
	if (!s->worker) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(4);
		signals_default();
		signal(SIGPIPE, SIG_IGN);
		close(pair[0]);
		close(s->signals);
		close(s->journal->fd);
		_exit(s->job->work(s->job->arg, pair[1], s->states, after_crash));
	}
	setpgid(s->worker, s->worker);
	close(pair[1]);
	s->socket = pair[0];
	s->events = 0;
	s->asked = false;
	str_clear(&s->in);
	return ERR_OK;
}

static void send_frame(struct supervisor *s, enum frame_type type, const void *payload, size_t n)
{
	char buf[sizeof(struct frame_head) + 8];
	struct frame_head head = { .length = (uint32_t)n, .type = type };

	memcpy(buf, &head, sizeof(head));
	if (n)
		memcpy(buf + sizeof(head), payload, n);
	/* A worker that is gone needs no answer. */
	(void)!send(s->socket, buf, sizeof(head) + n, MSG_NOSIGNAL);
}

static void say(struct supervisor *s, const char *text, size_t n)
{
	double elapsed = (double)(clock_mono_us() - s->began_us) / 1e6;

	if (!s->job->quiet)
		fprintf(stderr, "%7.1f s  %.*s\n", elapsed, (int)n, text);
}

static void say_text(struct supervisor *s, const char *text) { say(s, text, strlen(text)); }

static void take(struct supervisor *s, const struct frame_head *head, const char *payload)
{
	switch ((enum frame_type)head->type) {
	case FRAME_EVENT:
	case FRAME_START:
	case FRAME_FINISH:
		if (!s->lost.code)
			journal_append(s->journal, payload, head->length);
		s->events++;
		if (head->type == FRAME_EVENT || head->row < 1 || (size_t)head->row > s->job->rows)
			break;
		s->states[head->row - 1] = head->type == FRAME_START ? ROW_IN_FLIGHT : ROW_DONE;
		if (head->type == FRAME_START && s->job->starts)
			s->job->starts[head->row - 1]++;
		break;
	case FRAME_SAY:
		say(s, payload, head->length);
		break;
	case FRAME_DONE:
		s->done = true;
		break;
	case FRAME_SYNC:
		s->asked = true;
		break;
	case FRAME_ACK:
	case FRAME_STOP:
	case FRAME_LOST:
		break;
	}
}

/*
 * A full disk, a folder that was deleted: nothing more may be made, as nothing would remember
 * it.  What was made is removed all the same; what the journal still has open, and is gone, a
 * sweep finds out.
 */
static void lose(struct supervisor *s, const struct error *why)
{
	if (s->lost.code)
		return;
	s->lost = *why;
	s->sync_at_us = 0;
	say_text(s, "the journal cannot be written: what was made is removed, and the run ends");
	send_frame(s, FRAME_LOST, NULL, 0);
}

static void sync_now(struct supervisor *s)
{
	struct error why;
	int r = s->lost.code ? (int)s->lost.code : journal_commit(s->journal, &why);

	s->asked = false;
	s->sync_at_us = 0;
	if (r < 0)
		lose(s, &why);
	else
		send_frame(s, FRAME_ACK, &s->events, sizeof(s->events));
}

/* Milliseconds until then, as poll() wants it. */
static int until_sync(const struct supervisor *s)
{
	int64_t left = s->sync_at_us - clock_mono_us();

	return !s->sync_at_us ? -1 : left <= 0 ? 0 : (int)((left + 999) / 1000);
}

/* Whole frames only: what a dying worker left half sent is no event. */
static void take_frames(struct supervisor *s)
{
	uint64_t before = s->events;
	struct error why;
	size_t at = 0;

	while (s->in.len - at >= sizeof(struct frame_head)) {
		struct frame_head head;

		memcpy(&head, s->in.text + at, sizeof(head));
		if (s->in.len - at < sizeof(head) + head.length)
			break;
		take(s, &head, s->in.text + at + sizeof(head));
		at += sizeof(head) + head.length;
	}
	if (at) {
		memmove(s->in.text, s->in.text + at, s->in.len - at);
		s->in.len -= at;
	}
	if (s->events != before && !s->lost.code) {
		if (!s->sync_at_us)
			s->sync_at_us = clock_mono_us() + SYNC_MS * 1000;
		if (journal_write(s->journal, &why) < 0)
			lose(s, &why);
	}
	if (s->asked)
		sync_now(s);
}

static void journal_simple(struct supervisor *s, const char *type, const char *key,
			   const char *value)
{
	struct str m = { 0 };

	member_text(&m, "type", type);
	member_text(&m, key, value);
	journal_append(s->journal, m.text, m.len);
	str_release(&m);
}

static void on_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == DUMP_SIGNAL)
			kill(s->worker, DUMP_SIGNAL);
		if (info.ssi_signo == SIGCHLD || info.ssi_signo == DUMP_SIGNAL)
			continue;
		if (++s->stops == 1) {
			say_text(s, "stopping: what was made is removed first; once more stops at once");
			journal_simple(s, "interrupted", "how", "once");
			send_frame(s, FRAME_STOP, NULL, 0);
		} else if (s->stops == 2) {
			journal_simple(s, "interrupted", "how", "twice");
			kill(-s->worker, SIGKILL);
		}
	}
}

/* Until the worker's end of the socket is closed. */
static int pump(struct supervisor *s, struct error *err)
{
	static char buf[65536];

	for (;;) {
		struct pollfd fds[2] = { { .fd = s->socket, .events = POLLIN },
					 { .fd = s->signals, .events = POLLIN } };
		ssize_t n;

		if (poll(fds, 2, until_sync(s)) < 0 && errno != EINTR)
			return err_set(err, ERR_HARNESS, "poll: %s", strerror(errno));
		if (!until_sync(s))
			sync_now(s);
		if (fds[1].revents)
			on_signal(s);
		if (!fds[0].revents)
			continue;
		n = recv(s->socket, buf, sizeof(buf), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ERR_OK;
		str_addn(&s->in, buf, (size_t)n);
		take_frames(s);
		if (s->job->crash_after_events && s->events >= (uint64_t)s->job->crash_after_events)
			kill(-s->worker, SIGKILL);
	}
}

static void journal_crash(struct supervisor *s, int status)
{
	struct str m = { 0 };
	bool first = true;

	member_text(&m, "type", "crashed");
	if (WIFSIGNALED(status))
		member_int(&m, "signal", WTERMSIG(status));
	else
		member_int(&m, "exit", WEXITSTATUS(status));
	str_add(&m, ",\"rows\":[");
	for (size_t i = 0; i < s->job->rows; i++)
		if (s->states[i] == ROW_IN_FLIGHT) {
			str_addf(&m, "%s%zu", first ? "" : ",", i + 1);
			first = false;
		}
	str_addc(&m, ']');
	journal_append(s->journal, m.text, m.len);
	str_release(&m);
	say_text(s, "the worker crashed; the cases in flight run once more, alone");
}

static int one_worker(struct supervisor *s, bool after_crash, int *status, struct error *err)
{
	int r = start_worker(s, after_crash, err);

	if (r < 0)
		return r;
	r = pump(s, err);
	if (r < 0)
		kill(-s->worker, SIGKILL);
	if (r == ERR_OK && s->lost.code) {
		*err = s->lost;
		r = err->code;
	}
	while (waitpid(s->worker, status, 0) < 0 && errno == EINTR)
		;
	/* Whatever it left in its group must not go on talking to a cloud. */
	kill(-s->worker, SIGKILL);
	close(s->socket);
	return r;
}

int supervise(struct journal *j, const struct job *job, struct job_result *ret, struct error *err)
{
	struct supervisor s = { .journal = j, .job = job, .began_us = clock_mono_us() };
	sigset_t set = taken_set();
	struct job once = *job;
	int status = 0, r;

	*ret = (struct job_result){ .outcome = JOB_FAILED };
	s.states = xcalloc(job->rows + 1, sizeof(*s.states));
	if (job->states)
		memcpy(s.states, job->states, job->rows * sizeof(*s.states));
	signals_block();
	sigaddset(&set, DUMP_SIGNAL);
	/* A file that may not grow is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	s.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	do {
		r = one_worker(&s, ret->crashes > 0, &status, err);
		if (r < 0 || s.done || s.stops)
			break;
		journal_crash(&s, status);
		r = journal_commit(j, err);
		once.crash_after_events = 0;
		s.job = &once;
	} while (r == ERR_OK && ++ret->crashes < 2);
	if (r == ERR_OK)
		r = journal_commit(j, err);

	ret->status = WIFEXITED(status) ? WEXITSTATUS(status) : 4;
	ret->outcome = s.stops ? JOB_INTERRUPTED : s.done ? JOB_COMPLETED : JOB_FAILED;
	close(s.signals);
	str_release(&s.in);
	free(s.states);
	return r;
}
