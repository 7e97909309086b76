#ifndef RUN_LEARN_H
#define RUN_LEARN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What in an exchange is a secret though nobody said so before: values of fields, query
 * parameters and headers that are secret by their name, private keys and credentials by
 * their form. What is learnt is blanked from then on in everything written.
 */

/* Of a body, JSON or not, broken or not.  False: it holds more secrets than are remembered,
 * so that it must not be kept. */
bool learn_body(const char *body, size_t n);

/* Of a header's value.  False as above: body may hold it too, and must not be kept then. */
bool learn_header(const char *name, const char *value, size_t n);

/* Is the whole value of a header of that name a secret? */
bool secret_header(const char *name);

#endif
