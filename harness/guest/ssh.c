#include <errno.h>
#include <fcntl.h>
#include <libssh/libssh.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest/priv.h"

/* Keys are agreed upon, a program starts, disks are slow: so many times the time of a
 * question by HTTP. */
enum { LOGIN_TIMES = 4 };
/* What a command may say; its complaints are kept for a message only. */
enum { OUT_MAX = 64 << 10, COMPLAINT_MAX = 160 };

struct session {
	struct guest *g;
	struct ssh_run *run;
	ssh_session ssh;
	ssh_channel channel;
	ssh_key key;
	int fd;
	bool heard;			/* the first bytes of an answer */
	size_t sent;
	unsigned idle_hangups;
	char complaint[COMPLAINT_MAX];
	char buf[4096];
};

/* ---- host keys ---- */

/* A VM keeps its host key for as long as it lives; within a run that is enough. */
static struct host {
	struct host *next;
	char *vm;
	char fingerprint[80];
} *hosts;

void guest_forget_hosts(void)
{
	while (hosts) {
		struct host *h = hosts;

		hosts = h->next;
		free(h->vm);
		free(h);
	}
}

static int check_host(struct session *s, struct error *err)
{
	char *seen = s->run->fingerprint;
	struct host *h = hosts;

	while (h && strcmp(h->vm, s->g->vm))
		h = h->next;
	if (!h || !strcmp(h->fingerprint, seen))
		return ERR_OK;
	return err_set(err, ERR_PROTOCOL, "found host key %s; wanted %s, which this VM showed before: "
		       "another machine answers", seen, h->fingerprint);
}

/* Only of who let the VM's key in: before that, the address may still be another's. */
static void remember_host(const struct session *s)
{
	struct host *h = hosts;

	while (h && strcmp(h->vm, s->g->vm))
		h = h->next;
	if (h)
		return;
	h = xcalloc(1, sizeof(*h));
	*h = (struct host){ .next = hosts, .vm = xstrdup(s->g->vm) };
	str_copy(h->fingerprint, sizeof(h->fingerprint), s->run->fingerprint);
	hosts = h;
}

static int know_host(struct session *s, struct error *err)
{
	unsigned char *hash = NULL;
	char *print = NULL;
	ssh_key key = NULL;
	size_t n = 0;

	if (ssh_get_server_publickey(s->ssh, &key) == SSH_OK &&
	    ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &n) == SSH_OK)
		print = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, n);
	str_copy(s->run->fingerprint, sizeof(s->run->fingerprint), print);
	ssh_string_free_char(print);
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(key);
	if (!*s->run->fingerprint)
		return err_set(err, ERR_PROTOCOL, "the host key of the VM cannot be read");
	return check_host(s, err);
}

/* ---- waiting ---- */

static int broken(struct session *s, const char *doing, struct error *err)
{
	return err_set(err, ERR_NETWORK, "SSH: %s: %s", doing, s->ssh ? ssh_get_error(s->ssh) :
		       strerror(errno));
}

static CO_FN int wait_for(struct session *s, unsigned events, const char *doing, struct error *err)
{
	int r = co_wait_fd(s->fd, events);

	if (r > 0 && r & (EPOLLHUP | EPOLLERR) && ++s->idle_hangups > 100)
		return err_set(err, ERR_NETWORK, "SSH: %s: the connection hung up", doing);
	if (r > 0)
		return ERR_OK;
	return err_set(err, (enum err)r, "SSH: %s while %s", r == ERR_CANCELLED ? "cancelled" :
		       r == ERR_TIMEOUT ? "no answer in time" : "the machine failed", doing);
}

static CO_FN int wait_ssh(struct session *s, const char *doing, struct error *err)
{
	bool writes = ssh_get_poll_flags(s->ssh) & SSH_WRITE_PENDING;

	return wait_for(s, EPOLLIN | (writes ? EPOLLOUT : 0), doing, err);
}

/* Repeats a step of libssh's until it no longer says "again". */
typedef int step(struct session *s);

static CO_FN int until(struct session *s, step *fn, const char *doing, struct error *err)
{
	int r = ERR_OK, rc;

	while ((rc = fn(s)) == SSH_AGAIN && r == ERR_OK)
		r = wait_ssh(s, doing, err);
	ERR_clear_error();
	if (r < 0)
		return r;
	return rc == SSH_OK ? ERR_OK : broken(s, doing, err);
}

/* ---- connecting ---- */

