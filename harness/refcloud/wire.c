/* Faults on the wire: what a face answered, spoiled before it is sent. */
#include "refcloud/priv.h"

#include <stdlib.h>
#include <string.h>

/* A fault's "on" against an op as a face calls it; its kind may be none of ours. */
static bool on_op(const struct ref_fault *f, const char *op)
{
	const char *want = f->on;
	size_t kind = strcspn(op, "."), want_kind = strcspn(want, "."), n;

	if (strncmp(want, "any.", 4) && (kind != want_kind || strncmp(op, want, kind)))
		return false;
	op += op[kind] ? kind + 1 : kind;
	want += want_kind + 1;
	n = strlen(want);
	return !strcmp(want, "any") || (!strncmp(op, want, n) && (!op[n] || op[n] == '.'));
}

static void spoil(json_t *doc, const struct ref_fault *f);

static void retype(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key), *other;
	char text[32];

	if (json_is_integer(value)) {
		snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(value));
		other = json_string(text);
	} else if (json_is_string(value)) {
		other = json_integer((json_int_t)strlen(json_string_value(value)));
	} else if (json_is_array(value)) {
		other = json_object();
	} else {
		other = json_string("retyped");
	}
	json_object_set_new(object, key, other);
}

static void spoil_object(json_t *doc, const struct ref_fault *f)
{
	const char *key;
	json_t *value;
	void *next;

	json_object_foreach_safe(doc, next, key, value) {
		if (strcmp(key, f->field))
			spoil(value, f);
	}
	value = json_object_get(doc, f->field);
	if (!value)
		return;
	if (f->does == DO_RETYPE_KEY) {
		retype(doc, f->field);
		return;
	}
	if (f->does == DO_RENAME_KEY)
		json_object_set(doc, f->to, value);
	json_object_del(doc, f->field);
}

/* Our own answers: as deep as a face makes them. */
static void spoil(json_t *doc, const struct ref_fault *f)
{
	size_t i;
	json_t *one;

	if (json_is_object(doc))
		spoil_object(doc, f);
	json_array_foreach(doc, i, one)
		spoil(one, f);
}

static void replace(struct face_reply *rep, const char *text, const char *type)
{
	json_decref(rep->json);
	rep->json = NULL;
	free(rep->text);
	rep->text = xstrdup(text);
	rep->content_type = type;
}

/* As text, since what the server sends as JSON it calls so. */
static void retitle(struct face_reply *rep, const char *type)
{
	char *text = rep->json ? json_dumps(rep->json, 0) : NULL;

	if (text)
		replace(rep, text, type);
	free(text);
}

/* Beside the text, wherever an error has one. */
static void tell(json_t *doc)
{
	const char *key;
	json_t *value;

	if (!json_is_object(doc))
		return;
	json_object_foreach(doc, key, value)
		tell(value);
	if (json_object_get(doc, "message"))
		json_object_set_new(doc, "debug", json_sprintf("password=%s", refcloud_password()));
}

static void set_status(struct face_reply *rep, const struct ref_fault *f)
{
	if (!*f->from || str_to_int(f->from, 599) == rep->status)
		rep->status = (int)str_to_int(f->value, 599);
}

void wire_faults(struct refcloud *rc, struct face_reply *rep)
{
	for (const struct ref_fault *f = rc->faults; f; f = f->next) {
		if (f->does < DO_DROP_KEY || !on_op(f, rep->op))
			continue;
		if (f->does <= DO_RETYPE_KEY)
			spoil(rep->json, f);
		else if (f->does == DO_STATUS)
			set_status(rep, f);
		else if (f->does == DO_CONTENT_TYPE)
			retitle(rep, f->value);
		else if (f->does == DO_TELL && rep->status >= 400)
			tell(rep->json);
		else if (f->does == DO_TELL)
			continue;
		else if (f->does == DO_BODY)
			replace(rep, f->value, "application/json");
		else
			replace(rep, "<!DOCTYPE html>\n<html><head><title>Error</title></head>"
				"<body><h1>Something went wrong</h1></body></html>\n", "text/html");
	}
}

int ref_page_slip(struct refcloud *rc, const char *op)
{
	for (const struct ref_fault *f = rc->faults; f; f = f->next)
		if ((f->does == DO_SKIP_AT_PAGE || f->does == DO_REPEAT_AT_PAGE) && on_op(f, op))
			return f->does == DO_SKIP_AT_PAGE ? 1 : -1;
	return 0;
}

int64_t wire_delay_ms(struct refcloud *rc, const char *op)
{
	for (const struct ref_fault *f = rc->faults; f; f = f->next)
		if (f->does == DO_SLOW && on_op(f, op))
			return refcloud_delay_ms(rc, str_to_int(f->value, 3600000));
	return 0;
}
