/*
 * hostile [-v] [PATTERN]: each row of the table against each driver, a few at a
 * time, each in a process of its own.  Ends with "N passed, N failed".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

enum { AT_ONCE = 4 };

static char work[] = "/tmp/plugfest-hostile-XXXXXX";
static bool talkative;
static int passed, failed;
static struct { pid_t pid; const struct row *row; enum driver_bit driver; } going[AT_ONCE];

static void reap(void)
{
	int status, i = 0;
	pid_t pid = wait(&status);

	while (i < AT_ONCE && going[i].pid != pid)
		i++;
	if (i == AT_ONCE)
		return;
	going[i].pid = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		passed++;
		return;
	}
	failed++;
	printf("FAILED: %s: %s\n", driver_word(going[i].driver), going[i].row->name);
	if (!WIFEXITED(status))
		printf("    the row's own process ended by signal %d\n", WTERMSIG(status));
	fflush(stdout);
}

static void start(const struct row *row, enum driver_bit driver, int number)
{
	int i = 0;

	while (i < AT_ONCE && going[i].pid)
		i++;
	if (i == AT_ONCE) {
		reap();
		start(row, driver, number);
		return;
	}
	fflush(stdout);
	going[i].row = row;
	going[i].driver = driver;
	going[i].pid = fork();
	if (going[i].pid < 0) {
		perror("hostile: fork");
		exit(4);
	}
	if (!going[i].pid)
		_exit(row_run(row, driver, work, number, talkative));
}

static bool wait_all(void)
{
	for (int i = 0; i < AT_ONCE; i++)
		while (going[i].pid)
			reap();
	return failed == 0;
}

/* The healthy rows come first and alone: they tell what idle takes. */
static void run_all(const char *pattern)
{
	int number = 0;

	for (size_t i = 0; i < row_count; i++) {
		bool healthy = !strncmp(rows[i].name, "healthy", 7);

		for (unsigned d = SPIDER; d <= OPENSTACK; d++) {
			number++;
			if (!(rows[i].drivers & d) ||
			    (pattern && !healthy && !str_glob(pattern, rows[i].name)))
				continue;
			start(&rows[i], (enum driver_bit)d, number);
			if (healthy)
				wait_all();
		}
	}
	wait_all();
}

int main(int argc, char **argv)
{
	const char *pattern = NULL;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-v"))
			talkative = true;
		else
			pattern = argv[i];
	}
	if (!getenv("PLUGFEST") || !mkdtemp(work)) {
		fprintf(stderr, "hostile: wants PLUGFEST=path of the program, and /tmp to write to\n");
		return 3;
	}
	setenv("PLUGFEST_REFCLOUD_PASSWORD", "hostile-test-password", 1);
	run_all(pattern);
	if (!getenv("HOSTILE_KEEP"))
		folder_remove(work);
	else
		printf("kept: %s\n", work);
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed;
}
