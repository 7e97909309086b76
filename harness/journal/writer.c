#include "journal/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/digest.h"

/* A synced file that no folder names is lost with the power. */
static void sync_folder(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

int journal_create(struct journal *j, const char *dir, const char *name, const char *head,
		   struct error *err)
{
	*j = (struct journal){ .fd = -1, .began_us = clock_mono_us() };
	snprintf(j->path, sizeof(j->path), "%s/%s", dir, name);
	if (head)
		str_copy(j->head, sizeof(j->head), head);
	else
		memset(j->head, '0', 64);
	j->fd = open(j->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	if (j->fd < 0)
		return err_at(err, ERR_HARNESS, j->path, 0, "cannot create the journal: %s",
			      errno == EEXIST ? "it is there already; -o wants a new folder" :
			      strerror(errno));
	/* Held as long as the run goes on: a sweep looks for it. */
	flock(j->fd, LOCK_EX | LOCK_NB);
	sync_folder(dir);
	return ERR_OK;
}

bool journal_in_use(const char *dir, const char *name)
{
	AUTO(str) char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool used = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	return used;
}

void journal_append(struct journal *j, const char *members, size_t n)
{
	size_t at = j->pending.len;
	char utc[28];

	clock_utc(clock_wall_us(), utc);
	str_add(&j->pending, "{\"seq\":");
	str_add_int(&j->pending, ++j->seq);
	str_add(&j->pending, ",\"prev\":\"");
	str_add(&j->pending, j->head);
	str_add(&j->pending, "\",\"utc\":\"");
	str_add(&j->pending, utc);
	str_add(&j->pending, "\",\"mono_us\":");
	str_add_int(&j->pending, clock_mono_us() - j->began_us);
	str_addc(&j->pending, ',');
	str_addn(&j->pending, members, n);
	str_addc(&j->pending, '}');
	sha256_hex(j->pending.text + at, j->pending.len - at, j->head);
	str_addc(&j->pending, '\n');
}

int journal_write(struct journal *j, struct error *err)
{
	size_t done = 0;

	while (done < j->pending.len) {
		ssize_t n = write(j->fd, j->pending.text + done, j->pending.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			/* What is written must not be written again by journal_end(). */
			memmove(j->pending.text, j->pending.text + done, j->pending.len - done);
			j->pending.len -= done;
			return err_at(err, ERR_HARNESS, j->path, 0, "cannot write: %s", strerror(errno));
		}
		done += (size_t)n;
		j->unsynced = true;
	}
	str_clear(&j->pending);
	return ERR_OK;
}

/* What no folder names is remembered by nobody, however well it is written. */
static int still_there(const struct journal *j, struct error *err)
{
	struct stat st;

	return fstat(j->fd, &st) < 0 || st.st_nlink ? ERR_OK :
	       err_at(err, ERR_HARNESS, j->path, 0, "found that it was deleted while the run went on");
}

int journal_commit(struct journal *j, struct error *err)
{
	int r = journal_write(j, err);

	if (r == ERR_OK)
		r = still_there(j, err);

	if (r < 0 || !j->unsynced)
		return r;
	if (fdatasync(j->fd) < 0 && errno != EINVAL)
		return err_at(err, ERR_HARNESS, j->path, 0, "cannot sync: %s", strerror(errno));
	j->unsynced = false;
	return ERR_OK;
}

int journal_end(struct journal *j, const char *outcome, struct error *err)
{
	struct str s = { 0 };
	int r;

	str_addf(&s, "\"type\":\"end\",\"outcome\":\"%s\",\"count\":%lld,\"head\":\"%s\"", outcome,
		 (long long)j->seq, j->head);
	journal_append(j, s.text, s.len);
	r = journal_commit(j, err);
	str_release(&s);
	return r;
}

void journal_close(struct journal *j)
{
	if (j->fd >= 0)
		close(j->fd);
	j->fd = -1;
	str_release(&j->pending);
}
