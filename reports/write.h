#ifndef REPORTS_WRITE_H
#define REPORTS_WRITE_H

#include "reports/report.h"

/* The files of a report: what report_write_all() makes and report_verify() compares. */
struct report_file {
	const char *name;
	int (*make)(const struct report *r, const char *lang, const struct sink *to,
		    struct error *err);
	const char *lang;	/* NULL: as asked */
};
extern const struct report_file report_files[];	/* ends with a NULL name */

#endif
