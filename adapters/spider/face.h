#ifndef SPIDER_FACE_H
#define SPIDER_FACE_H

#include "refcloud/refcloud.h"

/*
 * The CB-Spider face of the reference cloud: the wire format of CB-Spider's REST
 * API (section numbers are those of the API reference).  It shares nothing with
 * the client in this folder, so that the two can disagree.
 */
struct call {
	struct refcloud *rc;
	const struct face_request *q;
	struct face_reply *rep;
	const char *conn;		/* the connection: our tenant */
	const json_t *body, *info;	/* the body, its ReqInfo; NULL */
	const char *arg[3];		/* what stands for ":" in the path */
};

/* ---- face_reply.c ---- */

/* Answers {"message": ...}. */
void spider_fail(struct call *c, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Answers with what CB-Spider says for such an error; name is what was asked for. */
void spider_error(struct call *c, enum kind kind, const char *name, const struct error *err);
void spider_answer(struct call *c, json_t *doc);	/* 200; takes doc */
void spider_result(struct call *c, bool result);
/* As Go's decoder complains. */
void spider_wrong_type(struct call *c, const char *expected, const json_t *got,
		       const char *field);
/* A member whatever its case; NULL when absent or null. */
json_t *spider_member(const json_t *object, const char *key);
/* Copies a text, "" when absent; false with the answer made when it is no text. */
bool spider_text(struct call *c, const json_t *object, const char *key, char *to, size_t room);
/* The same for ReqInfo.Name, which must not be empty. */
bool spider_name(struct call *c, char to[NAME_LEN]);
/* The id behind a name, or the name itself. */
void spider_id(struct call *c, enum kind kind, const char *name, const char *parent,
	       char to[ID_MAX]);
json_t *spider_iid(const char *name, const char *id);
json_t *spider_iid_of(struct call *c, enum kind kind, const char *id);
json_t *spider_time(int64_t wall_us);
/* The body of an answer of ref_list, every one as show() has it. */
typedef json_t *spider_show(struct call *c, const struct resource *r);
json_t *spider_list(struct call *c, enum kind kind, const char *parent, spider_show *show,
		    struct error *err);
/* GET all, GET one, DELETE one: the same for every kind. */
void spider_get_all(struct call *c, enum kind kind, const char *key, spider_show *show);
void spider_get_one(struct call *c, enum kind kind, spider_show *show);
void spider_delete_one(struct call *c, enum kind kind);

/* ---- the rest: one function a route ---- */

typedef void spider_route(struct call *c);

/* face_config.c */
json_t *spider_configs(struct refcloud *rc);
const json_t *spider_config(struct refcloud *rc, const char *table, const char *name);
/* The value of a key in a row's KeyValueInfoList; "". */
const char *spider_config_value(const json_t *row, const char *key);
spider_route spider_config_put, spider_config_all, spider_config_one, spider_config_delete,
	spider_cloudos, spider_metainfo, spider_capability, spider_count_configs;
/* face_info.c */
spider_route spider_version, spider_ready, spider_endpoint, spider_regions, spider_region,
	spider_images, spider_image, spider_specs, spider_spec, spider_prices, spider_quota,
	spider_all, spider_csp_delete, spider_count;
/* face_net.c */
spider_route spider_vpc_create, spider_vpc_all, spider_vpc_one, spider_vpc_delete,
	spider_subnet_create, spider_subnet_one, spider_subnet_delete,
	spider_sg_create, spider_sg_all, spider_sg_of_vpc, spider_sg_one, spider_sg_delete,
	spider_rules_add, spider_rules_remove;
/* face_vm.c */
spider_route spider_key_create, spider_key_all, spider_key_one, spider_key_delete,
	spider_vm_create, spider_vm_all, spider_vm_one, spider_vm_delete, spider_vm_control,
	spider_status_all, spider_status_one,
	spider_ip_create, spider_ip_all, spider_ip_one, spider_ip_delete, spider_ip_bind,
	spider_ip_unbind;
/* face_disk.c */
json_t *spider_tag_types(void);
spider_route spider_disk_create, spider_disk_all, spider_disk_one, spider_disk_delete,
	spider_disk_attach, spider_disk_detach, spider_disk_resize,
	spider_tag_create, spider_tag_all, spider_tag_one, spider_tag_delete;

const char *spider_region_name(struct call *c);

#endif
