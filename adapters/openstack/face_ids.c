/* Ids, times, and what the model has no field for. */
#include "adapters/openstack/face.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static uint64_t fnv(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (h ^ 0xff) * UINT64_C(1099511628211);
}

static uint64_t mixed(uint64_t h)
{
	h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 31;
}

void osf_uuid(char to[OSF_UUID], const char *space, const char *a, const char *b)
{
	uint64_t h = fnv(fnv(fnv(UINT64_C(14695981039346656037), space), a), b);
	uint64_t hi = mixed(h), lo = mixed(h + UINT64_C(0x9e3779b97f4a7c15));

	snprintf(to, OSF_UUID, "%08x-%04x-4%03x-%04x-%04x%08x", (unsigned)(hi >> 32),
		 (unsigned)(hi >> 16 & 0xffff), (unsigned)(hi & 0xfff),
		 (unsigned)(lo >> 48 & 0x3fff) | 0x8000u, (unsigned)(lo >> 32 & 0xffff),
		 (unsigned)lo);
}

void osf_hex(char *to, size_t digits, const char *space, const char *a)
{
	uint64_t h = fnv(fnv(UINT64_C(14695981039346656037), space), a), word = 0;

	for (size_t i = 0; i < digits; i++) {
		if (i % 16 == 0)
			word = mixed(h += UINT64_C(0x9e3779b97f4a7c15));
		to[i] = "0123456789abcdef"[word >> i % 16 * 4 & 15];
	}
	to[digits] = '\0';
}

void osf_stamp(int64_t wall_us, bool micros, char to[OSF_STAMP])
{
	clock_utc(wall_us, to);
	if (!micros)
		memcpy(to + 19, "Z", 2);
}

/* id -> what the wire shows of a resource and the model has no field for. */
static json_t *extras(struct osf_call *c)
{
	json_t *data = refcloud_face_data(c->rc, "openstack");

	if (!json_object_get(data, "extras"))
		json_object_set_new(data, "extras", json_object());
	return json_object_get(data, "extras");
}

json_t *osf_extra(struct osf_call *c, const char *id)
{
	return json_object_get(extras(c), id);
}

json_t *osf_extra_make(struct osf_call *c, const char *id)
{
	if (!osf_extra(c, id))
		json_object_set_new(extras(c), id, json_object());
	return osf_extra(c, id);
}

void osf_extra_drop(struct osf_call *c, const char *id)
{
	json_object_del(extras(c), id);
}

void osf_extra_take(struct osf_call *c, const char *id, const json_t *body, const char *const *keys)
{
	for (; *keys; keys++)
		if (json_object_get(body, *keys))
			json_object_set(osf_extra_make(c, id), *keys, json_object_get(body, *keys));
}

void osf_created(struct osf_call *c, enum kind kind, const char *id, char to[OSF_STAMP])
{
	osf_stamp(ref_born_us(c->rc, kind, id), false, to);
}
