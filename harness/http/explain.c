/* curl's results as our classes, with a text to act on. */
#include <errno.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "http/priv.h"

static long number(const struct http_easy *e, CURLINFO what)
{
	long n = 0;

	curl_easy_getinfo(e->curl, what, &n);
	return n;
}

bool http_never_connected(const struct http_easy *e)
{
	curl_off_t us = 0;

	curl_easy_getinfo(e->curl, CURLINFO_CONNECT_TIME_T, &us);
	return !us && !e->sends && e->result != CURLE_OK;
}

static int no_connection(const struct http_easy *e, struct error *err)
{
	const char *at = e->http->label;
	long no = number(e, CURLINFO_OS_ERRNO);

	switch (no) {
	case ECONNREFUSED:
		return err_set(err, ERR_NETWORK, "%s refused the connection: nothing listens there; "
			       "check host, port, and that the service runs", at);
	case ENETUNREACH:
	case EHOSTUNREACH:
		return err_set(err, ERR_NETWORK, "no route to %s (%s): check the address, VPN and "
			       "firewall", at, strerror((int)no));
	case EMFILE:
	case ENFILE:
		return err_set(err, ERR_HARNESS, "no file descriptor is left for a connection to %s: "
			       "raise ulimit -n or lower the number of connections", at);
	}
	return err_set(err, ERR_NETWORK, "no connection to %s: %s", at,
		       no ? strerror((int)no) : e->text);
}

static int timed_out(const struct http_easy *e, int64_t total_us, int64_t timeout_ms,
		     struct error *err)
{
	const char *at = e->http->label;
	curl_off_t agreed_us = 0;

	curl_easy_getinfo(e->curl, CURLINFO_APPCONNECT_TIME_T, &agreed_us);
	/* Nothing was asked yet: that is no slowness of the service.  (curl counts a
	 * connection as made when TLS has begun; the socket has its port before.) */
	if (number(e, CURLINFO_LOCAL_PORT) > 0 && !agreed_us && !e->sends &&
	    !strcmp(e->http->origin.scheme, "https"))
		return err_set(err, ERR_NETWORK, "%s took the connection and did not begin TLS within %lld "
			       "ms: if it is a plain HTTP port, write http://", at,
			       (long long)(total_us / 1000));
	if (total_us / 1000 + 1 >= timeout_ms && !http_never_connected(e))
		return err_set(err, ERR_TIMEOUT, "no complete reply from %s within %lld ms", at,
			       (long long)timeout_ms);
	return err_set(err, ERR_NETWORK, "no connection to %s within %lld ms: the address is wrong, "
		       "or a firewall drops the packets", at,
		       (long long)(timeout_ms < e->http->cfg.connect_timeout_ms ? timeout_ms :
				   e->http->cfg.connect_timeout_ms));
}

static const struct {
	long verdict;
	const char *text;
} refusals[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED,
	  "has expired: renew it, or check this machine's clock" },
	{ X509_V_ERR_CERT_NOT_YET_VALID,
	  "is not valid yet: check this machine's clock" },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	  "is self-signed: give it as the endpoint's CA file if you trust it" },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	  "comes from an authority of its own (self-signed): give that one as the CA file" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	  "was issued by an unknown authority: give its certificate as the CA file" },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
	  "was issued by an unknown authority: give its certificate as the CA file" },
};

static int bad_certificate(const struct http_easy *e, struct error *err)
{
	const struct http *h = e->http;
	long verdict = number(e, CURLINFO_SSL_VERIFYRESULT);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (refusals[i].verdict == verdict)
			return err_set(err, ERR_NETWORK, "the TLS certificate of %s %s", h->label,
				       refusals[i].text);
	/* No verdict of OpenSSL's, for the chain was good: curl compares names itself. */
	if (strstr(e->text, "target host name"))
		return err_set(err, ERR_NETWORK, "the TLS certificate of %s is for another host than "
			       "\"%s\": use a name that it holds", h->label, h->origin.host);
	return err_set(err, ERR_NETWORK, "the TLS certificate of %s was not accepted: %s", h->label,
		       e->text);
}

