/*
 * What a VM's own kernel would do for the programs in it, for guests that are processes of
 * this machine: preloaded into whatever a login starts.  GUEST_INNER is the address of this
 * boot of the VM, GUEST_FOLDER what it is made of, GUEST_ROUTER the cloud's UDP port that
 * knows who reaches whom (harness/refcloud/guest_machine.c).
 *   - who listens on all addresses listens on the VM's own;
 *   - 127.0.0.1 is the VM; any other address is where the cloud says, or unreachable;
 *   - who listens ends when the VM is switched off.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUTER_MS = 2000, POWER_US = 50000 };

static struct in_addr inner(void)
{
	const char *text = getenv("GUEST_INNER");
	struct in_addr at = { .s_addr = htonl(INADDR_LOOPBACK) };

	if (text)
		inet_pton(AF_INET, text, &at);
	return at;
}

/* Ends with the VM: whoever listens there is to be silent when it is switched off. */
static void watch_power(void)
{
	const char *folder = getenv("GUEST_FOLDER");
	pid_t guest = getpid();
	char power[4096];

	snprintf(power, sizeof(power), "%s/power", folder ? folder : "/nonexistent");
	if (fork() != 0)
		return;
	close_range(0, ~0U, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == guest && access(power, F_OK) == 0)
		usleep(POWER_US);
	if (getppid() == guest)
		kill(guest, SIGKILL);
	_exit(0);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t) = NULL;
	struct sockaddr_in at;

	*(void **)&next = dlsym(RTLD_NEXT, "bind");
	if (addr->sa_family != AF_INET || len < sizeof(at))
		return next(fd, addr, len);
	memcpy(&at, addr, sizeof(at));
	if (at.sin_addr.s_addr == htonl(INADDR_ANY) && at.sin_port) {
		at.sin_addr = inner();
		watch_power();
	}
	return next(fd, (struct sockaddr *)&at, sizeof(at));
}

/* Changes the address to the one behind it; 0, or -1 when there is none. */
static int route(struct sockaddr_in *at,
		 int (*next)(int, const struct sockaddr *, socklen_t))
{
	const char *router = getenv("GUEST_ROUTER"), *self = getenv("GUEST_INNER");
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), found = -1;
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char text[200], address[INET_ADDRSTRLEN];
	ssize_t n;

	inet_ntop(AF_INET, &at->sin_addr, address, sizeof(address));
	snprintf(text, sizeof(text), "%s %s %d", self ? self : "-", address, ntohs(at->sin_port));
	to.sin_port = htons((unsigned short)(router ? strtol(router, NULL, 10) : 0));
	if (fd >= 0 && next(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    send(fd, text, strlen(text), 0) > 0 && poll(&wait, 1, ROUTER_MS) == 1 &&
	    (n = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
		text[n] = '\0';
		text[strcspn(text, " ")] = '\0';
		found = inet_pton(AF_INET, text, &at->sin_addr) == 1 ? 0 : -1;
	}
	if (fd >= 0)
		close(fd);
	return found;
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	int (*next)(int, const struct sockaddr *, socklen_t) = NULL;
	struct sockaddr_in at;

	*(void **)&next = dlsym(RTLD_NEXT, "connect");
	if (addr->sa_family != AF_INET || len < sizeof(at))
		return next(fd, addr, len);
	memcpy(&at, addr, sizeof(at));
	if (at.sin_addr.s_addr == htonl(INADDR_LOOPBACK)) {
		at.sin_addr = inner();
	} else if (route(&at, next) < 0) {
		errno = EHOSTUNREACH;
		return -1;
	}
	return next(fd, (struct sockaddr *)&at, sizeof(at));
}
