/* What S3 answers to a request whose signature it does not take. */
#include "face.h"

const struct face_refusal face_unknown_key = {
	403, "InvalidAccessKeyId", "The access key id is not known here." };
const struct face_refusal face_malformed_xml = {
	400, "MalformedXML", "The document is not what the API defines." };
const struct face_refusal face_invalid_part = {
	400, "InvalidPart", "A part was not found, or its entity tag is another one." };
const struct face_refusal face_part_order = {
	400, "InvalidPartOrder", "The parts are not in ascending order." };

/*
 * Codes and statuses as the reference lists them; the words are ours.  A missing date and
 * a header outside the signature are AccessDenied there, and a missing digest is
 * InvalidRequest: MissingSecurityHeader is for headers of other features.
 */
static const struct face_refusal refusals[SIGV4_FLAWS] = {
	[SIGV4_GOOD] = { 200, "", "" },
	[SIGV4_ANONYMOUS] = { 403, "AccessDenied", "Access denied." },
	[SIGV4_TWO_WAYS] = { 400, "InvalidArgument", "Only one way to authenticate may be used." },
	[SIGV4_OTHER_SCHEME] = { 400, "InvalidRequest",
		"This way to authenticate is not supported: use AWS4-HMAC-SHA256." },
	[SIGV4_BAD_HEADER] = { 400, "AuthorizationHeaderMalformed",
		"The authorization header cannot be read." },
	[SIGV4_BAD_QUERY] = { 400, "AuthorizationQueryParametersError",
		"The authorization parameters of the query cannot be read." },
	[SIGV4_NO_DATE] = { 403, "AccessDenied", "A valid x-amz-date header is required." },
	[SIGV4_WRONG_REGION] = { 400, "AuthorizationHeaderMalformed", "The region is wrong." },
	[SIGV4_WRONG_SERVICE] = { 400, "AuthorizationHeaderMalformed",
		"The service is wrong: expecting s3." },
	[SIGV4_WRONG_DATE] = { 400, "AuthorizationHeaderMalformed",
		"The date of the credential is not that of the request." },
	[SIGV4_SKEWED] = { 403, "RequestTimeTooSkewed",
		"The time of the request is too far from the server's." },
	[SIGV4_NOT_YET] = { 403, "AccessDenied", "The request is not valid yet." },
	[SIGV4_EXPIRED] = { 403, "AccessDenied", "The request has expired." },
	[SIGV4_NO_PAYLOAD] = { 400, "InvalidRequest",
		"The required header x-amz-content-sha256 is missing." },
	[SIGV4_BAD_PAYLOAD] = { 400, "InvalidArgument",
		"x-amz-content-sha256 is neither a SHA-256 nor a word that is known." },
	[SIGV4_NOT_SIGNED] = { 403, "AccessDenied",
		"There are headers in the request that were to be signed." },
	[SIGV4_MISMATCH] = { 403, "SignatureDoesNotMatch",
		"The signature is not the one that was calculated for this request." },
};

const struct face_refusal *face_refuse(enum sigv4_flaw flaw)
{
	return &refusals[flaw < SIGV4_FLAWS ? flaw : SIGV4_MISMATCH];
}
