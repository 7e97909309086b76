#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "hostile.h"

static void extend(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

/* issuer NULL: signed by itself. */
static X509 *make(const char *name, const char *alt, EVP_PKEY *key, X509 *issuer, EVP_PKEY *by,
		  long from_days, long to_days)
{
	X509 *x = X509_new();

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), issuer ? 2 : 1);
	X509_gmtime_adj(X509_getm_notBefore(x), from_days * 86400);
	X509_gmtime_adj(X509_getm_notAfter(x), to_days * 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer : x));
	X509_set_pubkey(x, key);
	if (alt)
		extend(x, NID_subject_alt_name, alt);
	else
		extend(x, NID_basic_constraints, "critical,CA:TRUE");
	X509_sign(x, by, EVP_sha256());
	return x;
}

static bool put(const char *dir, const char *name, X509 *x, EVP_PKEY *key)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	bool ok = f && (x ? PEM_write_X509(f, x) :
			PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL));

	if (f)
		fclose(f);
	free(path);
	return ok;
}

bool cert_write(const char *dir, enum cert kind)
{
	static const struct { const char *alt; long from, to; bool self; } how[] = {
		[CERT_GOOD] = { "IP:127.0.0.1", -1, 2, false },
		[CERT_EXPIRED] = { "IP:127.0.0.1", -3, -1, false },
		[CERT_EARLY] = { "IP:127.0.0.1", 1, 3, false },
		[CERT_OTHER_HOST] = { "DNS:other.example", -1, 2, false },
		[CERT_SELF] = { "IP:127.0.0.1", -1, 2, true },
		[CERT_UNKNOWN] = { "IP:127.0.0.1", -1, 2, false },
	};
	EVP_PKEY *ca_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *strange = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *ca = make("hostile test CA", NULL, ca_key, NULL, ca_key, -1, 5);
	X509 *other = make("another CA", NULL, strange, NULL, strange, -1, 5);
	bool unknown = kind == CERT_UNKNOWN;
	X509 *issuer = how[kind].self ? NULL : unknown ? other : ca;
	EVP_PKEY *by = how[kind].self ? key : unknown ? strange : ca_key;
	X509 *x = make("server", how[kind].alt, key, issuer, by, how[kind].from, how[kind].to);
	bool ok = put(dir, "ca.pem", ca, NULL) && put(dir, "server.pem", x, NULL) &&
		  put(dir, "server.key", NULL, key);

	X509_free(x);
	X509_free(ca);
	X509_free(other);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(strange);
	return ok;
}

SSL_CTX *cert_context(const char *dir)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char *cert = xasprintf("%s/server.pem", dir), *key = xasprintf("%s/server.key", dir);

	if (SSL_CTX_use_certificate_file(ctx, cert, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
		SSL_CTX_free(ctx);
		ctx = NULL;
	}
	free(cert);
	free(key);
	return ctx;
}
