#ifndef BASE_PEM_H
#define BASE_PEM_H

/*
 * Whether a text is one private key in PEM (RFC 7468) that tools take: its two
 * lines match, what is between is base64, and that is one DER sequence of just
 * that length, or OpenSSH's own form.  NULL: it is; else what is wrong, in words
 * that hold nothing of the key.
 */
const char *pem_private_key_flaw(const char *text);

#endif