static int no_tls(const struct http_easy *e, struct error *err)
{
	const char *at = e->http->label;

	/* OpenSSL's words for bytes that are no TLS record at all. */
	if (strstr(e->text, "wrong version number") || strstr(e->text, "packet length too long") ||
	    strstr(e->text, "http request"))
		return err_set(err, ERR_NETWORK, "%s does not speak TLS: if it is a plain HTTP port, "
			       "write http:// (server said: %s)", at, e->text);
	/* Or it hung up on them. */
	if (strstr(e->text, "SSL_ERROR_SYSCALL"))
		return err_set(err, ERR_NETWORK, "%s broke off the TLS handshake: if it is a plain HTTP "
			       "port, write http:// (%s)", at, e->text);
	return err_set(err, ERR_NETWORK, "the TLS handshake with %s failed: %s", at, e->text);
}

static int too_long(const struct http_easy *e, struct error *err)
{
	if (e->reply_too_long || e->result == CURLE_FILESIZE_EXCEEDED)
		return err_set(err, ERR_PROTOCOL, "the reply of %s is longer than the %zu bytes allowed "
			       "(decoded); reading stopped", e->http->label, e->max_reply);
	if (e->two_lengths)
		return err_set(err, ERR_PROTOCOL, "the reply of %s states two lengths that differ: where it "
			       "ends nobody knows", e->http->label);
	if (e->headers_too_long || (e->result == CURLE_OUT_OF_MEMORY && e->sends))
		return err_set(err, ERR_PROTOCOL, "the reply headers of %s are too long (over %zu bytes, "
			       "or one line over 100 KiB)", e->http->label, MAX_REPLY_HEADERS);
	return err_set(err, ERR_HARNESS, "curl: %s", curl_easy_strerror(e->result));
}

static int broken_off(const struct http_easy *e, struct error *err)
{
	const char *at = e->http->label;
	const char *hint = strcmp(e->http->origin.scheme, "http") ? "" :
			   "; a port that speaks TLS needs https://";

	switch (e->result) {
	case CURLE_GOT_NOTHING:
		return err_set(err, ERR_NETWORK, "%s closed the connection without an answer: check its "
			       "log%s", at, hint);
	case CURLE_PARTIAL_FILE:
		return err_set(err, ERR_NETWORK, "%s closed the connection in the middle of its reply",
			       at);
	case CURLE_ABORTED_BY_CALLBACK:
		return err_set(err, ERR_NETWORK, "%s closed a kept connection when the request had been "
			       "sent: whether it acted on it is unknown, so it was not repeated", at);
	default:
		return err_set(err, ERR_NETWORK, "the connection to %s was reset by the server or "
			       "something between (%s)%s", at, e->text, hint);
	}
}

static int explain(const struct http_easy *e, int64_t total_us, int64_t timeout_ms,
		   struct error *err)
{
	const struct http *h = e->http;

	switch (e->result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return err_set(err, ERR_NETWORK, "no address is known for \"%s\": check the endpoint's "
			       "host name and this machine's DNS", h->origin.host);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return err_set(err, ERR_NETWORK, "no address is known for the proxy: %s", e->text);
	case CURLE_COULDNT_CONNECT:
		return no_connection(e, err);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(e, total_us, timeout_ms, err);
	case CURLE_PEER_FAILED_VERIFICATION:
		return bad_certificate(e, err);
	case CURLE_SSL_CONNECT_ERROR:
		return no_tls(e, err);
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_ABORTED_BY_CALLBACK:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return broken_off(e, err);
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return err_set(err, ERR_PROTOCOL, "what %s sent is not HTTP (%s): check the port; one "
			       "that speaks TLS needs https://", h->label, e->text);
	case CURLE_BAD_CONTENT_ENCODING:
		return err_set(err, ERR_PROTOCOL, "the reply of %s cannot be decoded as its "
			       "Content-Encoding says: %s", h->label, e->text);
	case CURLE_WRITE_ERROR:
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FILESIZE_EXCEEDED:
		return too_long(e, err);
	case CURLE_FAILED_INIT:
	case CURLE_URL_MALFORMAT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return err_set(err, ERR_HARNESS, "curl: %s %s", curl_easy_strerror(e->result), e->text);
	default:
		return err_set(err, ERR_NETWORK, "%s: %s (curl error %d)", h->label,
			       *e->text ? e->text : curl_easy_strerror(e->result), (int)e->result);
	}
}

int http_explain(const struct http_easy *e, int64_t total_us, int64_t timeout_ms,
		 struct error *err)
{
	explain(e, total_us, timeout_ms, err);
	err->sent = e->sends > 0;
	err->http_status = (int)number(e, CURLINFO_RESPONSE_CODE);
	return err->code;
}
