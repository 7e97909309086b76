#include "journal/sidestore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/secret.h"

static int make_folders(char *path, struct error *err)
{
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_at(err, ERR_HARNESS, path, 0, "cannot make folder: %s", strerror(errno));
		*p = '/';
	}
	return ERR_OK;
}

static int write_whole(const char *path, const struct str *text, struct error *err)
{
	AUTO(str) char *half = xasprintf("%s.part%d", path, (int)getpid());
	int fd = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = -1;

	if (fd >= 0) {
		n = write(fd, text->text, text->len);
		close(fd);
	}
	if (n != (ssize_t)text->len || rename(half, path) < 0)
		return err_at(err, ERR_HARNESS, path, 0, "cannot write: %s", strerror(errno));
	return ERR_OK;
}

int sidestore_put(const char *dir, const char *target, struct str *members, char digest[65],
		  struct error *err)
{
	unsigned char salt[16];
	struct str doc = { 0 };
	char text[33], *path;
	int r;

	random_bytes(salt, sizeof(salt));
	hex(salt, sizeof(salt), text);
	secret_redact(members);
	str_addf(&doc, "{\"salt\":\"%s\",%s}\n", text, str_text(members));
	sha256_hex(doc.text, doc.len, digest);
	path = xasprintf("%s/exchanges/%s/%.2s/%s.json", dir, target, digest, digest);
	r = make_folders(path, err);
	if (r == ERR_OK)
		r = write_whole(path, &doc, err);
	free(path);
	str_release(&doc);
	return r;
}

int sidestore_get(const char *dir, const char *target, const char *digest, struct str *ret,
		  struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/exchanges/%s/%.2s/%s.json", dir, target, digest, digest);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[65536], found[65];
	ssize_t n;

	if (fd < 0)
		return err_at(err, ERR_NOT_FOUND, path, 0, "%s", strerror(errno));
	while ((n = read(fd, buf, sizeof(buf))) > 0 && ret->len < (8u << 20))
		str_addn(ret, buf, (size_t)n);
	close(fd);
	sha256_hex(str_text(ret), ret->len, found);
	if (strcmp(found, digest))
		return err_at(err, ERR_INVALID, path, 0, "its content does not match its name");
	return ERR_OK;
}
