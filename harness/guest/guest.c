#include "guest/guest.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "guest/priv.h"

enum { QUESTION_MS = 5000 };

void guest_nonce(char to[GUEST_NONCE])
{
	unsigned char noise[GUEST_NONCE / 2];

	random_bytes(noise, sizeof(noise));
	hex(noise, sizeof(noise), to);
}

int guest_judge(int r, bool heard, int64_t left_ms, int64_t bound_ms, struct error *err)
{
	if (r != ERR_NETWORK && r != ERR_TIMEOUT)
		return r;
	if (r == ERR_TIMEOUT && left_ms <= bound_ms)
		return r;
	return err->code = heard ? ERR_PROTOCOL : ERR_NETWORK;
}

int guest_control_port(const struct guest_config *cfg)
{
	return cfg->access == GUEST_SSH ? (int)cfg->ssh_port : 0;
}

int guest_port(const struct guest_config *cfg, unsigned n) { return (int)cfg->port + (int)n; }

static bool is_address(const char *text)
{
	unsigned char to[16];

	return inet_pton(AF_INET, text, to) == 1 || inet_pton(AF_INET6, text, to) == 1;
}

int guest_open(struct loop *loop, const struct guest_way *way, struct guest **ret,
	       struct error *err)
{
	struct guest *g;

	*ret = NULL;
	if (way->cfg->access == GUEST_NONE)
		return err_set(err, ERR_HARNESS, "the target has no way into a guest (guest: access)");
	if (!way->address || !is_address(way->address))
		return err_set(err, ERR_INVALID, "found \"%.60s\" for the address of a VM; wanted an IP "
			       "address", way->address ? way->address : "");
	if (way->cfg->access == GUEST_SSH && !secret_present(way->key))
		return err_set(err, ERR_INVALID, "a login needs a private key: found none; wanted that of "
			       "the key pair the VM was made with");
	g = xcalloc(1, sizeof(*g));
	*g = (struct guest){
		.loop = loop, .cfg = way->cfg, .address = xstrdup(way->address), .key = way->key,
		.vm = xstrdup(way->vm ? way->vm : way->address),
		.user_agent = xstrdup(way->user_agent ? way->user_agent : "plugfest"),
		.timeout_ms = way->timeout_ms > 0 ? way->timeout_ms : QUESTION_MS,
		.observer = way->observer, .observer_arg = way->observer_arg,
	};
	*ret = g;
	return ERR_OK;
}

void guest_close(struct guest *g)
{
	if (!g)
		return;
	free(g->address);
	free(g->vm);
	free(g->user_agent);
	free(g);
}

CO_FN int guest_who(struct guest *g, int port, struct guest_who *ret, struct error *err)
{
	return g->cfg->access == GUEST_SSH ? login_who(g, port, ret, err) :
					     agent_who(g, port, ret, err);
}

CO_FN int guest_put(struct guest *g, const char *disk, const char *text, struct error *err)
{
	int r = guest_check_text(text, err);

	if (r < 0)
		return r;
	return g->cfg->access == GUEST_SSH ? login_put(g, disk, text, err) :
					     agent_put(g, disk, text, err);
}

CO_FN int guest_get(struct guest *g, const char *disk, struct guest_disk *ret, struct error *err)
{
	return g->cfg->access == GUEST_SSH ? login_get(g, disk, ret, err) :
					     agent_get(g, disk, ret, err);
}

CO_FN int guest_reach(struct guest *g, const char *address, int port, struct guest_who *ret,
		      struct error *err)
{
	return g->cfg->access == GUEST_SSH ? login_reach(g, address, port, ret, err) :
					     agent_reach(g, address, port, ret, err);
}
