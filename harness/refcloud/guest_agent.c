/*
 * The agent in a guest, for all of them: one libmicrohttpd daemon that listens
 * nowhere and is handed the connections that the guests took.
 */
#include "refcloud/guest.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINES_MAX = 4096, IDLE_S = 600, NONCE_MAX = 64 };

struct guest_net {
	struct refcloud *rc;
	struct MHD_Daemon *daemon;
	struct loop_fd watch;
	struct loop_timer turn;
	struct guest_line *newborn;	/* the one that is being handed over */
};

struct asked {				/* one request */
	char body[GUEST_TEXT + 1];
	size_t len;
	bool too_big;
};

struct answer {
	unsigned status;
	json_t *json;
};

/* ---- turning the daemon ---- */

static void turn(struct guest_net *net)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(net->daemon);
	if (MHD_get_timeout(net->daemon, &ms) == MHD_YES)
		loop_timer_set(net->rc->loop, &net->turn,
			       loop_now_ms(net->rc->loop) + (ms < 60000 ? (int64_t)ms : 60000));
	else
		loop_timer_stop(net->rc->loop, &net->turn);
}

static void on_ready(struct loop_fd *w, unsigned events)
{
	(void)events;
	turn(w->arg);
}

static void on_turn(struct loop_timer *t) { turn(t->arg); }

/* Not at once: the daemon may be turning right now. */
static void turn_soon(struct guest_net *net)
{
	loop_timer_set(net->rc->loop, &net->turn, loop_now_ms(net->rc->loop));
}

/* ---- lines ---- */

static void unlink_line(struct guest_line *line)
{
	if (!line->guest)
		return;
	*(line->prev ? &line->prev->next : &line->guest->lines) = line->next;
	if (line->next)
		line->next->prev = line->prev;
	line->prev = line->next = NULL;
	line->guest = NULL;
}

static void resume(struct guest_line *line)
{
	if (!line->held)
		return;
	line->held = false;
	MHD_resume_connection(line->connection);
	turn_soon(line->rc->guest_net);
}

void ref_guest_line_cut(struct guest_line *line)
{
	unlink_line(line);
	shutdown(line->fd, SHUT_RDWR);
	resume(line);
}

void ref_guest_lines_wake(struct ref_guest *g)
{
	for (struct guest_line *line = g->lines; line; line = line->next)
		resume(line);
}

static void on_line(void *arg, struct MHD_Connection *connection, void **slot,
		    enum MHD_ConnectionNotificationCode what)
{
	struct guest_net *net = arg;
	struct guest_line *line = *slot;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*slot = net->newborn;
		net->newborn->connection = connection;
		return;
	}
	if (line == net->newborn)
		net->newborn = NULL;
	if (line)
		unlink_line(line);
	free(line);
}

/* ---- what is asked ---- */

static struct answer fail(unsigned status, const char *text)
{
	return (struct answer){ status, json_pack("{s:s}", "error", text) };
}

static const char *query(struct MHD_Connection *c, const char *key)
{
	return MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, key);
}

