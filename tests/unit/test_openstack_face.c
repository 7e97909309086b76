#include "openstack_client.h"

static int on(const char *method, const char *under, const char *id, const char *body)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", under, id);
	return call(method, path, body);
}

static int on_vm(const char *method, const char *tail, const char *body)
{
	char path[ID_MAX + 16];

	snprintf(path, sizeof(path), "%s%s", vm, tail);
	return on(method, "c:servers/", path, body);
}

static void vm_becomes(const char *status)
{
	for (int i = 0; i < 200; i++) {
		ck_assert_int_eq(on_vm("GET", "", NULL), 200);
		if (!strcmp(text_at("server/status"), status))
			return;
	}
	ck_abort_msg("the server stayed %s, not %s", text_at("server/status"), status);
}

static void vm_goes(void)
{
	ck_assert_int_eq(on_vm("DELETE", "", NULL), 204);
	for (int i = 0; i < 200 && on_vm("GET", "", NULL) != 404; i++)
		;
	ck_assert_int_eq(on_vm("GET", "", NULL), 404);
}

START_TEST(discovery_needs_no_token)
{
	ck_assert_int_eq(call("GET", "/", NULL), 300);
	ck_assert_int_eq(call("GET", "/identity", NULL), 300);
	ck_assert_int_eq(call("GET", "/identity/v3", NULL), 200);
	ck_assert_str_eq(text_at("version/id"), "v3.14");
	ck_assert_int_eq(call("GET", "/compute/", NULL), 200);
	ck_assert_str_eq(text_at("versions/0/version"), "2.79");
	ck_assert_int_eq(call("GET", "/network/", NULL), 200);
	ck_assert_str_eq(text_at("versions/0/status"), "CURRENT");
	ck_assert_int_eq(call("GET", "/image/", NULL), 300);
}
END_TEST

START_TEST(password_gives_a_scoped_token)
{
	ck_assert_int_eq(log_in(refcloud_user(), refcloud_password(), "demo"), 201);
	ck_assert_str_eq(last_op, "auth");
	ck_assert_uint_eq(strlen(token), 183);
	ck_assert_str_eq(text_at("token/project/name"), "demo");
	ck_assert_str_eq(text_at("token/catalog/1/type"), "compute");
	ck_assert_int_eq(call("GET", "i:auth/tokens", NULL), 200);
}
END_TEST

START_TEST(wrong_credentials_are_401)
{
	ck_assert_int_eq(log_in(refcloud_user(), "wrong", "demo"), 401);
	ck_assert(strstr(str_text(&raw), "Keystone uri=\""));
	ck_assert_str_eq(text_at("error/title"), "Unauthorized");
	ck_assert_int_eq(log_in("nobody", refcloud_password(), "demo"), 401);
	ck_assert_int_eq(log_in(refcloud_user(), refcloud_password(), "nowhere"), 401);
	ck_assert_int_eq(log_in(refcloud_user(), refcloud_password(), "alt"), 401);
	ck_assert_int_eq(log_in("alt", refcloud_password(), "alt"), 201);
	ck_assert_int_eq(call("POST", "i:auth/tokens", "{}"), 400);
	ck_assert_int_eq(call("POST", "i:auth/tokens", "{"), 400);
}
END_TEST

START_TEST(a_token_buys_another)
{
	char other[256];

	in = token;
	ck_assert_int_eq(call("POST", "i:auth/tokens", "{'auth':{'identity':{'methods':['token'],"
			      "'token':{'id':'@'}}}}"), 201);
	ck_assert_ptr_null(at(doc, "token/project"));
	snprintf(other, sizeof(other), "%.183s",
		 strcasestr(str_text(&raw), "X-Subject-Token: ") + 17);
	ck_assert_str_ne(other, token);
	str_copy(token, sizeof(token), other);
	ck_assert_int_eq(call("GET", "i:auth/projects", NULL), 200);
	ck_assert_int_eq(call("GET", "c:servers", NULL), 403);
}
END_TEST

START_TEST(a_damaged_or_revoked_token_is_401)
{
	static const char *const paths[] = {
		"c:servers", "n:networks", "/image/v2/images", "i:auth/catalog",
	};
	char whole[256];

	str_copy(whole, sizeof(whole), token);
	token[20] = token[20] == 'x' ? 'y' : 'x';
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(call("GET", paths[i], NULL), 401);
		ck_assert(strcasestr(str_text(&raw), "WWW-Authenticate: Keystone uri="));
	}
	str_copy(token, sizeof(token), whole);
	ck_assert_int_eq(call("DELETE", "i:auth/tokens", NULL), 204);
	ck_assert_int_eq(call("GET", "c:servers", NULL), 401);
	ck_assert_str_eq(last_op, "vm.list");
}
END_TEST

