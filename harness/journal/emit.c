#include "journal/emit.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/secret.h"
#include "co/loop.h"

struct waiter {
	struct co *co;
	uint64_t wants;
	bool served;		/* and no longer in the list */
	struct waiter *next;
};

static struct {
	struct loop *loop;
	struct loop_fd watch;
	unsigned watching;		/* EPOLLIN, and EPOLLOUT while the socket is full */
	struct loop_timer soon;		/* when what waits in out is sent */
	struct str out, in;
	size_t sent;			/* bytes of out already taken */
	uint64_t events, asked, durable;
	struct waiter *waiters, **last;	/* in the order of what they want */
	struct co *flusher;
	bool lost;			/* the journal cannot be written */
	void (*stop)(void *arg);
	void *arg;
} wire;

/* Keys are words of ours: they need no escapes. */
static void member_key(struct str *s, const char *key)
{
	str_add(s, s->len ? ",\"" : "\"");
	str_add(s, key);
	str_add(s, "\":");
}

void member_raw(struct str *s, const char *key, const char *json)
{
	member_key(s, key);
	str_add(s, json);
}

void member_text(struct str *s, const char *key, const char *value)
{
	member_key(s, key);
	str_add_json(s, value ? value : "");
}

void member_int(struct str *s, const char *key, int64_t value)
{
	member_key(s, key);
	str_add_int(s, value);
}

void member_bool(struct str *s, const char *key, bool value)
{
	member_raw(s, key, value ? "true" : "false");
}

void member_pair(struct str *s, const char *key, const char *a, const char *av,
		 const char *b, const char *bv)
{
	struct str pair = { 0 };

	member_text(&pair, a, av);
	member_text(&pair, b, bv);
	str_addf(s, ",\"%s\":{%s}", key, pair.text);
	str_release(&pair);
}

/* Nobody would remember what we do from here on. */
static _Noreturn void orphaned(void)
{
	_exit(4);
}

static void watch(unsigned events)
{
	if (wire.watching != events)
		loop_watch(wire.loop, &wire.watch, events);
	wire.watching = events;
}

static void pump_out(void)
{
	loop_timer_stop(wire.loop, &wire.soon);
	while (wire.sent < wire.out.len) {
		ssize_t n = send(wire.watch.fd, wire.out.text + wire.sent, wire.out.len - wire.sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			watch(EPOLLIN | EPOLLOUT);
			return;
		}
		if (n < 0)
			orphaned();
		wire.sent += (size_t)n;
	}
	str_clear(&wire.out);
	wire.sent = 0;
	watch(EPOLLIN);
	if (wire.flusher)
		co_wake(wire.flusher);
}

static void acknowledged(uint64_t upto)
{
	wire.durable = upto;
	while (wire.waiters && wire.waiters->wants <= upto) {
		struct waiter *w = wire.waiters;

		wire.waiters = w->next;
		w->served = true;
		co_wake(w->co);
	}
	if (!wire.waiters)
		wire.last = &wire.waiters;
}

static void lost(void)
{
	wire.lost = true;
	acknowledged(UINT64_MAX);
}

static void take_frames(void)
{
	size_t at = 0;

	while (wire.in.len - at >= sizeof(struct frame_head)) {
		struct frame_head head;
		uint64_t upto;

		memcpy(&head, wire.in.text + at, sizeof(head));
		if (wire.in.len - at < sizeof(head) + head.length)
			break;
		if (head.type == FRAME_ACK && head.length == sizeof(upto)) {
			memcpy(&upto, wire.in.text + at + sizeof(head), sizeof(upto));
			acknowledged(upto);
		} else if (head.type == FRAME_LOST) {
			lost();
		}
		if ((head.type == FRAME_STOP || head.type == FRAME_LOST) && wire.stop)
			wire.stop(wire.arg);
		at += sizeof(head) + head.length;
	}
	memmove(wire.in.text, wire.in.text + at, wire.in.len - at);
	wire.in.len -= at;
}

