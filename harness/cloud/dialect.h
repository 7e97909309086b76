#ifndef CLOUD_DIALECT_H
#define CLOUD_DIALECT_H

#include <stdbool.h>
#include <stdint.h>

#include "cloud/model.h"

/*
 * How an API differs from its neighbours where both are right: taken from its
 * documents, never from probing.  A case asks here what it has to expect.
 */
enum expect {
	EXPECT_REFUSED,		/* an error of the class that fits, and nothing changed */
	EXPECT_ACCEPTED,	/* success, and nothing changed for the worse */
	EXPECT_EITHER,		/* the document leaves it open */
};

struct dialect {
	const char *source;		/* the documents it was read from */
	uint32_t names_unique;		/* KIND_BITs: a second one of the name is refused */
	uint32_t nameless;		/* KIND_BITs: takes no name at all */
	uint32_t name_is_id;		/* KIND_BITs: the user's name is the id */
	uint32_t taggable;		/* KIND_BITs: may bear tags (none given: a VM may) */
	unsigned name_longest;		/* characters; one more is refused.  0: none is stated */
	uint32_t names_unicode;		/* KIND_BITs: any script's letters are kept; else refused */
	/* A name that was asked for may have become this one; NULL: names stay as they are. */
	bool (*became)(const char *asked, const char *found);
	enum expect delete_missing;	/* of a second delete */
	enum expect illegal_action;	/* start a running VM, stop a stopped one */
	int vm_address_lag_s;		/* until a VM shows an address that was bound, at most;
					 * ixit: address_lag_s says otherwise */
	enum expect delete_vpc_with_subnets;	/* accepted: the subnets go with it */
	enum expect rebind;		/* binding an address that is bound: accepted: it moves */
	enum expect unbind_free;	/* unbinding an address that is not bound */
	enum expect release_bound;	/* accepted: it is unbound and released */
	bool blocking_create; /* a VM create answers when it runs, and shows nothing before */
	bool errors_have_class;		/* statuses and codes say the class; else it is guessed */
	bool sg_in_vpc;			/* a security group belongs to one virtual network */
	bool public_ip_on_create;	/* a VM gets one unasked */
	bool needs_router;		/* a public address reaches a VM only over a router */
	bool tag_overwrites;		/* a tag whose key is there gets the new value */
	bool default_egress;		/* a new security group has outbound rules of its own */
	uint32_t takes_children;	/* KIND_BITs: what lives there unused goes along */
	bool disk_zones_apart;		/* the zones of disks are not those of VMs */
	bool places_by_network;	/* a VM is put into a network; which subnet of it, the cloud says */
	bool vm_zone;			/* a VM create says in which zone */
};

#endif
