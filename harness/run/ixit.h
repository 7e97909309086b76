#ifndef RUN_IXIT_H
#define RUN_IXIT_H

#include "cloud/cloud.h"

/* ERR_CONFIG, and said aloud: what the target file names and the cloud does not know.  No
 * case begins then. */
CO_FN int ixit_check(struct cloud *c, struct error *err);

#endif
