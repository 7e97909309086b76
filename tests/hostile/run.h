#ifndef TESTS_HOSTILE_RUN_H
#define TESTS_HOSTILE_RUN_H

#include "hostile.h"

/* Runs one row against one driver in a folder of its own under work; 0: passed.
 * What fails is printed.  For a child process: it leaves threads behind. */
int row_run(const struct row *row, enum driver_bit driver, const char *work, int number,
	    bool talkative);
const char *driver_word(enum driver_bit d);
void folder_remove(const char *path);

/* What a run left in its folder. */
struct outcome {
	int exit;			/* -1: killed by us, -2 by a signal */
	double seconds;
	long peak_kib;			/* of the program and what it started */
	char verdict[32], cause[32], cleanup[32];
	bool complete, crashed;
	struct str journal, junit, said;
};
void outcome_read(const char *dir, const char *case_id, struct outcome *o);
void outcome_release(struct outcome *o);

#endif
