/*
 * plugfest-report: the reports of an old journal, built from reports/, base/ and
 * the journal reader alone, so that no cloud code is needed to read evidence (R1).
 */
#include <stdio.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct report *r;
	struct error err;

	if (argc != 3) {
		fprintf(stderr, "usage: plugfest-report DIR OUTPUT\n");
		return 3;
	}
	if (report_load(argv[1], &r, &err) < 0 || report_write_all(r, argv[2], "en", &err) < 0) {
		fprintf(stderr, "plugfest-report: %s\n", err.text);
		return 3;
	}
	report_free(r);
	return 0;
}
