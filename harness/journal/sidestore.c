#include "journal/sidestore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "journal/clean.h"

/* exchanges/TARGET/XX below dir, step by step: no link that somebody put there is followed. */
static int open_part(const char *dir, const char *target, const char *digest, struct error *err)
{
	char part[3] = { digest[0], digest[1], '\0' };
	const char *const way[] = { "exchanges", target, part };
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		err_at(err, ERR_HARNESS, dir, 0, "cannot open folder: %s", strerror(errno));
		return -1;
	}
	for (size_t i = 0; i < sizeof(way) / sizeof(*way) && fd >= 0; i++) {
		int next = folder_private(fd, way[i], err);

		close(fd);
		fd = next;
	}
	return fd;
}

int sidestore_put(const char *dir, const char *target, struct str *members, char digest[65],
		  struct error *err)
{
	unsigned char salt[16];
	struct str doc = { 0 };
	char text[33], name[80];
	int fd, r;

	random_bytes(salt, sizeof(salt));
	hex(salt, sizeof(salt), text);
	members_clean(members);
	str_addf(&doc, "{\"salt\":\"%s\",%s}\n", text, str_text(members));
	sha256_hex(doc.text, doc.len, digest);
	fd = open_part(dir, target, digest, err);
	r = fd < 0 ? (int)err->code : ERR_OK;
	snprintf(name, sizeof(name), "%s.json", digest);
	if (r == ERR_OK)
		r = file_write_private(fd, name, doc.text, doc.len, err);
	if (fd >= 0)
		close(fd);
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
