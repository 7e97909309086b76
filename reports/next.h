#ifndef REPORTS_NEXT_H
#define REPORTS_NEXT_H

#include "reports/words.h"

/* What to do next, one call each: a sentence, a command ("" for none) and the id of the
 * page's section that shows why. */
typedef void words_next_line(void *arg, const char *text, const char *command,
			     const char *section);
void words_next(const struct report *r, enum lang lang, words_next_line *add, void *arg);

#endif
