#ifndef REPORTS_LANG_NATIVE_H
#define REPORTS_LANG_NATIVE_H

#include "reports/lang/lang.h"

/* What the journal says in English, in the page's language; "" when nobody has
 * translated it yet, or it is English anyway. */
const char *requirement_in(enum lang lang, const char *id);
/* What of a requirement is checked. */
const char *covered_in(enum lang lang, const char *id);
const char *case_in(enum lang lang, const char *id);

#endif
