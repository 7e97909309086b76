#ifndef RUN_EXCHANGE_H
#define RUN_EXCHANGE_H

#include "tc/private.h"

/*
 * Every HTTP exchange goes to the side store, redacted by field and by value,
 * and to the step of the case for which the coroutine works that made it: its
 * co_local() is a struct tc_private, or NULL.
 */
void exchange_open(const char *dir);

#endif