START_TEST(each_service_has_its_own_errors)
{
	ck_assert_int_eq(call("GET", "c:servers/none", NULL), 404);
	ck_assert_int_eq(json_integer_value(at(doc, "itemNotFound/code")), 404);
	ck_assert_int_eq(call("GET", "n:networks/none", NULL), 404);
	ck_assert_str_eq(text_at("NeutronError/type"), "NetworkNotFound");
	ck_assert_int_eq(call("GET", "i:regions/none", NULL), 404);
	ck_assert_str_eq(text_at("error/title"), "Not Found");
	ck_assert_int_eq(call("GET", "/image/v2/images/none", NULL), 404);
	ck_assert(strcasestr(str_text(&raw), "\r\nContent-Type: text/html; charset=UTF-8\r\n"));
	ck_assert_int_eq(call("PATCH", "n:networks", NULL), 405);
	ck_assert_int_eq(call("GET", "n:nothing", NULL), 404);
}
END_TEST

START_TEST(bodies_are_checked)
{
	ck_assert_int_eq(call("POST", "n:networks", "{"), 400);
	ck_assert_int_eq(call("POST", "n:networks", "{'x':1}"), 400);
	ck_assert_int_eq(call("POST", "n:networks", "{'network':{'name':5}}"), 400);
	ck_assert_int_eq(call("POST", "n:networks", "{'network':{'what':'x'}}"), 400);
	ck_assert(strstr(text_at("NeutronError/message"), "Unrecognized attribute(s) 'what'"));
	ck_assert_int_eq(call("POST", "c:os-keypairs", "{'keypair':{}}"), 400);
	ck_assert_int_eq(json_integer_value(at(doc, "badRequest/code")), 400);
	ck_assert_int_eq(call("POST", "c:servers", "{'server':{'name':'a','imageRef':7}}"), 400);
}
END_TEST

START_TEST(microversions_are_negotiated)
{
	static const struct { const char *ask; int status; const char *told; } rows[] = {
		{ NULL, 200, ": compute 2.1\r" }, { "2.10", 200, "Nova-API-Version: 2.10\r" },
		{ "latest", 200, ": compute 2.79\r" }, { "2.92", 406, "notAcceptable" },
		{ "two", 400, "badRequest" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		version = rows[i].ask;
		ck_assert_int_eq(call("GET", "c:os-keypairs", NULL), rows[i].status);
		ck_assert_ptr_nonnull(strcasestr(str_text(&raw), rows[i].told));
	}
}
END_TEST

START_TEST(key_pairs_are_unique_by_name)
{
	ck_assert_int_eq(call("POST", "c:os-keypairs", "{'keypair':{'name':'k'}}"), 200);
	ck_assert_str_eq(last_op, "keypair.create");
	ck_assert(strstr(text_at("keypair/private_key"), "PRIVATE KEY"));
	ck_assert_int_eq(call("POST", "c:os-keypairs", "{'keypair':{'name':'k'}}"), 409);
	ck_assert_int_eq(json_integer_value(at(doc, "conflictingRequest/code")), 409);
	version = "2.2";
	in = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINwbBxeDfuOP0R0Jb3hKbK4lXcTTqXXnM4cGTp3f6f3z x";
	ck_assert_int_eq(call("POST", "c:os-keypairs", "{'keypair':{'name':'i','type':'ssh',"
			      "'public_key':'@'}}"), 201);
	ck_assert_int_eq(call("GET", "c:os-keypairs/i", NULL), 200);
	ck_assert_str_eq(text_at("keypair/public_key"), in);
	/* md5sum of the decoded key */
	ck_assert_str_eq(text_at("keypair/fingerprint"),
			 "b3:f0:a4:d0:9a:d5:60:13:8a:4a:1c:63:80:f5:53:37");
	ck_assert_str_eq(text_at("keypair/private_key"), "(absent)");
	version = "2.35";
	ck_assert_int_eq(call("GET", "c:os-keypairs?limit=1", NULL), 200);
	ck_assert_str_eq(text_at("keypairs/0/keypair/name"), "k");
	ck_assert_str_eq(text_at("keypairs_links/0/rel"), "next");
	ck_assert_int_eq(call("GET", "c:os-keypairs?limit=1&marker=k", NULL), 200);
	ck_assert_str_eq(text_at("keypairs/0/keypair/name"), "i");
	ck_assert_int_eq(call("DELETE", "c:os-keypairs/k", NULL), 204);
	ck_assert_int_eq(call("DELETE", "c:os-keypairs/k", NULL), 404);
}
END_TEST

START_TEST(a_server_lives_and_dies)
{
	static const struct { const char *act; int status; const char *becomes; } steps[] = {
		{ "{'os-start':null}", 409, "ACTIVE" }, { "{'os-stop':null}", 202, "SHUTOFF" },
		{ "{'os-stop':null}", 409, "SHUTOFF" }, { "{'reboot':{}}", 400, "SHUTOFF" },
		{ "{'reboot':{'type':'SOFT'}}", 409, "SHUTOFF" },
		{ "{'os-start':null}", 202, "ACTIVE" }, { "{'levitate':null}", 400, "ACTIVE" },
		{ "{'reboot':{'type':'SOFT'}}", 202, "ACTIVE" },
		{ "{'suspend':null}", 202, "SUSPENDED" }, { "{'resume':null}", 202, "ACTIVE" },
	};

	make_vm();
	ck_assert_str_eq(last_op, "vm.create");
	vm_becomes("ACTIVE");
	ck_assert_str_eq(text_at("server/addresses/n/0/OS-EXT-IPS:type"), "fixed");
	ck_assert_str_eq(text_at("server/security_groups/0/name"), "default");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		ck_assert_int_eq(on_vm("POST", "/action", steps[i].act), steps[i].status);
		ck_assert(i != 1 || !strcmp(last_op, "vm.act.stop"));
		vm_becomes(steps[i].becomes);
	}
	vm_goes();
	ck_assert_int_eq(on_vm("DELETE", "", NULL), 404);
}
END_TEST

