/*
 * Our signatures and documents for somebody else to hold theirs against: reads requests as
 * JSON, one a line, and answers each with a line of JSON:
 *   {"do": "sign" | "presign" | "verify", "method", "path", "query", "headers": [[name, value]...],
 *    "payload", "time", "region", "service", "key_id", "secret", "expires", "flags"}
 *        -> the Authorization value, the query, the name of the flaw
 *   {"do": "list" | "versions", "keys": [...], "prefixes": [...], "encode"}  -> the document
 *   {"do": "path", "bucket", "key"}  -> the path
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adapters/s3/face.h"
#include "adapters/s3/s3.h"
#include "base/cleanup.h"
#include "base/json.h"

enum { MOST = 64 };

static const char *text(const json_t *q, const char *key)
{
	const char *value = json_text(q, key);

	return value ? value : "";
}

static int64_t number(const json_t *q, const char *key)
{
	return json_integer_value(json_object_get(q, key));
}

static void sign(const json_t *q, struct str *to)
{
	struct sigv4_header headers[MOST + 1] = { 0 };
	struct sigv4_request r = { text(q, "method"), text(q, "path"), text(q, "query"), headers,
				   text(q, "payload") };
	struct sigv4_scope scope = { .region = text(q, "region"), .service = text(q, "service") };
	struct sigv4_site site = { scope.region, scope.service, sigv4_time_read(text(q, "time")), 0 };
	struct secret secret = secret_add(text(q, "secret"), strlen(text(q, "secret")));
	unsigned flags = (unsigned)number(q, "flags");
	const char *what = text(q, "do");
	struct sigv4_claim claim;
	struct sigv4_key key;
	enum sigv4_flaw flaw;
	json_t *h;
	size_t i;

	json_array_foreach(json_object_get(q, "headers"), i, h)
		if (i < MOST)
			headers[i] = (struct sigv4_header){
				json_string_value(json_array_get(h, 0)),
				json_string_value(json_array_get(h, 1)) };
	str_copy(scope.time, sizeof(scope.time), text(q, "time"));
	sigv4_key(secret, &scope, &key);
	if (!strcmp(what, "sign")) {
		sigv4_authorization(&r, flags, &scope, text(q, "key_id"), &key, to, NULL);
	} else if (!strcmp(what, "presign")) {
		sigv4_presign(&r, flags, &scope, text(q, "key_id"), &key, NULL, number(q, "expires"),
			      to);
	} else {
		flaw = sigv4_claim(&r, &claim);
		if (flaw == SIGV4_GOOD)
			flaw = sigv4_claim_fits(&claim, &site);
		if (flaw == SIGV4_GOOD)
			flaw = sigv4_verify(&r, flags, &claim, secret, NULL);
		str_add(to, sigv4_flaw_name(flaw));
	}
}

static void list(const json_t *q, struct str *to)
{
	struct face_object objects[MOST] = { 0 };
	const char *prefixes[MOST] = { 0 };
	struct face_list l = { .bucket = "b", .max_keys = MOST, .at = objects, .prefixes = prefixes,
			       .encode = json_is_true(json_object_get(q, "encode")) };
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(q, "keys"), i, one) {
		if (i == MOST)
			break;
		objects[i] = (struct face_object){
			.key = json_string_value(one), .etag = "d41d8cd98f00b204e9800998ecf8427e",
			.modified = "2026-11-22T00:00:00.000Z", .storage_class = "STANDARD",
			.size = (int64_t)i, .version = "v", .latest = true };
		l.count = i + 1;
	}
	json_array_foreach(json_object_get(q, "prefixes"), i, one) {
		if (i == MOST)
			break;
		prefixes[i] = json_string_value(one);
		l.prefix_count = i + 1;
	}
	if (!strcmp(text(q, "do"), "versions")) {
		face_put_versions(to, &l);
		return;
	}
	for (i = 0; i < l.count; i++)
		objects[i].version = NULL;
	face_put_list(to, &l);
}

int main(void)
{
	AUTO(str) char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		json_auto_t *q = NULL;
		AUTO(str_buf) struct str to = { 0 }, out = { 0 };
		struct error err = { 0 };

		if (json_read(line, (size_t)n, NULL, &q, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 3;
		}
		if (!strcmp(text(q, "do"), "list") || !strcmp(text(q, "do"), "versions"))
			list(q, &to);
		else if (!strcmp(text(q, "do"), "path"))
			s3_put_path(&to, text(q, "bucket"), text(q, "key"));
		else
			sign(q, &to);
		str_add_json(&out, str_text(&to));
		puts(out.text);
		fflush(stdout);
	}
	return 0;
}
