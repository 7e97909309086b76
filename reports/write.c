#include "reports/write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static int make_junit(const struct report *r, const char *lang, struct str *out, struct error *err)
{
	(void)lang;
	return report_junit(r, out, err);
}

static int make_surefire(const struct report *r, const char *lang, struct str *out,
			 struct error *err)
{
	(void)lang;
	return report_surefire(r, out, err);
}

static int make_json(const struct report *r, const char *lang, struct str *out, struct error *err)
{
	(void)lang;
	return report_json(r, out, err);
}

const struct report_file report_files[] = {
	{ .name = "junit.xml", .make = make_junit },
	{ .name = "junit-surefire.xml", .make = make_surefire },
	{ .name = "report.html", .make = report_html },
	{ .name = "report.ko.html", .make = report_html, .lang = "ko" },
	{ .name = "report.json", .make = make_json },
	{ .name = NULL },
};

static int write_fd(int fd, const struct str *bytes)
{
	for (size_t done = 0; done < bytes->len;) {
		ssize_t n = write(fd, bytes->text + done, bytes->len - done);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return fsync(fd);
}

/* Whole or not at all: a reader never sees half a file. */
static int write_file(const char *dir, const char *name, const struct str *bytes,
		      struct error *err)
{
	AUTO(str) char *path = xasprintf("%s/%s", dir, name);
	AUTO(str) char *part = xasprintf("%s/.%s.part", dir, name);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644), r;

	if (fd < 0)
		return err_set(err, ERR_HARNESS, "writing %s: %s", part, strerror(errno));
	r = write_fd(fd, bytes);
	if (close(fd) < 0 || r < 0 || rename(part, path) < 0) {
		r = err_set(err, ERR_HARNESS, "writing %s: %s", path, strerror(errno));
		unlink(part);
		return r;
	}
	return ERR_OK;
}

int report_write_all(const struct report *r, const char *outdir, const char *lang,
		     struct error *err)
{
	for (const struct report_file *f = report_files; f->name; f++) {
		AUTO(str_buf) struct str bytes = { 0 };
		int e = f->make(r, f->lang ? f->lang : lang, &bytes, err);

		if (e < 0)
			return err_context(err, "making %s", f->name);
		e = write_file(outdir, f->name, &bytes, err);
		if (e < 0)
			return e;
	}
	return ERR_OK;
}
