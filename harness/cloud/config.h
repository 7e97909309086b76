#ifndef CLOUD_CONFIG_H
#define CLOUD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"
#include "cloud/model.h"

/*
 * What a target file says, checked and typed: ICS (what the system under test
 * claims) + IXIT (what testing it needs) + the connection.  Strings belong to
 * the config and live until cloud_config_free().
 */
enum claim { CLAIM_UNKNOWN, CLAIM_SUPPORTED, CLAIM_UNSUPPORTED };

/* A key of `connection:` that a driver reads. */
struct setting_info {
	const char *name;
	bool required;
	bool secret;		/* must be given by reference ({env:} or {file:}) */
	const char *text;	/* one line of help */
	const char *example;
};

struct setting {
	const char *name;
	const char *value;	/* NULL when secret */
	struct secret secret;
	int line;
};

struct cloud_config {
	const char *file;		/* as given, for messages */
	const char *name;		/* [a-z0-9-]{1,40} */
	const char *driver;
	const char *layer_product, *layer_version;
	const char *backend_provider, *backend_region;
	const char *scope_note;		/* printed in every report: stand-ins, simulators; "" */

	struct setting *settings;
	size_t setting_count;
	int connection_line;
	/* The same target as another tenant sees it (second_tenant:); NULL: not given. */
	const struct cloud_config *second;

	enum claim ics[CAP_COUNT];
	bool ics_full;			/* no item is unknown */

	/* IXIT; "" when not given */
	const char *image, *spec, *zone, *external_network;
	const char *cidr_pool;		/* IPv4, at least /20; default 10.222.0.0/16 */
	int64_t disk_gb;		/* ixit: the smallest disk it makes; default 10 */
	int image_line, spec_line, zone_line, cidr_line;
	int64_t deadline_s[KIND_COUNT];	/* ixit: deadline: {vm: 300}: create to ready */
	int64_t settle_s[KIND_COUNT];	/* ixit: settle: {vm: 900} */
	int64_t delete_deadline_s;	/* ixit: default 600 */
	int64_t consistency_s;		/* how long a read may lag behind a write; default 0 */

	int64_t limit[KIND_COUNT];	/* limits: {vm: 4}; -1: none */
	int64_t parallel;		/* cases at once; default 8 */
	double calls_per_s;		/* 0: unlimited */
	int64_t connections;		/* default 64 */
	const char *existing[KIND_COUNT];	/* may be used, never changed or deleted */
	const char *guest_access;	/* "none" */
	double time_scale;		/* default 1; real targets may not set another */
	bool embedded;			/* this process's own reference cloud */
};

/* The value of a connection setting; NULL when not given.  A secret is
 * revealed: only for requests, never for messages. */
const char *config_setting(const struct cloud_config *cfg, const char *name);
int config_setting_line(const struct cloud_config *cfg, const char *name);

#endif
