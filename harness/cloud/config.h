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

/* guest: how a case gets into a VM, to see what the API only says. */
enum guest_access { GUEST_NONE, GUEST_IMAGE, GUEST_AGENT_URL, GUEST_SSH };

struct guest_config {
	enum guest_access access;
	const char *image;	/* of the VMs that are looked into; "": there is none */
	const char *url;	/* agent-url: http://{address}:{port}/... */
	const char *user;	/* ssh: who logs in */
	int64_t port;		/* the agent's first port; the second is the next one */
	int64_t ssh_port;
	bool private_address;	/* we reach the VMs at their private addresses */
	bool egress_denied;	/* a new group lets nothing out: ours need a rule for it */
	bool disks;		/* it can read and write disks; default true */
	char source[ADDR_LEN];	/* CIDR: where the cloud sees our probes come from */
	int64_t boot_s;		/* from "running" to an answer, at most; to be scaled */
	int64_t rule_lag_s;	/* until a changed rule or binding acts, at most; to be scaled */
	int line, image_line;
};
const char *guest_access_name(enum guest_access a);

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
	const char *disk_zone;		/* of disks; "": none of their own is named */
	int tag_on;			/* the kind to tag; 0: the cheapest of the dialect */
	bool tags_plain;		/* values of other than a-z 0-9 - _ may be refused */
	const char *cidr_pool;		/* IPv4, at least /20; default 10.222.0.0/16 */
	int64_t disk_gb;		/* ixit: the smallest disk it makes; default 10 */
	int image_line, spec_line, zone_line, cidr_line, outside_line;
	int64_t deadline_s[KIND_COUNT];	/* ixit: deadline: {vm: 300}: create to ready */
	int64_t settle_s[KIND_COUNT];	/* ixit: settle: {vm: 900} */
	int64_t delete_deadline_s;	/* ixit: default 600 */
	int64_t consistency_s;		/* how long a list may lag behind a write; default 0 */
	int64_t address_lag_s;		/* until a VM shows a change of its address; -1: dialect */
	int64_t page_size;		/* entries a list asks for at once; 0: the driver's own */

	int64_t limit[KIND_COUNT];	/* limits: {vm: 4}; -1: none */
	int64_t parallel;		/* cases at once; default 8 */
	double calls_per_s;		/* 0: unlimited */
	int64_t connections;		/* default 64 */
	const char *existing[KIND_COUNT];	/* may be used, never changed or deleted */
	int existing_line[KIND_COUNT];
	struct guest_config guest;
	double time_scale;		/* default 1; real targets may not set another */
	bool embedded;			/* this process's own reference cloud */
};

/* The value of a connection setting; NULL when not given.  A secret is
 * revealed: only for requests, never for messages. */
const char *config_setting(const struct cloud_config *cfg, const char *name);
int config_setting_line(const struct cloud_config *cfg, const char *name);

#endif
