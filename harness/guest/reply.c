#include <string.h>

#include "base/json.h"
#include "guest/priv.h"

/* A reply is a handful of short texts. */
static const struct json_limits few = { .depth = 4, .values = 40 };

static int read_object(const char *text, size_t n, json_t **ret, struct error *err)
{
	int r = json_read(text, n, &few, ret, err);

	if (r < 0) {
		err->code = ERR_PROTOCOL;
		return err_context(err, "found a reply that is no guest's");
	}
	if (json_is_object(*ret))
		return ERR_OK;
	json_decref(*ret);
	*ret = NULL;
	return err_set(err, ERR_PROTOCOL, "found a reply that is JSON and no object; wanted a guest's");
}

static bool printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

/* Bounded, without control characters; least: 1 when it may not be empty. */
static int text_of(const json_t *doc, const char *key, size_t least, char *to, size_t room,
		   struct error *err)
{
	const json_t *value = json_object_get(doc, key);
	const char *s = json_string_value(value);

	if (!s)
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found %s \"%s\"; wanted a text",
			       value ? "another type at" : "no", key);
	if (json_string_length(value) != strlen(s) || !printable(s))
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found a control character in \"%s\"",
			       key);
	if (strlen(s) < least || strlen(s) >= room)
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found %zu bytes in \"%s\"; wanted %zu "
			       "to %zu", strlen(s), key, least, room - 1);
	str_copy(to, room, s);
	return ERR_OK;
}

static int who_of(const json_t *doc, const char *nonce, struct guest_who *ret, struct error *err)
{
	struct guest_who who;
	char echo[GUEST_NONCE];

	if (text_of(doc, "nonce", 1, echo, sizeof(echo), err) < 0)
		return err->code;
	if (strcmp(echo, nonce))
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found nonce %s; wanted %s, which was "
			       "asked with", echo, nonce);
	if (text_of(doc, "id", 0, who.id, sizeof(who.id), err) < 0 ||
	    text_of(doc, "name", 0, who.name, sizeof(who.name), err) < 0 ||
	    text_of(doc, "boot", 1, who.boot, sizeof(who.boot), err) < 0)
		return err->code;
	if (!*who.id && !*who.name)
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found neither an id nor a name");
	*ret = who;
	return ERR_OK;
}

int guest_read_who(const char *text, size_t n, const char *nonce, struct guest_who *ret,
		   struct error *err)
{
	json_auto_t *doc = NULL;

	if (read_object(text, n, &doc, err) < 0)
		return err->code;
	return who_of(doc, nonce, ret, err);
}

int guest_read_disk(const char *text, size_t n, bool bytes, struct guest_disk *ret,
		    struct error *err)
{
	json_auto_t *doc = NULL;
	struct guest_disk disk = { .bytes = -1 };
	const json_t *size;
	char name[NAME_LEN];

	if (read_object(text, n, &doc, err) < 0 ||
	    text_of(doc, "disk", 1, name, sizeof(name), err) < 0 ||
	    text_of(doc, "text", 0, disk.text, sizeof(disk.text), err) < 0)
		return err->code;
	size = json_object_get(doc, "bytes");
	if (bytes && (!json_is_integer(size) || json_integer_value(size) < 0))
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found %s; wanted \"bytes\", the size "
			       "of the disk, as a whole number", size ? "another value" : "none");
	if (bytes)
		disk.bytes = json_integer_value(size);
	*ret = disk;
	return ERR_OK;
}

int guest_read_reach(const char *text, size_t n, const char *nonce, struct guest_who *ret,
		     struct error *err)
{
	json_auto_t *doc = NULL;
	const json_t *reached;

	if (read_object(text, n, &doc, err) < 0)
		return err->code;
	reached = json_object_get(doc, "reached");
	if (!json_is_boolean(reached))
		return err_set(err, ERR_PROTOCOL, "the guest's reply: found %s; wanted \"reached\", true or "
			       "false", reached ? "another value" : "none");
	if (json_is_false(reached))
		return err_set(err, ERR_NETWORK, "the guest says that nobody answers it there");
	return who_of(doc, nonce, ret, err);
}

bool guest_read_error(const char *text, size_t n, char *to, size_t room)
{
	json_auto_t *doc = NULL;
	struct str line = { 0 };
	struct error err;
	const char *s;

	if (read_object(text, n, &doc, &err) < 0 || !(s = json_text(doc, "error")))
		return false;
	str_add(&line, s);
	str_one_line(&line);
	str_copy(to, room, str_text(&line));
	str_release(&line);
	return true;
}

const char *guest_last_line(struct str *out)
{
	char *at;

	while (out->len && strchr("\r\n", out->text[out->len - 1]))
		out->text[--out->len] = '\0';
	if (!out->len)
		return "";
	at = memrchr(out->text, '\n', out->len);
	return at ? at + 1 : out->text;
}

int guest_check_text(const char *text, struct error *err)
{
	size_t n = strlen(text);

	for (const char *s = text; *s; s++)
		if (*s < ' ' || *s > '~')
			return err_set(err, ERR_HARNESS, "a text for a guest's disk is printable ASCII");
	if (!n || n > GUEST_TEXT_MAX)
		return err_set(err, ERR_HARNESS, "found %zu bytes for a guest's disk; wanted 1 to %d", n,
			       GUEST_TEXT_MAX);
	return ERR_OK;
}
