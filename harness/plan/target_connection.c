/* connection: and second_tenant: of a target file. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/target_priv.h"

enum { VALUE_MAX = 64 * 1024, NAMES_MAX = 100 };

const struct setting_info target_common_settings[] = {
	{ "interface", false, false, "which endpoint of a catalogue", "public" },
	{ "region_name", false, false, "region, where the API has several", "RegionOne" },
	{ "cacert", false, false, "CA certificates (PEM) to trust instead of the system's", "ca.pem" },
	{ "client_cert", false, false, "client certificate (PEM)", "client.pem" },
	{ "client_key", false, false, "its key (PEM)", "client.key" },
	{ "proxy", false, false, "HTTP proxy; those of the environment are ignored",
	  "http://proxy.example:3128" },
	{ "resolve", false, false, "host:port:address instead of DNS",
	  "cloud.example:443:192.0.2.7" },
	{ "connect_timeout_s", false, false, "until connected (default 10)", "10" },
	{ "timeout_s", false, false, "until answered (default 60)", "60" },
	{ "calls_per_s", false, false, "at most so many calls a second (default: no limit)", "20" },
	{ "http_version", false, false, "1.1, or 2 over TLS", "1.1" },
	{ "catalogue_origins", false, false, "other hosts that a catalogue may send credentials to",
	  "\"https://compute.example https://*.cloud.example:8774\"" },
	{ 0 },
};

const struct setting_info *target_setting_find(const struct setting_info *all,
					       const char *name)
{
	for (; all && all->name; all++)
		if (!strcmp(all->name, name))
			return all;
	return NULL;
}

static int unknown_setting(struct target_reading *rd, const struct conf *c, const char *where)
{
	const char *names[NAMES_MAX];
	char near[100], owners[120] = "";
	size_t n = 0, at = 0;

	for (const struct driver_schema *d = rd->opt->drivers; d->name; d++) {
		if (!target_setting_find(d->settings, c->key) || at >= sizeof(owners) - 40)
			continue;
		at += (size_t)snprintf(owners + at, sizeof(owners) - at, "%s%.30s", at ? ", " : "",
				       d->name);
	}
	if (at)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: the driver %s has no key \"%.60s\"; it belongs to: %s",
			      where, rd->driver->name, c->key, owners);
	for (const struct setting_info *s = rd->driver->settings; s && s->name; s++)
		if (n < NAMES_MAX - 1)
			names[n++] = s->name;
	for (const struct setting_info *s = target_common_settings; s->name; s++)
		if (n < NAMES_MAX - 1)
			names[n++] = s->name;
	names[n] = NULL;
	conf_suggest(c->key, names, near, sizeof(near));
	return err_at(rd->err, ERR_INVALID, c->file, c->line,
		      "unknown key \"%.60s\" in %s%s%s", c->key, where, *near ? "; " : "", near);
}

static bool is_variable(const char *name)
{
	if (!isalpha((unsigned char)*name) && *name != '_')
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	return true;
}

static int from_env(struct target_reading *rd, const struct conf *c, const char *name, char **ret)
{
	const char *value;

	if (!is_variable(name))
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: {env: ...} wants the name of an environment variable", c->key);
	value = getenv(name);
	if (!value || !*value)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: the environment variable %.80s is %s", c->key, name,
			      value ? "empty" : "not set");
	*ret = xstrdup(value);
	return ERR_OK;
}

static int read_whole(int fd, char *to, size_t room, size_t *ret)
{
	ssize_t got = 1;

	*ret = 0;
	while (got > 0 && *ret < room) {
		got = read(fd, to + *ret, room - *ret);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			*ret += (size_t)got;
	}
	return got < 0 ? -1 : 0;
}

static int from_open_file(struct target_reading *rd, const struct conf *c, const char *path,
			  bool secret, int fd, char **ret)
{
	struct stat st;
	size_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: cannot read %.160s: %s",
			      c->key, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: %.160s is not a file",
			      c->key, path);
	if (secret && st.st_mode & 077)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: others may read %.160s: chmod 600 it", c->key, path);
	*ret = xcalloc(1, VALUE_MAX + 2);
	if (read_whole(fd, *ret, VALUE_MAX + 1, &n) < 0)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: cannot read %.160s: %s",
			      c->key, path, strerror(errno));
	if (n > VALUE_MAX)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: %.160s is larger than %d bytes", c->key, path, VALUE_MAX);
	if (n && (*ret)[n - 1] == '\n')
		(*ret)[--n] = '\0';
	if (!n)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: %.160s is empty", c->key,
			      path);
	if (strlen(*ret) != n)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: %.160s holds a NUL byte",
			      c->key, path);
	return ERR_OK;
}

static int from_file(struct target_reading *rd, const struct conf *c, const char *path, bool secret,
		     char **ret)
{
	/* O_NONBLOCK: a named pipe must be refused, not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r = from_open_file(rd, c, path, secret, fd, ret);

	if (fd >= 0)
		close(fd);
	return r;
}

/* {env: NAME} or {file: path}.  Other keys are not quoted back: {s3cret} is a
 * map too. */
