#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include "reports/words.h"
#include "reports/xml.h"

/* What the parts of the HTML page share. */
struct page {
	struct xml x;
	const struct report *r;
	enum lang lang;
	int section;		/* number of the last heading */
	bool says_dir, says_file;	/* a command of what to do next holds DIR, TARGET.yaml */
};

extern const char *const page_style[];	/* ends with NULL */

/* An element with a class ("" for none); closed by page_close(). */
void page_open(struct page *p, const char *element, const char *class);
void page_close(struct page *p);
void page_nl(struct page *p);	/* a line break in the source, after a block */
void page_leaf(struct page *p, const char *element, const char *class, const char *text);
/* Text of the page's language. */
void page_say(struct page *p, const char *element, const char *class, enum msg m);
void page_sayv(struct page *p, const char *element, const char *class, enum msg m,
	       const char *const *args);
#define page_sayf(p, element, class, m, ...) \
	page_sayv(p, element, class, m, (const char *const[]){ __VA_ARGS__, NULL })
/* Text that the journal brought: English, and marked so on a page in another language. */
void page_foreign(struct page *p, const char *element, const char *class, const char *text);
/* <h2 id="id">n. text</h2> in a section of its own; closed by page_close(). */
void page_section(struct page *p, const char *id, enum msg title);

/* A table in a region that scrolls; columns given as texts, ends with NULL. */
void page_table(struct page *p, const char *class, const char *caption,
		const char *const *columns);
void page_table_close(struct page *p);
/* <tr> with <th scope="row">; cells by page_leaf(p, "td", ...). */
void page_row(struct page *p, const char *head, const char *anchor);

/* Sign and word of a verdict, coloured as well. */
void page_verdict(struct page *p, enum verdict v);
/* What a requirement says: in the page's language, and as the journal has it. */
void page_requirement(struct page *p, const struct requirement *q);
/* What holds when a case passes. */
void page_title(struct page *p, const char *element, const char *class, const struct test *t);
/* The verdict, and that it was waived. */
void page_row_verdict(struct page *p, const struct row *row);
void page_cleanup(struct page *p, enum cleanup c);

/* The parts, in the page's order. */
void page_top(struct page *p);		/* verdict box */
void page_next(struct page *p);		/* what to do next, in the box */
void page_identity(struct page *p);
void page_scope(struct page *p);
void page_counts(struct page *p);
void page_glance(struct page *p);	/* failures by requirement */
void page_findings(struct page *p);
void page_open_rows(struct page *p);
void page_waivers(struct page *p);
void page_cases(struct page *p);
void page_detail(struct page *p);
void page_coverage(struct page *p);
void page_ics(struct page *p);
void page_inventory(struct page *p);
void page_evidence(struct page *p);
void page_key(struct page *p);
/* The steps of an attempt: a table, its waits and the exchanges of what failed. */
void page_attempt(struct page *p, const struct row *row, const struct attempt *a);
void page_exchanges(struct page *p, const struct step *s);

#endif
