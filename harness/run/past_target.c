/*
 * The target as a run kept it.  It names variables and files whose content goes to the
 * endpoint that it names too: whoever can write the folder could ask for any of them.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "journal/sidestore.h"
#include "run/past.h"
#include "run/seal.h"

/* One folder or file on the way: of this user, written by nobody else, and no link. */
static int is_own(const char *path, const char *name, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return ERR_OK;	/* who reads it says so */
	if (!S_ISLNK(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022))
		return ERR_OK;
	if (S_ISLNK(st.st_mode))
		err_at(err, ERR_INVALID, path, 0, "%s: found a link; wanted the folder of a run of one's own, or "
		       "the file of target %s with -t: a folder of somebody else's does not choose which "
		       "secrets are sent where", path, name);
	else
		err_at(err, ERR_INVALID, path, 0, "%s: found user %ld and mode %03o; wanted one that user %ld "
		       "alone can write, or the file of target %s with -t: a folder of somebody else's does "
		       "not choose which secrets are sent where", path, (long)st.st_uid,
		       (unsigned)(st.st_mode & 0777), (long)geteuid(), name);
	return ERR_INVALID;
}

static int folder_is_own(const char *dir, const char *name, const char *config,
			 struct error *err)
{
	AUTO(str) char *slash = xasprintf("%s/.", dir);	/* the folder itself may be a link */
	AUTO(str) char *journal = xasprintf("%s/journal.jsonl", dir);
	AUTO(str) char *store = xasprintf("%s/exchanges", dir);
	AUTO(str) char *target = xasprintf("%s/%s", store, name);
	AUTO(str) char *part = xasprintf("%s/%.2s", target, config);
	AUTO(str) char *file = xasprintf("%s/%s.json", part, config);
	const char *const way[] = { slash, journal, store, target, part, file };
	int r = ERR_OK;

	for (size_t i = 0; i < sizeof(way) / sizeof(*way) && r == ERR_OK; i++)
		r = is_own(way[i], name, err);
	return r;
}

/* Of a session all that decides where it goes and as whom; else the references alone. */
static void say_one(bool session, const char *key, const json_t *value, struct str *to)
{
	const char *env = json_text(value, "env"), *file = json_text(value, "file");
	const json_t *one;
	size_t i;

	if (env)
		str_addf(to, ", %s from the variable %s", key, env);
	if (file)
		str_addf(to, ", %s from the file %s", key, file);
	if (!session)
		return;
	if (!strcmp(key, "os_env"))
		str_add(to, ", what is missing from the variables OS_*");
	else if (json_is_string(value) && strcmp(key, "endpoint"))
		str_addf(to, ", %s %s", key, json_string_value(value));
	else if (json_is_array(value))	/* resolve: another address for a name */
		json_array_foreach(value, i, one)
			str_addf(to, ", %s %s", key, json_string_value(one) ? json_string_value(one) : "?");
}

/* As whom which secrets go where, on its word. */
static void say_what(const char *dir, const char *name, const json_t *config, struct str *to)
{
	static const char *const part[] = { "connection", "second_tenant", "guest" };
	const char *endpoint = json_text(json_object_get(config, "connection"), "endpoint");
	const char *key;
	json_t *value;

	str_addf(to, "target %s, as %s keeps it: endpoint %s", name, dir,
		 endpoint ? endpoint : "of a clouds.yaml or of the environment");
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		json_object_foreach(json_object_get(config, part[i]), key, value)
			say_one(i < 2, key, value, to);
	str_one_line(to);
}

static int read_kept(const char *dir, const struct past_word *word, struct str *says, json_t **ret,
		     struct error *err)
{
	AUTO(str_buf) struct str text = { 0 };
	int r = folder_is_own(dir, word->target, word->config, err);

	str_clear(says);
	if (r < 0)
		return r;
	r = sidestore_get(dir, word->target, word->config, &text, err);
	if (r < 0)
		return err_context(err, "target %s: give its file with -t", word->target);
	r = json_read(text.text, text.len, NULL, ret, err);
	if (r < 0)
		return r;
	say_what(dir, word->target, json_object_get(*ret, "config"), says);
	if (word->yes || seal_holds(word->run, word->target, word->config, word->seal))
		return ERR_OK;
	return err_at(err, ERR_INVALID, dir, 0, "target %s: found a folder that this user's plugfest did not "
		      "make on this machine; wanted its file with -t FILE, or --yes when endpoint, account "
		      "and secrets are those just named", word->target);
}

int past_target_trust(const char *dir, const struct past_word *word, struct str *says,
		      struct error *err)
{
	json_auto_t *doc = NULL;
	int r = read_kept(dir, word, says, &doc, err);

	return r == ERR_INVALID ? r : ERR_OK;
}

int past_target_read(const char *dir, const struct past_word *word,
		     const struct target_options *opt, struct str *says,
		     struct cloud_config **ret, struct error *err)
{
	json_auto_t *doc = NULL;
	AUTO(str) char *kept = NULL;
	int r = read_kept(dir, word, says, &doc, err);

	*ret = NULL;
	if (r < 0)
		return r;
	kept = json_dumps(json_object_get(doc, "config"), 0);
	return target_read_text(word->target, kept ? kept : "", kept ? strlen(kept) : 0, opt, ret,
				err);
}