START_TEST(a_server_names_what_there_is)
{
	char body[300];
	static const char *const refs[] = {
		"'imageRef':'no','flavorRef':'mock-vmspec-01'",
		"'imageRef':'mock-vmimage-01','flavorRef':'no'",
		"'imageRef':'mock-vmimage-01','flavorRef':'mock-vmspec-01','key_name':'no'",
	};

	make_vm();
	for (size_t i = 0; i < 3; i++) {
		snprintf(body, sizeof(body), "{'server':{'name':'w',%s,'networks':[{'uuid':'@'}]}}",
			 refs[i]);
		ck_assert_int_eq(call("POST", "c:servers", body), 400);
	}
	ck_assert_str_eq(text_at("badRequest/message"), "Invalid key_name provided.");
}
END_TEST

START_TEST(servers_are_paged)
{
	char next[300];
	const char *path;

	make_vm();
	ck_assert_int_eq(call("POST", "c:servers", "{'server':{'name':'w','max_count':2,"
			      "'imageRef':'mock-vmimage-01','flavorRef':'mock-vmspec-01',"
			      "'networks':[{'uuid':'@'}]}}"), 202);
	ck_assert_int_eq(call("GET", "c:servers?limit=2", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "servers")), 2);
	ck_assert_str_eq(text_at("servers/0/name"), "w-2");
	str_copy(next, sizeof(next), text_at("servers_links/0/href"));
	path = strstr(next, "/compute");
	ck_assert_ptr_nonnull(path);
	ck_assert_int_eq(call("GET", path, NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "servers")), 1);
	ck_assert_ptr_null(at(doc, "servers_links"));
	ck_assert_int_eq(call("GET", "c:servers?marker=none", NULL), 400);
	ck_assert_int_eq(call("GET", "c:servers?limit=x", NULL), 400);
	ck_assert_int_eq(call("GET", "c:servers/detail?name=%5Ew-1%24", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "servers")), 1);
}
END_TEST

START_TEST(what_is_in_use_stays)
{
	make_vm();
	ck_assert_int_eq(on("DELETE", "n:networks/", net, NULL), 409);
	ck_assert_str_eq(text_at("NeutronError/type"), "NetworkInUse");
	ck_assert_int_eq(on("DELETE", "n:subnets/", subnet, NULL), 409);
	ck_assert_str_eq(text_at("NeutronError/type"), "SubnetInUse");
	vm_goes();
	ck_assert_int_eq(on("DELETE", "n:networks/", net, NULL), 204);
	ck_assert_int_eq(on("GET", "n:subnets/", subnet, NULL), 404);
}
END_TEST

