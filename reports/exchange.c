/* The exchanges of failed steps, read from the side store. */
#include "reports/model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/json.h"

enum { EXCHANGE_MAX = 1 << 20, EXCHANGES_MAX = 2000 };

bool exchange_path(const char *target, const char *digest, struct str *out)
{
	size_t n = strspn(target, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (!n || n > 64 || target[n] || strspn(digest, "0123456789abcdef") != 64 || digest[64])
		return false;
	str_addf(out, "exchanges/%s/%.2s/%s.json", target, digest, digest);
	return true;
}

FILE *report_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fdopen(fd, "r");
	close(fd);
	errno = EINVAL;
	return NULL;
}

int report_slurp(const char *path, size_t most, struct str *out)
{
	FILE *f = report_open(path);
	char buf[4096];
	size_t n;
	int why;

	if (!f)
		return -1;
	while ((n = fread(buf, 1, sizeof(buf), f)) && out->len <= most)
		str_addn(out, buf, n);
	why = ferror(f) ? EIO : n ? EFBIG : 0;
	fclose(f);
	errno = why;
	return why ? -1 : 0;
}

static void read_one(struct exchange *x, const char *dir, const char *target)
{
	AUTO(str_buf) struct str path = { 0 };
	AUTO(str_buf) struct str bytes = { 0 };
	json_auto_t *doc = NULL;
	struct error err;
	char digest[65];

	x->state = EXCHANGE_WITHHELD;
	str_addf(&path, "%s/", dir);
	if (!exchange_path(target, x->digest, &path) ||
	    report_slurp(str_text(&path), EXCHANGE_MAX, &bytes) < 0)
		return;
	sha256_hex(str_text(&bytes), bytes.len, digest);
	x->state = EXCHANGE_ALTERED;
	if (strcmp(digest, x->digest) ||
	    json_read(str_text(&bytes), bytes.len, NULL, &doc, &err) < 0)
		return;
	x->state = EXCHANGE_HERE;
	/* As a tree it would take several times as much. */
	x->text = xstrndup(bytes.text, bytes.len);
	x->len = bytes.len;
}

json_t *exchange_doc(const struct exchange *x)
{
	json_t *doc = NULL;
	struct error err;

	return x->text && json_read(x->text, x->len, NULL, &doc, &err) == ERR_OK ? doc : NULL;
}

static int by_digest(const void *a, const void *b)
{
	return strcmp(((const struct exchange *)a)->digest, ((const struct exchange *)b)->digest);
}

const struct exchange *report_exchange(const struct report *r, const char *digest)
{
	struct exchange key = { .digest = digest };

	return r->exchange_count ? bsearch(&key, r->exchanges, r->exchange_count, sizeof(key),
					   by_digest) : NULL;
}

static void read_of_step(struct report *r, const struct step *s, const char *dir,
			 const char *target)
{
	size_t n = json_array_size(s->exchanges);

	for (size_t i = n > EXCHANGES_SHOWN ? n - EXCHANGES_SHOWN : 0; i < n; i++) {
		const char *digest = json_string_value(json_array_get(s->exchanges, i));

		if (!digest || r->exchange_count == EXCHANGES_MAX)
			continue;
		r->exchanges[r->exchange_count].digest = digest;
		read_one(&r->exchanges[r->exchange_count++], dir, target);
	}
}

void report_read_exchanges(struct report *r, const char *dir)
{
	size_t kept = 0;

	r->exchanges = xcalloc(EXCHANGES_MAX, sizeof(*r->exchanges));
	for (size_t i = 0; i < r->row_count; i++)
		for (size_t k = 0; k < r->rows[i].attempt_count; k++)
			for (size_t j = 0; j < r->rows[i].attempts[k].step_count; j++)
				if (!r->rows[i].attempts[k].steps[j].ok)
					read_of_step(r, &r->rows[i].attempts[k].steps[j], dir,
						     r->rows[i].target->name);
	qsort(r->exchanges, r->exchange_count, sizeof(*r->exchanges), by_digest);
	for (size_t i = 0; i < r->exchange_count; i++)
		if (kept && !strcmp(r->exchanges[kept - 1].digest, r->exchanges[i].digest))
			free(r->exchanges[i].text);
		else
			r->exchanges[kept++] = r->exchanges[i];
	r->exchange_count = kept;
}