static CO_FN int connected(struct session *s, struct error *err)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons((uint16_t)s->g->cfg->ssh_port) };
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)s->g->cfg->ssh_port) };
	bool is_v4 = inet_pton(AF_INET, s->g->address, &v4.sin_addr) == 1;
	const struct sockaddr *at = is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
	socklen_t len = is_v4 ? sizeof(v4) : sizeof(v6);
	int r = ERR_OK, failed = 0;

	if (!is_v4)
		inet_pton(AF_INET6, s->g->address, &v6.sin6_addr);
	s->fd = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return err_set(err, ERR_HARNESS, "no socket: %s", strerror(errno));
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
	if (connect(s->fd, at, len) < 0)
		failed = errno;
	if (failed == EINPROGRESS) {
		r = wait_for(s, EPOLLOUT, "connecting", err);
		len = sizeof(failed);
		if (r == ERR_OK)
			getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &failed, &len);
	}
	if (r < 0 || !failed)
		return r;
	return err_set(err, ERR_NETWORK, "no connection to port %lld of the VM: %s",
		       (long long)s->g->cfg->ssh_port, strerror(failed));
}

/* A server says its name first.  Until then nobody has answered. */
static CO_FN int hear(struct session *s, struct error *err)
{
	char begin[4];
	ssize_t n;
	int r = wait_for(s, EPOLLIN, "waiting for the server's name", err);

	if (r < 0)
		return r;
	n = recv(s->fd, begin, sizeof(begin), MSG_PEEK);
	if (n <= 0)
		return err_set(err, ERR_NETWORK, "SSH: the connection was closed without a word%s%s",
			       n < 0 ? ": " : "", n < 0 ? strerror(errno) : "");
	s->heard = true;
	if (strncmp(begin, "SSH-", (size_t)n))
		return err_set(err, ERR_PROTOCOL, "what answers at port %lld of the VM is no SSH server",
			       (long long)s->g->cfg->ssh_port);
	return ERR_OK;
}

/* A packet that is dropped is waited for no longer than a question by HTTP is. */
static CO_FN int greeted(struct session *s, struct error *err)
{
	struct co_deadline bound;
	int r;

	co_deadline_push(&bound, s->g->timeout_ms);
	r = connected(s, err);
	if (r == ERR_OK)
		r = hear(s, err);
	co_deadline_pop(&bound);
	return r;
}

/* No file of the user's is read: neither configuration, known hosts nor keys. */
static int configure(struct session *s, struct error *err)
{
	bool no = false;
	long level = SSH_LOG_NOLOG;
	int rc = SSH_OK;

	s->ssh = ssh_new();
	if (!s->ssh)
		return err_set(err, ERR_HARNESS, "libssh gives no session");
	ssh_set_blocking(s->ssh, 0);
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_PROCESS_CONFIG, &no);
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_SSH_DIR, "/nonexistent");
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_LOG_VERBOSITY, &level);
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_HOST, "guest");
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_USER, s->g->cfg->user);
	rc |= ssh_options_set(s->ssh, SSH_OPTIONS_FD, &s->fd);
	return rc == SSH_OK ? ERR_OK : err_set(err, ERR_HARNESS, "libssh: %s", ssh_get_error(s->ssh));
}

/* Empty, not absent, passphrase: nobody is asked for one at the terminal. */
static int read_key(struct session *s, struct error *err)
{
	const char *pem = secret_reveal(s->g->key);
	char *openssh = guest_openssh_key(pem);
	int rc = ssh_pki_import_privkey_base64(openssh ? openssh : pem, "", NULL, NULL, &s->key);

	if (openssh)
		OPENSSL_cleanse(openssh, strlen(openssh));
	free(openssh);
	ERR_clear_error();
	return rc == SSH_OK ? ERR_OK : err_set(err, ERR_INVALID, "the private key of the key pair cannot "
					       "be read: wanted PEM without a passphrase");
}

static int step_connect(struct session *s) { return ssh_connect(s->ssh); }

static CO_FN int authenticated(struct session *s, struct error *err)
{
	int r = ERR_OK, rc;

	while ((rc = ssh_userauth_publickey(s->ssh, NULL, s->key)) == SSH_AUTH_AGAIN && r == ERR_OK)
		r = wait_ssh(s, "logging in", err);
	ERR_clear_error();
	if (r < 0)
		return r;
	if (rc == SSH_AUTH_SUCCESS)
		return ERR_OK;
	if (rc == SSH_AUTH_ERROR && !ssh_is_connected(s->ssh))
		return broken(s, "logging in", err);
	/* That is no refusal: a case that wants one must not take it for one. */
	if (rc == SSH_AUTH_ERROR)
		return err_set(err, ERR_PROTOCOL, "SSH: logging in: %s", ssh_get_error(s->ssh));
	return err_set(err, ERR_UNAUTHENTICATED, "SSH: the login of %s with the VM's key pair is refused",
		       s->g->cfg->user);
}

/* ---- one command ---- */

static int step_open(struct session *s) { return ssh_channel_open_session(s->channel); }
static int step_exec(struct session *s)
{
	return ssh_channel_request_exec(s->channel, s->run->command);
}