static int from_reference(struct target_reading *rd, const struct conf *c, bool secret, char **ret)
{
	const struct conf *env = conf_get(c, "env"), *file = conf_get(c, "file");

	if (conf_count(c) != 1 || (!env && !file) || c->first->type != CONF_TEXT)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: give either {env: NAME} or {file: path}", c->key);
	return env ? from_env(rd, c, env->text, ret) : from_file(rd, c, file->text, secret, ret);
}

static int bad_url(struct target_reading *rd, const struct conf *c, const char *why)
{
	return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: %s", c->key, why);
}

/* [v6] or a name: its end, NULL when it is neither. */
static const char *host_end(const char *host)
{
	const char *end = host;

	if (*host == '[') {
		end += 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
		return *end == ']' && end > host + 2 ? end + 1 : NULL;
	}
	while (isalnum((unsigned char)*end) || (*end && strchr("-._", *end)))
		end++;
	return end > host ? end : NULL;
}

/* The address itself is never quoted back: it may hold a password. */
static int check_url(struct target_reading *rd, const struct conf *c, const char *url)
{
	const char *host = !strncasecmp(url, "http://", 7) ? url + 7 :
			   !strncasecmp(url, "https://", 8) ? url + 8 : NULL;
	const char *end;
	char port[8];
	size_t authority;

	if (!host)
		return bad_url(rd, c, "expected an http:// or https:// address");
	authority = strcspn(host, "/?#");
	if (memchr(host, '@', authority))
		return bad_url(rd, c, "user and password do not belong into the address");
	if (strchr(url, '?') || strchr(url, '#'))
		return bad_url(rd, c, "the address may not have a query (?) or fragment (#)");
	end = host_end(host);
	if (!end)
		return bad_url(rd, c, "the address names no host");
	if (*end == ':') {
		size_t n = strcspn(end + 1, "/");

		if (n < sizeof(port))
			str_copy(port, n + 1, end + 1);
		if (n >= sizeof(port) || str_to_int(port, 65535) < 1)
			return bad_url(rd, c, "the port of the address is not 1 to 65535");
		end += 1 + n;
	}
	if (*end && *end != '/')
		return bad_url(rd, c, "the host of the address holds a character that no host has");
	for (; *end; end++)
		if (*end <= ' ' || *end == '\\' || *end == 0x7f)
			return bad_url(rd, c, "the path of the address holds a space or backslash");
	return ERR_OK;
}

static bool is_url(const char *name)
{
	return !strcmp(name, "endpoint") || !strcmp(name, "proxy") ||
	       str_glob("*_endpoint_override", name);
}

/* "https://host:port", blank-separated; '*' and '?' may stand in host and port. */
static bool is_origins(const char *text)
{
	while (*text) {
		size_t n = strcspn(text, " ");
		size_t head = !strncmp(text, "https://", 8) ? 8 : !strncmp(text, "http://", 7) ? 7 : 0;

		if (n && (!head || n == head))
			return false;
		for (size_t i = head; i < n; i++)
			if (!isalnum((unsigned char)text[i]) && !strchr("-._:*?[]", text[i]))
				return false;
		text += n + (text[n] == ' ');
	}
	return true;
}

/* What only some keys ask of their value. */
static int check_meaning(struct target_reading *rd, const struct conf *c, const char *value)
{
	const char *wanted = NULL;
	char *end;

	if (!strcmp(c->key, "http_version") && strcmp(value, "1.1") && strcmp(value, "2"))
		wanted = "1.1 or 2";
	else if (!strcmp(c->key, "catalogue_origins") && !is_origins(value))
		wanted = "origins such as https://compute.example:8774, with blanks between them and "
			 "no path";
	if (wanted)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: found \"%.80s\"; wanted %s",
			      c->key, value, wanted);
	if (strcmp(c->key, "calls_per_s"))
		return ERR_OK;
	rd->t->cfg.calls_per_s = strtod(value, &end);
	if (*end || !isdigit((unsigned char)*value) || value[strspn(value, "0123456789.")] ||
	    !(rd->t->cfg.calls_per_s >= 0.01 && rd->t->cfg.calls_per_s <= 1000000))
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "calls_per_s: found \"%.80s\"; "
			      "wanted a number from 0.01 to 1000000", value);
	return ERR_OK;
}

