#include <check.h>
#include <stdio.h>
#include <string.h>

/* One line a suite, in both lists, in the order of the file names. */
extern Suite *co_stack_suite(void);
extern Suite *budget_suite(void);
extern Suite *bulk_suite(void);
extern Suite *co_suite(void);
extern Suite *conf_suite(void);
extern Suite *dr_check_suite(void);
extern Suite *dr_figures_suite(void);
extern Suite *explore_suite(void);
extern Suite *face_spider_suite(void);
extern Suite *faults_suite(void);
extern Suite *faults_wire_suite(void);
extern Suite *guest_cloud_suite(void);
extern Suite *guest_faults_suite(void);
extern Suite *guest_inside_suite(void);
extern Suite *guest_suite(void);
extern Suite *history_suite(void);
extern Suite *html_suite(void);
extern Suite *http_ask_suite(void);
extern Suite *http_broken_suite(void);
extern Suite *http_many_suite(void);
extern Suite *http_retry_suite(void);
extern Suite *http_suite(void);
extern Suite *json_suite(void);
extern Suite *junit_suite(void);
extern Suite *learn_suite(void);
extern Suite *ledger_suite(void);
extern Suite *loop_suite(void);
extern Suite *model_report_suite(void);
extern Suite *neighbours_suite(void);
extern Suite *model_suite(void);
extern Suite *openstack_driver_suite(void);
extern Suite *openstack_face_suite(void);
extern Suite *openstack_volumes_suite(void);
extern Suite *openstack_suite(void);
extern Suite *outage_suite(void);
extern Suite *own_suite(void);
extern Suite *pack_suite(void);
extern Suite *past_suite(void);
extern Suite *pem_suite(void);
extern Suite *plan_suite(void);
extern Suite *profile_suite(void);
extern Suite *reader_suite(void);
extern Suite *readers_suite(void);
extern Suite *refcloud_kinds_suite(void);
extern Suite *refcloud_suite(void);
extern Suite *report_cost_suite(void);
extern Suite *s3_chunks_suite(void);
extern Suite *s3_suite(void);
extern Suite *secret_suite(void);
extern Suite *sem_suite(void);
extern Suite *sidestore_suite(void);
extern Suite *sigv4_suite(void);
extern Suite *sigv4_verify_suite(void);
extern Suite *site_suite(void);
extern Suite *spider_suite(void);
extern Suite *str_suite(void);
extern Suite *target_suite(void);
extern Suite *sweep_read_suite(void);
extern Suite *tc_guest_suite(void);
extern Suite *translations_suite(void);
extern Suite *verdict_suite(void);
extern Suite *waivers_suite(void);
extern Suite *xml_suite(void);

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
	{ "budget", budget_suite },
	{ "bulk", bulk_suite },
	{ "co", co_suite },
	{ "co_stack", co_stack_suite },
	{ "conf", conf_suite },
	{ "dr_check", dr_check_suite },
	{ "dr_figures", dr_figures_suite },
	{ "explore", explore_suite },
	{ "face_spider", face_spider_suite },
	{ "faults", faults_suite },
	{ "faults_wire", faults_wire_suite },
	{ "guest_cloud", guest_cloud_suite },
	{ "guest_faults", guest_faults_suite },
	{ "guest_inside", guest_inside_suite },
	{ "guest", guest_suite },
	{ "history", history_suite },
	{ "html", html_suite },
	{ "http", http_suite },
	{ "http_ask", http_ask_suite },
	{ "http_broken", http_broken_suite },
	{ "http_many", http_many_suite },
	{ "http_retry", http_retry_suite },
	{ "json", json_suite },
	{ "junit", junit_suite },
	{ "learn", learn_suite },
	{ "ledger", ledger_suite },
	{ "loop", loop_suite },
	{ "model", model_suite },
	{ "model_report", model_report_suite },
	{ "neighbours", neighbours_suite },
	{ "openstack", openstack_suite },
	{ "openstack_driver", openstack_driver_suite },
	{ "openstack_face", openstack_face_suite },
	{ "openstack_volumes", openstack_volumes_suite },
	{ "outage", outage_suite },
	{ "own", own_suite },
	{ "pack", pack_suite },
	{ "past", past_suite },
	{ "pem", pem_suite },
	{ "plan", plan_suite },
	{ "profile", profile_suite },
	{ "reader", reader_suite },
	{ "refcloud", refcloud_suite },
	{ "readers", readers_suite },
	{ "refcloud_kinds", refcloud_kinds_suite },
	{ "report_cost", report_cost_suite },
	{ "s3", s3_suite },
	{ "s3_chunks", s3_chunks_suite },
	{ "secret", secret_suite },
	{ "sem", sem_suite },
	{ "sidestore", sidestore_suite },
	{ "sigv4", sigv4_suite },
	{ "sigv4_verify", sigv4_verify_suite },
	{ "site", site_suite },
	{ "spider", spider_suite },
	{ "str", str_suite },
	{ "target", target_suite },
	{ "sweep_read", sweep_read_suite },
	{ "tc_guest", tc_guest_suite },
	{ "translations", translations_suite },
	{ "verdict", verdict_suite },
	{ "waivers", waivers_suite },
	{ "xml", xml_suite },
};

/* unit [suite]: exit 0 when everything that ran has passed. */
int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	SRunner *r = srunner_create(NULL);
	int ran, failed, known = 0;

	for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); i++) {
		if (only && strcmp(only, suites[i].name))
			continue;
		srunner_add_suite(r, suites[i].make());
		known++;
	}
	if (!known) {
		fprintf(stderr, "unit: no suite \"%s\"\n", only);
		srunner_free(r);
		return 3;
	}
	srunner_run_all(r, CK_NORMAL);
	ran = srunner_ntests_run(r);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	printf("%d passed, %d failed\n", ran - failed, failed);
	return failed ? 1 : 0;
}
