/*
 * What a guest's machine is made of when its system is another process (--guest-sshd
 * PORT:FOLDER), as files that this process finds there:
 *
 *   FOLDER/router               the UDP port of 127.0.0.1 that knows who reaches whom
 *   FOLDER/127.A.B.C/           one boot of one VM, by an address that nobody else has
 *     power                     there while it is switched on
 *     authorized_keys           whom its key pair lets in
 *     home -> ../home/VM        what it keeps over a boot
 *     var/lib/cloud/data/instance-id  proc/sys/kernel/hostname
 *     proc/sys/kernel/random/boot_id  proc/sys/vm/drop_caches
 *     dev/disk/by-id/virtio-... -> ../disks/DISK
 *
 * All but power is written anew before each login: nothing else looks at it.
 */
#include "refcloud/guest.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/file.h"

enum { SERIAL_MAX = 20, ASKED_MAX = 200 };	/* hypervisors cut serial numbers */

struct guest_router {
	struct refcloud *rc;
	struct loop_fd watch;
};

static void complain(const char *path, const char *why)
{
	fprintf(stderr, "plugfest: the machine of a guest: %s: %s\n", path, why);
}

/* ---- files ---- */

static void put(const struct ref_guest *g, const char *name, const char *text)
{
	AUTO(str) char *path = xasprintf("%s/%s/%s", g->rc->cfg.guest_folder, g->inner, name);
	AUTO(str) char *folder = xstrdup(path);
	struct error err;

	*strrchr(folder, '/') = '\0';
	if (folder_make(folder, &err) < 0 || file_write(path, text, strlen(text), &err) < 0)
		complain(path, err.text);
}

static void point(const char *path, const char *to)
{
	if (symlink(to, path) < 0 && errno != EEXIST)
		complain(path, strerror(errno));
}

static void put_home(const struct ref_guest *g)
{
	const char *folder = g->rc->cfg.guest_folder;
	AUTO(str) char *home = xasprintf("%s/home/%s", folder, g->vm->r.id);
	AUTO(str) char *link = xasprintf("%s/%s/home", folder, g->inner);
	struct error err;

	if (folder_make(home, &err) < 0)
		complain(home, err.text);
	point(link, home);
}

/* As large as it is by now; what stands there stays. */
static void put_disk(const struct ref_guest *g, const struct ref_entry *disk, const char *by_id)
{
	const char *folder = g->rc->cfg.guest_folder;
	AUTO(str) char *file = xasprintf("%s/disks/%s", folder, disk->r.id);
	AUTO(str) char *link = xasprintf("%s/virtio-%.*s", by_id, SERIAL_MAX, disk->r.id);
	FILE *f = fopen(file, "ae");

	if (!f || ftruncate(fileno(f), (off_t)(disk->r.disk.size_gb << 30)) < 0)
		complain(file, strerror(errno));
	if (f)
		fclose(f);
	point(link, file);
}

static void put_disks(const struct ref_guest *g)
{
	const char *folder = g->rc->cfg.guest_folder;
	AUTO(str) char *by_id = xasprintf("%s/%s/dev/disk/by-id", folder, g->inner);
	AUTO(str) char *disks = xasprintf("%s/disks", folder);
	struct dirent *old;
	struct error err;
	DIR *dir;

	if (folder_make(by_id, &err) < 0 || folder_make(disks, &err) < 0) {
		complain(by_id, err.text);
		return;
	}
	dir = opendir(by_id);
	if (!dir) {
		complain(by_id, strerror(errno));
		return;
	}
	while ((old = readdir(dir)))
		if (*old->d_name != '.')
			unlinkat(dirfd(dir), old->d_name, 0);
	closedir(dir);
	for (struct ref_entry *e = store_next(g->rc, KIND_DISK, NULL); e;
	     e = store_next(g->rc, KIND_DISK, e))
		if (e->r.state != STATE_DELETING && ref_guest_sees(g, e))
			put_disk(g, e, by_id);
}

