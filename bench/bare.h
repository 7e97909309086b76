#ifndef BENCH_BARE_H
#define BENCH_BARE_H

/*
 * The least that a client with libcurl and jansson can do: as many easy handles as
 * connections, each going through create, read, delete and read again of a virtual
 * network, parsing each reply and looking one text up in it.  No retry, no journal.
 */
struct bare_work {
	const char *api;	/* "spider" | "openstack" */
	const char *base;	/* of the face; for openstack with /v2.0 of the network service */
	const char *header;	/* "Authorization: ..." or "X-Auth-Token: ..." */
	unsigned operations, connections;
};

struct bare_result {
	double cpu_us, wall_us, kib, journal_bytes, journal_us;	/* all of it */
	unsigned calls, failed;
};

void bare_poll(const struct bare_work *w, struct bare_result *ret);	/* curl_multi_poll */
void bare_epoll(const struct bare_work *w, struct bare_result *ret);	/* socket_action */

#endif
