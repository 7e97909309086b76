#include <check.h>
#include <stdio.h>
#include <string.h>

/* One line a suite, in both lists, in the order of the file names. */
extern Suite *co_suite(void);
extern Suite *co_stack_suite(void);
extern Suite *faults_suite(void);
extern Suite *face_spider_suite(void);
extern Suite *refcloud_suite(void);
extern Suite *http_suite(void);
extern Suite *http_broken_suite(void);
extern Suite *http_many_suite(void);
extern Suite *http_retry_suite(void);
extern Suite *loop_suite(void);
extern Suite *sem_suite(void);

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
	{ "co", co_suite },
	{ "co_stack", co_stack_suite },
	{ "faults", faults_suite },
	{ "face_spider", face_spider_suite },
	{ "refcloud", refcloud_suite },
	{ "http", http_suite },
	{ "http_broken", http_broken_suite },
	{ "http_many", http_many_suite },
	{ "http_retry", http_retry_suite },
	{ "loop", loop_suite },
	{ "sem", sem_suite },
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