static void put_all(const struct ref_guest *g)
{
	json_t *who = ref_guest_who(g, "");
	struct str keys = { 0 };

	ref_guest_keys(g, &keys);
	put(g, "authorized_keys", str_text(&keys));
	put(g, "var/lib/cloud/data/instance-id", json_string_value(json_object_get(who, "id")));
	put(g, "proc/sys/kernel/hostname", json_string_value(json_object_get(who, "name")));
	put(g, "proc/sys/kernel/random/boot_id", json_string_value(json_object_get(who, "boot")));
	put(g, "proc/sys/vm/drop_caches", "");
	put_disks(g);
	str_release(&keys);
	json_decref(who);
}

void ref_guest_login(const struct ref_guest *g) { put_all(g); }

/* ---- power ---- */

static void switch_off(struct ref_guest *g)
{
	AUTO(str) char *power = xasprintf("%s/%s/power", g->rc->cfg.guest_folder, g->inner);

	if (g->powered && unlink(power) < 0)
		complain(power, strerror(errno));
	g->powered = false;
}

/* Each boot has an address of its own, of 127.192.0.0/10: what an earlier one left running
 * answers to nobody. */
static void switch_on(struct ref_guest *g)
{
	unsigned char noise[3];

	random_bytes(noise, sizeof(noise));
	snprintf(g->inner, sizeof(g->inner), "127.%u.%u.%u", 192u + noise[0] % 63, noise[1],
		 1u + noise[2] % 254);
	g->inner_boot = ref_guest_boots(g);
	g->powered = true;
	put(g, "power", "");
	put_home(g);
	put_all(g);
}

void ref_guest_power(struct ref_guest *g, bool on)
{
	if (!g->rc->cfg.guest_sshd)
		return;
	if (g->powered && (!on || g->inner_boot != ref_guest_boots(g)))
		switch_off(g);
	if (on && !g->powered)
		switch_on(g);
}

/* ---- the way from one guest to another ---- */

/* "INNER ADDRESS PORT" is answered by "INNER PORT", or by "-". */
static void answer(struct refcloud *rc, char *asked, char *to, size_t room)
{
	char *address = strchr(asked, ' '), *port = address ? strchr(address + 1, ' ') : NULL;
	const struct ref_guest *from = rc->guests, *there = NULL;

	str_copy(to, room, "-");
	if (!port)
		return;
	*address++ = *port++ = '\0';
	while (from && (!from->powered || strcmp(from->inner, asked)))
		from = from->next;
	if (from)
		there = ref_guest_beyond(from, address, (int)str_to_int(port, 65535));
	if (there)
		snprintf(to, room, "%s %s", there->inner, port);
}

static void on_asked(struct loop_fd *w, unsigned events)
{
	struct guest_router *router = w->arg;
	struct sockaddr_in from;
	socklen_t len = sizeof(from);
	char asked[ASKED_MAX], said[ASKED_MAX];
	ssize_t n = recvfrom(w->fd, asked, sizeof(asked) - 1, 0, (struct sockaddr *)&from, &len);

	(void)events;
	if (n < 0)
		return;
	asked[n] = '\0';
	answer(router->rc, asked, said, sizeof(said));
	sendto(w->fd, said, strlen(said), 0, (struct sockaddr *)&from, len);
}

int ref_guest_router_start(struct refcloud *rc, struct error *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	AUTO(str) char *path = xasprintf("%s/router", rc->cfg.guest_folder);
	struct guest_router *router = xcalloc(1, sizeof(*router));
	socklen_t len = sizeof(at);
	char port[12];

	rc->guest_router = router;
	*router = (struct guest_router){ .rc = rc, .watch = { .ready = on_asked, .arg = router } };
	router->watch.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (router->watch.fd < 0 ||
	    bind(router->watch.fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    getsockname(router->watch.fd, (struct sockaddr *)&at, &len) < 0 ||
	    loop_watch(rc->loop, &router->watch, EPOLLIN) < 0)
		return err_set(err, ERR_HARNESS, "the guests' router cannot be started: %s",
			       strerror(errno));
	snprintf(port, sizeof(port), "%d", ntohs(at.sin_port));
	if (folder_make(rc->cfg.guest_folder, err) < 0)
		return err->code;
	return file_write(path, port, strlen(port), err);
}

void ref_guest_router_stop(struct refcloud *rc)
{
	struct guest_router *router = rc->guest_router;

	if (!router)
		return;
	if (router->watch.fd >= 0) {
		loop_watch(rc->loop, &router->watch, 0);
		close(router->watch.fd);
	}
	free(router);
	rc->guest_router = NULL;
}