/* Letters, digits and "-._": NULL when it is missing or anything else. */
static const char *nonce_of(struct MHD_Connection *c)
{
	const char *nonce = query(c, "nonce");
	size_t n = nonce ? strlen(nonce) : 0;

	if (!n || n > NONCE_MAX ||
	    strspn(nonce, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") != n)
		return NULL;
	return nonce;
}

/* As a kernel shows it: a number that no other boot has. */
static void boot_id(const struct ref_guest *g, char to[40])
{
	uint64_t state = ref_guest_boots(g), a, b;

	for (const char *at = g->vm->r.id; *at; at++)
		state = (state ^ (unsigned char)*at) * UINT64_C(1099511628211);
	a = store_noise(&state);
	b = store_noise(&state);
	snprintf(to, 40, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(a >> 32),
		 (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff),
		 (unsigned)(b >> 48 & 0x3fff) | 0x8000u,
		 (unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

json_t *ref_guest_who(const struct ref_guest *g, const char *nonce)
{
	char boot[40];
	json_t *answer;

	boot_id(g, boot);
	answer = json_pack("{s:s, s:s, s:s, s:s}", "id", g->vm->r.id, "name", g->vm->r.name,
			   "boot", boot, "nonce", nonce);
	ref_guest_spoil_who(g, answer);
	return answer;
}

static struct answer ask_who(struct guest_line *line)
{
	const char *nonce = nonce_of(line->connection);

	if (!nonce)
		return fail(400, "nonce: wanted 1 to 64 letters and digits");
	return (struct answer){ 200, ref_guest_who(ref_guest_answering(line->guest), nonce) };
}

static struct answer ask_reach(struct guest_line *line)
{
	const char *nonce = nonce_of(line->connection), *port = query(line->connection, "port"),
		   *address = query(line->connection, "address");
	int64_t n = port ? str_to_int(port, 65535) : -1;
	const struct ref_guest *there;
	struct in_addr in;
	json_t *json;

	if (!nonce)
		return fail(400, "nonce: wanted 1 to 64 letters and digits");
	if (!address || inet_pton(AF_INET, address, &in) != 1)
		return fail(400, "address: wanted an IPv4 address");
	if (n < 1)
		return fail(400, "port: wanted a number from 1 to 65535");
	there = ref_guest_beyond(line->guest, address, (int)n);
	json = there ? ref_guest_who(there, nonce) : json_object();
	json_object_set_new(json, "reached", json_boolean(there));
	return (struct answer){ 200, json };
}

static bool printable(const struct asked *q)
{
	for (size_t i = 0; i < q->len; i++)
		if (q->body[i] < ' ' || q->body[i] > '~')
			return false;
	return true;
}

static struct answer ask_disk(struct guest_line *line, bool get, const char *name,
			      const struct asked *q)
{
	struct ref_guest *g = ref_guest_answering(line->guest);
	struct ref_entry *disk = ref_guest_disk(g, name);

	if (!get && (!q->len || q->too_big || !printable(q)))
		return fail(400, "wanted 1 to 400 bytes of printable ASCII");
	if (!disk)
		return fail(404, "no such disk is attached");
	return (struct answer){ 200, get ? ref_guest_read(g, disk, name) :
				     ref_guest_write(g, disk, name, q->body) };
}

static struct answer handle(struct guest_line *line, const char *method, const char *path,
			    const struct asked *q)
{
	bool get = !strcmp(method, "GET"), put = !strcmp(method, "PUT");

	if (!strcmp(path, "/who"))
		return get ? ask_who(line) : fail(405, "/who is read");
	if (!strcmp(path, "/reach"))
		return get ? ask_reach(line) : fail(405, "/reach is read");
	if (!strncmp(path, "/disk/", 6) && path[6])
		return get || put ? ask_disk(line, get, path + 6, q) :
		       fail(405, "a disk is read or written");
	return fail(404, "nothing is here");
}

/* ---- HTTP ---- */

static enum MHD_Result send_answer(struct MHD_Connection *c, struct answer a)
{
	char *text = json_dumps(a.json, JSON_COMPACT);
	struct MHD_Response *response;
	enum MHD_Result r;

	json_decref(a.json);
	if (!text)
		return MHD_NO;
	response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", "application/json");
	r = MHD_queue_response(c, a.status, response);
	MHD_destroy_response(response);
	return r;
}

static struct guest_line *line_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void take(struct asked *q, const char *data, size_t len)
{
	q->too_big = q->too_big || q->len + len > GUEST_TEXT;
	if (q->too_big)
		return;
	memcpy(q->body + q->len, data, len);
	q->len += len;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **slot)
{
	struct guest_line *line = line_of(connection);
	struct asked *q = *slot;

	(void)arg;
	(void)version;
	if (!line || !line->guest)
		return MHD_NO;
	if (!q) {
		*slot = xcalloc(1, sizeof(*q));
		return MHD_YES;
	}
	if (*len) {
		take(q, data, *len);
		*len = 0;
		return MHD_YES;
	}
	/* What is due may end the guest, and cut the line with it. */
	store_settle(line->rc, line->guest->vm);
	if (!line->guest)
		return MHD_NO;
	if (ref_guest_mode(line->guest) == GUEST_SILENT) {
		line->held = true;
		MHD_suspend_connection(connection);
		return MHD_YES;
	}
	return send_answer(connection, handle(line, method, url, q));
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **slot,
			 enum MHD_RequestTerminationCode how)
{
	(void)arg;
	(void)connection;
	(void)how;
	free(*slot);
	*slot = NULL;
}

/* ---- starting and stopping ---- */

static struct guest_net *net_start(struct refcloud *rc)
{
	struct guest_net *net = xcalloc(1, sizeof(*net));
	const union MHD_DaemonInfo *info;

	net->rc = rc;
	net->turn = (struct loop_timer){ .fire = on_turn, .arg = net };
	net->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_request, net,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)LINES_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8 * 1024,
		MHD_OPTION_NOTIFY_CONNECTION, on_line, net,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, net,
		MHD_OPTION_END);
	info = net->daemon ? MHD_get_daemon_info(net->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
	net->watch = (struct loop_fd){ .fd = info ? info->epoll_fd : -1, .ready = on_ready,
				       .arg = net };
	if (net->daemon && loop_watch(rc->loop, &net->watch, EPOLLIN) == ERR_OK)
		return net;
	fprintf(stderr, "plugfest: the guests of the reference cloud cannot be served\n");
	if (net->daemon)
		MHD_stop_daemon(net->daemon);
	free(net);
	return NULL;
}

void ref_guest_line_open(struct ref_guest *g, int port, const char *peer, int fd)
{
	struct refcloud *rc = g->rc;
	struct guest_net *net = rc->guest_net ? rc->guest_net : net_start(rc);
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct guest_line *line;
	enum MHD_Result added;

	rc->guest_net = net;
	if (!net) {
		close(fd);
		return;
	}
	line = xcalloc(1, sizeof(*line));
	*line = (struct guest_line){ .rc = rc, .guest = g, .fd = fd, .port = port,
				     .boot = ref_guest_boots(g), .next = g->lines };
	str_copy(line->peer, sizeof(line->peer), peer);
	if (line->next)
		line->next->prev = line;
	g->lines = line;
	inet_pton(AF_INET, peer, &from.sin_addr);
	net->newborn = line;
	added = MHD_add_connection(net->daemon, fd, (struct sockaddr *)&from, sizeof(from));
	if (added != MHD_YES && net->newborn) {
		unlink_line(line);
		free(line);
	}
	net->newborn = NULL;
	turn_soon(net);
}

void ref_guests_stop(struct refcloud *rc)
{
	struct guest_net *net = rc->guest_net;

	ref_guests_end(rc);
	ref_guest_router_stop(rc);
	for (int i = 0; i < 2; i++)
		free(rc->shared_text[i]);
	if (!net)
		return;
	loop_watch(rc->loop, &net->watch, 0);
	MHD_run(net->daemon);
	MHD_stop_daemon(net->daemon);
	loop_timer_stop(rc->loop, &net->turn);
	free(net);
	rc->guest_net = NULL;
}