static int step_eof(struct session *s) { return ssh_channel_send_eof(s->channel); }

static int step_write(struct session *s)
{
	const struct ssh_run *run = s->run;

	while (s->sent < run->input_len) {
		size_t n = run->input_len - s->sent;
		int rc = ssh_channel_write(s->channel, run->input + s->sent, (uint32_t)n);

		if (rc == 0)
			rc = ssh_channel_is_open(s->channel) ? SSH_AGAIN : SSH_ERROR;
		if (rc < 0)
			return rc;
		s->sent += (size_t)rc;
	}
	return SSH_OK;
}

/* Takes what is there.  Bytes, 0 for none, or ERR_PROTOCOL when there are too many. */
static int take(struct session *s, struct error *err)
{
	int n = ssh_channel_read_nonblocking(s->channel, s->buf, sizeof(s->buf), 0);
	int more;

	if (n > 0)
		str_addn(&s->run->out, s->buf, (size_t)n);
	if (s->run->out.len > OUT_MAX)
		return err_set(err, ERR_PROTOCOL, "SSH: the command says more than the %d bytes allowed; "
			       "reading stopped", OUT_MAX);
	more = ssh_channel_read_nonblocking(s->channel, s->buf, sizeof(s->buf) - 1, 1);
	if (more > 0 && !*s->complaint) {
		s->buf[more] = '\0';
		str_copy(s->complaint, sizeof(s->complaint), s->buf);
	}
	return (n > 0 ? n : 0) + (more > 0 ? more : 0);
}

static CO_FN int read_out(struct session *s, struct error *err)
{
	int r, complaints = 0;

	while ((r = take(s, err)) >= 0) {
		complaints += r && !s->run->out.len;
		if (complaints > 1000)
			return err_set(err, ERR_PROTOCOL, "SSH: the command complains without end");
		s->run->status = ssh_channel_get_exit_status(s->channel);
		if (!r && ssh_channel_is_eof(s->channel) && s->run->status >= 0)
			return ERR_OK;
		if (!r && ssh_channel_is_closed(s->channel))
			return err_set(err, ERR_NETWORK, "SSH: the command ended without a status");
		if (!ssh_is_connected(s->ssh) && !r)
			return broken(s, "reading what the command says", err);
		if (!r)
			r = wait_ssh(s, "reading what the command says", err);
		else if ((r = co_yield()) < 0)
			err_set(err, (enum err)r, "SSH: stopped while reading what the command says");
		if (r < 0)
			return r;
	}
	return r;
}

static CO_FN int converse(struct session *s, struct error *err)
{
	int r = greeted(s, err);

	if (r < 0 || (r = configure(s, err)) < 0 ||
	    (r = until(s, step_connect, "agreeing on keys", err)) < 0 ||
	    (r = know_host(s, err)) < 0 || (r = authenticated(s, err)) < 0)
		return r;
	remember_host(s);
	s->channel = ssh_channel_new(s->ssh);
	if (!s->channel)
		return err_set(err, ERR_HARNESS, "libssh gives no channel");
	if ((r = until(s, step_open, "opening a channel", err)) < 0 ||
	    (r = until(s, step_exec, "starting the command", err)) < 0 ||
	    (r = until(s, step_write, "sending the kit", err)) < 0 ||
	    (r = until(s, step_eof, "sending the kit", err)) < 0)
		return r;
	return read_out(s, err);
}

static void hang_up(struct session *s)
{
	int fd = s->fd;

	if (s->channel)
		ssh_channel_free(s->channel);
	if (s->ssh) {
		ssh_disconnect(s->ssh);
		ssh_free(s->ssh);
	}
	ssh_key_free(s->key);
	/* libssh closes what it was given, if it came that far. */
	if (fd >= 0 && fcntl(fd, F_GETFD) >= 0)
		close(fd);
	ERR_clear_error();
}

CO_FN int ssh_run(struct guest *g, struct ssh_run *run, struct error *err)
{
	struct session *s = xcalloc(1, sizeof(*s));
	int64_t left = co_deadline_left();
	struct co_deadline bound;
	int r;

	*s = (struct session){ .g = g, .run = run, .fd = -1 };
	*err = (struct error){ 0 };
	run->status = -1;
	co_deadline_push(&bound, g->timeout_ms * LOGIN_TIMES);
	r = read_key(s, err);
	if (r == ERR_OK)
		r = converse(s, err);
	co_deadline_pop(&bound);
	hang_up(s);
	r = guest_judge(r, s->heard, left, g->timeout_ms * (s->heard ? LOGIN_TIMES : 1), err);
	if (r == ERR_OK && run->status && !run->out.len && *s->complaint)
		str_add(&run->out, s->complaint);
	free(s);
	return r;
}
