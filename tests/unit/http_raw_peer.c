#include "http_peer.h"

#include <check.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

static int listen_on_loopback(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(listen(fd, 64), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

unsigned closed_port(void)
{
	unsigned port;

	close(listen_on_loopback(&port));
	return port;
}

/* ---- one connection ---- */

struct wire {
	int fd;
	SSL *tls;
};

static ssize_t wire_read(struct wire *w, char *to, size_t n)
{
	return w->tls ? SSL_read(w->tls, to, (int)n) : read(w->fd, to, n);
}

static bool wire_write(struct wire *w, const char *bytes, size_t n)
{
	ssize_t sent;

	for (; n; bytes += sent, n -= (size_t)sent) {
		sent = w->tls ? SSL_write(w->tls, bytes, (int)n)
			      : send(w->fd, bytes, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
	}
	return true;
}

static bool read_head(struct wire *w)
{
	unsigned matched = 0;
	char c;

	while (matched < 4) {
		if (wire_read(w, &c, 1) != 1)
			return false;
		matched = c == "\r\n\r\n"[matched] ? matched + 1 : c == '\r';
	}
	return true;
}

static void serve(struct raw_peer *p, struct wire *w)
{
	unsigned answers = p->answers ? p->answers : 1;

	for (unsigned i = 0; i < answers; i++) {
		if (!read_head(w))
			return;
		p->requests++;
		if (!wire_write(w, p->reply, p->len))
			return;
		while (p->then == RAW_ENDLESS && wire_write(w, "X-More: and more\r\n", 18))
			;
	}
	/* It takes one request too many, and hangs up on it. */
	if (p->answers && read_head(w))
		p->requests++;
}

static void *raw_thread(void *arg)
{
	struct raw_peer *p = arg;
	struct linger hard = { .l_onoff = 1 };
	sigset_t all;
	struct wire w;

	sigfillset(&all);	/* OpenSSL writes without MSG_NOSIGNAL */
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	while ((w.fd = accept4(p->listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		p->connections++;
		w.tls = p->tls ? SSL_new(p->tls) : NULL;
		if (w.tls)
			SSL_set_fd(w.tls, w.fd);
		if (!w.tls || SSL_accept(w.tls) == 1)
			serve(p, &w);
		if (w.tls)
			SSL_shutdown(w.tls);
		SSL_free(w.tls);
		if (p->then == RAW_RESET)
			setsockopt(w.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(w.fd);
	}
	return NULL;
}

static SSL_CTX *tls_context(const char *cert, const char *key)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	BIO *c = BIO_new_mem_buf(cert, -1), *k = BIO_new_mem_buf(key, -1);
	X509 *x = PEM_read_bio_X509(c, NULL, NULL, NULL);
	EVP_PKEY *pk = PEM_read_bio_PrivateKey(k, NULL, NULL, NULL);

	ck_assert_int_eq(SSL_CTX_use_certificate(ctx, x), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(ctx, pk), 1);
	X509_free(x);
	EVP_PKEY_free(pk);
	BIO_free(c);
	BIO_free(k);
	return ctx;
}

void raw_start(struct raw_peer *p)
{
	pthread_t t;

	if (!p->len)
		p->len = strlen(p->reply);
	if (p->cert)
		p->tls = tls_context(p->cert, p->key);
	p->listen_fd = listen_on_loopback(&p->port);
	ck_assert_int_eq(pthread_create(&t, NULL, raw_thread, p), 0);
	p->thread = t;
}

void raw_stop(struct raw_peer *p)
{
	shutdown(p->listen_fd, SHUT_RDWR);
	pthread_join((pthread_t)p->thread, NULL);
	close(p->listen_fd);
	SSL_CTX_free(p->tls);
}

/* ---- certificates ---- */

static char *pem_text(BIO *b)
{
	char *p, *text;
	long n = BIO_get_mem_data(b, &p);

	text = xstrndup(p, (size_t)n);
	BIO_free(b);
	return text;
}

void make_certificate(const char *host, long from_days, long to_days, char **cert, char **key)
{
	EVP_PKEY *pk = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	BIO *c = BIO_new(BIO_s_mem()), *k = BIO_new(BIO_s_mem());
	char *names = xasprintf(inet_addr(host) == INADDR_NONE ? "DNS:%s" : "IP:%s", host);
	X509_EXTENSION *alt = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), from_days * 86400);
	X509_gmtime_adj(X509_getm_notAfter(x), to_days * 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)host, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_add_ext(x, alt, -1);
	X509_set_pubkey(x, pk);
	ck_assert_int_ne(X509_sign(x, pk, EVP_sha256()), 0);
	PEM_write_bio_X509(c, x);
	PEM_write_bio_PrivateKey(k, pk, NULL, NULL, 0, NULL, NULL);
	*cert = pem_text(c);
	*key = pem_text(k);
	X509_EXTENSION_free(alt);
	X509_free(x);
	EVP_PKEY_free(pk);
	free(names);
}

char *make_file(const char *text)
{
	char *path = xstrdup("/tmp/plugfest-unit-XXXXXX");
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}
