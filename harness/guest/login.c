/* The questions over SSH: the kit is sent each time, its last line is the answer. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "guest/priv.h"

enum { NO_DISK = 4, CANNOT = 5 };

/* An exchange is kept as those by HTTP are: what was asked, what was said, who said it. */
static void observe(const struct guest *g, const char *op, const char *question, const char *text,
		    const struct ssh_run *run, int64_t began_us, int r, const struct error *err)
{
	char *headers = *run->fingerprint ? xasprintf("host-key: %s\n", run->fingerprint) : NULL;
	struct http_call call = {
		.method = "SSH", .op = op, .path = question, .body = text,
		.status = r == ERR_OK ? run->status : 0,
		.reply = (char *)(uintptr_t)str_text(&run->out),
		.reply_len = run->out.len, .reply_headers = headers, .started_us = began_us,
		.total_us = clock_mono_us() - began_us, .retry_after_s = -1,
	};

	if (g->observer)
		g->observer(g->observer_arg, NULL, &call, r, err);
	free(headers);
}

static int answered(const struct ssh_run *run, const char *line, size_t n, struct error *err)
{
	char why[200];

	if (!run->status)
		return ERR_OK;
	if (!guest_read_error(line, n, why, sizeof(why)))
		return err_set(err, ERR_PROTOCOL, "the kit ended with status %d and without an {\"error\"}: "
			       "%.100s", run->status, line);
	return err_set(err, run->status == NO_DISK ? ERR_NOT_FOUND :
		       run->status == CANNOT ? ERR_CONFIG : ERR_UNAVAILABLE, "the kit says: %s", why);
}

/* words: the question, ends with NULL; text: what of it is content.  *ret is the line
 * that answers, within run->out. */
static CO_FN int ask(struct guest *g, const char *op, const char *const *words, const char *text,
		     struct ssh_run *run, const char **ret, struct error *err)
{
	AUTO(str_buf) struct str command = { 0 };
	int64_t began_us = clock_mono_us();
	char question[80];
	int r;

	guest_kit_command(words, &command);
	run->command = command.text;
	run->input = guest_kit;
	run->input_len = guest_kit_size();
	snprintf(question, sizeof(question), "kit %s", words[0]);
	r = ssh_run(g, run, err);
	observe(g, op, question, text, run, began_us, r, err);
	*ret = guest_last_line(&run->out);
	return r < 0 ? r : answered(run, *ret, strlen(*ret), err);
}

static CO_FN int by_login(struct guest *g, struct guest_who *ret, struct error *err)
{
	char nonce[GUEST_NONCE];
	struct ssh_run run = { 0 };
	const char *line;
	int r;

	guest_nonce(nonce);
	r = ask(g, "guest.who.poll", (const char *const[]){ "who", nonce, NULL }, NULL, &run, &line, err);
	if (r == ERR_OK)
		r = guest_read_who(line, strlen(line), nonce, ret, err);
	else if (r == ERR_UNAVAILABLE)
		r = err->code = ERR_PROTOCOL;
	str_release(&run.out);
	return r;
}

/* Starts the kit on both ports.  ERR_CONFLICT: it answers there already. */
static CO_FN int serve(struct guest *g, struct error *err)
{
	char port[2][12];
	struct ssh_run run = { 0 };
	const char *line;
	int r;

	for (unsigned n = 0; n < 2; n++)
		snprintf(port[n], sizeof(port[n]), "%d", guest_port(g->cfg, n));
	r = ask(g, "guest.serve.poll", (const char *const[]){ "serve", port[0], port[1], NULL }, NULL,
		&run, &line, err);
	if (r == ERR_OK && strcmp(line, "{\"serving\":\"new\"}"))
		r = err_set(err, ERR_CONFLICT, "it was serving");
	str_release(&run.out);
	return r;
}

CO_FN int login_who(struct guest *g, int port, struct guest_who *ret, struct error *err)
{
	struct error why;
	int r;

	if (port == guest_control_port(g->cfg))
		return by_login(g, ret, err);
	r = agent_who(g, port, ret, err);
	if (r != ERR_NETWORK)
		return r;
	/* Nobody: or nobody has started it since the VM has booted. */
	r = serve(g, &why);
	if (r == ERR_OK)
		return agent_who(g, port, ret, err);
	if (r == ERR_CANCELLED || r == ERR_TIMEOUT || r == ERR_UNAUTHENTICATED ||
	    r == ERR_UNAVAILABLE || r == ERR_CONFIG)
		*err = why;
	return err->code;
}

CO_FN int login_put(struct guest *g, const char *disk, const char *text, struct error *err)
{
	struct guest_disk seen;
	struct ssh_run run = { 0 };
	const char *line;
	int r;

	r = ask(g, "guest.put", (const char *const[]){ "put", disk, text, NULL }, text, &run, &line, err);
	if (r == ERR_OK)
		r = guest_read_disk(line, strlen(line), false, &seen, err);
	if (r == ERR_OK && strcmp(seen.text, text))
		r = err_set(err, ERR_PROTOCOL, "the kit says that it wrote \"%.100s\"; it was asked to "
			    "write \"%.100s\"", seen.text, text);
	str_release(&run.out);
	return r;
}

CO_FN int login_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err)
{
	struct ssh_run run = { 0 };
	const char *line;
	int r;

	r = ask(g, "guest.get", (const char *const[]){ "get", disk, NULL }, NULL, &run, &line, err);
	if (r == ERR_OK)
		r = guest_read_disk(line, strlen(line), true, ret, err);
	str_release(&run.out);
	return r;
}

CO_FN int login_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err)
{
	char nonce[GUEST_NONCE], number[12];
	struct ssh_run run = { 0 };
	const char *line;
	int r;

	guest_nonce(nonce);
	snprintf(number, sizeof(number), "%d", port);
	r = ask(g, "guest.reach.poll", (const char *const[]){ "reach", address, number, nonce, NULL },
		NULL, &run, &line, err);
	/* Not that one: the guest that was asked. */
	if (r == ERR_NETWORK)
		r = err->code = ERR_UNAVAILABLE;
	if (r == ERR_OK)
		r = guest_read_reach(line, strlen(line), nonce, ret, err);
	str_release(&run.out);
	return r;
}
