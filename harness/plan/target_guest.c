/* guest: of a target file. */
#include <string.h>

#include "plan/target_priv.h"

enum { HOUR_S = 3600 };

static const char *const ways[] = {
	[GUEST_NONE] = "none", [GUEST_IMAGE] = "image", [GUEST_AGENT_URL] = "agent-url",
	[GUEST_SSH] = "ssh",
};

const char *guest_access_name(enum guest_access a) { return ways[a]; }

static int text_of(struct target_reading *rd, const struct conf *guest, const char *key,
		   size_t room, const char **ret)
{
	return read_text(rd, guest, key, room, ret, NULL);
}

static int read_access(struct target_reading *rd, const struct conf *guest)
{
	const struct conf *c = conf_get(guest, "access");

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(ways[i], c->text)) {
			rd->t->cfg.guest.access = (enum guest_access)i;
			return ERR_OK;
		}
	if (!strcmp(c->text, "user-data"))
		return wrong(rd, c, c->text, "this way is not offered yet: expected none, image, agent-url "
			     "or ssh");
	return wrong(rd, c, c->text, "expected none, image, agent-url or ssh");
}

/* A key that the way does not use would be believed to act. */
static int check_use(struct target_reading *rd, const struct conf *guest)
{
	static const struct {
		const char *key;
		unsigned used, needed;	/* 1u << access */
		const char *wanted;
	} use[] = {
#define BY(way) (1u << GUEST_##way)
#define ANY (BY(IMAGE) | BY(AGENT_URL) | BY(SSH))
		{ "image", ANY, 0, "" },
		{ "port", ANY, 0, "" },
		{ "url", BY(AGENT_URL), BY(AGENT_URL), "such as http://{address}:{port}" },
		{ "user", BY(SSH), BY(SSH), "the user who logs in with the VM's key pair" },
		{ "ssh_port", BY(SSH), 0, "" },
		{ "address", ANY, 0, "" },
		{ "disks", ANY, 0, "" },
		{ "source", ANY, ANY, "the address or range that the cloud sees our probes come from" },
		{ "boot_s", ANY, 0, "" },
		{ "rule_lag_s", ANY, 0, "" },
#undef ANY
#undef BY
	};
	unsigned way = 1u << rd->t->cfg.guest.access;

	for (size_t i = 0; i < sizeof(use) / sizeof(*use); i++) {
		const struct conf *c = conf_get(guest, use[i].key);

		if (c && !(use[i].used & way))
			return err_at(rd->err, ERR_INVALID, c->file, c->line,
				      "guest: found %s beside access: %s, which does not use it; leave "
				      "it out", use[i].key, guest_access_name(rd->t->cfg.guest.access));
		if (!c && use[i].needed & way && !(rd->opt->embedded && !strcmp(use[i].key, "source")))
			return err_at(rd->err, ERR_INVALID, guest->file, guest->line,
				      "guest: access: %s lacks \"%s\"; wanted %s",
				      guest_access_name(rd->t->cfg.guest.access), use[i].key,
				      use[i].wanted);
	}
	return ERR_OK;
}

/* The host stands for the VM alone: what a gateway answers in its stead would be
 * taken for the VM. */
static int check_url(struct target_reading *rd, const struct conf *c)
{
	static const char begin[] = "http://{address}:{port}";
	const char *rest;

	if (!c)
		return ERR_OK;
	rest = c->text + sizeof(begin) - 1;
	if (strncmp(c->text, begin, sizeof(begin) - 1) || (*rest && *rest != '/'))
		return wrong(rd, c, c->text, "expected http://{address}:{port}, with a path behind it or "
			     "without");
	for (; *rest; rest++)
		if ((unsigned char)*rest <= ' ' || strchr("?#{}\x7f", *rest))
			return wrong(rd, c, c->text, "its path may hold no space, '?', '#', '{' or '}'");
	return ERR_OK;
}

