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

int file_write(const char *path, const char *text, size_t n, struct error *err)
{
	AUTO(str) char *half = xasprintf("%s.part%d", path, (int)getpid());
	int fd = open(half, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t done = 0;

	while (fd >= 0 && done < n) {
		ssize_t one = write(fd, text + done, n - done);

		if (one < 0 && errno == EINTR)
			continue;
		if (one <= 0)
			break;
		done += (size_t)one;
	}
	if (fd >= 0)
		close(fd);
	if (fd < 0 || done < n || rename(half, path) < 0) {
		int why = errno;

		unlink(half);
		return err_at(err, ERR_HARNESS, path, 0, "cannot write: %s", strerror(why));
	}
	return ERR_OK;
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
