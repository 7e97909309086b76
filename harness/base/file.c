#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

int file_read(const char *path, size_t max, struct str *ret, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	static char buf[65536];
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return err_at(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_HARNESS, path, 0,
			      "cannot open: %s", strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_at(err, ERR_INVALID, path, 0, "found no regular file");
	}
	while (ret->len <= max && (n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(ret, buf, (size_t)n);
	close(fd);
	if (n < 0)
		return err_at(err, ERR_HARNESS, path, 0, "cannot read: %s", strerror(errno));
	if (ret->len > max)
		return err_at(err, ERR_INVALID, path, 0, "found over %zu bytes", max);
	return ERR_OK;
}

/* Whatever stands there under the temporary name was put there for us to follow or fill. */
static int open_half(int at, const char *half, mode_t mode)
{
	enum { FLAGS = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC };
	int fd = openat(at, half, FLAGS, mode);

	if (fd < 0 && errno == EEXIST && unlinkat(at, half, 0) == 0)
		fd = openat(at, half, FLAGS, mode);
	return fd;
}

static bool write_all(int fd, const char *text, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t one = write(fd, text + done, n - done);

		if (one < 0 && errno == EINTR)
			continue;
		if (one <= 0)
			return false;
		done += (size_t)one;
	}
	return true;
}

static int write_at(int at, const char *name, mode_t mode, const char *text, size_t n,
		    struct error *err)
{
	AUTO(str) char *half = xasprintf("%s.part%d", name, (int)getpid());
	int fd = open_half(at, half, mode);
	bool whole = fd >= 0 && write_all(fd, text, n);
	int why = errno;

	if (fd >= 0)
		close(fd);
	if (whole && renameat(at, half, at, name) == 0)
		return ERR_OK;
	why = whole ? errno : why;
	if (fd >= 0)
		unlinkat(at, half, 0);
	return err_at(err, ERR_HARNESS, name, 0, "cannot write: %s", strerror(why));
}

int file_write(const char *path, const char *text, size_t n, struct error *err)
{
	return write_at(AT_FDCWD, path, 0644, text, n, err);
}

int file_write_private(int folder, const char *name, const char *text, size_t n,
		       struct error *err)
{
	return write_at(folder, name, 0600, text, n, err);
}

int folder_private(int in, const char *name, struct error *err)
{
	enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
	int fd = openat(in, name, FLAGS);

	if (fd < 0 && errno == ENOENT && (mkdirat(in, name, 0700) == 0 || errno == EEXIST))
		fd = openat(in, name, FLAGS);
	if (fd < 0)
		err_at(err, ERR_HARNESS, name, 0, "cannot make or open folder %s: %s%s", name, strerror(errno),
		       errno == ENOTDIR || errno == ELOOP ? " (a link is not followed)" : "");
	return fd;
}

int folder_make(const char *path, struct error *err)
{
	AUTO(str) char *copy = xstrdup(path);

	for (char *p = copy + 1;; p++) {
		if (*p && *p != '/')
			continue;
		char was = *p;

		*p = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			return err_at(err, ERR_HARNESS, copy, 0, "cannot make folder: %s", strerror(errno));
		*p = was;
		if (!was)
			return ERR_OK;
	}
}
