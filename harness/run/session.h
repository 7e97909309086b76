#ifndef RUN_SESSION_H
#define RUN_SESSION_H

#include "co/loop.h"
#include "run/run.h"

/*
 * A session of the run with a target, opened and journalled: who answered, and so what a
 * sweep must find again before it deletes.  second: the target's second tenant.
 */
CO_FN int session_open(struct loop *loop, const struct run_options *opt,
		       const struct cloud_config *cfg, bool second, struct cloud **ret,
		       struct error *err);

/* The members of an identity, for comparing: endpoint, account, region, connection. */
void identity_text(const struct cloud_config *cfg, const struct identity *who, struct str *to);

#endif
