#include "openstack_client.h"

/* Cinder on the face, and what Nova says of volumes and metadata. */

static char disk[ID_MAX];

/* Settled, as far as the model's short latency is concerned. */
static const char *status_of(const char *path)
{
	const char *now = "";

	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(call("GET", path, NULL), 200);
		now = json_string_value(json_object_get(json_object_iter_value(
			json_object_iter(doc)), "status"));
		if (strcmp(now, "creating") && strcmp(now, "BUILD") && strcmp(now, "deleting"))
			break;
	}
	return now;
}

static char *volume_path(const char *tail)
{
	static char path[300];

	snprintf(path, sizeof(path), "v:volumes/%s%s", disk, tail);
	return path;
}

static char *server_path(const char *tail)
{
	static char path[400];

	snprintf(path, sizeof(path), "c:servers/%s%s", vm, tail);
	return path;
}

static void make_disk(void)
{
	make("v:volumes", "volume/id", disk, "{'volume':{'name':'d','size':2,'metadata':{'a':'1'}}}");
	ck_assert_str_eq(status_of(volume_path("")), "available");
}

START_TEST(a_volume_lives_and_dies)
{
	make("v:volumes", "volume/id", disk, "{'volume':{'name':'d','size':2,'colour':'red'}}");
	ck_assert_str_eq(last_op, "disk.create");
	ck_assert_str_eq(text_at("volume/status"), "creating");
	ck_assert_str_eq(status_of(volume_path("")), "available");
	ck_assert_int_eq(json_integer_value(at(doc, "volume/size")), 2);
	ck_assert_str_eq(text_at("volume/volume_type"), "SSD");
	ck_assert_str_eq(text_at("volume/bootable"), "false");
	ck_assert_int_eq(call("POST", volume_path("/action"), "{'os-extend':{'new_size':5}}"), 202);
	ck_assert_str_eq(last_op, "disk.act.resize");
	ck_assert_str_eq(status_of(volume_path("")), "available");
	ck_assert_int_eq(json_integer_value(at(doc, "volume/size")), 5);
	ck_assert_int_eq(call("GET", "v:limits", NULL), 200);
	ck_assert_int_eq(json_integer_value(at(doc, "limits/absolute/totalVolumesUsed")), 1);
	ck_assert_int_eq(json_integer_value(at(doc, "limits/absolute/totalGigabytesUsed")), 5);
	ck_assert_int_eq(call("DELETE", volume_path(""), NULL), 202);
	while (call("GET", volume_path(""), NULL) == 200)
		ck_assert_str_eq(text_at("volume/status"), "deleting");
	ck_assert_int_eq(json_integer_value(at(doc, "itemNotFound/code")), 404);
	ck_assert_int_eq(call("DELETE", volume_path(""), NULL), 404);
}
END_TEST

/* Words of Cinder 21.3 to the same requests. */
static const struct { const char *method, *path, *body; int status; const char *told; } wrong[] = {
	{ "POST", "v:volumes", "{'volume':{'size':0}}", 400, "badRequest" },
	{ "POST", "v:volumes", "{'volume':{'size':-1}}", 400, "size" },
	{ "POST", "v:volumes", "{'volume':{'size':'x'}}", 400, "size" },
	{ "POST", "v:volumes", "{'volume':{'name':'n'}}", 400, "malformed" },
	{ "POST", "v:volumes", "{'x':1}", 400, "'volume' is a required property" },
	{ "POST", "v:volumes", "{'volume':{'size':1,'volume_type':'nope'}}", 404,
	  "Volume type with name nope could not be found." },
	{ "POST", "v:volumes", "{'volume':{'size':1,'availability_zone':'nope'}}", 400,
	  "Availability zone 'nope' is invalid." },
	{ "POST", "v:volumes", "{'volume':{'size':1,'metadata':{'a=':'1'}}}", 400, "regexes" },
	{ "POST", "v:volumes", "{'volume':{'size':1,'metadata':{'a':1}}}", 400, "string" },
	{ "GET", "v:volumes/nope", NULL, 404, "Volume nope could not be found." },
	{ "GET", "v:volumes?marker=nope", NULL, 400, "marker" },
	{ "GET", "/volume/v3/c47a90d18e2b4f5d9c6b708192a3b4c5/volumes", NULL, 400,
	  "Malformed request url" },
	{ "GET", "v:os-quota-sets/x", NULL, 403, "forbidden" },
	{ "POST", "v:volumes/nope/metadata", "{'metadata':{'a':'1'}}", 404, "Volume nope could not" },
	{ "POST", "c:servers/nope/metadata", "{'metadata':{'a':'1'}}", 404, "Instance nope could not" },
	{ "GET", "c:servers/nope/metadata/a", NULL, 404, "Instance nope could not" },
	{ "POST", "v:volumes/nope/action", "{'os-fly':null}", 400, "no such action" },
	{ "POST", "c:servers/nope/os-volume_attachments", "{'volumeAttachment':{'volumeId':'x'}}", 400,
	  "is not a 'uuid'" },
};