static void ready(struct loop_fd *w, unsigned events)
{
	char buf[4096];
	ssize_t n;

	if (events & EPOLLOUT)
		pump_out();
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	n = recv(w->fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		orphaned();
	if (n > 0) {
		str_addn(&wire.in, buf, (size_t)n);
		take_frames();
	}
}

static void turn_over(struct loop_timer *t)
{
	(void)t;
	pump_out();
}

void emit_open(struct loop *loop, int fd, void (*stop)(void *arg), void *arg)
{
	wire.loop = loop;
	wire.watch = (struct loop_fd){ .fd = fd, .ready = ready };
	wire.stop = stop;
	wire.arg = arg;
	wire.soon = (struct loop_timer){ .fire = turn_over };
	wire.events = wire.asked = wire.durable = 0;
	wire.watching = 0;
	wire.lost = false;
	watch(EPOLLIN);
}

void emit_close(void)
{
	if (!wire.loop)
		return;
	watch(0);
	loop_timer_stop(wire.loop, &wire.soon);
	str_release(&wire.out);
	str_release(&wire.in);
	wire.loop = NULL;
}

static void gather(enum frame_type type, int row, const char *payload, size_t n)
{
	struct frame_head head = { .length = (uint32_t)n, .type = type, .row = row };

	str_addn(&wire.out, &head, sizeof(head));
	str_addn(&wire.out, payload, n);
}

static void frame(enum frame_type type, int row, const char *payload, size_t n)
{
	gather(type, row, payload, n);
	if (wire.loop && !(wire.watching & EPOLLOUT))
		pump_out();
}

/* What nobody waits for goes with the next that is sent, or when it is much or old. */
enum { SOON_MS = 10, SOON_BYTES = 32768 };

static void pump_by(int64_t ms)
{
	int64_t at = wire.loop ? loop_now_ms(wire.loop) + ms : 0;

	if (!wire.loop || wire.watching & EPOLLOUT)
		return;
	if (wire.out.len >= SOON_BYTES)
		pump_out();
	else if (!wire.soon.slot || wire.soon.at_ms > at)
		loop_timer_set(wire.loop, &wire.soon, at);
}

void emit_event(enum frame_type type, int row, struct str *members)
{
	secret_redact(members);
	wire.events++;
	frame(type, row, str_text(members), members->len);
}

void emit_event_soon(int row, struct str *members)
{
	secret_redact(members);
	wire.events++;
	gather(FRAME_EVENT, row, str_text(members), members->len);
	pump_by(SOON_MS);
}

void emit_say(const char *fmt, ...)
{
	struct str s = { 0 };
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	str_addv(&s, fmt, ap);
	va_end(ap);
	secret_redact(&s);
	str_one_line(&s);
	str_copy(line, sizeof(line), s.text);
	frame(FRAME_SAY, 0, line, strlen(line));
	str_release(&s);
}

void emit_done(void) { frame(FRAME_DONE, 0, "", 0); }

/* Told to stop before it was served. */
static void leave(struct waiter *me)
{
	struct waiter **at = &wire.waiters;

	while (*at != me)
		at = &(*at)->next;
	*at = me->next;
	if (wire.last == &me->next)
		wire.last = at;
}

CO_FN int emit_sync(void)
{
	struct waiter me = { .co = co_self(), .wants = wire.events };
	int r = ERR_OK;

	if (wire.lost)
		return ERR_HARNESS;
	if (wire.durable >= me.wants)
		return ERR_OK;
	if (!wire.waiters)
		wire.last = &wire.waiters;
	*wire.last = &me;
	wire.last = &me.next;
	if (wire.asked < me.wants) {
		wire.asked = me.wants;
		gather(FRAME_SYNC, 0, "", 0);
		pump_by(0);	/* the turn's end: others of this turn wait with us */
	}
	while (!me.served && r == ERR_OK)
		r = co_suspend("the journal to be durable");
	if (!me.served)
		leave(&me);
	return me.served && wire.lost ? ERR_HARNESS : r;
}

CO_FN int emit_flush(void)
{
	int r = ERR_OK;

	if (wire.out.len)
		pump_by(0);
	while (wire.out.len && r == ERR_OK) {
		wire.flusher = co_self();
		r = co_suspend("the journal socket");
	}
	wire.flusher = NULL;
	return r;
}
