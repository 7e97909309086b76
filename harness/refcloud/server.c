/*
 * A face on a port.  libmicrohttpd parses and formats HTTP; it has no thread of
 * its own: our loop watches its epoll descriptor and turns it.
 */
#include "refcloud/priv.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/json.h"

enum { BODY_MAX = 1 << 20, CONNECTIONS_MAX = 12000, IDLE_S = 600 };

struct ref_server {
	struct refcloud *rc;
	const struct face *face;
	struct MHD_Daemon *daemon;
	struct loop_fd watch;
	struct loop_timer turn;
	struct exchange *held;		/* those whose connection is suspended */
	char url[160];
	struct ref_server *next;
};

enum stage { READING, HELD, READY };

struct exchange {
	struct ref_server *server;
	struct MHD_Connection *connection;
	struct str body;
	bool too_big;
	enum stage stage;
	bool delayed;			/* held for a fault, nothing more to ask the face */
	struct face_reply rep;
	struct loop_timer timer;
	struct exchange *prev, *next;
};

extern const struct face *const __start_faces[] __attribute__((weak));
extern const struct face *const __stop_faces[] __attribute__((weak));

size_t face_count(void)
{
	return __start_faces ? (size_t)(__stop_faces - __start_faces) : 0;
}

const struct face *face_at(size_t i) { return __start_faces[i]; }

const struct face *face_by_name(const char *name)
{
	for (size_t i = 0; i < face_count(); i++)
		if (!strcmp(__start_faces[i]->name, name))
			return __start_faces[i];
	return NULL;
}

/* ---- what a face asks of its request ---- */

const char *face_header(const struct face_request *q, const char *name)
{
	const struct exchange *x = q->transport;

	return x ? MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name) : NULL;
}

struct wanted {
	const char *key, *value;
};

static enum MHD_Result same_key(void *arg, enum MHD_ValueKind kind, const char *key,
				const char *value)
{
	struct wanted *w = arg;

	(void)kind;
	if (strcmp(key, w->key))
		return MHD_YES;
	w->value = value ? value : "";
	return MHD_NO;
}

const char *face_query(const struct face_request *q, const char *key)
{
	const struct exchange *x = q->transport;
	struct wanted w = { .key = key };

	if (x)
		MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, same_key, &w);
	return w.value;
}

const char *face_url(const struct face_request *q)
{
	const struct exchange *x = q->transport;

	return x ? x->server->url : "";
}

/* ---- turning the daemon ---- */

/* The daemon wants another turn when its descriptor is ready, or by then. */
static void turn(struct ref_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(s->daemon);
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		loop_timer_set(s->rc->loop, &s->turn,
			       loop_now_ms(s->rc->loop) + (ms < 60000 ? (int64_t)ms : 60000));
	else
		loop_timer_stop(s->rc->loop, &s->turn);
}

static void on_ready(struct loop_fd *w, unsigned events)
{
	(void)events;
	turn(w->arg);
}

static void on_turn(struct loop_timer *t) { turn(t->arg); }

/* ---- held replies ---- */

static void release(struct exchange *x)
{
	struct ref_server *s = x->server;

	if (x->prev)
		x->prev->next = x->next;
	else
		s->held = x->next;
	if (x->next)
		x->next->prev = x->prev;
	x->stage = READY;
	MHD_resume_connection(x->connection);
	/* Not from here: the daemon may be turning right now. */
	loop_timer_set(s->rc->loop, &s->turn, loop_now_ms(s->rc->loop));
}

/* True when the answer can be sent; else the timer is set. */
static bool settle(struct exchange *x)
{
	struct refcloud *rc = x->server->rc;
	struct face_reply *rep = &x->rep;

	if (rep->wait_ms <= 0) {
		free(rep->arg);
		rep->arg = NULL;
		if (!x->delayed && rc->faults)
			rep->wait_ms = wire_delay_ms(rc, rep->op);
		x->delayed = true;
	}
	if (rep->wait_ms <= 0)
		return true;
	loop_timer_set(rc->loop, &x->timer, loop_now_ms(rc->loop) + rep->wait_ms);
	return false;
}

static void on_wait(struct loop_timer *t)
{
	struct exchange *x = t->arg;

	x->rep.wait_ms = 0;
	if (!x->delayed)
		x->rep.again(x->server->rc, x->rep.arg, &x->rep);
	if (settle(x))
		release(x);
}

static void hold(struct exchange *x)
{
	x->stage = HELD;
	x->prev = NULL;
	x->next = x->server->held;
	if (x->next)
		x->next->prev = x;
	x->server->held = x;
	MHD_suspend_connection(x->connection);
}

/* ---- answering ---- */

static void reply_clear(struct face_reply *rep)
{
	json_decref(rep->json);
	free(rep->text);
	free(rep->arg);
	*rep = (struct face_reply){ 0 };
}

static void turn_away(struct face_reply *rep, int status, const char *message)
{
	rep->status = status;
	rep->json = json_pack("{s:s}", "message", message);
}

static char *body_text(struct face_reply *rep, size_t *len)
{
	char *text;

	if (!rep->json) {
		text = rep->text ? rep->text : xstrdup("");
		rep->text = NULL;
		*len = strlen(text);
		return text;
	}
	text = json_dumps(rep->json, JSON_COMPACT | JSON_ENCODE_ANY);
	if (!text)
		text = xstrdup("null");
	*len = strlen(text);
	text = xrealloc(text, *len + 2);
	memcpy(text + *len, "\n", 2);
	*len += 1;
	return text;
}

