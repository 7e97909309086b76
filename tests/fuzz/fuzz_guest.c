#include "fuzz.h"

#include <string.h>

#include "guest/priv.h"

/* The nonce that the corpus was answered with. */
static const char nonce[] = "0123456789abcdef0123456789abcdef";

static bool clean(const char *s, size_t room)
{
	size_t n = strnlen(s, room);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	return n < room;
}

static void promise_who(int r, const struct guest_who *who, const struct error *err)
{
	PROMISE(r == ERR_OK || *err->text);
	if (r < 0)
		return;
	PROMISE(clean(who->id, sizeof(who->id)) && clean(who->name, sizeof(who->name)));
	PROMISE(clean(who->boot, sizeof(who->boot)) && *who->boot && (*who->id || *who->name));
}

static void read_all(const char *text, size_t n)
{
	struct guest_who who = { 0 };
	struct guest_disk disk = { 0 };
	struct error err = { 0 };
	char why[200];
	int r = guest_read_who(text, n, nonce, &who, &err);

	PROMISE(r == ERR_OK || r == ERR_PROTOCOL);
	PROMISE(r < 0 || memmem(text, n, nonce + 1, 8) || memchr(text, '\\', n));
	promise_who(r, &who, &err);
	r = guest_read_reach(text, n, nonce, &who, &err);
	PROMISE(r == ERR_OK || r == ERR_PROTOCOL || r == ERR_NETWORK);
	promise_who(r, &who, &err);
	r = guest_read_disk(text, n, true, &disk, &err);
	PROMISE(r == ERR_PROTOCOL ||
		(r == ERR_OK && disk.bytes >= 0 && clean(disk.text, sizeof(disk.text))));
	r = guest_read_disk(text, n, false, &disk, &err);
	PROMISE(r == ERR_OK || r == ERR_PROTOCOL);
	if (guest_read_error(text, n, why, sizeof(why)))
		PROMISE(clean(why, sizeof(why)));
}

/* What an agent answers, and what a kit says, behind whatever its shell said before. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str out = { 0 };
	const char *line;

	read_all((const char *)data, n);
	str_addn(&out, data, n);
	line = guest_last_line(&out);
	PROMISE(!strpbrk(line, "\n"));
	read_all(line, strlen(line));
	str_release(&out);
	return 0;
}
