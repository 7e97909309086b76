#include "journal/sidestore.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "journal/clean.h"

int sidestore_put(const char *dir, const char *target, struct str *members, char digest[65],
		  struct error *err)
{
	unsigned char salt[16];
	struct str doc = { 0 };
	char text[33], *path;
	int r;

	random_bytes(salt, sizeof(salt));
	hex(salt, sizeof(salt), text);
	members_clean(members);
	str_addf(&doc, "{\"salt\":\"%s\",%s}\n", text, str_text(members));
	sha256_hex(doc.text, doc.len, digest);
	path = xasprintf("%s/exchanges/%s/%.2s", dir, target, digest);
	r = folder_make(path, err);
	free(path);
	path = xasprintf("%s/exchanges/%s/%.2s/%s.json", dir, target, digest, digest);
	if (r == ERR_OK)
		r = file_write(path, doc.text, doc.len, err);
	free(path);
	str_release(&doc);
	return r;
}

int sidestore_get(const char *dir, const char *target, const char *digest, struct str *ret,
		  struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/exchanges/%s/%.2s/%s.json", dir, target, digest, digest);
	char found[65];
	int r = file_read(path, 8u << 20, ret, err);

	if (r < 0)
		return r;
	sha256_hex(str_text(ret), ret->len, found);
	if (strcmp(found, digest))
		return err_at(err, ERR_INVALID, path, 0, "its content does not match its name");
	return ERR_OK;
}