static enum MHD_Result send_reply(struct exchange *x)
{
	struct refcloud *rc = x->server->rc;
	struct face_reply *rep = &x->rep;
	struct MHD_Response *response;
	enum MHD_Result r;
	size_t len;
	char *text;

	wire_faults(rc, rep);
	if (rc->trace)
		rc->trace(rc->trace_arg, x->server->face->name, rep->op, rep->status);
	const char *type = rep->json ? "application/json" :
			   rep->content_type ? rep->content_type : "text/plain";

	text = body_text(rep, &len);
	response = MHD_create_response_from_buffer(len, text, MHD_RESPMEM_MUST_FREE);
	if (len)
		MHD_add_response_header(response, "Content-Type", type);
	for (unsigned i = 0; i < rep->header_count; i++)
		MHD_add_response_header(response, rep->headers[i].name, rep->headers[i].value);
	r = MHD_queue_response(x->connection, (unsigned)rep->status, response);
	MHD_destroy_response(response);
	return r;
}

static const char *after_prefix(const char *path, const char *prefix)
{
	size_t n = prefix ? strlen(prefix) : 0;

	if (n && strncmp(path, prefix, n))
		return NULL;
	return !path[n] ? "/" : path[n] == '/' ? path + n : NULL;
}

static void handle(struct exchange *x, const char *method, const char *url)
{
	struct face_request q = {
		.method = strcmp(method, "HEAD") ? method : "GET",
		.path = after_prefix(url, x->server->face->prefix),
		.tenant = "",
		.body = str_text(&x->body), .body_len = x->body.len,
		.transport = x,
	};
	json_t *json = NULL;
	struct error err;

	str_copy(x->rep.op, sizeof(x->rep.op), "any.any");
	if (x->too_big) {
		turn_away(&x->rep, 413, "Request Entity Too Large");
		return;
	}
	if (q.body_len && json_read(q.body, q.body_len, NULL, &json, &err) == ERR_OK)
		q.json = json;
	if (q.path)
		x->server->face->handle(x->server->rc, &q, &x->rep);
	if (!x->rep.status && x->rep.wait_ms <= 0)
		turn_away(&x->rep, 404, "Not Found");
	json_decref(json);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **slot)
{
	struct exchange *x = *slot;

	(void)version;
	if (!x) {
		x = *slot = xcalloc(1, sizeof(*x));
		x->server = arg;
		x->connection = connection;
		x->timer = (struct loop_timer){ .fire = on_wait, .arg = x };
		return MHD_YES;
	}
	if (*len) {
		x->too_big = x->too_big || x->body.len + *len > BODY_MAX;
		if (!x->too_big)
			str_addn(&x->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->stage == READING) {
		handle(x, method, url);
		if (!settle(x)) {
			hold(x);
			return MHD_YES;
		}
		x->stage = READY;
	}
	return send_reply(x);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **slot,
			 enum MHD_RequestTerminationCode how)
{
	struct exchange *x = *slot;

	(void)arg;
	(void)connection;
	(void)how;
	if (!x)
		return;
	loop_timer_stop(x->server->rc->loop, &x->timer);
	reply_clear(&x->rep);
	str_release(&x->body);
	free(x);
	*slot = NULL;
}

/* ---- starting and stopping ---- */

static int start(struct ref_server *s, int *port, struct error *err)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_request, s,
		MHD_OPTION_SOCK_ADDR, &at,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)24 * 1024,
		MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_END);
	if (!s->daemon)
		return err_set(err, ERR_HARNESS, "no server could be started on 127.0.0.1:%d", *port);
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	*port = info ? info->port : *port;
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	s->watch =
		(struct loop_fd){ .fd = info ? info->epoll_fd : -1, .ready = on_ready, .arg = s };
	s->turn = (struct loop_timer){ .fire = on_turn, .arg = s };
	if (loop_watch(s->rc->loop, &s->watch, EPOLLIN) < 0) {
		MHD_stop_daemon(s->daemon);
		return err_set(err, ERR_HARNESS, "the loop cannot watch the server of port %d", *port);
	}
	return ERR_OK;
}

int refcloud_serve(struct refcloud *rc, const char *face, int *port, struct error *err)
{
	const struct face *f = face_by_name(face);
	struct ref_server *s;
	int r;

	if (!f)
		return err_set(err, ERR_INVALID, "no face is called \"%s\"", face);
	s = xcalloc(1, sizeof(*s));
	s->rc = rc;
	s->face = f;
	r = start(s, port, err);
	if (r < 0) {
		free(s);
		return r;
	}
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d%s", *port, f->prefix ? f->prefix : "");
	s->next = rc->servers;
	rc->servers = s;
	turn(s);
	return ERR_OK;
}

void servers_stop(struct refcloud *rc)
{
	struct ref_server *s;

	while ((s = rc->servers)) {
		rc->servers = s->next;
		while (s->held) {
			loop_timer_stop(rc->loop, &s->held->timer);
			if (!s->held->rep.status)
				turn_away(&s->held->rep, 503, "Service Unavailable");
			release(s->held);
		}
		loop_watch(rc->loop, &s->watch, 0);
		MHD_run(s->daemon);
		MHD_stop_daemon(s->daemon);
		loop_timer_stop(rc->loop, &s->turn);
		free(s);
	}
}
