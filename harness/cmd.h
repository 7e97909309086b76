#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "plan/target.h"

/* Exit statuses: 0 conformant, 1 not, 2 cannot be decided, and: */
enum { EXIT_USAGE = 3, EXIT_INCOMPLETE = 4 };

struct command {
	const char *name, *summary;
	const char *usage;		/* after "usage: plugfest NAME " */
	const char *help;		/* the options, a line each */
	int (*run)(int argc, char **argv);
};

/* NULL-terminated by name. */
extern const struct command commands[];

int cmd_run(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_refcloud(int argc, char **argv);

/* ---- what the commands share (cmd.c) ---- */

/* Prints usage and options; to stderr with status 3 for a mistake. */
int cmd_usage(const char *name, bool asked);
/* Says what a command found and wanted; status 3. */
int cmd_wanted(const char *name, const char *what);
/* Of commands about one run's folder, when so many were named. */
int cmd_folder(const char *name, int found);
/* "plugfest: FILE:LINE: text" on stderr, secrets blanked; returns 3 for bad
 * input, 2 when the system under test could not be reached, else 4. */
int cmd_fail(const struct error *err);

/* `run` with the options of argv, for a command that makes them itself. */
struct run_as {
	const char *profile;
	bool plan_only;
	int argc;			/* the command line that the journal keeps */
	char **argv;
	char **folder;		/* gets the run's, when it came to one; may be NULL */
};
int cmd_run_as(int argc, char **argv, const struct run_as *as);

/* Repeated text options. */
struct texts { const char **at; size_t count; };
void texts_add(struct texts *t, const char *one);	/* keeps it NULL-terminated */

/* Where profiles/ and standards/ are: $PLUGFEST_DATA, beside an installed
 * program, or the source tree.  Static. */
const char *data_folder(const char *which);

/* The drivers as target_read() wants them.  Static. */
const struct driver_schema *driver_schemas(void);

/* Reads target files; on failure says so and gives the exit status. */
struct targets { struct cloud_config **at; size_t count; };
int targets_read(const struct texts *files, bool inline_secrets, struct targets *ret);
void targets_free(struct targets *t);

/* The embedded reference cloud in a child process. */
struct embedded { int pid; };
struct embedded_options {
	struct texts faces, faults;
	const char *fault_file, *latency, *seed, *time_scale, *quota, *egress;
	bool foreign;
};
/* Starts it and reads a target for each face. */
int embedded_start(const struct embedded_options *opt, struct embedded *ret,
		   struct targets *targets);
/* Its options but for the faces, as `run` takes them. */
void embedded_words(const struct embedded_options *opt, struct texts *ret);
void embedded_stop(struct embedded *e);

#endif
