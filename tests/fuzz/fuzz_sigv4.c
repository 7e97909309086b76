#include "fuzz.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/sigv4.h"

/*
 * A request that somebody sends to a server: method, path, query, then "name:value", a line
 * each.  What is read fits; nothing verifies, since nobody knows this secret; and the
 * spelling that is signed, spelt again, stays what it is.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	AUTO(str) char *text = xstrndup((const char *)data, n);
	AUTO(str_buf) struct str once = { 0 }, twice = { 0 }, names = { 0 };
	struct sigv4_header headers[33] = { 0 };
	struct sigv4_request r = { "GET", "", "", headers, SIGV4_UNSIGNED };
	struct sigv4_site site = { .region = "us-east-1", .service = "s3", .now_s = 1369353600 };
	struct sigv4_claim claim;
	char *line, *rest = text, *path, *query;
	enum sigv4_flaw flaw;

	for (size_t i = 0, k = 0; (line = strsep(&rest, "\n")) && k < 32; i++) {
		char *colon = strchr(line, ':');

		if (i == 0)
			r.method = line;
		else if (i == 1)
			r.path = line;
		else if (i == 2)
			r.query = line;
		else if (colon)
			*colon = '\0', headers[k++] = (struct sigv4_header){ line, colon + 1 };
	}
	flaw = sigv4_claim(&r, &claim);
	PROMISE(flaw < SIGV4_FLAWS);
	if (flaw == SIGV4_GOOD) {
		PROMISE(strlen(claim.signature) == 64 && strlen(claim.date) == 8);
		PROMISE(sigv4_time_read(claim.time) >= 0 && *claim.signed_headers);
		PROMISE(sigv4_claim_fits(&claim, &site) < SIGV4_FLAWS);
		flaw = sigv4_verify(&r, SIGV4_S3, &claim, secret_add("not known to it", 15), NULL);
		PROMISE(flaw == SIGV4_MISMATCH || flaw == SIGV4_NOT_SIGNED);
	}
	headers[0].name = NULL;
	sigv4_canonical(&r, SIGV4_S3, &once, &names);
	path = once.text + strlen(r.method) + 1;
	query = strchr(path, '\n');
	PROMISE(query);
	*query++ = '\0';
	*strchr(query, '\n') = '\0';
	r.path = path;
	r.query = query;
	sigv4_canonical(&r, SIGV4_S3, &twice, &names);
	path = twice.text + strlen(r.method) + 1;
	PROMISE(!strncmp(path, r.path, strlen(r.path)) && path[strlen(r.path)] == '\n');
	path += strlen(r.path) + 1;
	PROMISE(!strncmp(path, query, strlen(query)) && path[strlen(query)] == '\n');
	return 0;
}