START_TEST(ranges_and_quotas_are_checked)
{
	static const struct { const char *cidr; int status; } rows[] = {
		{ "10.1.0.0/24", 201 }, { "10.1.0.128/25", 400 }, { "10.1.0.1/16", 400 },
		{ "10.1.0.0", 400 }, { "10.1.1.0/24", 201 },
	};
	char body[200];

	make("n:networks", "network/id", net, "{'network':{'name':'n'}}");
	in = net;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(body, sizeof(body),
			 "{'subnet':{'network_id':'@','ip_version':4,'cidr':'%s'}}", rows[i].cidr);
		ck_assert_int_eq(call("POST", "n:subnets", body), rows[i].status);
	}
	in = "none";
	ck_assert_int_eq(call("POST", "n:subnets", body), 404);
	ck_assert_str_eq(text_at("NeutronError/type"), "NetworkNotFound");
	ck_assert_int_eq(call("POST", "n:routers", "{'router':{'name':'a'}}"), 201);
	ck_assert_int_eq(call("POST", "n:routers", "{'router':{'name':'b'}}"), 409);
	ck_assert_str_eq(text_at("NeutronError/type"), "OverQuota");
}
END_TEST

START_TEST(rules_come_and_go)
{
	static const char *const bad[] = {
		"'protocol':'tcp','port_range_min':80,'port_range_max':22", "'ethertype':'IPX'",
		"'protocol':'tcp','port_range_min':70000,'port_range_max':70000",
		"'port_range_min':1,'port_range_max':2", "'protocol':'bogus'",
		"'remote_ip_prefix':'300.0.0.0/8'",
	};
	static const char *const ssh =
		"{'security_group_rule':{'security_group_id':'@','direction':"
		"'ingress','protocol':'tcp','port_range_min':'22','port_range_max':22,"
		"'remote_ip_prefix':'10.0.0.0/8'}}";
	char sg[ID_MAX], rule[ID_MAX], body[300];

	make("n:security-groups", "security_group/id", sg, "{'security_group':{'name':'g'}}");
	ck_assert_uint_eq(json_array_size(at(doc, "security_group/security_group_rules")), 2);
	ck_assert(json_is_null(at(doc, "security_group/security_group_rules/0/remote_ip_prefix")));
	in = sg;
	make("n:security-group-rules", "security_group_rule/id", rule, ssh);
	ck_assert_str_eq(last_op, "sg.act.add-rule");
	ck_assert_int_eq(call("POST", "n:security-group-rules", ssh), 409);
	ck_assert_str_eq(text_at("NeutronError/type"), "SecurityGroupRuleExists");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(body, sizeof(body), "{'security_group_rule':{'security_group_id':'@',"
			 "'direction':'ingress',%s}}", bad[i]);
		ck_assert_msg(call("POST", "n:security-group-rules", body) == 400, "%s", bad[i]);
	}
	ck_assert_int_eq(on("DELETE", "n:security-group-rules/", rule, NULL), 204);
	ck_assert_int_eq(on("DELETE", "n:security-group-rules/", rule, NULL), 404);
	ck_assert_int_eq(on("GET", "n:security-groups/", sg, NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "security_group/security_group_rules")), 2);
	ck_assert_int_eq(on("DELETE", "n:security-groups/", sg, NULL), 204);

	ck_assert_int_eq(call("GET", "n:security-groups?name=default", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "security_groups")), 1);
	str_copy(sg, sizeof(sg), text_at("security_groups/0/id"));
	ck_assert_int_eq(on("DELETE", "n:security-groups/", sg, NULL), 409);
	ck_assert_int_eq(call("POST", "n:security-groups", "{'security_group':{'name':'Default'}}"),
			 409);
}
END_TEST

