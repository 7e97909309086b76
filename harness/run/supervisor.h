#ifndef RUN_SUPERVISOR_H
#define RUN_SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "journal/writer.h"

/*
 * R3: the supervisor owns the journal and the signals; the worker does the work
 * in a process group of its own and sends events over a socket.
 */
enum row_state { ROW_TO_RUN, ROW_IN_FLIGHT, ROW_DONE };

struct job {
	/* Runs in the worker; its return is the worker's exit status.  states tells
	 * what is still to do; crashed: rows in flight run first, alone. */
	int (*work)(void *arg, int fd, const enum row_state *states, bool after_crash);
	void *arg;
	size_t rows;			/* numbered from 1 */
	const enum row_state *states;	/* to begin with; NULL: all to run */
	unsigned *starts;		/* per row: attempts begun, counted on; NULL: nobody asks */
	bool quiet;			/* no progress on stderr */
	int crash_after_events;		/* tests: the worker is killed after so many; 0: never */
};

enum job_outcome { JOB_COMPLETED, JOB_INTERRUPTED, JOB_FAILED };

struct job_result {
	enum job_outcome outcome;
	int status;			/* of the worker that ended well */
	unsigned crashes;
};

/*
 * Runs the job to its end, writing to j.  SIGINT or SIGTERM once asks the worker
 * to stop in good order, twice kills it.  The `end` line is the caller's.
 * ERR_HARNESS: the journal cannot be written or no process be made; the worker
 * has then been killed.
 */
int supervise(struct journal *j, const struct job *job, struct job_result *ret, struct error *err);

/* The signals that the supervisor takes are blocked from here on.  Children
 * restore the default mask with signals_default(), but for SIGUSR1, by which a worker
 * says what it waits for. */
void signals_block(void);
void signals_default(void);

#endif
