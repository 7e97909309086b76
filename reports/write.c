#include "reports/write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static int make_junit(const struct report *r, const char *lang, const struct sink *to,
		      struct error *err)
{
	(void)lang;
	return report_junit(r, to, err);
}

static int make_surefire(const struct report *r, const char *lang, const struct sink *to,
			 struct error *err)
{
	(void)lang;
	return report_surefire(r, to, err);
}

static int make_json(const struct report *r, const char *lang, const struct sink *to,
		     struct error *err)
{
	(void)lang;
	return report_json(r, to, err);
}

const struct report_file report_files[] = {
	{ .name = "junit.xml", .make = make_junit },
	{ .name = "junit-surefire.xml", .make = make_surefire },
	{ .name = "report.html", .make = report_html },
	{ .name = "report.ko.html", .make = report_html, .lang = "ko" },
	{ .name = "report.json", .make = make_json },
	{ .name = NULL },
};

enum { AT_ONCE = 32768 };
struct file {
	int fd;
	int why;	/* errno of what failed first; 0: nothing yet */
	struct str pending;
};

static void note(struct file *f, bool good)
{
	if (!good && !f->why)
		f->why = errno;
}

static void flush(struct file *f)
{
	for (size_t done = 0; done < f->pending.len && !f->why;) {
		ssize_t n = write(f->fd, f->pending.text + done, f->pending.len - done);

		note(f, n >= 0 || errno == EINTR);
		done += n > 0 ? (size_t)n : 0;
	}
	str_clear(&f->pending);
}

static bool file_put(void *arg, const char *bytes, size_t n)
{
	struct file *f = arg;

	str_addn(&f->pending, bytes, n);
	if (f->pending.len >= AT_ONCE)
		flush(f);
	return !f->why;
}

static int fill(const struct report *r, const struct report_file *what, const char *lang, int fd,
		struct error *err)
{
	struct file f = { .fd = fd };
	const struct sink to = { .put = file_put, .arg = &f };
	int e = what->make(r, what->lang ? what->lang : lang, &to, err);

	flush(&f);
	note(&f, f.why || fsync(fd) == 0);
	note(&f, close(fd) == 0);
	str_release(&f.pending);
	if (f.why)
		return err_set(err, ERR_HARNESS, "%s", strerror(f.why));
	return e < 0 ? e : ERR_OK;
}

/* Whole or not at all: a reader never sees half a file. */
static int write_file(const struct report *r, const char *dir, const struct report_file *what,
		      const char *lang, struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/%s", dir, what->name);
	AUTO(str) char *part = xasprintf("%s/.%s.part", dir, what->name);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644), e;

	if (fd < 0)
		return err_set(err, ERR_HARNESS, "writing %s: %s", part, strerror(errno));
	e = fill(r, what, lang, fd, err);
	if (e == ERR_OK && rename(part, path) < 0)
		e = err_set(err, ERR_HARNESS, "%s", strerror(errno));
	if (e == ERR_OK)
		return ERR_OK;
	unlink(part);
	return err_context(err, "writing %s", path);
}

int report_write_all(const struct report *r, const char *outdir, const char *lang,
		     struct error *err)
{
	for (const struct report_file *f = report_files; f->name; f++) {
		int e = write_file(r, outdir, f, lang, err);

		if (e < 0)
			return e;
	}
	return ERR_OK;
}
