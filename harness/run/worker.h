#ifndef RUN_WORKER_H
#define RUN_WORKER_H

#include "run/run.h"
#include "run/supervisor.h"

/* The worker process of a run: struct job's work(), with struct run_options. */
int worker_main(void *arg, int fd, const enum row_state *states, bool after_crash);

#endif