static int check_value(struct target_reading *rd, const struct conf *c, const char *value)
{
	int64_t max = !strcmp(c->key, "connect_timeout_s") ? 600 :
		      !strcmp(c->key, "timeout_s") ? 86400 : 0;

	if (!*value)
		return err_at(rd->err, ERR_INVALID, c->file, c->line, "%s: is empty", c->key);
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_at(rd->err, ERR_INVALID, c->file, c->line,
				      "%s: the value holds a line break or control character", c->key);
	if (max && str_to_int(value, max) < 1)
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: expected whole seconds, 1 to %lld", c->key, (long long)max);
	return is_url(c->key) ? check_url(rd, c, value) : check_meaning(rd, c, value);
}

static int read_setting(struct target_reading *rd, const struct conf *c,
			const struct setting_info *info, struct setting *s)
{
	struct target *t = rd->t;
	char *found = NULL;
	const char *value = c->text;
	int r = ERR_OK;

	if (c->type == CONF_MAP) {
		r = from_reference(rd, c, info->secret, &found);
		t->owned[t->owned_count++] = found;
		value = found;
	} else if (c->type == CONF_TEXT && info->secret && !rd->may_inline) {
		return err_at(rd->err, ERR_INVALID, c->file, c->line,
			      "%s: a secret is given as {env: NAME} or {file: path}%s%s", c->key,
			      rd->no_inline ? "; " : "", rd->no_inline ? rd->no_inline : "");
	} else {
		r = conf_text(c, NULL, &value, rd->err);
	}
	if (r < 0)
		return r;
	/* Registered before anything else may speak of it. */
	*s = (struct setting){ .name = info->name, .line = c->line };
	if (info->secret)
		s->secret = secret_add(value, strlen(value));
	else
		s->value = value;
	return check_value(rd, c, value);
}

static const struct setting_info *info_of(const struct target_reading *rd, const char *name)
{
	const struct setting_info *info = target_setting_find(rd->driver->settings, name);

	return info ? info : target_setting_find(target_common_settings, name);
}

int target_read_connection(struct target_reading *rd, const struct conf *connection)
{
	struct target *t = rd->t;
	size_t n = conf_count(connection);

	t->cfg.connection_line = connection->line;
	t->cfg.settings = xcalloc(n, sizeof(*t->cfg.settings));
	t->owned = xcalloc(n, sizeof(*t->owned));
	for (const struct conf *c = connection->first; c; c = c->next) {
		const struct setting_info *info = info_of(rd, c->key);

		if (!info)
			return unknown_setting(rd, c, "connection");
		if (read_setting(rd, c, info, &t->cfg.settings[t->cfg.setting_count++]) < 0)
			return rd->err->code;
	}
	for (const struct setting_info *s = rd->driver->settings; s && s->name; s++)
		if (s->required && !conf_get(connection, s->name))
			return err_at(rd->err, ERR_INVALID, connection->file, connection->line,
				      "connection lacks \"%s\" (%s)", s->name, s->text);
	return ERR_OK;
}

/* Where a setting of that name stands, or will. */
static struct setting *place_of(struct cloud_config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->setting_count; i++)
		if (!strcmp(cfg->settings[i].name, name))
			return &cfg->settings[i];
	return &cfg->settings[cfg->setting_count++];
}

int target_read_second(struct target_reading *rd, const struct conf *second)
{
	struct target *t = rd->t;
	struct cloud_config *to = &t->second;
	size_t n = conf_count(second), had = t->cfg.setting_count;

	if (!second)
		return ERR_OK;
	if (!n)
		return err_at(rd->err, ERR_INVALID, second->file, second->line, "second_tenant: found "
			      "nothing; wanted the settings of connection: in which another tenant differs");
	*to = t->cfg;
	to->connection_line = second->line;
	to->settings = xcalloc(had + n, sizeof(*to->settings));
	memcpy(to->settings, t->cfg.settings, had * sizeof(*to->settings));
	t->owned = xrealloc(t->owned, (t->owned_count + n) * sizeof(*t->owned));
	for (const struct conf *c = second->first; c; c = c->next) {
		const struct setting_info *info = info_of(rd, c->key);

		if (!info)
			return unknown_setting(rd, c, "second_tenant");
		if (read_setting(rd, c, info, place_of(to, info->name)) < 0)
			return rd->err->code;
	}
	t->cfg.second = to;
	return ERR_OK;
}

static const struct setting *setting(const struct cloud_config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->setting_count; i++)
		if (!strcmp(cfg->settings[i].name, name))
			return &cfg->settings[i];
	return NULL;
}

const char *config_setting(const struct cloud_config *cfg, const char *name)
{
	const struct setting *s = setting(cfg, name);

	if (!s)
		return NULL;
	return secret_present(s->secret) ? secret_reveal(s->secret) : s->value;
}

int config_setting_line(const struct cloud_config *cfg, const char *name)
{
	const struct setting *s = setting(cfg, name);

	return s ? s->line : cfg->connection_line;
}