START_TEST(what_is_wrong_is_said)
{
	ck_assert_int_eq(call(wrong[_i].method, wrong[_i].path, wrong[_i].body), wrong[_i].status);
	ck_assert_msg(strstr(str_text(&raw), wrong[_i].told) != NULL, "%s", str_text(&raw));
}
END_TEST

START_TEST(a_volume_is_attached)
{
	make_vm();
	make_disk();
	ck_assert_str_eq(status_of(server_path("")), "ACTIVE");
	in = disk;
	ck_assert_int_eq(call("DELETE", server_path("/os-volume_attachments/x"), NULL), 404);
	ck_assert_int_eq(call("POST", server_path("/os-volume_attachments"),
			      "{'volumeAttachment':{'volumeId':'@'}}"), 200);
	ck_assert_str_eq(last_op, "disk.act.attach");
	ck_assert_str_eq(text_at("volumeAttachment/device"), "/dev/vdb");
	ck_assert_str_eq(status_of(volume_path("")), "in-use");
	ck_assert_str_eq(text_at("volume/attachments/0/server_id"), vm);
	ck_assert_int_eq(call("GET", server_path(""), NULL), 200);
	ck_assert_str_eq(text_at("server/os-extended-volumes:volumes_attached/0/id"), disk);
	ck_assert_int_eq(call("POST", server_path("/os-volume_attachments"),
			      "{'volumeAttachment':{'volumeId':'@'}}"), 400);
	ck_assert_ptr_nonnull(strstr(text_at("badRequest/message"), "Invalid volume: "));
	ck_assert_int_eq(call("DELETE", volume_path(""), NULL), 400);
	ck_assert_ptr_nonnull(strstr(text_at("badRequest/message"), "Invalid volume: "));
	ck_assert_int_eq(call("POST", volume_path("/action"), "{'os-extend':{'new_size':9}}"), 400);
	ck_assert_ptr_nonnull(strstr(text_at("badRequest/message"), "currently in-use"));
	ck_assert_int_eq(call("DELETE", server_path(""), NULL), 204);
	while (call("GET", server_path(""), NULL) == 200)
		;
	ck_assert_str_eq(status_of(volume_path("")), "available");
	ck_assert_int_eq(call("POST", volume_path("/action"), "{'os-extend':{'new_size':1}}"), 400);
	ck_assert_ptr_nonnull(strstr(text_at("badRequest/message"), "greater than current size"));
}
END_TEST

/* The same calls on both owners; Nova's delete answers 204, Cinder's 200. */
static void metadata_comes_and_goes(const char *path, int removed)
{
	char key[500];

	snprintf(key, sizeof(key), "%s/colour", path);
	ck_assert_int_eq(call("POST", path, "{'metadata':{'colour':'red','b':'2'}}"), 200);
	ck_assert_str_eq(last_op, "tag.create");
	ck_assert_int_eq(call("POST", path, "{'metadata':{'colour':'blue'}}"), 200);
	ck_assert_str_eq(text_at("metadata/colour"), "blue");
	ck_assert_str_eq(text_at("metadata/b"), "2");
	ck_assert_int_eq(call("PUT", key, "{'meta':{'colour':'green'}}"), 200);
	ck_assert_int_eq(call("PUT", key, "{'meta':{'b':'green'}}"), 400);
	ck_assert_int_eq(call("GET", key, NULL), 200);
	ck_assert_str_eq(text_at("meta/colour"), "green");
	ck_assert_int_eq(call("DELETE", key, NULL), removed);
	ck_assert_int_eq(call("DELETE", key, NULL), 404);
	ck_assert_int_eq(call("GET", key, NULL), 404);
	ck_assert_int_eq(call("PUT", path, "{'metadata':{'c':'3'}}"), 200);
	ck_assert_int_eq(call("GET", path, NULL), 200);
	ck_assert_uint_eq(json_object_size(at(doc, "metadata")), 1);
	ck_assert_str_eq(text_at("metadata/c"), "3");
}

