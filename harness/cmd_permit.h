#ifndef CMD_PERMIT_H
#define CMD_PERMIT_H

#include "base/str.h"
#include "run/run.h"

/*
 * What a run may do besides making and removing what is its own: --allow, with
 * --authorisation, and --read-only against it.
 */
struct permit { struct str text; char digest[65]; };

/* One --allow; returns 0 or the exit status, said why. */
int permit_add(struct run_options *run, const char *word);
/* Once all options are known: reads an authorisation that is a file's name. */
int permit_check(struct run_options *run, struct permit *p);
void permit_release(struct permit *p);

#endif
