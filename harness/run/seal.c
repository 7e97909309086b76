#include "run/seal.h"

#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/str.h"

enum { KEY_LEN = 32 };

/* The folder for what a program remembers of a user (XDG base directories); -1: there is none. */
static int open_state(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	AUTO(str) char *path = NULL;
	struct error why;
	int up, fd;

	if (state && *state == '/')
		path = xstrdup(state);
	else if (home && *home == '/')
		path = xasprintf("%s/.local/state", home);
	if (!path || folder_make(path, &why) < 0)
		return -1;
	up = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (up < 0)
		return -1;
	fd = folder_private(up, "plugfest", &why);
	close(up);
	return fd;
}

/* Another's, or one that others can read, is none. */
static bool read_key(int folder, unsigned char key[KEY_LEN])
{
	int fd = openat(folder, "key", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool ok;

	if (fd < 0)
		return false;
	ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	     !(st.st_mode & 077) && st.st_size == KEY_LEN && read(fd, key, KEY_LEN) == KEY_LEN;
	close(fd);
	return ok;
}

/* Linked into place whole: of two first runs at once one key stays, and both use it. */
static void write_key(int folder)
{
	AUTO(str) char *name = xasprintf("key.%d", (int)getpid());
	unsigned char key[KEY_LEN];
	struct error why;

	random_bytes(key, sizeof(key));
	if (file_write_private(folder, name, (const char *)key, sizeof(key), &why) == ERR_OK) {
		(void)linkat(folder, name, folder, "key", 0);
		unlinkat(folder, name, 0);
	}
	OPENSSL_cleanse(key, sizeof(key));
}

static void seal(bool may_make_key, const char *run, const char *target, const char *config,
		 char to[65])
{
	AUTO(str) char *text = xasprintf("plugfest target\n%s\n%s\n%s\n", run, target, config);
	unsigned char key[KEY_LEN];
	int folder = open_state();
	bool known;

	*to = '\0';
	if (folder < 0)
		return;
	known = read_key(folder, key);
	if (!known && may_make_key) {
		write_key(folder);
		known = read_key(folder, key);
	}
	close(folder);
	if (known)
		hmac_sha256_hex(key, sizeof(key), text, strlen(text), to);
	OPENSSL_cleanse(key, sizeof(key));
}

void seal_make(const char *run, const char *target, const char *config, char to[65])
{
	*to = '\0';
	if (*config)
		seal(true, run, target, config, to);
}

bool seal_holds(const char *run, const char *target, const char *config, const char *given)
{
	char want[65];

	seal(false, run, target, config, want);
	return *want && strlen(given) == 64 && !CRYPTO_memcmp(want, given, 64);
}
