#include "cmd_permit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/file.h"
#include "cmd.h"

enum { TEXT_MAX = 4000 };

int permit_add(struct run_options *run, const char *word)
{
	if (!strcmp(word, "intrusive"))
		run->allow_intrusive = true;
	else if (!strcmp(word, "load"))
		run->allow_load = true;
	else
		return fprintf(stderr, "plugfest: --allow: found \"%s\"; wanted load or intrusive\n",
			       word), EXIT_USAGE;
	return 0;
}

static int wrong(const char *what)
{
	fprintf(stderr, "plugfest: %s\n", what);
	return EXIT_USAGE;
}

static bool is_blank(const char *text) { return !text[strspn(text, " \t\r\n")]; }

/* The journal holds what the file said, and its digest: the file may be lost. */
static int read_file(struct run_options *run, struct permit *p)
{
	struct error err;

	if (file_read(run->authorisation, TEXT_MAX, &p->text, &err) < 0)
		return cmd_fail(&err);
	sha256_hex(str_text(&p->text), p->text.len, p->digest);
	if (memchr(str_text(&p->text), '\0', p->text.len) || is_blank(str_text(&p->text)))
		return fprintf(stderr, "plugfest: --authorisation: found %s empty or no text; wanted "
			       "who permitted it\n", run->authorisation), EXIT_USAGE;
	while (p->text.len && strchr("\r\n \t", p->text.text[p->text.len - 1]))
		p->text.text[--p->text.len] = '\0';
	run->authorisation_file = strrchr(run->authorisation, '/') ?
				  strrchr(run->authorisation, '/') + 1 : run->authorisation;
	run->authorisation_digest = p->digest;
	run->authorisation = p->text.text;
	return 0;
}

int permit_check(struct run_options *run, struct permit *p)
{
	bool allow = run->allow_intrusive || run->allow_load;
	struct stat st;

	if (allow && run->read_only)
		return wrong("found --allow with --read-only; wanted one of them");
	if (allow && is_blank(run->authorisation))
		return wrong("--allow wants --authorisation TEXT or FILE: who permitted it");
	if (!allow && *run->authorisation)
		return wrong("found --authorisation without --allow; wanted what it permits");
	if (!*run->authorisation)
		return 0;
	if (!stat(run->authorisation, &st) && S_ISREG(st.st_mode))
		return read_file(run, p);
	/* A path with a slip in it is nobody's permission. */
	if (strchr(run->authorisation, '/') && !strchr(run->authorisation, ' '))
		return fprintf(stderr, "plugfest: --authorisation: found no file %s; wanted a file or "
			       "a text\n", run->authorisation), EXIT_USAGE;
	if (strlen(run->authorisation) > TEXT_MAX)
		return wrong("--authorisation: the text is longer than 4000 bytes");
	return 0;
}

void permit_release(struct permit *p) { str_release(&p->text); }
