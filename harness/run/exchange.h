#ifndef RUN_EXCHANGE_H
#define RUN_EXCHANGE_H

#include "tc/private.h"

/*
 * Every HTTP exchange goes to the side store, redacted by field and by value,
 * and to the step of the case whose coroutine made it.
 */
void exchange_open(const char *dir);
/* The running coroutine works for p (NULL: for nobody). */
void exchange_owner_set(struct tc_private *p);
/* Registers as secrets the values of fields that are secret by their name, and
 * private keys by their form (for tests too). */
bool exchange_learn(const char *body, size_t n);

#endif