static int read_source(struct target_reading *rd, const struct conf *c)
{
	struct guest_config *g = &rd->t->cfg.guest;
	unsigned bits;
	uint32_t net;

	if (rd->opt->embedded)
		str_copy(g->source, sizeof(g->source), "127.0.0.1/32");
	if (!c)
		return ERR_OK;
	snprintf(g->source, sizeof(g->source), "%.40s%s", c->text, strchr(c->text, '/') ? "" : "/32");
	if (strlen(c->text) > 40 || !cidr_parse(g->source, &net, &bits))
		return wrong(rd, c, c->text, "expected an IPv4 address or range such as 203.0.113.7 or "
			     "203.0.113.0/24");
	if (bits < 8)
		return wrong(rd, c, c->text, "a range wider than /8 shows nothing about rules");
	if (bits < 32 && net & (UINT32_MAX >> bits))
		return wrong(rd, c, c->text, "the address has bits set behind the prefix");
	return ERR_OK;
}

static int read_address(struct target_reading *rd, const struct conf *c)
{
	const char *word = c ? c->text : "public";

	rd->t->cfg.guest.private_address = !strcmp(word, "private");
	if (rd->t->cfg.guest.private_address || !strcmp(word, "public"))
		return ERR_OK;
	return wrong(rd, c, word, "expected public or private: the addresses at which we reach VMs");
}

static int read_numbers(struct target_reading *rd, const struct conf *guest)
{
	struct guest_config *g = &rd->t->cfg.guest;

	if (conf_int(conf_get(guest, "port"), 10, 65525, 7007, &g->port, rd->err) < 0 ||
	    conf_int(conf_get(guest, "ssh_port"), 1, 65535, 22, &g->ssh_port, rd->err) < 0 ||
	    conf_int(conf_get(guest, "boot_s"), 1, HOUR_S, 300, &g->boot_s, rd->err) < 0 ||
	    conf_int(conf_get(guest, "rule_lag_s"), 1, HOUR_S, 30, &g->rule_lag_s, rd->err) < 0 ||
	    conf_bool(conf_get(guest, "disks"), true, &g->disks, rd->err) < 0)
		return rd->err->code;
	if (g->access == GUEST_SSH && (g->ssh_port == g->port || g->ssh_port == g->port + 1))
		return err_at(rd->err, ERR_INVALID, guest->file, guest->line,
			      "guest: found ssh_port %lld among the ports that the kit answers on, %lld "
			      "and %lld; wanted another port:", (long long)g->ssh_port,
			      (long long)g->port, (long long)g->port + 1);
	return ERR_OK;
}

int target_read_guest(struct target_reading *rd, const struct conf *guest)
{
	static const struct conf_key keys[] = {
		{ "access", CONF_TEXT, true }, { "image", CONF_TEXT, false },
		{ "url", CONF_TEXT, false }, { "port", CONF_TEXT, false },
		{ "address", CONF_TEXT, false }, { "source", CONF_TEXT, false },
		{ "disks", CONF_TEXT, false }, { "boot_s", CONF_TEXT, false },
		{ "rule_lag_s", CONF_TEXT, false }, { "user", CONF_TEXT, false },
		{ "ssh_port", CONF_TEXT, false }, { 0 },
	};
	struct cloud_config *cfg = &rd->t->cfg;
	struct guest_config *g = &cfg->guest;

	*g = (struct guest_config){ .access = GUEST_NONE, .image = "", .url = "", .user = "" };
	if (!guest)
		return ERR_OK;
	if (conf_check(guest, "guest", keys, rd->err) < 0 || read_access(rd, guest) < 0 ||
	    check_use(rd, guest) < 0 || text_of(rd, guest, "image", ID_MAX, &g->image) < 0 ||
	    text_of(rd, guest, "url", 256, &g->url) < 0 ||
	    text_of(rd, guest, "user", 64, &g->user) < 0 ||
	    check_url(rd, conf_get(guest, "url")) < 0 ||
	    read_address(rd, conf_get(guest, "address")) < 0 ||
	    read_source(rd, conf_get(guest, "source")) < 0 || read_numbers(rd, guest) < 0)
		return rd->err->code;
	g->line = guest->line;
	g->image_line = conf_get(guest, "image") ? conf_get(guest, "image")->line : cfg->image_line;
	if (!*g->image)
		g->image = cfg->image;
	return ERR_OK;
}