START_TEST(metadata_is_of_servers_and_volumes)
{
	char path[400];

	make_vm();
	make_disk();
	str_copy(path, sizeof(path), server_path("/metadata"));
	metadata_comes_and_goes(path, 204);
	ck_assert_int_eq(call("GET", server_path(""), NULL), 200);
	ck_assert_str_eq(text_at("server/metadata/c"), "3");
	str_copy(path, sizeof(path), volume_path("/metadata"));
	metadata_comes_and_goes(path, 200);
	ck_assert_int_eq(call("GET", volume_path(""), NULL), 200);
	ck_assert_str_eq(text_at("volume/metadata/c"), "3");
}
END_TEST

START_TEST(volumes_are_paged)
{
	char first[ID_MAX], second[ID_MAX];

	make("v:volumes", "volume/id", first, "{'volume':{'name':'a','size':1}}");
	make("v:volumes", "volume/id", second, "{'volume':{'name':'b','size':1}}");
	ck_assert_int_eq(call("GET", "v:volumes?limit=1", NULL), 200);
	ck_assert_str_eq(text_at("volumes/0/id"), second);
	ck_assert_ptr_nonnull(strstr(text_at("volumes_links/0/href"), second));
	in = "";
	ck_assert_int_eq(call("GET", strstr(text_at("volumes_links/0/href"), "/volume/"), NULL), 200);
	ck_assert_str_eq(text_at("volumes/0/id"), first);
	ck_assert_int_eq(call("GET", "v:volumes/detail?name=a", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "volumes")), 1);
}
END_TEST

START_TEST(microversions_of_volumes)
{
	version = "3.13";
	ck_assert_int_eq(call("POST", "v:volumes", "{'volume':{'size':1}}"), 202);
	ck_assert_ptr_nonnull(at(doc, "volume/group_id"));
	ck_assert_ptr_nonnull(strcasestr(str_text(&raw), "OpenStack-API-Version: volume 3.13\r\n"));
	version = "3.99";
	ck_assert_int_eq(call("GET", "v:volumes", NULL), 406);
	version = "x";
	ck_assert_int_eq(call("GET", "v:volumes", NULL), 400);
}
END_TEST

START_TEST(a_quota_of_volumes_is_413)
{
	while (call("POST", "v:volumes", "{'volume':{'size':1}}") == 202)
		;
	ck_assert_int_eq(json_integer_value(at(doc, "overLimit/code")), 413);
}
END_TEST

START_TEST(other_projects_have_other_volumes)
{
	make_disk();
	ck_assert_int_eq(log_in("alt", refcloud_password(), "alt"), 201);
	ck_assert_int_eq(call("GET", volume_path(""), NULL), 400);
	ck_assert_ptr_nonnull(strstr(text_at("badRequest/message"), "Malformed request url"));
	snprintf(disk, sizeof(disk), "%s", "x");
	ck_assert_int_eq(call("GET", "/volume/v3/c47a90d18e2b4f5d9c6b708192a3b4c5/volumes", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "volumes")), 0);
}
END_TEST

Suite *openstack_volumes_suite(void);
Suite *openstack_volumes_suite(void)
{
	const TTest *const all[] = {
		a_volume_lives_and_dies, a_volume_is_attached, metadata_is_of_servers_and_volumes,
		volumes_are_paged, microversions_of_volumes, a_quota_of_volumes_is_413,
		other_projects_have_other_volumes,
	};
	Suite *s = suite_create("openstack volumes");
	TCase *t = tcase_create("with a token");

	tcase_add_checked_fixture(t, set_up_in, tear_down);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		tcase_add_test(t, all[i]);
	tcase_add_loop_test(t, what_is_wrong_is_said, 0, sizeof(wrong) / sizeof(*wrong));
	tcase_set_timeout(t, 20);
	suite_add_tcase(s, t);
	return s;
}
