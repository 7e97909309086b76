/*
 * Asks a guest over SSH and says what came of it, a line each:
 *   ask-guest KEYFILE USER SSH_PORT AGENT_PORT QUESTION...
 * QUESTION is who, agent (who by HTTP, started by login), put:DISK:TEXT, get:DISK,
 * reach:ADDRESS:PORT, hurry (who, with 100 ms of the caller's own), stop (who, cancelled
 * after 100 ms) or port:N, which makes N the SSH port from there on.  PLUGFEST_ASK_MS is
 * the time of a question.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "co/loop.h"
#include "co/priv.h"
#include "co/stack.h"
#include "guest/guest.h"

struct asking {
	struct guest_config cfg;
	struct guest_way way;
	struct loop *loop;
	char **questions;
	char exchange[400];
};

/* What an exchange is kept as, with the kit itself left out. */
static void note(void *arg, const struct http *h, const struct http_call *call, int r,
		 const struct error *err)
{
	struct asking *a = arg;
	const char *headers = call->reply_headers ? call->reply_headers : "";

	(void)h;
	(void)err;
	snprintf(a->exchange, sizeof(a->exchange), "%s %.60s %ld %.*s", call->op, call->path, call->status,
		 (int)strcspn(headers, "\n"), r == ERR_OK ? headers : "");
}

/* Fresh pages read as zero, and this stack is its coroutine's first. */
__attribute__((no_sanitize("address"))) static size_t stack_used(void)
{
	const struct co_stack *s = co_self()->stack;
	const volatile char *at = s->base;

	while (at < s->base + s->size && !*at)
		at++;
	return (size_t)(s->base + s->size - at);
}

static void say(const struct asking *a, const char *q, int r, const struct error *err,
		const char *answer)
{
	printf("%s: %s%s%s [%s]\n", q, r == ERR_OK ? "ok " : err_name((enum err)r), r == ERR_OK ? "" : ": ",
	       r == ERR_OK ? answer : err->text, a->exchange);
	fflush(stdout);
}

static CO_FN int ask_disk(struct guest *g, const char *q, char *answer, size_t room,
			  struct error *err)
{
	char disk[200], *text;
	struct guest_disk seen;
	int r;

	str_copy(disk, sizeof(disk), q + 4);
	if (*q == 'g') {
		r = guest_get(g, disk, &seen, err);
		snprintf(answer, room, "\"%s\" %lld", seen.text, (long long)seen.bytes);
		return r;
	}
	text = strchr(disk, ':');
	*text++ = '\0';
	*answer = '\0';
	return guest_put(g, disk, text, err);
}

static CO_FN int ask_one(struct asking *a, struct guest *g, const char *q, char *answer,
			 size_t room, struct error *err)
{
	struct guest_who who = { 0 };
	struct co_deadline d;
	char address[80];
	int r;

	if (!strncmp(q, "put:", 4) || !strncmp(q, "get:", 4))
		return ask_disk(g, q, answer, room, err);
	if (!strncmp(q, "reach:", 6)) {
		str_copy(address, sizeof(address), q + 6);
		*strchr(address, ':') = '\0';
		r = guest_reach(g, address, (int)str_to_int(strrchr(q, ':') + 1, 65535), &who, err);
	} else if (!strcmp(q, "hurry")) {
		co_deadline_push(&d, 100);
		r = guest_who(g, guest_control_port(&a->cfg), &who, err);
		co_deadline_pop(&d);
	} else {
		r = guest_who(g, strcmp(q, "agent") ? guest_control_port(&a->cfg) : guest_port(&a->cfg, 1),
			      &who, err);
	}
	snprintf(answer, room, "id=%s name=%s boot=%s", who.id, who.name, who.boot);
	return r;
}

static CO_FN int one(void *arg)
{
	struct asking *a = arg;
	const char *q = *a->questions;
	struct guest *g;
	struct error err;
	char answer[800];
	int r = guest_open(a->loop, &a->way, &g, &err);

	*a->exchange = '\0';
	if (r == ERR_OK)
		r = ask_one(a, g, q, answer, sizeof(answer), &err);
	guest_close(g);
	say(a, q, r, &err, answer);
	return r;
}

static CO_FN int stopper(void *arg)
{
	co_sleep(100);
	co_cancel(arg);
	return ERR_OK;
}

static CO_FN int all(void *arg)
{
	struct asking *a = arg;
	size_t most = 0;
	struct co *c;

	for (; *a->questions; a->questions++) {
		if (!strncmp(*a->questions, "port:", 5)) {
			a->cfg.ssh_port = str_to_int(*a->questions + 5, 65535);
			continue;
		}
		if (!strcmp(*a->questions, "stop")) {
			c = co_spawn(a->loop, "one", one, a);
			co_join(co_spawn(a->loop, "stopper", stopper, c));
			co_join(c);
			continue;
		}
		one(a);
		most = stack_used() > most ? stack_used() : most;
	}
	fprintf(stderr, "stack: %zu bytes\n", most);
	return ERR_OK;
}

int main(int argc, char **argv)
{
	const char *ms = getenv("PLUGFEST_ASK_MS");
	struct str pem = { 0 };
	struct error err;
	struct asking a = {
		.cfg = { .access = GUEST_SSH, .image = "", .url = "" }, .loop = loop_new(),
	};

	if (argc < 6 || file_read(argv[1], 1 << 20, &pem, &err) < 0)
		return 3;
	a.cfg.user = argv[2];
	a.cfg.ssh_port = str_to_int(argv[3], 65535);
	a.cfg.port = str_to_int(argv[4], 65534);
	a.questions = argv + 5;
	a.way = (struct guest_way){
		.cfg = &a.cfg, .address = "127.0.0.1", .vm = "vm-1", .observer = note, .observer_arg = &a,
		.key = secret_add(pem.text, pem.len), .timeout_ms = ms ? str_to_int(ms, 60000) : 0,
	};
	co_detach(co_spawn(a.loop, "asking", all, &a));
	loop_run(a.loop);
	loop_free(a.loop);
	guest_forget_hosts();
	secret_forget_all();
	str_release(&pem);
	return 0;
}
