#include "run/bulk.h"

#include <string.h>

#include "base/digest.h"
#include "cloud/cloud.h"
#include "http/http.h"
#include "journal/emit.h"
#include "journal/sidestore.h"

enum { KINDS_MAX = 512 };

static struct {
	uint64_t kind[KINDS_MAX];
	size_t kinds;
	char salt[33];		/* of the digests, kept in the side store of each target */
	const char *told[64];	/* targets that it was stored for */
	size_t targets;
} seen;

void bulk_reset(void) { memset(&seen, 0, sizeof(seen)); }

/* True for an operation and status that did not occur before. */
static bool is_new(const char *op, long status)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)status;

	for (; op && *op; op++)
		h = (h ^ (unsigned char)*op) * UINT64_C(1099511628211);
	for (size_t i = 0; i < seen.kinds; i++)
		if (seen.kind[i] == h)
			return false;
	if (seen.kinds < KINDS_MAX)
		seen.kind[seen.kinds++] = h;
	return true;
}

/* The salt is confidential as the bodies are: whoever knows it could try out what a
 * short body held. */
static void tell_salt(const struct cloud *c, const char *dir)
{
	const char *target = cloud_config(c)->name;
	struct str s = { 0 }, line = { 0 };
	char digest[65] = "";
	struct error why;

	for (size_t i = 0; i < seen.targets; i++)
		if (!strcmp(seen.told[i], target))
			return;
	if (!*seen.salt) {
		unsigned char noise[16];

		random_bytes(noise, sizeof(noise));
		hex(noise, sizeof(noise), seen.salt);
	}
	if (seen.targets < sizeof(seen.told) / sizeof(*seen.told))
		seen.told[seen.targets++] = target;
	member_text(&s, "reply_salt", seen.salt);
	(void)sidestore_put(dir, target, &s, digest, &why);
	member_text(&line, "type", "bulk");
	member_text(&line, "target", target);
	member_text(&line, "salt", digest);
	emit_event(FRAME_EVENT, 0, &line);
	str_release(&s);
	str_release(&line);
}

/* Where the API says "gone" by 404, a read that waits for it has not failed. */
static bool failed(const struct http_call *call, int r)
{
	return r < 0 || call->status >= 500 || call->status == 429 ||
	       (call->status >= 400 && !(call->status == 404 && !strcmp(call->method, "GET")));
}

bool bulk_call(struct tc_private *p, const struct cloud *c, const char *dir,
	       const struct http_call *call, int r)
{
	struct str s = { 0 };
	char digest[65];

	tell_salt(c, dir);
	sha256_hex_two(seen.salt, 32, call->reply ? call->reply : "", call->reply_len, digest);
	member_text(&s, "type", "call");
	member_int(&s, "row", p->row);
	member_text(&s, "op", call->op);
	member_int(&s, "status", call->status);
	member_int(&s, "sent", (int64_t)(call->body ? call->body_len ? call->body_len :
				strlen(call->body) : 0));
	member_int(&s, "received", (int64_t)call->reply_len);
	member_int(&s, "waited_us", call->waited_us);
	member_int(&s, "first_byte_us", call->first_byte_us);
	member_int(&s, "total_us", call->total_us);
	member_text(&s, "reply", digest);
	emit_event_soon(p->row, &s);
	str_release(&s);
	return failed(call, r) || is_new(call->op, call->status);
}
