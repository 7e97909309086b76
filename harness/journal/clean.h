#ifndef JOURNAL_CLEAN_H
#define JOURNAL_CLEAN_H

#include "base/str.h"

/*
 * Blanks every secret in the members of an event or of a stored object (JSON without its
 * braces), inside texts only: keys, punctuation, and the words that a later sweep, report
 * or verify reads (types, verdicts, causes, names, ids, digests) stay as they are. A cloud
 * may call a word of ours a secret; the line must still say what it said.
 */
void members_clean(struct str *members);

#endif
