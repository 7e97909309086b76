/* Certificates and keys, looked at before the first call. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "http/priv.h"

static bool holds_certificate(BIO *b)
{
	X509 *x = PEM_read_bio_X509(b, NULL, NULL, NULL);

	X509_free(x);
	return x != NULL;
}

/* Without it OpenSSL would ask for the password on the terminal. */
static int no_password(char *buf, int size, int writing, void *arg)
{
	(void)buf, (void)size, (void)writing, (void)arg;
	return -1;
}

static bool holds_key(BIO *b)
{
	EVP_PKEY *k = PEM_read_bio_PrivateKey(b, NULL, no_password, NULL);

	EVP_PKEY_free(k);
	return k != NULL;
}

static int check(const char *file, bool (*holds)(BIO *), const char *what, struct error *err)
{
	BIO *b;
	bool good;

	if (!file)
		return ERR_OK;
	b = BIO_new_file(file, "r");
	good = b && holds(b);
	ERR_clear_error();
	if (good) {
		BIO_free(b);
		return ERR_OK;
	}
	if (!b)
		return err_at(err, ERR_INVALID, file, 0, "cannot read %s", what);
	BIO_free(b);
	return err_at(err, ERR_INVALID, file, 0, "holds no %s in PEM form", what);
}

int http_check_files(const struct http_config *cfg, struct error *err)
{
	const char *key = cfg->client_key ? cfg->client_key : cfg->client_cert;
	int r;

	if (cfg->client_key && !cfg->client_cert)
		return err_set(err, ERR_INVALID, "a client key needs a client certificate");
	r = check(cfg->ca_file, holds_certificate, "certificate", err);
	if (r == ERR_OK)
		r = check(cfg->client_cert, holds_certificate, "client certificate", err);
	if (r == ERR_OK)
		r = check(key, holds_key, "unencrypted private key", err);
	return r;
}