START_TEST(an_address_needs_a_route)
{
	char outside[ID_MAX], address[ID_MAX], router[ID_MAX], vm_port[ID_MAX], path[200];
	static const char *const bind = "{'floatingip':{'port_id':'@'}}";
	static const char *const unbind = "{'floatingip':{'port_id':null}}";

	make_vm();
	vm_becomes("ACTIVE");
	ck_assert_int_eq(call("GET", "n:networks?router:external=True", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "networks")), 1);
	str_copy(outside, sizeof(outside), text_at("networks/0/id"));
	ck_assert_int_eq(on("GET", "n:ports?device_id=", vm, NULL), 200);
	str_copy(vm_port, sizeof(vm_port), text_at("ports/0/id"));
	in = outside;
	make("n:floatingips", "floatingip/id", address,
	     "{'floatingip':{'floating_network_id':'@'}}");
	in = vm_port;
	ck_assert_int_eq(on("PUT", "n:floatingips/", address, bind), 404);
	ck_assert_str_eq(text_at("NeutronError/type"), "ExternalGatewayForFloatingIPNotFound");
	make("n:routers", "router/id", router, "{'router':{'name':'r'}}");
	in = outside;
	ck_assert_int_eq(on("PUT", "n:routers/", router,
			    "{'router':{'external_gateway_info':{'network_id':'@'}}}"), 200);
	snprintf(path, sizeof(path), "n:routers/%s/add_router_interface", router);
	in = subnet;
	ck_assert_int_eq(call("PUT", path, "{'subnet_id':'@'}"), 200);
	ck_assert_str_eq(last_op, "router.act.join");
	ck_assert_int_eq(call("PUT", path, "{'subnet_id':'@'}"), 400);
	ck_assert_ptr_nonnull(strstr(text_at("NeutronError/message"), "already has a port"));
	ck_assert_int_eq(on("DELETE", "n:routers/", router, NULL), 409);
	in = vm_port;
	ck_assert_int_eq(on("PUT", "n:floatingips/", address, bind), 200);
	ck_assert_str_eq(last_op, "address.act.bind");
	ck_assert_str_eq(text_at("floatingip/status"), "ACTIVE");
	ck_assert_str_eq(text_at("floatingip/router_id"), router);
	ck_assert_int_eq(on_vm("GET", "", NULL), 200);
	ck_assert_str_eq(text_at("server/addresses/n/1/OS-EXT-IPS:type"), "floating");
	ck_assert_int_eq(on("PUT", "n:floatingips/", address, unbind), 200);
	ck_assert_str_eq(text_at("floatingip/status"), "DOWN");
	ck_assert_int_eq(on("DELETE", "n:floatingips/", address, NULL), 204);
}
END_TEST

START_TEST(projects_do_not_see_each_other)
{
	make("n:networks", "network/id", net, "{'network':{'name':'mine'}}");
	ck_assert_int_eq(log_in("alt", refcloud_password(), "alt"), 201);
	ck_assert_int_eq(on("GET", "n:networks/", net, NULL), 404);
	ck_assert_int_eq(on("DELETE", "n:networks/", net, NULL), 404);
	ck_assert_int_eq(call("GET", "n:networks", NULL), 200);
	ck_assert_uint_eq(json_array_size(at(doc, "networks")), 1);
}
END_TEST

START_TEST(the_target_names_what_there_is)
{
	struct str yaml = { 0 };
	char id[ID_MAX];

	ck_assert_int_eq(call("GET", "n:networks?name=public", NULL), 200);
	str_copy(id, sizeof(id), text_at("networks/0/id"));
	face_by_name("openstack")->target("http://h:1", &yaml);
	ck_assert_ptr_nonnull(strstr(str_text(&yaml), "endpoint: \"http://h:1/identity/v3\""));
	ck_assert_ptr_nonnull(strstr(str_text(&yaml), id));
	ck_assert_int_eq(call("GET", "/image/v2/images/mock-vmimage-01", NULL), 200);
	ck_assert_int_eq(call("GET", "c:flavors/mock-vmspec-01", NULL), 200);
	str_release(&yaml);
}
END_TEST

Suite *openstack_face_suite(void);
Suite *openstack_face_suite(void)
{
	const TTest *const inside[] = {
		a_token_buys_another, a_damaged_or_revoked_token_is_401,
		each_service_has_its_own_errors, bodies_are_checked, microversions_are_negotiated,
		key_pairs_are_unique_by_name, a_server_lives_and_dies, a_server_names_what_there_is,
		servers_are_paged, what_is_in_use_stays, ranges_and_quotas_are_checked,
		rules_come_and_go, an_address_needs_a_route, projects_do_not_see_each_other,
		the_target_names_what_there_is,
	};
	Suite *s = suite_create("openstack face");
	TCase *outside = tcase_create("before the token"), *t = tcase_create("with a token");

	tcase_add_checked_fixture(outside, set_up, tear_down);
	tcase_add_test(outside, discovery_needs_no_token);
	tcase_add_test(outside, password_gives_a_scoped_token);
	tcase_add_test(outside, wrong_credentials_are_401);
	suite_add_tcase(s, outside);
	tcase_add_checked_fixture(t, set_up_in, tear_down);
	for (size_t i = 0; i < sizeof(inside) / sizeof(*inside); i++)
		tcase_add_test(t, inside[i]);
	tcase_set_timeout(t, 20);
	suite_add_tcase(s, t);
	return s;
}
